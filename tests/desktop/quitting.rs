//! Quitting in the middle of something: nothing is lost, nothing is left in pieces.

use crate::platform::Platform;
use crate::program;
use crate::station::{Station, dialog, wait_until};
use crate::webdriver::Page;
use base64::Engine;
use bohao_sandbox::{Fault, FaultKind, Running, Settings, Timing};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Asks the window's desk.
const ASK: &str =
    "return window.__TAURI_INTERNALS__.invoke(arguments[0], {request: arguments[1]});";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn quitting_in_the_middle_of_a_call_loses_nothing_and_rings_nobody_again() {
    let talk = Duration::from_secs(120);
    let sandbox = sandbox(Timing {
        talk,
        ..Timing::default()
    })
    .await;
    let mut station = customer_of(&sandbox);
    let page = station.open(program()).await;
    dial(&page).await;
    page.see("[data-testid=\"live-card\"][data-state=\"accepted\"]")
        .await;
    station.quit();

    let page = station.open(program()).await;
    let calls = json!([{"state": "accepted", "number": "13922104471"}]);
    assert_eq!(logged(&page).await, calls);
    station.quit();
    assert_eq!(sandbox.calls().len(), 1, "no phone rang for the restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn promise_1_quitting_before_the_platform_answered_leaves_a_call_unknown_and_rings_nobody_again()
 {
    let sandbox = sandbox(Timing::default()).await;
    let late = Fault {
        kind: FaultKind::Slow,
        delay: Some(Duration::from_secs(120)),
        to: None,
    };
    sandbox.set_fault(late, 1);
    let mut station = customer_of(&sandbox);
    let page = station.open(program()).await;
    dial(&page).await;
    wait_until("the platform has taken the call", || {
        !sandbox.calls().is_empty()
    });
    station.quit();

    let page = station.open(program()).await;
    let calls = json!([{"state": "unknown", "number": "13922104471"}]);
    assert_eq!(logged(&page).await, calls);
    station.quit();
    assert_eq!(sandbox.calls().len(), 1, "no phone rang for the restart");
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

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn quitting_in_the_middle_of_an_import_takes_all_of_it_or_nothing() {
    const ROWS: u64 = 30_000;
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    // The page makes the sheet: it is too much to be carried through the driver.
    let import = "const rows = Array.from({length: arguments[0]}, (_, i) => \
         `139${String(i).padStart(8, '0')},2026-11-0${1 + i % 9} 10:00:00,接通,${1 + i % 300}`); \
         const sheet = btoa(unescape(encodeURIComponent(['客户号码,开始时间,状态,时长', ...rows].join('\\n')))); \
         const ask = (request) => window.__TAURI_INTERNALS__.invoke('mutate', {request}); \
         ask({name: 'HandOver', args: {name: 'calls.csv', content: sheet}}) \
         .then(({file}) => ask({name: 'RunImport', args: {file}}));";
    page.run(import, &[json!(ROWS)]).await;
    let data = station.data_dir();
    wait_until("much of it is written", || {
        let logs = station.files(&data).into_iter();
        let mut logs = logs.filter(|file| file.to_string_lossy().ends_with("-wal"));
        logs.any(|file| fs::metadata(file).is_ok_and(|file| file.len() > 1_000_000))
    });
    station.quit();

    let page = station.open(program()).await;
    page.see("[data-testid=\"practice-strip\"]").await;
    let calls = json!({"name": "CallsQuery", "args": {}});
    let calls = page.run(ASK, &[json!("query"), calls]).await;
    let total = calls["total"].as_u64();
    assert!(
        total == Some(0) || total == Some(ROWS),
        "half of a sheet was taken: {total:?}"
    );
    station.quit();
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

/// The strict stand-in for the platform, which counts the phones that it rings.
async fn sandbox(timing: Timing) -> Running {
    bohao_sandbox::start(Settings {
        timing,
        ..Settings::default()
    })
    .await
    .expect("a free port")
}

/// A station with the account of a sandbox, which no relay tells of calls.
fn customer_of(sandbox: &Running) -> Station {
    Station::told(vec![
        ("BOHAO_APP_KEY", Settings::APP_KEY.to_owned()),
        ("BOHAO_APP_SECRET", Settings::APP_SECRET.to_owned()),
        ("BOHAO_TEL_A", "13800006620".to_owned()),
        ("BOHAO_CALL_URL", sandbox.url()),
        ("BOHAO_RECORDING_URL", sandbox.url()),
    ])
}

/// Dials one number as its user would, in a program that is new to it.
async fn dial(page: &Page) {
    page.see("main").await;
    let live = json!({"name": "SetMode", "args": {"mode": "live"}});
    page.run(ASK, &[json!("mutate"), live]).await;
    // Calls may be placed at any hour of the day that a test happens to run at.
    let guard = json!({"name": "SetGuard", "args": {"hours": "00:00-24:00", "reason": "a test"}});
    page.run(ASK, &[json!("mutate"), guard]).await;
    page.type_into("number-input", "139 2210-4471").await;
    page.type_into("number-input", crate::ENTER).await;
}

/// The state and the number of every call in the log.
async fn logged(page: &Page) -> Value {
    page.see("[data-testid=\"number-input\"]").await;
    let calls = json!({"name": "CallsQuery", "args": {}});
    let calls = page.run(ASK, &[json!("query"), calls]).await;
    let rows = calls["rows"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .map(|row| json!({"state": row["state"], "number": row["tel_b"]}))
        .collect()
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
    let live = json!({"name": "SetMode", "args": {"mode": "live"}});
    page.run(ASK, &[json!("mutate"), live]).await;
    let staged = json!({"name": "HandOver", "args": {"name": "calls.json", "content": content}});
    let staged = page.run(ASK, &[json!("mutate"), staged]).await;
    let import = json!({"name": "RunImport", "args": {"file": staged["file"]}});
    page.run(ASK, &[json!("mutate"), import]).await;
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
