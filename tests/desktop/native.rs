//! What the window asks of the system, and the system of the window: menu and file manager.

use crate::program;
use crate::station::{BOHAO, Station, wait_until};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn every_shortcut_of_the_menu_leads_to_its_screen() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;
    // The page knows these keys as well. It is made deaf to them, so that only the menu is left.
    let deaf = "window.addEventListener('keydown', (event) => {
        event.stopImmediatePropagation();
        event.preventDefault();
    }, true);";
    page.run(deaf, &[]).await;
    for (key, shown) in [
        ("ctrl+2", "lists"),
        ("ctrl+3", "calls-search"),
        ("ctrl+4", "customers-search"),
        ("ctrl+5", "follow-ups-export"),
        ("ctrl+6", "report-today"),
        ("ctrl+7", "language-select"),
        ("ctrl+1", "number-input"),
    ] {
        let selector = format!("[data-testid=\"{shown}\"]");
        let found = "return document.querySelector(arguments[0]) !== null";
        let before = page.run(found, &[json!(selector)]).await;
        assert_eq!(before, json!(false), "{shown} is not there before {key}");
        station.keys(BOHAO, &["key", key]);
        page.see(&selector).await;
    }
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn the_folder_of_recordings_is_opened_in_the_file_manager() {
    let mut station = Station::new();
    let told = station.path("told");
    let opener = station.path("bin/xdg-open");
    fs::create_dir_all(station.path("bin")).expect("the station is writable");
    let script = format!(
        "#!/bin/sh\nprintf '%s' \"$*\" > '{0}.new' && mv '{0}.new' '{0}'\n",
        told.display()
    );
    fs::write(&opener, script).expect("the station is writable");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("and may be run");

    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.click("nav-settings").await;
    page.click("folder-open").await;
    wait_until("the file manager is asked", || told.exists());
    let folder = station.data_dir().join("practice/recordings");
    assert_eq!(
        fs::read_to_string(&told).expect("it was written whole"),
        folder.to_str().expect("a plain path")
    );
    assert!(folder.is_dir(), "it is there to be opened");
    station.quit();
}
