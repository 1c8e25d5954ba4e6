//! Bad usage, languages, and the place of global options.

use crate::stand::{Said, bare, fresh, said};
use rstest::rstest;
use serde_json::json;

#[rstest]
#[case(&["--json"])]
#[case(&["--json", "bogus"])]
#[case(&["dial", "--json"])]
#[case(&["calls", "--status", "foo", "--json"])]
#[case(&["calls", "--since", "yesterday", "--json"])]
#[case(&["calls", "--limit", "0", "--json"])]
#[case(&["guard", "set", "gap=0", "--json"])]
#[case(&["--lang", "fr", "calls", "--json"])]
#[case(&["--data-dir", "", "calls", "--json"])]
#[case(&["dial", "13922104471", "--wait", "soon", "--json"])]
fn bad_usage_is_one_json_value_and_exit_2(#[case] words: &[&str]) {
    let said = said(bare().args(words));
    assert_eq!(said.exit, 2);
    let told = said.json();
    assert_eq!(told["code"], "usage");
    assert!(!told["message"].as_str().unwrap().is_empty());
}

#[test]
fn without_json_usage_is_told_on_stderr() {
    let said = said(bare().arg("bogus"));
    assert_eq!((said.exit, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("bogus"));
}

#[test]
fn help_and_version_keep_to_json_too() {
    for wanted in ["help", "version"] {
        let said = said(bare().args(["--json", &format!("--{wanted}")]));
        assert_eq!(said.exit, 0);
        assert!(said.json()[wanted].is_string());
    }
}

#[test]
fn global_options_stand_before_and_after() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().to_str().unwrap();
    for words in [
        ["--json", "--data-dir", place, "calls"],
        ["calls", "--data-dir", place, "--json"],
    ] {
        let said = said(bare().args(words));
        assert_eq!((said.exit, said.json()), (0, json!([])));
    }
    assert!(dir.path().join("bohao.db").exists());
}

#[rstest]
#[case(&[], &[("LANG", "zh_CN.UTF-8")], "没有通话。")]
#[case(&[], &[("LANG", "C")], "No calls.")]
#[case(&[], &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")], "No calls.")]
#[case(&["--lang", "zh"], &[("LANG", "C")], "没有通话。")]
#[case(&["--lang", "en"], &[("LANG", "zh_CN.UTF-8")], "No calls.")]
#[case(&[], &[("LANG", "")], "没有通话。")]
fn the_language_is_asked_for_or_the_systems(
    #[case] words: &[&str],
    #[case] environment: &[(&str, &str)],
    #[case] told: &str,
) {
    let dir = tempfile::tempdir().unwrap();
    let Said { stdout, .. } = said(
        bare()
            .env("BOHAO_DATA_DIR", dir.path())
            .envs(environment.iter().copied())
            .arg("calls")
            .args(words),
    );
    assert_eq!(stdout.trim(), told);
}

#[test]
fn a_data_folder_that_can_not_be_is_a_fault() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let said = fresh(&file, &["--json", "calls"]);
    assert_eq!(said.exit, 1);
    assert_eq!(said.json()["code"], "not_writable");
}
