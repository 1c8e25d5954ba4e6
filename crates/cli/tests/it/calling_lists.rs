//! `lists`.

use crate::stand::{bare, fresh};
use serde_json::{Value, json};
use std::path::Path;

const SHEET: &str = "姓名,手机号,城市\n\
    孙倩,17722106054,杭州\n\
    郑浩,13122107782,宁波\n\
    孙倩,177-2210-6054,\n\
    高翔,无,\n";

fn sheet(dir: &Path) -> String {
    let path = dir.join("十一月冷链.csv");
    std::fs::write(&path, SHEET).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_sheet_becomes_a_list_that_is_shown_and_written_down() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let place = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let run = |words: &[&str]| fresh(&data, words);

    let rehearsed = run(&["--json", "lists", "import", &file, "--dry-run"]);
    assert_eq!((rehearsed.exit, &rehearsed.json()["taken"]), (0, &json!(2)));
    assert_eq!(run(&["--json", "lists"]).json(), json!([]));

    let left_out = place("left-out.csv");
    let made = run(&["--json", "lists", "import", &file, "--rejected", &left_out]);
    let report = made.json();
    assert_eq!((&report["rows"], &report["taken"]), (&json!(4), &json!(2)));
    let flaws: Vec<&Value> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["flaw"])
        .collect();
    assert_eq!(flaws, ["repeated", "no_number"]);
    assert_eq!(
        std::fs::read_to_string(&left_out).unwrap().lines().count(),
        3
    );

    let list = &run(&["--json", "lists"]).json()[0];
    assert_eq!(list["name"], "十一月冷链");
    assert_eq!(
        (&list["list"], &list["figures"]["open"]),
        (&report["list"], &json!(2))
    );
    let words = run(&["--lang", "zh", "lists"]).stdout;
    assert!(
        words.contains("十一月冷链") && words.contains("进行中"),
        "{words}"
    );
    let skipped = ["待拨", "待再拨", "待选结果", "已结束", "已跳过", "勿扰"];
    assert!(skipped.iter().all(|state| words.contains(state)), "{words}");
    assert_eq!(report["made_before"], Value::Null);
    let again = run(&["--json", "lists", "import", &file, "--dry-run"]).json();
    assert_eq!(again["made_before"]["name"], "十一月冷链");
    let again = run(&["--lang", "zh", "lists", "import", &file, "--dry-run"]);
    assert!(again.stdout.contains("同一份表格"), "{again:?}");

    let (id, out) = (report["list"].to_string(), place("out.csv"));
    let written = run(&["--json", "--lang", "zh", "lists", "export", &id, &out]);
    assert_eq!((written.exit, &written.json()["rows"]), (0, &json!(2)));
    let table = std::fs::read_to_string(&out).unwrap();
    assert!(table.contains("17722106054,孙倩,,杭州,,待拨"), "{table}");
    let again = run(&["--json", "lists", "export", &id, &out, "--masked"]);
    assert_eq!(
        (again.exit, &again.json()["code"]),
        (2, &json!("file_exists"))
    );
    assert_eq!(
        run(&["lists", "export", &id, &out, "--masked", "--force"]).exit,
        0
    );
    let masked = std::fs::read_to_string(&out).unwrap();
    assert!(masked.contains("177****6054"), "{masked}");
    assert_eq!(run(&["--json", "calls", "--list", &id]).json(), json!([]));
}

#[test]
fn what_is_no_list_is_bad_input() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    let place = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(place("empty.csv"), "手机号\n无\n").unwrap();
    for words in [
        ["lists", "import", "-"].as_slice(),
        &["lists", "import", "/nowhere/leads.csv"],
        &["lists", "import", &place("empty.csv")],
        &["lists", "export", "7", &place("out.csv")],
        &["lists", "export", "7", &place("out.json")],
    ] {
        let mut asked = vec!["--json"];
        asked.extend_from_slice(words);
        let said = fresh(&data, &asked);
        assert_eq!(said.exit, 2, "{words:?}: {}", said.stdout);
        assert!(said.json()["code"].is_string(), "{words:?}");
    }
    assert!(!Path::new(&place("out.csv")).exists());
}

#[cfg(unix)]
#[test]
fn an_import_that_is_told_to_end_says_so_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    let mut text = "手机号\n".to_owned();
    for row in 0..300_000_u64 {
        text.push_str(&format!("{}\n", 13_000_000_000 + row * 7_919));
    }
    let path = dir.path().join("long.csv");
    std::fs::write(&path, text).unwrap();
    assert_eq!(fresh(&data, &["lists"]).exit, 0);
    let importing = bare()
        .env("BOHAO_DATA_DIR", &data)
        .args(["--json", "lists", "import"])
        .arg(&path)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let log = data.join("bohao.db-wal");
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < 1_000_000 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let told = std::process::Command::new("kill")
        .arg(importing.id().to_string())
        .status();
    assert!(told.unwrap().success());
    let ended = importing.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status.code(), &answer["code"]),
        (Some(2), &json!("cancelled"))
    );
    assert_eq!(fresh(&data, &["--json", "lists"]).json(), json!([]));
}
