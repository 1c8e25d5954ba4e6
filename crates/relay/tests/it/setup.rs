//! `init`, the config file that it writes, and `push-test`.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use bohao_relay_api::PairingLink;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{
    database::TestDatabase,
    program::{Program, clean, command, seat_json},
};

/// Tells `init` all that it would ask for; the data goes to the folder `d`.
pub(crate) const INIT: [&str; 7] = [
    "init",
    "--public-url",
    "https://relay.example",
    "--seat",
    "A",
    "--data",
    "d",
];

pub(crate) fn relay(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut command).current_dir(folder).args(arguments);
    command
}

pub(crate) fn answering(mut command: Command, answers: &str) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end without having asked.
    let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
    child.wait_with_output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn three_answers_make_a_relay_that_serves() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::new());
    let answers = "http://relay.example\nhttps://relay.example/bohao\n\n张三\nwhere\n";
    let mut init = relay(folder.path(), &["init"]);
    init.args(database.told_to_init());
    let output = answering(init, answers);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.contains("https://"),
        "an address in the clear is refused: {stderr}"
    );
    for part in [
        "bohao://pair?relay=https%3A%2F%2Frelay.example",
        "█",
        "handle_path /bohao/*",
    ] {
        assert!(stdout.contains(part), "{part}\n{stdout}");
    }
    let config = folder.path().join("where/relay.toml");
    let config = config.to_str().unwrap();
    let serve = relay(
        folder.path(),
        &["serve", "--config", config, "--listen", "127.0.0.1:0"],
    );
    let serving = Program::run(serve);
    let added = relay(
        folder.path(),
        &["seat", "add", "李四", "--json", "--config", config],
    )
    .output()
    .unwrap();
    let added: Value = serde_json::from_slice(&added.stdout).unwrap();
    let push_url = added["push_url"].as_str().unwrap();
    assert!(
        push_url.starts_with("https://relay.example/bohao/p/"),
        "{push_url}"
    );
    let token = push_url.rsplit('/').next().unwrap();
    let pushed = crate::socket::push(serving.address, &format!("/p/{token}"), b"1");
    assert_eq!(pushed.status, 200);
}

#[test]
fn what_is_given_is_not_asked_for_and_json_is_one_value() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::new());
    let init = || {
        let mut init = relay(folder.path(), &INIT);
        init.arg("--json");
        init.args(database.told_to_init());
        answering(init, "")
    };
    let output = init();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    PairingLink::parse(told["pairing"].as_str().unwrap()).unwrap();
    assert!(Path::new(told["config"].as_str().unwrap()).is_file());
    assert!(text(&output.stderr).is_empty(), "nothing was asked");
    let again = init();
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("is there already"));
}

#[test]
fn without_an_answer_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = answering(
        relay(folder.path(), &["init"]),
        "https://relay.example\nA\n",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("--data"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_config_file_that_can_not_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    fs::write(&config, "listen = \"127.0.0.1:0\"\nretain_dais = 3\n").unwrap();
    let path = config.to_str().unwrap();
    let output = relay(folder.path(), &["serve", "--config", path])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains(path) && stderr.contains("line 2"),
        "{stderr}"
    );
}

#[test]
fn a_push_test_goes_around_and_leaves_nothing_behind() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let bystander = relay.add(&database, "A");
    let mut test = command(&database);
    let output = test.args(["push-test", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let legs: Value = serde_json::from_slice(&output.stdout).unwrap();
    for leg in ["asked_ms", "pushed_ms", "woken_ms", "arrived_ms"] {
        assert!(legs[leg].as_f64().unwrap() >= 0.0, "{leg}");
    }
    assert!(legs["arrived_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(bystander.read_all(), [], "no desk sees it");
    let seats = seat_json(&database, &["list"]);
    assert_eq!(seats.as_array().unwrap().len(), 1, "its own seat is gone");
}

#[test]
fn a_push_test_of_a_given_seat_sends_what_desks_pass_over() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let added = seat_json(&database, &["add", "A"]);
    let link = added["pairing"].as_str().unwrap();
    let mut test = command(&database);
    test.args(["push-test", "--pairing", "-"]);
    let output = answering(test, link);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("arrived"));
    let seat = relay.seat(&added);
    for (_, body) in seat.read_all() {
        assert!(bohao_relay_api::is_push_test(&body));
    }
    assert_eq!(seat.read_all().len(), 1);
    let secret = PairingLink::parse(link).unwrap();
    assert!(!text(&output.stdout).contains(secret.read.expose_secret()));
}

#[test]
fn a_push_test_that_fails_says_where_and_leaves_nothing_behind() {
    let database = TestDatabase::new();
    seat_json(&database, &["add", "A"]);
    let mut test = command(&database);
    // Nobody listens there.
    test.args(["push-test", "--public-url", "http://127.0.0.1:1"]);
    let output = test.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains("can't be asked") && !stderr.contains("bh"),
        "{stderr}"
    );
    let seats = seat_json(&database, &["list"]);
    assert_eq!(seats.as_array().unwrap().len(), 1);
}
