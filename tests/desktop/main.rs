//! The real window on a display of its own, from first run to saved recording.
#![cfg(target_os = "linux")]

mod dial_screen;
mod links;
mod native;
mod platform;
mod quitting;
mod saving;
mod shortcut;
mod station;
mod together;
#[expect(dead_code, reason = "the benchmark of the start uses more of it")]
mod webdriver;

use serde_json::json;
use station::{BOHAO, Station, dialog};
use std::fs;
use std::path::Path;
use webdriver::Page;

/// The Enter key, as WebDriver types it.
const ENTER: &str = "\u{e007}";

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_7_credentials_typed_in_the_window_land_in_the_keyring_and_nowhere_else() {
    let (key, secret) = ("canary-key-7c1f0a", "canary-secret-93be52d4");
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-manual").await;
    page.type_into("app-key-input", key).await;
    page.type_into("app-secret-input", secret).await;
    page.type_into("own-number-input", "13800006620").await;
    page.click("account-save").await;
    page.see("[data-testid=\"number-input\"]").await;
    station.quit();

    let keyring = station.keyring_holds();
    assert!(keyring.contains(key), "the keyring holds the key");
    assert!(keyring.contains(secret), "the keyring holds the secret");
    let files = station.files(&station.path(""));
    assert!(
        files
            .iter()
            .any(|file| file.starts_with(station.data_dir()))
    );
    for file in files {
        let bytes = fs::read(&file).unwrap_or_default();
        for canary in [key, secret] {
            assert!(!holds(&bytes, canary), "{} holds a secret", file.display());
        }
    }
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_call_goes_from_keypad_to_saved_recording_and_a_restart_remembers() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.listen_for_refusals().await;
    practise_one_call(&page).await;
    page.click("player-play").await;
    page.see("[data-testid=\"player-play\"][data-playing=\"true\"]")
        .await;
    page.click("recording-save").await;
    let target = station.path("saved.wav");
    station.save_as(&target);
    page.see("[data-testid=\"recording-saved\"]").await;
    let saved = fs::read(&target).expect("the recording lies where the user said");
    assert!(saved.starts_with(b"RIFF") && saved.len() > 1000);

    page.resize(1010, 640).await;
    page.click("nav-settings").await;
    page.click("examine").await;
    page.see("[data-testid=\"finding-relay\"]").await;
    assert_eq!(page.refusals().await, [""; 0], "the policy refused nothing");
    // Whoever hears nothing may be deaf.
    page.run("new Image().src = 'https://example.invalid/a.png'", &[])
        .await;
    assert_eq!(
        page.refusals().await,
        ["img-src https://example.invalid/a.png"]
    );
    let size = "return [window.innerWidth, window.innerHeight]";
    let before = page.run(size, &[]).await;
    station.move_to(BOHAO, 83, 47);
    let place = station.place_of(BOHAO);
    station.quit();

    let page = station.open(program()).await;
    page.see("[data-testid=\"practice-strip\"]").await;
    assert_eq!(
        page.run(size, &[]).await,
        before,
        "the window has its size again"
    );
    assert_eq!(station.place_of(BOHAO), place, "and its place");
    page.click("nav-calls").await;
    page.see("[data-testid=\"call-row\"]").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    let rows = page
        .run(
            "return document.querySelectorAll('[data-testid=\"call-row\"]').length",
            &[],
        )
        .await;
    assert_eq!(rows, json!(1), "the log holds the one call");
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_second_start_leaves_the_first_alone() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.see("[data-testid=\"first-run\"]").await;
    let second = station.command(program()).status().expect("it starts");
    assert!(second.success(), "the second start ends quietly");
    page.see("[data-testid=\"first-run\"]").await;
    station.quit();
}

#[test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
fn a_start_that_fails_says_why_and_ends_with_code_1() {
    let station = Station::new();
    let in_the_way = station.path("a-file");
    fs::write(&in_the_way, "not a folder").expect("the station is writable");
    let mut bohao = station
        .command(program())
        .env("BOHAO_DATA_DIR", &in_the_way)
        .spawn()
        .expect("it starts");
    let refusal = dialog("Bohao can't start");
    station.keys(refusal, &["key", "Return"]);
    let status = bohao.wait().expect("it ends");
    assert_eq!(status.code(), Some(1));
    assert_eq!(
        fs::read(&in_the_way).expect("it is still there"),
        b"not a folder"
    );
}

/// Goes from the first run to a practised call whose recording is shown.
async fn practise_one_call(page: &Page) {
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    for key in "13922104471".chars() {
        page.click(&format!("key-{key}")).await;
    }
    page.see("[data-testid=\"dial-button\"]:not(:disabled)")
        .await;
    page.click("dial-button").await;
    page.see("[data-testid=\"live-card\"][data-state=\"recorded\"]")
        .await;
    page.click("nav-calls").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
}

/// The program under test.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bohao"))
}

/// Whether the bytes hold the text as UTF-8 or as UTF-16.
fn holds(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [text.as_bytes(), &wide]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
}
