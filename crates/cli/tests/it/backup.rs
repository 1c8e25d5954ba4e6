//! `backup` and `restore`.

use crate::stand::{TEL_B, fresh};
use serde_json::json;

#[test]
fn a_backup_goes_from_one_folder_to_another_and_spares_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let place = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    let sheet = place("records.csv");
    let rows = format!("subid,telB,startTime,status\ns-1,{TEL_B},2026-11-23 14:07:00,1\n");
    std::fs::write(&sheet, rows).unwrap();
    assert_eq!(fresh(&from, &["import", &sheet]).exit, 0);

    let file = place("bohao.zip");
    let made = fresh(&from, &["--json", "backup", &file]);
    assert_eq!(
        (made.exit, &made.json()["calls"]),
        (0, &json!(1)),
        "{made:?}"
    );
    let again = fresh(&from, &["--json", "backup", &file]);
    assert_eq!(
        (again.exit, &again.json()["code"]),
        (2, &json!("file_exists"))
    );

    let restored = fresh(&to, &["--json", "restore", &file]);
    let told = restored.json();
    assert_eq!(
        (restored.exit, &told["calls"], &told["set_aside"]),
        (0, &json!(1), &json!(null))
    );
    let calls = fresh(&to, &["--json", "calls"]).json();
    assert_eq!(calls[0]["tel_b"], TEL_B);

    let refused = fresh(&to, &["--json", "restore", &file]);
    assert_eq!(
        (refused.exit, &refused.json()["code"]),
        (2, &json!("file_exists"))
    );
    let forced = fresh(&to, &["--json", "restore", &file, "--force"]);
    let aside = forced.json()["set_aside"].as_str().unwrap().to_owned();
    assert!(
        std::path::Path::new(&aside).join("bohao.db").exists(),
        "{aside}"
    );

    let none = fresh(&to, &["--json", "restore", &sheet, "--force"]);
    let told = none.json();
    assert_eq!(
        (none.exit, &told["details"]["reason"]),
        (2, &json!("not_a_backup"))
    );
    assert_eq!(fresh(&to, &["--json", "calls"]).json(), calls);
}
