//! `sync` and `calls`.

use crate::stand::{NOWHERE, Stand, TEL_A, TEL_B, fresh, said};
use serde_json::{Value, json};

#[test]
fn sync_brings_each_record_once() {
    let stand = Stand::new();
    let placed = stand.dial_and_await_the_push(TEL_B);
    let (first, exit) = stand.json(&["sync"]);
    let expected = json!({ "received": 1, "new": 0, "updated": 1, "unreadable": 0, "cursor": 1 });
    assert_eq!((exit, first), (0, expected));
    let (second, _) = stand.json(&["sync"]);
    let expected = json!({ "received": 0, "new": 0, "updated": 0, "unreadable": 0, "cursor": 1 });
    assert_eq!(second, expected);

    let (calls, _) = stand.json(&["calls"]);
    assert_eq!(calls.as_array().map(Vec::len), Some(1));
    assert_eq!(calls[0]["call"], placed["call"]);
    assert_eq!(calls[0]["subid"], placed["subid"]);
    assert_eq!(calls[0]["status"], "connected");
}

#[test]
fn sync_without_a_relay_or_with_one_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let unset = fresh(dir.path(), &["--json", "sync"]);
    assert_eq!(
        (unset.exit, &unset.json()["code"]),
        (2, &json!("not_set_up"))
    );

    let stand = Stand::new();
    let mut command = stand.command();
    let gone = said(
        command
            .env("BOHAO_RELAY_URL", NOWHERE)
            .args(["--json", "sync"]),
    );
    assert_eq!(
        (gone.exit, &gone.json()["code"]),
        (5, &json!("relay_unreachable"))
    );

    let mut command = stand.command();
    let token = "a-token-of-another-seat-that-is-none";
    let refused = said(
        command
            .env("BOHAO_RELAY_TOKEN", token)
            .args(["--json", "sync"]),
    );
    assert_eq!(
        (refused.exit, &refused.json()["code"]),
        (3, &json!("relay_refused"))
    );
}

#[test]
fn calls_have_the_contracts_keys() {
    let stand = Stand::new();
    stand.dial_and_await_the_push(TEL_B);
    assert_eq!(stand.run(&["sync"]).exit, 0);
    let (calls, _) = stand.json(&["calls"]);
    for key in [
        "call",
        "subid",
        "state",
        "status",
        "tel_a",
        "tel_x",
        "tel_b",
        "started_at",
        "ended_at",
        "duration",
        "reason",
        "recording",
    ] {
        assert!(calls[0].get(key).is_some(), "{key} in {calls}");
    }
    assert_eq!(calls[0]["tel_a"], TEL_A);
    assert_eq!(calls[0]["tel_b"], TEL_B);
}

#[test]
fn calls_are_searched_filtered_and_limited_newest_first() {
    let stand = Stand::new();
    for number in [TEL_B, "13922100004", "13922105583"] {
        stand.run(&["dial", number]);
    }
    let numbers = |words: &[&str]| -> Vec<Value> {
        let (calls, exit) = stand.json(&[&["calls"], words].concat());
        assert_eq!(exit, 0, "{calls}");
        let rows = calls.as_array().unwrap();
        rows.iter().map(|row| row["tel_b"].clone()).collect()
    };
    assert_eq!(numbers(&[]), ["13922105583", "13922100004", TEL_B]);
    assert_eq!(numbers(&["--limit", "1"]), ["13922105583"]);
    assert_eq!(numbers(&["--search", "4471"]), [TEL_B]);
    assert_eq!(numbers(&["--state", "refused"]), ["13922100004"]);
    assert!(numbers(&["--status", "connected"]).is_empty());
    assert!(numbers(&["--since", "2999-01-01"]).is_empty());
    assert_eq!(numbers(&["--since", "2020-01-01 08:00"]).len(), 3);
    assert!(numbers(&["--until", "1000"]).is_empty());

    let shown = stand.run(&["calls", "--lang", "zh"]).stdout;
    assert!(shown.contains(TEL_B) && shown.contains("被拒绝"), "{shown}");
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let stand = Stand::new();
    stand.run(&["dial", TEL_B]);
    let mut command = stand.command();
    let mut child = command
        .arg("calls")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}

#[test]
fn promise_11_a_damaged_database_is_set_aside_and_explained() {
    let dir = tempfile::tempdir().unwrap();
    let garbage = b"this was a database once".repeat(1_000);
    std::fs::write(dir.path().join("bohao.db"), &garbage).unwrap();

    let told = fresh(dir.path(), &["--json", "--lang", "zh", "calls"]);

    assert_eq!((told.exit, told.json()), (0, json!([])));
    let first = told.stderr.lines().next().unwrap();
    let path = first.rsplit_once('：').unwrap().1.to_owned();
    assert_eq!(std::fs::read(path).unwrap(), garbage);
    let later = fresh(dir.path(), &["--json", "--lang", "zh", "calls"]);
    assert_eq!(later.stderr, told.stderr, "until it is acknowledged");
}

/// Who was on the do-not-call table is known to nobody then.
#[rstest::rstest]
#[case::damaged(Some("no longer a database"))]
#[case::emptied(Some(""))]
#[case::gone(None)]
fn promise_10_after_a_loss_nothing_is_dialled_until_it_is_acknowledged(#[case] left: Option<&str>) {
    let stand = Stand::new();
    let barred = ["do-not-call", "add", TEL_B, "--reason", "a test"];
    assert_eq!(stand.run(&barred).exit, 0);
    let database = stand.data_dir().join("bohao.db");
    match left {
        Some(text) => std::fs::write(&database, text).unwrap(),
        None => std::fs::remove_file(&database).unwrap(),
    }

    for language in ["zh", "en"] {
        let told = stand.run(&["--json", "--lang", language, "dial", TEL_B]);
        let answer = told.json();
        assert_eq!(
            (told.exit, &answer["rule"]),
            (3, &json!("loss")),
            "{told:?}"
        );
        assert!(told.stderr.contains("guard acknowledge-loss"), "{told:?}");
        assert!(told.stderr.contains("restore FILE"), "{told:?}");
        let aside = told.stderr.contains("bohao.db.damaged-");
        assert_eq!(aside, left.is_some(), "{told:?}");
    }
    assert!(stand.sandbox.calls().is_empty());

    let (done, exit) = stand.json(&["guard", "acknowledge-loss"]);
    assert_eq!(
        (exit, done),
        (0, json!({ "outcome": "done", "lost": true }))
    );
    let (again, exit) = stand.json(&["guard", "acknowledge-loss"]);
    assert_eq!(
        (exit, again),
        (0, json!({ "outcome": "done", "lost": false }))
    );
    let words = stand.run(&["--lang", "zh", "guard", "acknowledge-loss"]);
    assert!(words.stdout.contains("没有丢失"), "{words:?}");
    let (entries, _) = stand.json(&["guard", "log"]);
    assert_eq!(entries["entries"][0]["what"]["kind"], "loss_acknowledged");
    let all_day = ["guard", "set", "hours=00:00-24:00", "--reason", "a test"];
    assert_eq!(stand.run(&all_day).exit, 0);
    let dialled = stand.run(&["dial", TEL_B]);
    assert_eq!((dialled.exit, dialled.stderr.as_str()), (0, ""));
}

/// What another program keeps there is its own affair.
#[test]
fn a_foreign_database_in_the_place_of_ours_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("bohao.db");
    // The head of an empty database that bears the id of another program.
    let mut foreign = vec![0; 4096];
    foreign[..16].copy_from_slice(b"SQLite format 3\0");
    foreign[68..72].copy_from_slice(b"GPKG");
    std::fs::write(&database, &foreign).unwrap();
    let told = fresh(dir.path(), &["--json", "calls"]);
    assert_eq!(
        (told.exit, &told.json()["code"]),
        (1, &json!("database_foreign"))
    );
    assert_eq!(told.json()["details"]["path"], database.to_str().unwrap());
    assert_eq!(std::fs::read(&database).unwrap(), foreign);
}
