//! Against a real Secret Service, and without one. The keyring is bound to a session, so each case runs this very
//! program again in a session of its own: `within_a_session` is what runs there.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

use bohao_secrets::{Custody, NoKeyring, Origin, Slot, Vault};
use rstest::rstest;
use secrecy::{ExposeSecret, SecretString};

const ROLE: &str = "BOHAO_TEST_ROLE";

/// Starts a daemon with a fresh, unlocked keyring; then stores, looks with another program, and reads in a new process.
const SESSION: &str = r#"
set -eu
printf 'keyring-password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
child() { BOHAO_TEST_ROLE=$1 "$BOHAO_TEST_PROGRAM" --exact within_a_session --ignored --nocapture; }
child store >/dev/null
printf 'looked up: %s\n' "$(secret-tool lookup service bohao username desk/app-secret)"
printf 'other profile: %s\n' "$(secret-tool lookup service bohao username practice/app-secret || true)"
child read
child forget >/dev/null
printf 'after forgetting: %s\n' "$(secret-tool lookup service bohao username desk/app-secret || true)"
"#;

fn this_program() -> std::path::PathBuf {
    std::env::current_exe().expect("a test knows its own program")
}

fn without_a_session(command: &mut Command, home: &Path) {
    let runtime = home.join("run");
    std::fs::create_dir_all(&runtime).expect("the temporary home takes a directory");
    std::fs::set_permissions(
        &runtime,
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .expect("own directory");
    command
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", runtime)
        .env("BOHAO_TEST_PROGRAM", this_program())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove(ROLE);
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_secret_lands_in_the_secret_service_and_a_new_process_finds_it() {
    for program in ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"] {
        if Command::new(program).arg("--version").output().is_err() {
            assert!(
                std::env::var_os("CI").is_none(),
                "{program} must be installed where CI is set"
            );
            eprintln!("SKIPPED: {program} is not installed, the real keyring was not tried");
            return;
        }
    }

    let home = tempfile::tempdir().expect("a temporary home");
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", SESSION]);
    without_a_session(&mut command, home.path());
    let output = command.output().expect("dbus-run-session starts");
    let said = text(&output);

    assert!(output.status.success(), "{said}");
    assert!(said.contains("looked up: SeCrEt-键\n"), "{said}");
    assert!(said.contains("other profile: \n"), "{said}");
    assert!(said.contains("read back: SeCrEt-键 from Keyring"), "{said}");
    assert!(said.contains("after forgetting: \n"), "{said}");
}

#[rstest]
#[case::unset(None)]
#[case::bogus(Some("unix:path=/nonexistent/bus"))]
fn without_a_secret_service_secrets_last_for_the_session_only(#[case] address: Option<&str>) {
    let home = tempfile::tempdir().expect("a temporary home");
    let mut command = Command::new(this_program());
    command.args(["--exact", "within_a_session", "--ignored", "--nocapture"]);
    without_a_session(&mut command, home.path());
    command.env(ROLE, "none");
    if let Some(address) = address {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    let output = command.output().expect("the test program starts");
    let said = text(&output);

    assert!(output.status.success(), "{said}");
    assert!(said.contains("session only: yes"), "{said}");
    assert_eq!(
        files_below(home.path()),
        0,
        "a secret must not reach a file"
    );
}

fn files_below(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).expect("a readable directory");
    entries
        .map(|entry| entry.expect("a readable entry").path())
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

#[test]
#[ignore = "the other tests start it, each in a session of its own"]
fn within_a_session() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let vault = Vault::keyring("desk");
    let secret = || SecretString::from("SeCrEt-键");

    match role.as_str() {
        "store" => {
            assert_eq!(vault.custody(), Custody::Keyring);
            assert!(vault.get(Slot::AppSecret).expect("reads").is_none());
            vault
                .set(Slot::AppSecret, "former".into())
                .expect("is stored");
            vault
                .set_all(&[(Slot::AppKey, "AK123".into()), (Slot::AppSecret, secret())])
                .expect("both are stored");
        }
        "read" => {
            let found = vault
                .get(Slot::AppSecret)
                .expect("reads")
                .expect("is there");
            let origin = vault.origin(Slot::AppSecret).expect("reads");
            assert_eq!(origin, Origin::Keyring);
            println_for_the_parent(&format!(
                "read back: {} from {origin:?}",
                found.expose_secret()
            ));
        }
        "forget" => vault.forget(Slot::AppSecret).expect("is forgotten"),
        "none" => {
            assert!(matches!(
                vault.custody(),
                Custody::SessionOnly {
                    reason: NoKeyring::Absent { .. }
                }
            ));
            vault
                .set(Slot::AppSecret, secret())
                .expect("memory takes it");
            assert_eq!(
                vault.origin(Slot::AppSecret).expect("reads"),
                Origin::Session
            );
            println_for_the_parent("session only: yes");
        }
        other => panic!("no such role: {other}"),
    }
}

#[expect(clippy::print_stdout, reason = "the parent test reads it")]
fn println_for_the_parent(line: &str) {
    println!("{line}");
}
