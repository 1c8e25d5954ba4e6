//! `report`.

use crate::stand::{Stand, TEL_A, TEL_B, fresh};
use serde_json::json;

#[test]
fn a_report_tells_what_the_days_calls_come_to() {
    let stand = Stand::new();
    stand.connected(TEL_B);
    let (report, exit) = stand.json(&["report"]);

    assert_eq!(exit, 0, "{report}");
    assert_eq!(report["figures"]["dialled"], 1);
    assert_eq!(report["figures"]["connected"], 1);
    assert_eq!(report["figures_before"]["dialled"], 0);
    assert_eq!(report["own_numbers"][0]["number"], TEL_A);
    assert_eq!(report["bars"].as_array().map(Vec::len), Some(1));
    let today = report["period"]["from"].as_str().unwrap().to_owned();
    assert_eq!(report["period"]["to"], json!(today));

    // The same days by their names, and by their dates.
    for words in [
        ["report", "today"].as_slice(),
        &["report", "--from", &today],
        &["report", "--from", &today, "--to", &today],
    ] {
        let (again, _) = stand.json(words);
        assert_eq!(again["figures"], report["figures"], "{words:?}");
        assert_eq!(again["period"], report["period"], "{words:?}");
    }
    let words = stand.run(&["--lang", "zh", "report", "this-month"]).stdout;
    assert!(words.contains("接通率") && words.contains(TEL_A), "{words}");
}

#[test]
fn days_that_are_none_are_bad_input() {
    let dir = tempfile::tempdir().unwrap();
    for (words, exit) in [
        (["report", "--from", "2026-02-30"].as_slice(), 2),
        (&["report", "--from", "2026-03-02", "--to", "2026-03-01"], 2),
        (&["report", "--to", "2026-03-01"], 2),
        (&["report", "chosen"], 2),
        (&["report", "next-week"], 2),
    ] {
        let mut asked = vec!["--json"];
        asked.extend_from_slice(words);
        let said = fresh(dir.path(), &asked);
        assert_eq!(said.exit, exit, "{words:?}: {}", said.stdout);
        assert!(said.json()["code"].is_string(), "{words:?}");
    }
}
