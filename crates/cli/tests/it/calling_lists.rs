//! `lists`.

use crate::stand::fresh;
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
