//! `guard export`, `guard verify` and `do-not-call`.

use crate::stand::{Said, Stand, TEL_B, bare, fresh, said};
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;

const OTHER: &str = "13922105583";

fn place(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_owned()
}

/// A desk with a few entries in its guard's log, and that log in a file.
fn exported(dir: &Path, name: &str) -> (String, Value) {
    let data = dir.join("desk");
    for words in [
        &["guard", "set", "gap=0", "--reason", "night shift"][..],
        &["do-not-call", "add", TEL_B, "--reason", "来电，\"要求\""],
        &["do-not-call", "lift", "139 2210 4471", "--reason", "again"],
    ] {
        assert_eq!(fresh(&data, words).exit, 0);
    }
    let file = place(dir, name);
    let saved = fresh(&data, &["--json", "guard", "export", &file]);
    assert_eq!(saved.exit, 0, "{saved:?}");
    (file, saved.json())
}

/// Nothing but the file is there: no folder of data is made.
fn verify(words: &[&str]) -> Said {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("none");
    let words = [&["--json", "guard", "verify"], words].concat();
    let checked = said(bare().env("BOHAO_DATA_DIR", &data).args(words));
    assert!(!data.exists());
    checked
}

#[rstest]
#[case("log.jsonl")]
#[case("log.csv")]
fn the_guards_log_is_checked_far_from_its_desk(#[case] name: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (file, saved) = exported(dir.path(), name);
    assert_eq!(
        (&saved["outcome"], &saved["rows"]),
        (&json!("saved"), &json!(3))
    );

    let whole = verify(&[&file]);
    let told = whole.json();
    assert_eq!((whole.exit, &told["whole"]), (0, &json!(true)));
    assert_eq!(told["entries"], 3);
    let head = told["head"].as_str().unwrap();
    assert_eq!(verify(&[&file, "--head", &head.to_uppercase()]).exit, 0);
    let another = verify(&[&file, "--head", &head.replace(&head[..1], "g")]);
    assert_eq!(
        (another.exit, &another.json()["another_head"]),
        (3, &json!(true))
    );

    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(TEL_B));
    std::fs::write(&file, text.replace("night", "day")).unwrap();
    let broken = verify(&[&file]);
    let told = broken.json();
    assert_eq!((broken.exit, &told["broken_at"]), (3, &json!(1)));
    assert_eq!(told["whole"], false);
}

#[test]
fn a_log_of_which_the_end_was_cut_off_is_not_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (file, _) = exported(dir.path(), "log.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    std::fs::write(&file, lines[..2].join("\n")).unwrap();
    let cut = verify(&[&file]);
    let told = cut.json();
    assert_eq!((cut.exit, &told["cut_off"]), (3, &json!(true)));
    assert_eq!(
        (&told["broken_at"], &told["entries"]),
        (&json!(null), &json!(2))
    );
}

#[rstest]
#[case(&["guard", "export", "log.txt"], 2)]
#[case(&["guard", "verify", "/nowhere/log.jsonl"], 2)]
#[case(&["do-not-call", "export", "list.txt", "--as", "plain"], 2)]
#[case(&["do-not-call", "export", "list.csv", "--as", "plainly"], 2)]
#[case(&["do-not-call", "add", TEL_B, "--reason", " "], 2)]
#[case(&["do-not-call", "add", "teapot", "--reason", "why"], 2)]
#[case(&["do-not-call", "import", "/nowhere/list.csv", "--reason", "why"], 2)]
#[case(&["do-not-call", "import", "/nowhere/list.csv"], 2)]
fn what_can_not_be_done_is_bad_input(#[case] words: &[&str], #[case] exit: i32) {
    let dir = tempfile::tempdir().unwrap();
    let told = fresh(dir.path(), &[&["--json"], words].concat());
    assert_eq!(told.exit, exit, "{told:?}");
}

#[test]
fn a_list_is_rehearsed_taken_and_holds() {
    let stand = Stand::new();
    let list = place(stand.dir.path(), "list.csv");
    let text = format!("客户,联系电话\n陈立,{TEL_B}\n周敏,{OTHER}\n重复,+86 {OTHER}\n无,none\n");
    std::fs::write(&list, text).unwrap();

    let (rehearsed, exit) = stand.json(&["do-not-call", "import", &list, "--dry-run"]);
    assert_eq!(exit, 0, "{rehearsed}");
    let counts = |told: &Value| ["rows", "new", "known", "invalid"].map(|key| told[key].clone());
    assert_eq!(counts(&rehearsed), [4, 2, 1, 1].map(Value::from));
    assert_eq!(rehearsed["rejected"][0]["row"], 5);
    assert_eq!(stand.run(&["dial", TEL_B]).exit, 0, "nothing was changed");

    let (taken, exit) = stand.json(&["do-not-call", "import", &list, "--reason", "总部"]);
    assert_eq!((exit, counts(&taken)), (0, [4, 2, 1, 1].map(Value::from)));
    for number in [TEL_B, OTHER] {
        let (placed, exit) = stand.json(&["dial", number]);
        assert_eq!((exit, &placed["state"]), (3, &json!("blocked")), "{placed}");
    }
    let (count, _) = stand.json(&["do-not-call", "show"]);
    assert_eq!(count, json!({ "numbers": 2, "hashes": 0 }));
}

#[test]
fn the_column_of_the_numbers_may_be_told() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    let list = place(dir.path(), "list.csv");
    std::fs::write(&list, format!("甲,乙\n陈立,{TEL_B}\n")).unwrap();
    let import = ["--json", "do-not-call", "import", &list, "--dry-run"];
    assert_eq!(fresh(&data, &import).exit, 2, "no header tells");
    let told = fresh(&data, &[&import[..], &["--column", "2"]].concat());
    assert_eq!((told.exit, &told.json()["new"]), (0, &json!(1)));
    let beyond = fresh(&data, &[&import[..], &["--column", "9"]].concat());
    assert_eq!(beyond.exit, 2);
}

#[test]
fn a_keyed_list_goes_from_desk_to_desk_with_its_key_by_another_way() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let add = ["do-not-call", "add", TEL_B, "--reason", "来电要求"];
    assert_eq!(fresh(&here, &add).exit, 0);
    let list = place(dir.path(), "list.xlsx");
    let out = ["--json", "do-not-call", "export", &list, "--as", "keyed"];
    let exported = fresh(&here, &out).json();
    let key = exported["key"].as_str().unwrap();
    assert_eq!(fresh(&here, &out).exit, 2, "what is there is spared");

    let import = ["--json", "do-not-call", "import", &list, "--reason", "总部"];
    assert_eq!(fresh(&there, &import).exit, 2, "it wants a key");
    let other = "0".repeat(32);
    let wrong = [&import[..], &["--key", &other]].concat();
    assert_eq!(fresh(&there, &wrong).exit, 2);
    let taken = fresh(&there, &[&import[..], &["--key", key]].concat());
    assert_eq!((taken.exit, &taken.json()["new"]), (0, &json!(1)));
    let count = fresh(&there, &["--json", "do-not-call", "show"]).json();
    assert_eq!(count, json!({ "numbers": 0, "hashes": 1 }));
}
