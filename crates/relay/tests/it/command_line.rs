//! The command line, as the contract has it.

use std::path::Path;

use bohao_relay_api::PairingLink;
use rstest::rstest;
use secrecy::ExposeSecret;

use crate::{
    database::TestDatabase,
    program::{Place, Program, clean, command, output, seat_json},
    socket::{self, send},
};

fn refused(database: &(impl Place + ?Sized), arguments: &[&str]) -> (i32, String) {
    let mut command = command(database);
    command.args(arguments);
    let output = output(command);
    assert!(output.stdout.is_empty());
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn seats_are_managed_while_the_relay_serves() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    let added = seat_json(&database, &["add", "张三"]);
    assert_eq!(added["seat"], "张三");
    let base = format!("http://{}", relay.address);
    let push_url = added["push_url"].as_str().unwrap();
    assert!(push_url.starts_with(&format!("{base}/p/")), "{push_url}");
    let link = PairingLink::parse(added["pairing"].as_str().unwrap()).unwrap();
    assert_eq!(link.relay.as_str(), format!("{base}/"));
    assert_eq!(link.push.expose_secret(), push_url);
    assert_eq!(
        link.read.expose_secret(),
        added["read_token"].as_str().unwrap()
    );

    let old = relay.seat(&added);
    old.keep(b"1");
    let new = relay.seat(&seat_json(&database, &["rotate", "张三"]));
    assert_ne!(new.read_token, old.read_token);
    assert_ne!(new.push_path, old.push_path);
    old.keep(b"2");
    new.keep(b"3");
    assert_eq!(old.read_all(), new.read_all());
    let list = seat_json(&database, &["list"]);
    assert_eq!(
        (&list[0]["seat"], &list[0]["head"]),
        (&"张三".into(), &3.into())
    );
    assert!(
        !list.to_string().contains("bh"),
        "the list shows no secrets"
    );

    assert_eq!(seat_json(&database, &["remove", "张三"])["removed"], true);
    for seat in [&old, &new] {
        assert_eq!((seat.push(b"4").status, seat.get("").status), (404, 401));
    }
    assert_eq!(seat_json(&database, &["list"]), serde_json::json!([]));
}

#[test]
fn seats_can_be_added_before_the_relay_ever_served() {
    let database = TestDatabase::new();
    let added = seat_json(&database, &["add", "A"]);
    assert!(
        added["push_url"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:8787/p/")
    );
    let relay = Program::serve(&database);
    relay.seat(&added).keep(b"1");
}

#[test]
fn the_public_address_comes_from_the_option_the_environment_or_what_is_served() {
    let database = TestDatabase::new();
    let public = ["--public-url", "https://relay.example/bohao/"];
    let mut add = command(&database);
    let added = output_json(add.args(["seat", "add", "A", "--json"]).args(public));
    assert!(
        added["push_url"]
            .as_str()
            .unwrap()
            .starts_with("https://relay.example/bohao/p/bhp_")
    );
    let link = PairingLink::parse(added["pairing"].as_str().unwrap()).unwrap();
    assert_eq!(link.relay.as_str(), "https://relay.example/bohao");

    let mut add = std::process::Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut add)
        .env("BOHAO_RELAY_DATABASE", database.argument())
        .env("BOHAO_RELAY_PUBLIC_URL", "https://env.example");
    let added = output_json(add.args(["seat", "add", "B", "--json"]));
    assert!(
        added["push_url"]
            .as_str()
            .unwrap()
            .starts_with("https://env.example/p/")
    );

    let _relay = Program::spawn(command(&database), &public);
    let added = seat_json(&database, &["add", "C"]);
    assert!(
        added["push_url"]
            .as_str()
            .unwrap()
            .starts_with("https://relay.example/bohao/p/")
    );
}

fn output_json(command: &mut std::process::Command) -> serde_json::Value {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_link_that_desks_will_refuse_comes_with_a_word() {
    let database = TestDatabase::new();
    let mut serve = command(&database);
    serve.args(["serve", "--listen", "0.0.0.0:0"]);
    let relay = Program::run(serve);
    let mut add = command(&database);
    let added = add.args(["seat", "add", "A", "--json"]).output().unwrap();
    assert!(added.status.success());
    assert!(
        String::from_utf8(added.stderr)
            .unwrap()
            .contains("--public-url")
    );
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    let start = format!("http://0.0.0.0:{}/p/", relay.address.port());
    assert!(added["push_url"].as_str().unwrap().starts_with(&start));
}

#[test]
fn without_json_the_same_is_said_for_people() {
    let database = TestDatabase::new();
    let mut add = command(&database);
    add.args(["seat", "add", "A"]);
    let text = String::from_utf8(output(add).stdout).unwrap();
    for part in ["A\n", "/p/bhp_", "bhr_", "bohao://pair?relay="] {
        assert!(text.contains(part), "{part} is missing");
    }
    let mut list = command(&database);
    list.args(["seat", "list"]);
    assert_eq!(
        String::from_utf8(output(list).stdout).unwrap(),
        "A\t0 pushed\n"
    );
}

#[rstest]
#[case::added_twice(&["seat", "add", "A"], 1, "already")]
#[case::rotated_unknown(&["seat", "rotate", "B"], 1, "no seat of this name")]
#[case::removed_unknown(&["seat", "remove", "B"], 1, "no seat of this name")]
#[case::bad_name(&["seat", "add", "a/b"], 2, "name")]
#[case::bad_team(&["team", "add", "a/b"], 2, "name")]
#[case::insecure(&["seat", "add", "B", "--public-url", "http://relay.example"], 2, "https://")]
#[case::no_address(&["serve", "--public-url", "relay"], 2, "not a web address")]
#[case::no_command(&["frobnicate"], 2, "frobnicate")]
#[case::no_name(&["seat", "add"], 2, "NAME")]
#[case::retain_nothing(&["serve", "--retain-days", "0"], 2, "retain-days")]
#[case::no_listener(&["serve", "--listen", "256.0.0.1:1"], 2, "256.0.0.1:1")]
#[case::no_port(&["serve", "--listen", "127.0.0.1"], 2, "127.0.0.1")]
#[case::not_ours(&["serve", "--listen", "203.0.113.7:1"], 1, "203.0.113.7:1")]
fn bad_usage_gets_a_clear_word(#[case] arguments: &[&str], #[case] code: i32, #[case] word: &str) {
    let database = TestDatabase::new();
    seat_json(&database, &["add", "A"]);
    let (status, stderr) = refused(&database, arguments);
    assert_eq!(status, code, "{stderr}");
    assert!(stderr.contains(word), "{stderr}");
}

#[rstest]
#[case(&["serve"])]
#[case(&["seat", "list"])]
fn a_server_out_of_reach_gets_a_clear_word_without_its_password(#[case] arguments: &[&str]) {
    let (status, stderr) = refused(
        Path::new("postgres://u:canary@127.0.0.1:1/relay?connect_timeout=1"),
        arguments,
    );
    assert_eq!(status, 1);
    assert!(
        stderr.contains("PostgreSQL can't be used") && !stderr.contains("canary"),
        "{stderr}"
    );
}

#[test]
fn an_address_that_is_none_gets_a_clear_word_without_its_password() {
    let database = Path::new("postgres://u:canary@[/relay");
    let (status, stderr) = refused(database, &["seat", "list"]);
    assert_eq!(status, 1);
    assert!(
        stderr.contains("can't be read") && !stderr.contains("canary"),
        "{stderr}"
    );
}

#[test]
fn a_database_in_no_folder_gets_a_clear_word() {
    let (status, stderr) = refused(Path::new("/nowhere/at/all/relay.db"), &["seat", "list"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("database file can't be used"), "{stderr}");
}

/// Whoever forgets to say where the relay's database is would get a seat that no relay serves.
#[test]
fn a_database_is_not_made_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let is_told = || {
        let mut list = command(&database);
        list.args(["seat", "list", "--json"]);
        let output = output(list);
        assert_eq!(output.stdout, b"[]\n");
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("no database yet")
    };
    assert!(is_told() && database.exists());
    assert!(!is_told());
}

#[test]
fn metrics_have_their_own_listener_and_fixed_labels() {
    let database = TestDatabase::new();
    let mut relay = Program::spawn(command(&database), &["--metrics", "127.0.0.1:0"]);
    let metrics = relay.metrics();
    let seat = relay.add(&database, "canary-seat");
    seat.keep(b"1");
    seat.keep(b"1");
    socket::push(relay.address, "/p/canary-token", b"1");
    let answer = send(metrics, "GET", "/metrics", "", b"");
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    for row in [
        r#"bohao_relay_pushes_total{outcome="stored"} 1"#,
        r#"bohao_relay_pushes_total{outcome="repeated"} 1"#,
        r#"bohao_relay_pushes_total{outcome="unknown_token"} 1"#,
    ] {
        assert!(
            answer.body.lines().any(|line| line == row),
            "{row}\n{}",
            answer.body
        );
    }
    assert!(!answer.body.contains("canary"));
    assert_eq!(send(metrics, "POST", &seat.push_path, "", b"2").status, 404);
}

/// Everything a secret or a number can come in by is used, at the highest log level, and neither
/// is found in what the program printed.
#[cfg(unix)]
#[test]
fn promise_7_no_secret_and_no_number_reaches_the_log() {
    let database = TestDatabase::new();
    let mut serve = command(&database);
    serve.env("RUST_LOG", "trace");
    let relay = Program::spawn(serve, &[]);
    let seat = relay.add(&database, "A");
    seat.keep(b"{\"telB\":\"13800006620\"}");
    seat.get("");
    seat.get("?after=13800006620");
    socket::push(relay.address, "/p/canary?q=canary", b"canary");
    socket::get(relay.address, "/v1/records", "canary");
    socket::raw(relay.address, b"canary canary canary\r\n\r\n");
    send(
        relay.address,
        "PUT",
        &seat.push_path,
        "x-canary: canary\r\n",
        b"13800006620",
    );
    relay.signal("TERM");
    let (_, stderr) = relay.end();
    let push_token = seat.push_path.strip_prefix("/p/").unwrap();
    for secret in [push_token, &seat.read_token, "canary", "13800006620"] {
        assert!(!stderr.contains(secret), "{stderr}");
    }
}
