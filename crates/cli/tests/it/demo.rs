//! `demo`: practice from end to end, whatever account there is.

use crate::stand::{NOWHERE, TEL_B, bare, said};

#[test]
fn a_call_is_practised_from_dial_to_recording_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("desk");
    let mut command = bare();
    command
        .env("TMPDIR", dir.path())
        .env("BOHAO_DATA_DIR", &data)
        .env("BOHAO_CALL_URL", NOWHERE)
        .env("BOHAO_RELAY_URL", NOWHERE)
        .args(["demo", "--json"]);
    let said = said(&mut command);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    let call = &said.json()["calls"][0];
    assert_eq!(call["tel_b"], TEL_B);
    assert_eq!(call["state"], "accepted");
    assert_eq!(call["status"], "connected");
    assert_eq!(call["recording"]["state"], "saved");
    assert!(call["recording"]["bytes"].as_u64().unwrap() > 44);
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
