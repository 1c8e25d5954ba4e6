//! A recording goes where the user says, or the window says why it can't.

use crate::station::{Station, dialog, wait_until};
use crate::webdriver::Page;
use crate::{practise_one_call, program};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_full_disk_is_named_and_nothing_is_left_on_it() {
    refuse_and_go_elsewhere("size=16k", "disk_full", "The disk is full").await;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_read_only_place_is_named() {
    refuse_and_go_elsewhere("ro", "not_writable", "This place can’t be written to").await;
}

async fn refuse_and_go_elsewhere(options: &str, code: &str, words: &str) {
    let mut station = Station::new();
    let place = station.path("place");
    let Some(_place) = SmallDisk::mount(&place, options) else {
        return;
    };
    let page = station.open(program()).await;
    practise_one_call(&page).await;
    let target = place.join("saved.wav");
    choose(&station, &page, &target).await;
    page.see(&format!("[data-testid=\"fault\"][data-code=\"{code}\"]"))
        .await;
    let said = text_of(&page, "fault").await;
    assert!(said.contains(words), "{said}");
    assert!(station.files(&place).is_empty(), "nothing is left there");

    // The recording itself is as it was, and finds its way elsewhere.
    let elsewhere = station.path("elsewhere.wav");
    choose(&station, &page, &elsewhere).await;
    page.see("[data-testid=\"recording-saved\"]").await;
    assert!(
        fs::read(&elsewhere)
            .expect("it is there")
            .starts_with(b"RIFF")
    );
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_file_that_exists_is_replaced_only_once_the_user_says_so() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    practise_one_call(&page).await;
    let target = station.path("mine.wav");
    fs::write(&target, "mine").expect("the station is writable");

    choose(&station, &page, &target).await;
    station.answer("Escape");
    station.keys(dialog("Save recording"), &["key", "Escape"]);
    wait_until("the dialog is closed", || {
        station.window(dialog("Save recording")).is_none()
    });
    assert_eq!(fs::read(&target).expect("it is there"), b"mine");
    assert_eq!(text_of(&page, "recording-saved").await, "");

    choose(&station, &page, &target).await;
    station.answer("alt+r");
    page.see("[data-testid=\"recording-saved\"]").await;
    assert!(fs::read(&target).expect("it is there").starts_with(b"RIFF"));
    station.quit();
}

/// Opens the save dialog of the call that is shown and names a file in it.
async fn choose(station: &Station, page: &Page, target: &Path) {
    page.click("recording-save").await;
    station.save_as(target);
}

async fn text_of(page: &Page, test_id: &str) -> String {
    let script = "return document.querySelector(arguments[0]).innerText";
    let selector = format!("[data-testid=\"{test_id}\"]");
    let text = page.run(script, &[json!(selector)]).await;
    text.as_str().unwrap_or_default().trim().to_owned()
}

/// A file system in memory, gone when it is dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, options: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("the station is writable");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            // A test that passes is silent unless it speaks past the harness.
            let _ = writeln!(
                std::io::stderr(),
                "skipped: nobody but root can mount a small disk"
            );
        }
        mounted.then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}
