//! Links of the system: while Bohao runs, as what starts it, and in the hands of a stranger.

use crate::ENTER;
use crate::dial_screen::{READY, line_is, nothing_is_dialled, practise};
use crate::program;
use crate::station::{BOHAO, Station, wait_until};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_link_fills_the_number_in_comes_to_the_front_and_dials_nothing() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    page.click("nav-settings").await;
    page.see("[data-testid=\"settings-links\"]").await;
    click(&station, "tel:+86-139-2210-4471");
    page.see("[data-testid=\"link-line\"]").await;
    page.see(READY).await;
    line_is(&page, "139 •••• 4471").await;
    nothing_is_dialled(&page).await;
    page.until("document.activeElement?.dataset.testid === 'number-input'")
        .await;

    // Another link takes the place of what nobody typed.
    click(&station, "callto:139%202210%204472");
    line_is(&page, "139 •••• 4472").await;
    page.see(READY).await;
    nothing_is_dialled(&page).await;
    page.type_into("number-input", ENTER).await;
    page.see("[data-testid=\"live-card\"]").await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_link_that_starts_bohao_is_there_when_its_page_is() {
    let mut station = Station::new();
    practise(&mut station).await;
    station.quit();
    let link = "bohao://dial?number=13922104471&name=%E9%99%88%E7%AB%8B&note=%E7%BB%AD%E7%BA%A6";
    let page = station.open_with(program(), &[link]).await;
    page.see("[data-testid=\"link-line\"]").await;
    page.see(READY).await;
    line_is(&page, "139 •••• 4471").await;
    let said = "return document.querySelector('[data-testid=\"link-line\"]').innerText";
    let said = page.run(said, &[]).await;
    assert!(
        said.as_str()
            .is_some_and(|it| it.contains("陈立") && it.contains("续约")),
        "{said}"
    );
    nothing_is_dialled(&page).await;
    page.type_into("number-input", ENTER).await;
    page.see("[data-testid=\"live-card\"]").await;
    // What came with the number is the call's note.
    page.until("document.querySelector('[data-testid=\"note-input\"]')?.value === '续约'")
        .await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_link_before_anything_is_set_up_waits_for_it() {
    let mut station = Station::new();
    let page = station.open_with(program(), &["tel:13922104471"]).await;
    page.see("[data-testid=\"link-set_up\"]").await;
    page.click("link-understood").await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    page.see(READY).await;
    line_is(&page, "139 •••• 4471").await;
    nothing_is_dialled(&page).await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_link_destroys_nothing_that_is_being_typed() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    page.type_into("number-input", "021 5555").await;
    click(&station, "tel:13922104471");
    page.see("[data-testid=\"link-replace\"]").await;
    line_is(&page, "021 5555").await;
    page.click("link-keep").await;
    page.until("document.querySelector('dialog') === null")
        .await;
    line_is(&page, "021 5555").await;
    click(&station, "tel:13922104471");
    page.click("link-take").await;
    line_is(&page, "139 •••• 4471").await;
    page.see(READY).await;
    nothing_is_dialled(&page).await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_link_leaves_a_form_alone_until_its_writer_says_otherwise() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    page.click("nav-customers").await;
    page.click("customer-add").await;
    page.type_into("add-name", "远航").await;
    click(&station, "tel:13922104471");
    page.click("link-keep").await;
    page.until("document.querySelectorAll('dialog').length === 1")
        .await;
    page.until("document.querySelector('[data-testid=\"add-name\"]').value === '远航'")
        .await;
    click(&station, "tel:13922104471");
    page.click("link-take").await;
    page.until("document.querySelector('dialog') === null")
        .await;
    line_is(&page, "139 •••• 4471").await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_1_a_flood_of_links_beside_a_dial_asks_once_and_dials_nothing_more() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    page.type_into("number-input", "13922104471").await;
    page.see(READY).await;
    page.type_into("number-input", ENTER).await;
    page.see("[data-testid=\"live-card\"]").await;
    line_is(&page, "").await;
    page.type_into("number-input", "021 5555").await;
    click(&station, "tel:13800006620");
    page.see("[data-testid=\"link-replace\"]").await;
    let clicks: Vec<_> = (1..8)
        .map(|last| format!("tel:1380000662{last}"))
        .map(|link| station.command(program()).arg(link).spawn())
        .collect();
    for click in clicks {
        let ended = click.and_then(|mut click| click.wait());
        assert!(
            ended.expect("it starts").success(),
            "each start ends quietly"
        );
    }
    click(&station, "tel:*%2306%23");
    // Of all that came meanwhile one more is asked about, and then the last one has its word.
    page.click("link-keep").await;
    page.click("link-keep").await;
    page.see("[data-testid=\"link-flaw\"][data-flaw=\"special\"]")
        .await;
    page.click("link-understood").await;
    page.until("document.querySelector('dialog') === null")
        .await;
    line_is(&page, "021 5555").await;
    page.until("document.querySelector('[data-testid=\"today-dialled\"]').innerText === '1'")
        .await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_13_a_hostile_link_ends_in_a_word_and_does_nothing() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    let long = format!("tel:{}", "1".repeat(100_000));
    for (link, flaw) in [
        ("tel:*%2306%23", "special"),
        ("tel:*21*13922104471#", "special"),
        ("tel:13922104471,13800006620", "several"),
        ("tel:139%0d%0a22104471", "malformed"),
        ("bohao://erase?number=13922104471", "unknown"),
        ("callto:zhang.san", "no_number"),
        (
            "bohao://call/0198f0aa-0000-7000-8000-000000000000",
            "no_call",
        ),
        (long.as_str(), "too_long"),
    ] {
        click(&station, link);
        let word = format!("[data-testid=\"link-flaw\"][data-flaw=\"{flaw}\"]");
        page.see(&word).await;
        page.click("link-understood").await;
        page.until("document.querySelector('dialog') === null")
            .await;
        line_is(&page, "").await;
    }
    nothing_is_dialled(&page).await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_7_a_pairing_link_asks_first_and_its_secrets_never_reach_the_page() {
    let (push, read) = ("canary-push-51d07c", "canary-read-8a2e90");
    let link = format!(
        "bohao://pair?relay=https%3A%2F%2Frelay.example&push=https%3A%2F%2Frelay.example%2Fp%2F{push}&read={read}"
    );
    let mut station = Station::new();
    let page = station.open_with(program(), &[&link]).await;
    page.see("[data-testid=\"link-pairing\"] [data-testid=\"pairing-ask\"]")
        .await;
    assert!(!station.keyring_holds().contains(read), "it is only asked");
    let page_holds = "return document.documentElement.outerHTML \
        + [...document.querySelectorAll('input')].map((it) => it.value).join()";
    let holds = page.run(page_holds, &[]).await.to_string();
    assert!(holds.contains("relay.example"));
    for secret in [push, read] {
        assert!(!holds.contains(secret), "the page holds a secret");
    }
    page.click("pairing-confirm").await;
    page.see("[data-testid=\"app-key-input\"]").await;
    station.quit();

    let keyring = station.keyring_holds();
    for secret in [push, read] {
        assert!(keyring.contains(secret), "the keyring holds what it needs");
        for file in station.files(&station.path("")) {
            let bytes = fs::read(&file).unwrap_or_default();
            assert!(
                !crate::holds(&bytes, secret),
                "{} holds a secret",
                file.display()
            );
        }
    }
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn bohao_becomes_the_phone_program_of_its_user_and_gives_it_back() {
    let mut station = Station::new();
    let list = station.path(".config/mimeapps.list");
    fs::create_dir_all(station.path(".config")).expect("the station is writable");
    fs::create_dir_all(station.path(".local/share/applications")).expect("so it is");
    let other = "[Desktop Entry]\nType=Application\nName=Other\nExec=/bin/true %u\n";
    fs::write(
        station.path(".local/share/applications/other.desktop"),
        other,
    )
    .expect("so it is");
    let before = "[Default Applications]\nx-scheme-handler/tel=other.desktop\n";
    fs::write(&list, before).expect("so it is");
    let times_asked = count_questions(&station);
    let page = practise(&mut station).await;
    page.click("nav-settings").await;
    page.see("[data-testid=\"phone-program\"][data-who=\"other\"]")
        .await;
    assert_eq!(asked(&station), "other.desktop");
    page.click("phone-program-become").await;
    page.see("[data-testid=\"phone-program\"][data-who=\"bohao\"]")
        .await;
    assert_eq!(asked(&station), "bohao-links.desktop");

    // The system's own opener leads to the window that is there.
    let opened = station
        .command("xdg-open")
        .arg("tel:13922104471")
        .stdin(Stdio::null())
        .status();
    assert!(
        opened
            .expect("it is installed by cargo xtask setup")
            .success()
    );
    page.see("[data-testid=\"link-line\"]").await;
    line_is(&page, "139 •••• 4471").await;

    page.click("nav-settings").await;
    page.click("phone-program-leave").await;
    page.see("[data-testid=\"phone-program\"][data-who=\"other\"]")
        .await;
    assert_eq!(fs::read_to_string(&list).expect("it is there"), before);
    let times_asked = fs::read_to_string(times_asked).expect("it is there");
    assert!(
        times_asked.lines().count() < 20,
        "the system is asked again and again"
    );
    assert!(
        !station
            .path(".local/share/applications/bohao-links.desktop")
            .exists()
    );
    station.quit();
}

/// What the system does when somebody clicks on a link: it starts the program with it.
fn click(station: &Station, link: &str) {
    let second = station.command(program()).arg(link).status();
    assert!(
        second.expect("it starts").success(),
        "the second start ends quietly"
    );
    wait_until("the window is there", || station.window(BOHAO).is_some());
}

/// From now on each question to the system is a line in the file that is named.
fn count_questions(station: &Station) -> PathBuf {
    let (asked, told) = (station.path("bin/xdg-mime"), station.path("asked"));
    let real = station
        .command("which")
        .arg("xdg-mime")
        .output()
        .expect("it is installed by cargo xtask setup");
    let real = String::from_utf8_lossy(&real.stdout).trim().to_owned();
    let script = format!(
        "#!/bin/sh\necho \"$1\" >> '{}'\nexec '{real}' \"$@\"\n",
        told.display()
    );
    fs::create_dir_all(station.path("bin")).expect("the station is writable");
    fs::write(&asked, script).expect("so it is");
    fs::set_permissions(&asked, fs::Permissions::from_mode(0o755)).expect("so it is");
    told
}

/// What the system names for links to numbers.
fn asked(station: &Station) -> String {
    let asked = station
        .command("xdg-mime")
        .args(["query", "default", "x-scheme-handler/tel"])
        .output()
        .expect("it is installed by cargo xtask setup");
    String::from_utf8_lossy(&asked.stdout).trim().to_owned()
}
