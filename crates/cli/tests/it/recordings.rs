//! `recording SUBID --to PATH`.

use crate::stand::{NOWHERE, Stand, TEL_B, said};
use serde_json::json;
use sha2::{Digest, Sha256};

#[test]
fn it_is_fetched_and_saved_whole() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    let target = stand.dir.path().join("call.wav");
    let (saved, exit) = stand.json(&["recording", &subid, "--to", target.to_str().unwrap()]);
    assert_eq!(exit, 0, "{saved}");
    let bytes = std::fs::read(&target).unwrap();
    assert!(bytes.starts_with(b"RIFF"));
    assert_eq!(saved["bytes"], bytes.len());
    assert_eq!(saved["sha256"], hex::encode(Sha256::digest(&bytes)));
    assert_eq!(saved["path"], target.to_str().unwrap());

    // Once here it needs no platform.
    let again = stand.dir.path().join("again.wav");
    let mut command = stand.command();
    command.env("BOHAO_RECORDING_URL", NOWHERE);
    command.args(["recording", &subid, "--to", again.to_str().unwrap()]);
    assert_eq!(said(&mut command).exit, 0);
    assert_eq!(std::fs::read(&again).unwrap(), bytes);
}

#[test]
fn a_file_in_the_way_stays_unless_forced() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    let target = stand.dir.path().join("call.wav");
    std::fs::write(&target, "mine").unwrap();
    let words = ["recording", &subid, "--to", target.to_str().unwrap()];
    let (fault, exit) = stand.json(&words);
    assert_eq!((exit, &fault["code"]), (2, &json!("file_exists")));
    assert_eq!(std::fs::read(&target).unwrap(), b"mine");
    let (_, exit) = stand.json(&[&words[..], &["--force"]].concat());
    assert_eq!(exit, 0);
    assert!(std::fs::read(&target).unwrap().starts_with(b"RIFF"));
}

#[test]
fn a_folder_gets_the_suggested_name() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    let folder = stand.dir.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    let (saved, exit) = stand.json(&["recording", &subid, "--to", folder.to_str().unwrap()]);
    assert_eq!(exit, 0, "{saved}");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(files.len(), 1);
    let name = files[0].as_ref().unwrap().file_name();
    assert!(
        name.to_str().unwrap().ends_with("_13922104471.wav"),
        "{name:?}"
    );
}

#[test]
fn an_unknown_subid_is_bad_input() {
    let stand = Stand::new();
    let target = stand.dir.path().join("none.wav");
    let (fault, exit) = stand.json(&["recording", "nobody", "--to", target.to_str().unwrap()]);
    assert_eq!((exit, &fault["code"]), (2, &json!("not_found")));
    assert!(!target.exists());
}

#[test]
fn one_that_the_platform_does_not_have_yet_leaves_no_file() {
    let stand = Stand::new();
    let subid = stand.connected("13922100021");
    let target = stand.dir.path().join("none.wav");
    let (fault, exit) = stand.json(&["recording", &subid, "--to", target.to_str().unwrap()]);
    assert_eq!((exit, &fault["code"]), (3, &json!("recording_unavailable")));
    assert_eq!(fault["details"]["reason"], "not_ready");
    assert!(!target.exists());
}

#[test]
fn an_unreachable_platform_is_told_as_such() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    let target = stand.dir.path().join("none.wav");
    let mut command = stand.command();
    command.env("BOHAO_RECORDING_URL", NOWHERE);
    command.args([
        "--json",
        "recording",
        &subid,
        "--to",
        target.to_str().unwrap(),
    ]);
    let said = said(&mut command);
    assert_eq!(
        (said.exit, &said.json()["details"]["reason"]),
        (5, &json!("unreachable"))
    );
}

/// `--force` is meant for one's own files.
#[test]
fn the_desks_own_files_are_never_replaced() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    let database = stand.data_dir().join("bohao.db");
    let target = database.to_str().unwrap();
    let words = [
        "--lang",
        "zh",
        "recording",
        &subid,
        "--force",
        "--to",
        target,
    ];
    let (fault, exit) = stand.json(&words);
    assert_eq!((exit, &fault["code"]), (1, &json!("not_writable")));
    assert_eq!(fault["details"]["reason"], "own_file");
    assert!(fault["message"].as_str().unwrap().contains("没有覆盖"));
    let (calls, _) = stand.json(&["calls"]);
    assert_eq!(calls.as_array().map(Vec::len), Some(1));
}
