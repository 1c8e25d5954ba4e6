//! `follow-ups`.

use crate::stand::{TEL_B, fresh};
use serde_json::{Value, json};
use std::path::Path;

fn told(dir: &Path, words: &[&str]) -> (Value, i32) {
    let said = fresh(dir, &[&["--json", "follow-ups"], words].concat());
    (said.json(), said.exit)
}

fn numbers(dir: &Path, section: &str) -> Vec<String> {
    let (shown, exit) = told(dir, &["list"]);
    assert_eq!(exit, 0, "{shown}");
    let sections = shown["sections"].as_array().unwrap();
    let found = sections.iter().find(|one| one["name"] == section).unwrap();
    let rows = found["rows"].as_array().unwrap().iter();
    rows.map(|row| row["follow_up"]["number"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn one_is_kept_as_it_is_said_shown_put_off_done_and_had_back() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let add = [
        "add",
        "+86 139-2210-4471",
        "--at",
        "三十天后上午十点",
        "--why",
        "报价",
    ];
    let (row, exit) = told(dir, &add);
    assert_eq!(exit, 0, "{row}");
    let wish = &row["follow_up"];
    assert_eq!(
        (&wish["number"], &wish["why"]),
        (&json!(TEL_B), &json!("报价"))
    );
    let local = wish["meant"]["local"].as_str().unwrap();
    assert!(local.ends_with("T10:00"), "{local}");
    let id = wish["follow_up"].to_string();
    assert_eq!(numbers(dir, "later"), [TEL_B]);

    let (row, _) = told(dir, &["snooze", &id]);
    assert!(row["follow_up"]["due_at"].as_i64() < wish["due_at"].as_i64());
    let (row, exit) = told(dir, &["change", &id, "--at", "in 2 hours"]);
    assert_eq!((exit, &row["follow_up"]["why"]), (0, &json!("报价")));
    told(dir, &["done", &id]);
    assert_eq!(numbers(dir, "done"), [TEL_B]);
    told(dir, &["delete", &id]);
    let (row, exit) = told(dir, &["reopen", &id]);
    assert_eq!((exit, &row["follow_up"]["state"]), (0, &json!("open")));

    let shown = fresh(dir, &["follow-ups", "list", "--lang", "zh"]).stdout;
    assert!(shown.contains(TEL_B) && shown.contains("报价"), "{shown}");
}

#[test]
fn what_is_no_single_time_to_come_keeps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (time, code) in [
        ("soon", "bad_time"),
        ("2月30日", "bad_time"),
        ("30天后3点", "ambiguous_time"),
        ("昨天下午3点", "past"),
    ] {
        let (refused, exit) = told(dir, &["add", TEL_B, "--at", time]);
        assert_eq!((exit, &refused["code"]), (2, &json!(code)), "{refused}");
    }
    let (refused, _) = told(dir, &["add", TEL_B, "--at", "30天后3点"]);
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("15:00") && message.contains("03:00"),
        "{message}"
    );
    assert_eq!(numbers(dir, "later"), [""; 0]);
    let (refused, exit) = told(dir, &["done", "99"]);
    assert_eq!((exit, &refused["code"]), (2, &json!("not_found")));
    let (refused, exit) = told(dir, &["list", "--zone", "Nowhere/At_All"]);
    assert_eq!((exit, &refused["code"]), (2, &json!("usage")));
}

#[test]
fn a_time_is_shown_back_by_the_clock_that_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let (read, exit) = told(
        dir.path(),
        &["read", "2031-01-06 09:30", "--zone", "+09:00"],
    );
    assert_eq!(exit, 0, "{read}");
    let meant = json!({ "local": "2031-01-06T09:30", "offset_minutes": 540 });
    assert_eq!(read["times"][0]["meant"], meant);
    assert_eq!(read["times"].as_array().map(Vec::len), Some(1));

    let add = ["add", TEL_B, "--at", "30天后上午九点", "--zone", "+09:00"];
    let (row, exit) = told(dir.path(), &add);
    assert_eq!(exit, 0, "{row}");
    for (zone, shown) in [("+09:00", "09:00"), ("Asia/Shanghai", "08:00")] {
        let list = fresh(dir.path(), &["follow-ups", "list", "--zone", zone]).stdout;
        assert!(list.contains(shown), "{list}");
    }
}

#[test]
fn they_are_written_into_a_calendar() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    told(
        dir,
        &["add", TEL_B, "--at", "30天后上午十点", "--why", "报价"],
    );
    let file = dir.join("out.ics");
    let path = file.to_str().unwrap();
    let (written, exit) = told(dir, &["export", path]);
    assert_eq!((exit, &written["count"]), (0, &json!(1)));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("BEGIN:VEVENT") && !text.contains(TEL_B),
        "{text}"
    );
    let (refused, exit) = told(dir, &["export", path]);
    assert_eq!((exit, &refused["code"]), (2, &json!("file_exists")));
    told(dir, &["export", path, "--whole-numbers", "--force"]);
    assert!(std::fs::read_to_string(&file).unwrap().contains(TEL_B));
}
