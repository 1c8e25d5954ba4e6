//! What `init` and other commands make on the disk, and where.

use std::{fs, process::Command};

use bohao_relay_api::PairingLink;
use serde_json::Value;

use crate::{
    program::{Program, seat_json},
    setup::{INIT, answering, relay, text},
};

/// A seat whose secrets nobody has seen would stand in the way of the next try.
#[test]
fn a_config_file_that_can_not_be_written_leaves_no_seat_behind() {
    let folder = tempfile::tempdir().unwrap();
    let init = |more: &[&str]| {
        let mut init = relay(folder.path(), &INIT);
        init.arg("--json").args(more);
        answering(init, "")
    };
    let failed = init(&["--config", "no-such-folder/relay.toml"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stderr).contains("can't write"));
    let again = init(&[]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let told: Value = serde_json::from_slice(&again.stdout).unwrap();
    PairingLink::parse(told["pairing"].as_str().unwrap()).unwrap();
}

/// Nor does a config file without a seat.
#[test]
fn a_seat_that_can_not_be_added_leaves_no_config_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    fs::write(folder.path().join("d/relay.db"), "no database of anybody's").unwrap();
    let failed = answering(relay(folder.path(), &INIT), "");
    assert_eq!(failed.status.code(), Some(1));
    assert!(!folder.path().join("d/relay.toml").exists());
}

#[cfg(unix)]
#[test]
fn what_init_makes_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    assert!(answering(relay(folder.path(), &INIT), "").status.success());
    let made = folder.path().join("d");
    let inside = fs::read_dir(&made)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for path in inside.chain([made.clone()]) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

/// An operator who is root may run any command, and serve once by hand, before the relay's own user
/// does: nothing is left behind that this user can't open.
#[cfg(target_os = "linux")]
#[test]
fn what_root_makes_in_the_relays_folder_is_the_relays_own() {
    use std::os::unix::fs::{MetadataExt, chown};
    let folder = tempfile::tempdir().unwrap();
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        return;
    }
    let nobody = 65534;
    chown(folder.path(), Some(nobody), Some(nobody)).unwrap();
    let database = folder.path().join("relay.db");
    let added = seat_json(&database, &["add", "A"]);
    let relay = Program::serve(&database);
    relay.seat(&added).keep(b"1");
    relay.kill();
    let made: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    // The database, its log and the log's index, and the lock.
    assert_eq!(made.len(), 4, "{made:?}");
    for entry in made {
        let about = entry.metadata().unwrap();
        assert_eq!((about.uid(), about.gid()), (nobody, nobody), "{entry:?}");
    }
}

#[test]
fn options_go_before_the_environment_which_goes_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    fs::write(
        &config,
        "database = \"of-the-file.db\"\npublic_url = \"https://file.example\"\n",
    )
    .unwrap();
    let url = |configure: fn(&mut Command)| {
        let mut add = relay(folder.path(), &["seat", "list", "--json"]);
        add.env("BOHAO_RELAY_CONFIG", &config);
        configure(&mut add);
        assert!(add.output().unwrap().status.success());
    };
    url(|_| {});
    assert!(folder.path().join("of-the-file.db").is_file());
    url(|list| {
        list.env("BOHAO_RELAY_DATABASE", "of-the-environment.db");
    });
    assert!(folder.path().join("of-the-environment.db").is_file());
    url(|list| {
        list.env("BOHAO_RELAY_DATABASE", "of-nothing.db")
            .args(["--database", "of-the-option.db"]);
    });
    assert!(folder.path().join("of-the-option.db").is_file());
    assert!(!folder.path().join("of-nothing.db").exists());
}
