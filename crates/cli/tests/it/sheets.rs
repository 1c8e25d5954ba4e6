//! `import` and `export`.

use crate::stand::{Stand, TEL_B, bare, fresh};
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;

const SHEET: &str = "subid,telA,telB,startTime,endTime,duration,status\n\
    s-1,13800006620,13922104471,2026-11-23 14:07:00,2026-11-23 14:08:00,55,1\n\
    s-2,13800006620,13922105583,2026-11-23 15:07:00,2026-11-23 15:07:30,0,2\n\
    ,13800006620,13922106695,2026-11-23 16:07:00,2026-11-23 16:07:30,0,2\n";

fn sheet(dir: &Path) -> String {
    let path = dir.join("records.csv");
    std::fs::write(&path, SHEET).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn import_takes_the_good_rows_and_names_the_bad() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));

    let rehearsed = fresh(&data, &["--json", "import", &file, "--dry-run"]);
    assert_eq!((rehearsed.exit, &rehearsed.json()["new"]), (0, &json!(2)));
    assert_eq!(fresh(&data, &["--json", "calls"]).json(), json!([]));

    let report = fresh(&data, &["--json", "import", &file]).json();
    assert_eq!((&report["rows"], &report["new"]), (&json!(3), &json!(2)));
    let rejected = &report["rejected"][0];
    assert_eq!(rejected["row"], 4);
    assert!(rejected["reason"].is_string() && rejected.get("column").is_some());

    let again = fresh(&data, &["--json", "import", &file]).json();
    assert_eq!(
        (&again["new"], &again["merged"], &again["same"]),
        (&json!(0), &json!(0), &json!(2))
    );
    assert_eq!(
        fresh(&data, &["--json", "calls"])
            .json()
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[rstest]
#[case("-")]
#[case("/nowhere/records.csv")]
fn a_file_that_is_none_is_bad_input(#[case] file: &str) {
    let dir = tempfile::tempdir().unwrap();
    let said = fresh(dir.path(), &["--json", "import", file]);
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.json()["code"].is_string());
}

#[test]
fn a_file_that_is_not_there_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("records.csv");
    let file = missing.to_str().unwrap();
    let said = fresh(dir.path(), &["--json", "--lang", "zh", "import", file]);
    let told = said.json();
    assert_eq!((said.exit, &told["code"]), (2, &json!("not_found")));
    assert_eq!(told["message"], format!("没有这个文件：{file}"));
}

#[test]
fn a_folder_is_no_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_str().unwrap();
    let said = fresh(&dir.path().join("desk"), &["--json", "import", folder]);
    let told = said.json();
    assert_eq!((said.exit, &told["code"]), (2, &json!("unreadable_file")));
    assert_eq!(told["details"]["reason"], "folder");
}

/// A pipe that nobody writes to would be waited for without end.
#[cfg(unix)]
#[rstest]
#[case::a_device("/dev/null")]
#[case::a_pipe("pipe")]
fn only_a_regular_file_is_read(#[case] name: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    if name == "pipe" {
        let made = std::process::Command::new("mkfifo").arg(&file).status();
        assert!(made.unwrap().success());
    }
    let file = file.to_str().unwrap();
    let said = fresh(&dir.path().join("desk"), &["--json", "import", file]);
    let told = said.json();
    assert_eq!((said.exit, &told["code"]), (2, &json!("unreadable_file")));
    assert_eq!(told["details"]["reason"], "not_a_file");
}

#[test]
fn a_picture_is_no_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("picture.csv");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0").unwrap();
    let said = fresh(
        &dir.path().join("desk"),
        &["--json", "import", file.to_str().unwrap()],
    );
    assert_eq!(
        (said.exit, &said.json()["code"]),
        (2, &json!("unreadable_file"))
    );
}

#[test]
fn export_writes_every_form_and_spares_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    assert_eq!(fresh(&data, &["import", &sheet(dir.path())]).exit, 0);
    let place = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();

    let exported = fresh(&data, &["--json", "export", &place("out.csv")]);
    assert_eq!((exported.exit, &exported.json()["rows"]), (0, &json!(2)));
    let table = std::fs::read_to_string(place("out.csv")).unwrap();
    assert!(
        table.contains(TEL_B) && table.lines().count() == 3,
        "{table}"
    );

    fresh(&data, &["export", &place("out.json"), "--search", "4471"]);
    let rows: Value = serde_json::from_slice(&std::fs::read(place("out.json")).unwrap()).unwrap();
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(rows[0]["tel_b"], TEL_B);

    fresh(&data, &["export", &place("out.jsonl"), "--limit", "1"]);
    assert_eq!(
        std::fs::read_to_string(place("out.jsonl"))
            .unwrap()
            .lines()
            .count(),
        1
    );

    let refused = fresh(
        &data,
        &["--json", "export", &place("out.csv"), "--status", "failed"],
    );
    assert_eq!(
        (refused.exit, &refused.json()["code"]),
        (2, &json!("file_exists"))
    );
    assert_eq!(std::fs::read_to_string(place("out.csv")).unwrap(), table);
    let forced = ["export", &place("out.csv"), "--status", "failed", "--force"];
    assert_eq!(fresh(&data, &forced).exit, 0);
    assert_eq!(
        std::fs::read_to_string(place("out.csv"))
            .unwrap()
            .lines()
            .count(),
        1
    );

    let xlsx = fresh(&data, &["--json", "export", &place("out.xlsx")]);
    assert_eq!((xlsx.exit, &xlsx.json()["rows"]), (0, &json!(2)));
    assert!(std::fs::read(place("out.xlsx")).unwrap().starts_with(b"PK"));

    let unknown = fresh(&data, &["--json", "export", &place("out.doc")]);
    assert_eq!(unknown.exit, 2);
    assert!(!dir.path().join("out.doc").exists());
}

#[test]
fn export_masks_and_encodes_as_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    assert_eq!(fresh(&data, &["import", &sheet(dir.path())]).exit, 0);
    let file = dir.path().join("log.txt");
    let file = file.to_str().unwrap();

    let words = [
        "--lang",
        "zh",
        "export",
        file,
        "--format",
        "csv",
        "--encoding",
        "gbk",
        "--masked",
    ];
    assert_eq!(fresh(&data, &words).exit, 0);
    let bytes = std::fs::read(file).unwrap();
    assert!(bytes.starts_with(b"\xcd\xa8\xbb\xb0"), "通话 in GBK");
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("139****4471") && !text.contains(TEL_B),
        "{text}"
    );

    let words = ["export", file, "--force", "--format", "csv", "--as-text"];
    assert_eq!(fresh(&data, &words).exit, 0);
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(&format!("\"{TEL_B}\t\"")), "{text}");
}

#[test]
fn export_lays_recordings_into_a_folder_and_says_what_is_wrong_with_a_name() {
    let stand = Stand::new();
    stand.dial_and_await_the_push(TEL_B);
    assert_eq!(stand.run(&["sync"]).exit, 0);
    let (calls, _) = stand.json(&["calls"]);
    let subid = calls[0]["subid"].as_str().unwrap();
    let saved = stand.dir.path().join("saved.wav");
    let saved = saved.to_str().unwrap();
    assert_eq!(stand.run(&["recording", subid, "--to", saved]).exit, 0);

    let place = |name: &str| stand.dir.path().join(name).to_str().unwrap().to_owned();
    let (sheet, folder) = (place("log.xlsx"), place("voices"));
    let wrong = [
        "export",
        &sheet,
        "--recordings",
        &folder,
        "--name",
        "{nummer}",
    ];
    let (told, exit) = stand.json(&wrong);
    assert_eq!((exit, &told["code"]), (2, &json!("bad_input")));
    assert!(!Path::new(&sheet).exists() && !Path::new(&folder).exists());

    let words = [
        "export",
        &sheet,
        "--recordings",
        &folder,
        "--name",
        "{number}",
    ];
    let (told, exit) = stand.json(&words);
    assert_eq!((exit, &told["rows"]), (0, &json!(1)), "{told}");
    assert_eq!(told["recordings"]["saved"], 1);
    let copied = std::fs::read(Path::new(&folder).join(format!("{TEL_B}.wav"))).unwrap();
    assert_eq!(copied, std::fs::read(saved).unwrap());
}

/// More calls than a page holds, many of them at one and the same instant.
#[test]
fn export_loses_no_call_between_two_pages() {
    let stand = Stand::new();
    let mut sheet = String::from("subid,telA,telB,startTime,status\n");
    for index in 0..2500 {
        let minute = index / 1200;
        sheet += &format!("s-{index},13800006620,13922104471,2026-11-23 14:0{minute}:00,2\n");
    }
    let file = stand.dir.path().join("many.csv");
    std::fs::write(&file, sheet).unwrap();
    assert_eq!(stand.run(&["import", file.to_str().unwrap()]).exit, 0);
    let (calls, _) = stand.json(&["calls", "--limit", "9999"]);
    let rows = calls.as_array().unwrap();
    let subids: std::collections::BTreeSet<_> = rows
        .iter()
        .map(|row| row["subid"].as_str().unwrap())
        .collect();
    assert_eq!((rows.len(), subids.len()), (2500, 2500));
    let (calls, _) = stand.json(&["calls", "--limit", "1100"]);
    assert_eq!(calls.as_array().map(Vec::len), Some(1100));
}

#[test]
fn an_import_is_listed_and_undone_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let report = fresh(&data, &["--json", "import", &file]).json();
    let import = report["import"].to_string();

    let listed = fresh(&data, &["--json", "import", "--list"]).json();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["new"]),
        (&json!("records.csv"), &json!(2))
    );
    let undone = fresh(&data, &["--json", "import", "--undo", &import]);
    assert_eq!((undone.exit, &undone.json()["removed"]), (0, &json!(2)));
    assert_eq!(fresh(&data, &["--json", "calls"]).json(), json!([]));

    let again = fresh(&data, &["--json", "import", "--undo", &import]);
    assert_eq!(
        (again.exit, &again.json()["code"]),
        (2, &json!("not_found"))
    );
}

#[test]
fn columns_are_told_by_hand_and_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    let file = dir.path().join("odd.csv");
    std::fs::write(
        &file,
        "wer;wann;wie lange\n13922104471;2026-11-23 06:07:00;55\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();

    let unknown = fresh(&data, &["--json", "import", file]);
    assert_eq!(
        (unknown.exit, &unknown.json()["details"]["reason"]),
        (2, &json!("no_header"))
    );
    let bad = fresh(&data, &["--json", "import", file, "--map", "wo=tel_b"]);
    assert_eq!(bad.exit, 2, "{bad:?}");
    let told = [
        "--map",
        "wer=tel_b",
        "--map",
        "2=started_at",
        "--map",
        "wie lange=duration",
    ];
    let words = [&["--json", "import", file, "--zone", "UTC"][..], &told[..]].concat();
    assert_eq!(fresh(&data, &words).json()["new"], 1);
    let again = fresh(&data, &["--json", "import", file, "--zone", "UTC"]).json();
    assert_eq!((&again["new"], &again["same"]), (&json!(0), &json!(1)));
    let calls = fresh(&data, &["--json", "calls"]).json();
    assert_eq!(calls[0]["started_at"], 1_795_414_020_000_i64);
    assert_eq!(
        (&calls[0]["subid"], &calls[0]["duration"]),
        (&json!(null), &json!(55))
    );
}

#[test]
fn rows_that_can_not_be_taken_are_saved_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let rejected = dir.path().join("rejected.csv");
    let path = rejected.to_str().unwrap();
    let words = [
        "--lang",
        "zh",
        "import",
        &file,
        "--dry-run",
        "--rejected",
        path,
    ];
    assert_eq!(fresh(&data, &words).exit, 0);
    let text = std::fs::read_to_string(&rejected).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(
        text.contains("13922106695") && text.contains("缺少通话标识"),
        "{text}"
    );
    assert_eq!(fresh(&data, &words).exit, 2, "what is there is spared");
}

#[rstest]
#[case("zh", "缺少通话标识（subid）")]
#[case("en", "the call's id (subid) is missing")]
fn a_reason_is_told_in_the_asked_language_and_its_flaw_in_none(
    #[case] language: &str,
    #[case] reason: &str,
) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let words = ["--json", "--lang", language, "import", &file, "--dry-run"];
    let rejected = &fresh(&data, &words).json()["rejected"][0];
    assert_eq!(
        (&rejected["reason"], &rejected["flaw"]),
        (&json!(reason), &json!("no_subid"))
    );
}

#[rstest]
#[case::calls(&["import"])]
#[case::leads(&["lists", "import"])]
#[case::do_not_call(&["do-not-call", "import", "--reason", "法务"])]
fn a_sheet_is_not_looked_for_in_a_text(#[case] command: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let words = [&["--json"], command, &[file.as_str(), "--sheet", "十一月"]].concat();
    let said = fresh(&data, &words);
    assert_eq!(
        (said.exit, &said.json()["details"]["reason"]),
        (2, &json!("no_such_sheet")),
        "{said:?}"
    );
}

/// The rows are in the log: only the answer is lost, and that is said where somebody may see it.
#[cfg(target_os = "linux")]
#[rstest]
#[case::for_a_program(&["--json"])]
#[case::for_a_person(&[])]
fn an_answer_that_stdout_does_not_take_is_told_on_stderr(#[case] reader: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let ended = bare()
        .env("BOHAO_DATA_DIR", &data)
        .args(["--lang", "zh"])
        .args(reader)
        .args(["import", &file])
        .stdout(full)
        .output()
        .unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(told.contains("命令已经执行完"), "{told}");
    let calls = fresh(&data, &["--json", "calls"]).json();
    assert_eq!(calls.as_array().map(Vec::len), Some(2));
}

#[rstest]
#[case("--list")]
#[case("--customer")]
fn a_filter_by_what_is_not_there_is_told_so(#[case] filter: &str) {
    let dir = tempfile::tempdir().unwrap();
    let said = fresh(dir.path(), &["--json", "calls", filter, "77"]);
    assert_eq!(
        (said.exit, &said.json()["code"]),
        (2, &json!("not_found")),
        "{said:?}"
    );
}

#[rstest]
#[case::a_list(&["lists", "import", "--name", ""], "名称，1 到 60 个字")]
#[case::a_follow_up(&["follow-ups", "add", TEL_B, "--at", "三天后", "--why"], "事由最多 200 字")]
fn what_is_out_of_range_has_a_chinese_name(#[case] words: &[&str], #[case] told: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("desk"), sheet(dir.path()));
    let long = "久".repeat(201);
    let last = match words.last() {
        Some(&"--why") => long.as_str(),
        _ => file.as_str(),
    };
    let said = fresh(&data, &[&["--lang", "zh"], words, &[last]].concat());
    assert_eq!(said.exit, 2, "{said:?}");
    assert!(said.stderr.contains(told), "{said:?}");
}
