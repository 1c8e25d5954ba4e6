//! Quitting in the middle of something: nothing is lost, nothing is left in pieces.

use crate::platform::Platform;
use crate::program;
use crate::station::{Station, dialog, wait_until};
use crate::webdriver::Page;
use base64::Engine;
use serde_json::json;
use std::fs;
use std::path::Path;

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn quitting_in_the_middle_of_a_call_loses_nothing_and_dials_nothing_again() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    page.type_into("number-input", "139 2210-4471").await;
    page.type_into("number-input", crate::ENTER).await;
    page.see("[data-testid=\"live-card\"][data-state=\"accepted\"]")
        .await;
    station.quit();

    let page = station.open(program()).await;
    page.see("[data-testid=\"practice-strip\"]").await;
    page.click("nav-calls").await;
    page.see("[data-testid=\"call-row\"]").await;
    let rows = "return document.querySelectorAll('[data-testid=\"call-row\"]').length";
    assert_eq!(
        page.run(rows, &[]).await,
        json!(1),
        "the log holds the one call"
    );
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_6_quitting_while_a_recording_is_fetched_leaves_it_absent_and_then_whole() {
    let platform = Platform::start(400_000);
    platform.get_stuck();
    let mut station = at(&platform);
    let page = station.open(program()).await;
    bring_a_connected_call(&page).await;
    let recordings = station.data_dir().join("recordings");
    wait_until("half of the recording is here", || {
        let files = station.files(&recordings);
        files
            .iter()
            .any(|file| fs::metadata(file).is_ok_and(|file| file.len() > 100_000))
    });
    station.quit();
    assert!(
        whole_files(&station, &recordings).is_empty(),
        "what bears a recording's name is whole"
    );

    platform.go_on();
    let page = station.open(program()).await;
    page.click("nav-calls").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    let files = whole_files(&station, &recordings);
    assert_eq!(files, [platform.recording.to_vec()]);
    assert_eq!(
        station.files(&recordings).len(),
        1,
        "no piece of the first attempt is left"
    );
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_6_quitting_while_a_recording_is_saved_leaves_it_whole_or_absent() {
    let platform = Platform::start(8 * 1024 * 1024);
    let mut station = at(&platform);
    let page = station.open(program()).await;
    bring_a_connected_call(&page).await;
    page.click("nav-calls").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    let folder = station.path("mine");
    fs::create_dir(&folder).expect("the station is writable");
    page.click("recording-save").await;
    station.save_as(&folder.join("saved.wav"));
    wait_until("the copy has begun", || !station.files(&folder).is_empty());
    station.quit();

    let left = station.files(&folder);
    assert!(left.len() <= 1, "{left:?}");
    for file in left {
        assert_eq!(file, folder.join("saved.wav"), "no piece is left");
        let saved = fs::read(&file).expect("it is there");
        assert!(saved == *platform.recording, "{} is whole", file.display());
    }
    let page = station.open(program()).await;
    page.click("nav-calls").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn quitting_under_the_save_dialog_saves_nothing() {
    let platform = Platform::start(100_000);
    let mut station = at(&platform);
    let page = station.open(program()).await;
    bring_a_connected_call(&page).await;
    page.click("nav-calls").await;
    page.click("call-row").await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    let folder = station.path("mine");
    fs::create_dir(&folder).expect("the station is writable");
    page.click("recording-save").await;
    station.keys(dialog("Save recording"), &["key", "ctrl+a"]);
    station.quit();
    assert!(station.files(&folder).is_empty());
}

/// A station with an account at this platform, which no relay tells of calls.
fn at(platform: &Platform) -> Station {
    Station::told(vec![
        ("BOHAO_APP_KEY", "desktop-key".to_owned()),
        ("BOHAO_APP_SECRET", "desktop-secret".to_owned()),
        ("BOHAO_TEL_A", "13800006620".to_owned()),
        ("BOHAO_CALL_URL", platform.url.clone()),
        ("BOHAO_RECORDING_URL", platform.url.clone()),
    ])
}

/// A connected call that ended just now, brought in as a sheet would be.
async fn bring_a_connected_call(page: &Page) {
    page.see("main").await;
    let now = page.run("return Date.now()", &[]).await;
    let ended = now.as_i64().expect("an instant") / 1000;
    let records = json!([{
        "subid": "04202611230907173470000001",
        "telA": "13800006620",
        "telX": "13500000000",
        "telB": "13922104471",
        "startTime": ended - 25,
        "endTime": ended,
        "duration": 25,
        "status": 1,
    }]);
    let content = base64::engine::general_purpose::STANDARD.encode(records.to_string());
    let ask = "return window.__TAURI_INTERNALS__.invoke('mutate', {request: arguments[0]});";
    let live = json!({"name": "SetMode", "args": {"mode": "live"}});
    page.run(ask, &[live]).await;
    let staged = json!({"name": "HandOver", "args": {"name": "calls.json", "content": content}});
    let staged = page.run(ask, &[staged]).await;
    let import = json!({"name": "RunImport", "args": {"file": staged["file"]}});
    page.run(ask, &[import]).await;
}

/// What lies in a folder under a recording's final name.
fn whole_files(station: &Station, folder: &Path) -> Vec<Vec<u8>> {
    let files = station.files(folder);
    let named = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "wav"));
    named
        .map(|file| fs::read(file).expect("it is there"))
        .collect()
}
