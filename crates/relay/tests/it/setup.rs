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

use crate::program::{Program, clean, command, seat_json};

fn relay(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut command).current_dir(folder).args(arguments);
    command
}

fn answering(mut command: Command, answers: &str) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end without having asked.
    let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn three_answers_make_a_relay_that_serves() {
    let folder = tempfile::tempdir().unwrap();
    let answers = "http://relay.example\nhttps://relay.example/bohao\n\n张三\nwhere\n";
    let output = answering(relay(folder.path(), &["init"]), answers);
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
    let folder = tempfile::tempdir().unwrap();
    let given = [
        "init",
        "--public-url",
        "https://relay.example",
        "--seat",
        "A",
        "--data",
        "d",
        "--json",
    ];
    let output = answering(relay(folder.path(), &given), "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    PairingLink::parse(told["pairing"].as_str().unwrap()).unwrap();
    assert!(Path::new(told["config"].as_str().unwrap()).is_file());
    assert!(text(&output.stderr).is_empty(), "nothing was asked");
    let again = answering(relay(folder.path(), &given), "");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("is there already"));
}

/// A seat whose secrets nobody has seen would stand in the way of the next try.
#[test]
fn a_config_file_that_can_not_be_written_leaves_no_seat_behind() {
    let folder = tempfile::tempdir().unwrap();
    let given = [
        "init",
        "--public-url",
        "https://relay.example",
        "--seat",
        "A",
        "--data",
        "d",
        "--json",
    ];
    let config = ["--config", "no-such-folder/relay.toml"];
    let failed = answering(relay(folder.path(), &[&given[..], &config].concat()), "");
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stderr).contains("can't write"));
    let again = answering(relay(folder.path(), &given), "");
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
    let given = [
        "init",
        "--public-url",
        "https://relay.example",
        "--seat",
        "A",
        "--data",
        "d",
    ];
    let failed = answering(relay(folder.path(), &given), "");
    assert_eq!(failed.status.code(), Some(1));
    assert!(!folder.path().join("d/relay.toml").exists());
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

#[cfg(unix)]
#[test]
fn what_init_makes_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let given = [
        "init",
        "--public-url",
        "https://relay.example",
        "--seat",
        "A",
        "--data",
        "d",
    ];
    assert!(answering(relay(folder.path(), &given), "").status.success());
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
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
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
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
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
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
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
