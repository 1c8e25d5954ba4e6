//! `log`, `delete` and `erase`.

use crate::stand::{Stand, TEL_A, TEL_B};
use serde_json::{Value, json};

fn calls(stand: &Stand) -> Vec<Value> {
    let (calls, exit) = stand.json(&["calls"]);
    assert_eq!(exit, 0, "{calls}");
    calls.as_array().unwrap().clone()
}

#[test]
fn a_call_made_elsewhere_is_written_down() {
    let stand = Stand::new();
    let (logged, exit) = stand.json(
        &[
            ["log", "139-2210", "4471", "--tel-a", TEL_A].as_slice(),
            &["--at", "2026-01-05 09:30", "--duration", "192"],
            &["--note", "手机打的"],
        ]
        .concat(),
    );
    assert_eq!((exit, &logged["merged"]), (0, &json!(false)), "{logged}");
    let calls = calls(&stand);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["tel_b"], TEL_B);
    assert_eq!(calls[0]["by_hand"], json!(true));
    assert_eq!(
        (&calls[0]["status"], &calls[0]["duration"]),
        (&json!("connected"), &json!(192))
    );

    // By what the log shows of it, like any other.
    let subid = calls[0]["subid"].as_str().unwrap();
    let (_, exit) = stand.json(&["outcome", subid, "interested"]);
    assert_eq!(exit, 0);

    let (refused, exit) = stand.json(&["log", TEL_B, "--at", "2999-01-01"]);
    assert_eq!(
        (exit, &refused["details"]["field"]),
        (2, &json!("started_at")),
        "{refused}"
    );
}

#[test]
fn what_is_deleted_is_asked_for_first_and_gone_for_good() {
    let stand = Stand::new();
    for number in [TEL_B, "13922100004"] {
        stand.run(&["dial", number]);
    }
    let subid = calls(&stand)[1]["subid"].as_str().unwrap().to_owned();

    let (unsaid, exit) = stand.json(&["delete", &subid]);
    assert_eq!(
        (exit, &unsaid["code"]),
        (2, &json!("bad_input")),
        "{unsaid}"
    );
    let (nothing, exit) = stand.json(&["delete", "--yes"]);
    assert_eq!(
        exit, 2,
        "a delete without a word of what deletes nothing: {nothing}"
    );
    assert_eq!(stand.json(&["delete", "no-such-call", "--yes"]).1, 2);
    assert_eq!(calls(&stand).len(), 2);

    let (deleted, exit) = stand.json(&["delete", &subid, "--yes"]);
    assert_eq!((exit, deleted), (0, json!({ "calls": 1 })));
    let (deleted, _) = stand.json(&["delete", "--state", "refused", "--yes"]);
    assert_eq!(deleted, json!({ "calls": 1 }));
    assert!(calls(&stand).is_empty());
    let database = std::fs::read(stand.data_dir().join("bohao.db")).unwrap();
    assert!(
        !database
            .windows(subid.len())
            .any(|at| at == subid.as_bytes())
    );
}

#[test]
fn promise_5_an_erased_person_does_not_come_back_by_reading_all_again() {
    let stand = Stand::new();
    stand.dial_and_await_the_push(TEL_B);
    stand.dial_and_await_the_push("13922105583");
    assert_eq!(stand.json(&["sync"]).1, 0);
    assert_eq!(calls(&stand).len(), 2);

    let (erased, exit) = stand.json(&["erase", "139 2210 4471", "--keep-off", "--yes"]);
    assert_eq!((exit, &erased["calls"]), (0, &json!(1)), "{erased}");
    assert_eq!(stand.json(&["sync", "--from-start"]).1, 0);

    let left = calls(&stand);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["tel_b"], "13922105583");
    let (own, exit) = stand.json(&["erase", TEL_A, "--yes"]);
    assert_eq!(
        (exit, &own["details"]["flaw"]),
        (2, &json!("own_number")),
        "{own}"
    );
}
