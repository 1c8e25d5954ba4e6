//! `pair`, `account`, `guard`, `doctor`.

use crate::stand::{Stand, bare, fresh, said};
use rstest::rstest;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const CANARY: &str = "canary-7f3b9d";

#[test]
fn promise_7_no_command_tells_a_secret() {
    let stand = Stand::new();
    let no_gap = ["guard", "set", "gap=0", "--reason", "a test"];
    assert_eq!(stand.run(&no_gap).exit, 0);
    let connected = stand.connected("13922104473");
    let link = stand.pairing();
    let cut_short = &link[..link.len() - 9];
    let saved = stand.dir.path().join("saved.wav");
    let saved = saved.to_str().unwrap();
    let mut told = String::new();
    for words in [
        &["account", "show"][..],
        &["dial", "13922104471"],
        &["dial", "13922104472", "--wait", "30"],
        &["dial", "13922100004"],
        &["sync"],
        &["calls"],
        &["doctor"],
        &["recording", &connected, "--to", saved, "--force"],
        // No keyring is within reach of these, so both are refused.
        &["pair", &link],
        &["pair", cut_short],
    ] {
        for reader in [&["--lang", "zh"][..], &["--json"]] {
            let mut command = stand.command();
            command.env("BOHAO_LOG", "trace").args(words).args(reader);
            let said = crate::stand::said(&mut command);
            told += &said.stdout;
            told += &said.stderr;
        }
    }
    for secret in stand.secrets() {
        assert!(!told.contains(&secret), "a secret was told in:\n{told}");
        for file in files(stand.dir.path()) {
            let bytes = std::fs::read(&file).unwrap();
            let holds = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!holds, "{} holds a secret", file.display());
        }
    }
    assert!(std::fs::read(saved).unwrap().starts_with(b"RIFF"));
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files
}

#[test]
fn account_show_names_origins() {
    let (account, exit) = Stand::new().json(&["account", "show"]);
    assert_eq!(exit, 0);
    for secret in ["app_key", "app_secret", "push_url", "relay_token"] {
        assert_eq!(account[secret], "environment");
    }
    assert_eq!(account["own_numbers"], json!(["13800006620"]));
}

#[rstest]
#[case("BOHAO_RELAY_URL", "http://relay.example", "relay_url")]
#[case("BOHAO_RELAY_URL", "nix", "relay_url")]
#[case("BOHAO_RELAY_TOKEN", "a\nb", "relay_token")]
fn a_relay_that_is_set_up_wrong_is_bad_input(
    #[case] name: &str,
    #[case] value: &str,
    #[case] field: &str,
) {
    let stand = Stand::new();
    let told = said(stand.command().env(name, value).args(["sync", "--json"]));
    assert_eq!(told.exit, 2, "{told:?}");
    assert_eq!(told.json()["code"], "bad_input");
    assert_eq!(told.json()["details"]["field"], field);
}

#[rstest]
#[case(&["pair", "-"])]
#[case(&["account", "set"])]
fn bytes_that_are_no_text_are_bad_input(#[case] words: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let mut child = bare()
        .env("BOHAO_DATA_DIR", dir.path())
        .arg("--json")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"\xff\xfe\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["code"], "bad_input");
}

#[test]
fn own_numbers_are_kept_without_a_keyring() {
    let dir = tempfile::tempdir().unwrap();
    let words = ["account", "set", "--tel-a", "138 0000 6620", "--json"];
    let said = fresh(dir.path(), &words);
    assert_eq!(said.exit, 0, "{said:?}");
    let shown = fresh(dir.path(), &["account", "show", "--json"]);
    assert_eq!(shown.json()["own_numbers"], json!(["13800006620"]));
}

#[test]
#[cfg(target_os = "linux")]
fn secrets_that_would_be_lost_at_once_are_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = bare()
        .env("BOHAO_DATA_DIR", dir.path())
        .args(["--json", "account", "set"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    write!(stdin, "{CANARY}-key\n{CANARY}-secret\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("\"keyring_failed\"") && !told.contains(CANARY));

    let link = format!(
        "bohao://pair?relay=https%3A%2F%2Frelay.example.com&push=https%3A%2F%2Frelay.example.com%2Fp%2F{CANARY}&read={CANARY}"
    );
    let said = fresh(dir.path(), &["--json", "pair", &link]);
    assert_eq!(
        (said.exit, &said.json()["code"]),
        (1, &json!("keyring_failed"))
    );
    assert!(!said.stdout.contains(CANARY));
}

#[rstest]
#[case("not a link")]
#[case("bohao://pair?relay=https%3A%2F%2Frelay.example.com")]
#[case("tel:13922104471")]
fn a_link_that_is_none_is_bad_input(#[case] link: &str) {
    let dir = tempfile::tempdir().unwrap();
    let said = fresh(dir.path(), &["--json", "pair", link]);
    assert_eq!((said.exit, &said.json()["code"]), (2, &json!("bad_link")));
}

#[test]
fn guard_rules_change_one_by_one_and_stay() {
    let dir = tempfile::tempdir().unwrap();
    let set = [
        "guard",
        "set",
        "gap=0",
        "per_day=9",
        "--reason",
        "night shift",
        "--json",
    ];
    let changed = fresh(dir.path(), &set);
    let mut rules = changed.json();
    assert_eq!(
        fresh(dir.path(), &["guard", "show", "--json"]).json(),
        rules
    );
    let blocked = rules.as_object_mut().unwrap().remove("blocked").unwrap();
    let expected = json!({
        "hours": "08:00-21:00", "gap": 0, "per_5min": 3, "per_24h": 5, "per_day": 9
    });
    assert_eq!((changed.exit, rules), (0, expected));
    assert_eq!(blocked[0]["pattern"], "00*");

    let family = [
        "--json",
        "guard",
        "set",
        "blocked=139*:family",
        "--reason",
        "mine",
    ];
    let changed = fresh(dir.path(), &family).json();
    assert_eq!(
        changed["blocked"],
        json!([{ "pattern": "139*", "why": "family" }])
    );
    let kept = fresh(dir.path(), &["--json", "guard", "log"]).json();
    assert_eq!(
        (&kept["total"], &kept["broken_at"]),
        (&json!(2), &json!(null))
    );
    assert_eq!(kept["entries"][0]["reason"], "mine");
}

#[rstest]
#[case(&["do_not_call=off", "--reason", "x"])]
#[case(&["gap=soon", "--reason", "x"])]
#[case(&["hours=8-21", "--reason", "x"])]
#[case(&["gap=0", "--reason", " "])]
#[case(&["gap=0"])]
fn a_guard_rule_that_is_none_changes_nothing(#[case] words: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let said = fresh(dir.path(), &[&["--json", "guard", "set"], words].concat());
    assert_eq!(said.exit, 2, "{said:?}");
    let rules = fresh(dir.path(), &["--json", "guard", "show"]).json();
    assert_eq!(
        (&rules["gap"], &rules["hours"]),
        (&json!(60), &json!("08:00-21:00"))
    );
}

#[test]
fn doctor_finds_nothing_bad_with_a_good_account() {
    let (examination, exit) = Stand::new().json(&["doctor"]);
    assert_eq!(exit, 0, "{examination}");
    let findings = examination["findings"].as_array().unwrap();
    let verdict = |check: &str| {
        let row = findings.iter().find(|row| row["check"] == check);
        row.unwrap()["verdict"].clone()
    };
    assert_eq!(verdict("platform"), "good");
    assert_eq!(verdict("relay"), "good");
    assert_eq!(verdict("loop"), "good", "{examination}");
}

#[test]
fn doctor_fails_where_something_is_bad() {
    let stand = Stand::new();
    let mut command = stand.command();
    command
        .env("BOHAO_APP_SECRET", "wrong")
        .args(["--json", "doctor"]);
    let said = crate::stand::said(&mut command);
    assert_eq!(said.exit, 1);
    let told = said.json();
    let rows = told["findings"].as_array().unwrap();
    let platform = rows.iter().find(|row| row["check"] == "platform").unwrap();
    assert_eq!(platform["verdict"], "bad");
    assert_eq!(platform["advice"], "reenter_credentials");
}

#[rstest]
#[case::a_good_account("secret")]
#[case::a_wrong_one("wrong")]
fn doctor_speaks_chinese(#[case] secret: &str) {
    let stand = Stand::new();
    let mut command = stand.command();
    if secret == "wrong" {
        command.env("BOHAO_APP_SECRET", secret);
    }
    command.args(["--json", "--lang", "zh", "doctor"]);
    let told = said(&mut command).json();
    for row in told["findings"].as_array().unwrap() {
        let found = row["found"].as_str().unwrap();
        assert!(!found.is_ascii() && !found.contains(" the "), "{found}");
        assert!(row["what"]["kind"].is_string());
    }
}
