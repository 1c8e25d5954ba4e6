//! Promise 7: what must stay secret is in nothing that the program prints or shows.

use serde_json::Value;

use crate::{
    database::TestDatabase,
    program::{Program, command, seat_json},
    socket::{self, get, send},
};

const NUMBER: &str = "13800006620";

/// Everything that a secret or a number can come in by is used, and neither is found in the log of
/// either style, in the metrics, or in an answer to somebody else.
#[cfg(unix)]
#[rstest::rstest]
#[case("plain")]
#[case("json")]
fn promise_7_no_secret_and_no_number_is_in_log_or_metrics(#[case] style: &str) {
    let database = TestDatabase::new();
    let mut serve = command(&database);
    serve.env("RUST_LOG", "trace");
    let more = [
        "--metrics",
        "127.0.0.1:0",
        "--log",
        style,
        "--proxy",
        "127.0.0.1",
    ];
    let mut relay = Program::spawn(serve, &more);
    let metrics = relay.metrics();
    let seat = relay.add(&database, "canary-seat");
    let team = team_json(&database, &["add", "canary-team", "canary-seat"]);
    let team_token = team["read_token"].as_str().unwrap();

    seat.keep(format!("{{\"telB\":\"{NUMBER}\"}}").as_bytes());
    seat.get(&format!("?after={NUMBER}&seat=canary"));
    get(relay.address, "/v1/records?seat=canary-seat", team_token);
    get(relay.address, "/v1/seats", team_token);
    socket::push(relay.address, "/p/canary?q=canary", b"canary");
    get(relay.address, "/v1/records", "canary");
    socket::raw(relay.address, b"canary canary canary\r\n\r\n");
    let headers = format!("x-canary: canary\r\nx-forwarded-for: canary, {NUMBER}\r\n");
    send(
        relay.address,
        "PUT",
        &seat.push_path,
        &headers,
        NUMBER.as_bytes(),
    );
    // Something is logged, or the test would prove nothing: the table is taken away.
    database.tamper("ALTER TABLE records RENAME TO records_elsewhere");
    let (status, word) = TestDatabase::NO_RECORDS;
    let lost = socket::push(relay.address, &seat.push_path, NUMBER.as_bytes());
    assert_eq!(lost.status, status);
    let shown = send(metrics, "GET", "/metrics", "", b"");
    assert_eq!(shown.status, 200);
    relay.signal("TERM");
    let (_, stderr) = relay.end();
    assert!(stderr.contains(word), "{stderr}");
    if style == "json" {
        let lines = stderr.lines().map(serde_json::from_str::<Value>);
        assert!(lines.into_iter().all(|line| line.is_ok()), "{stderr}");
    }
    let push_token = seat.push_path.strip_prefix("/p/").unwrap();
    for secret in [push_token, &seat.read_token, team_token, "canary", NUMBER] {
        assert!(!stderr.contains(secret), "{secret}: {stderr}");
        assert!(!shown.body.contains(secret), "{secret}: {}", shown.body);
    }
}

fn team_json(database: &TestDatabase, arguments: &[&str]) -> Value {
    let mut command = command(database);
    command.arg("team").args(arguments).arg("--json");
    let output = crate::program::output(command);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn teams_are_managed_from_the_command_line() {
    let database = TestDatabase::new();
    let relay = Program::serve(&database);
    for name in ["A", "B"] {
        seat_json(&database, &["add", name]);
    }
    let mut unknown = command(&database);
    unknown.args(["team", "add", "sales", "A", "C"]);
    assert_eq!(unknown.output().unwrap().status.code(), Some(1));
    assert_eq!(team_json(&database, &["list"]), serde_json::json!([]));
    let added = team_json(&database, &["add", "sales", "A"]);
    assert_eq!(
        team_json(&database, &["join", "sales", "B"])["seats"],
        serde_json::json!(["A", "B"])
    );
    assert_eq!(
        team_json(&database, &["leave", "sales", "A"])["seats"],
        serde_json::json!(["B"])
    );
    let token = added["read_token"].as_str().unwrap();
    assert_eq!(get(relay.address, "/v1/records?seat=B", token).status, 200);
    let rotated = team_json(&database, &["rotate", "sales"]);
    assert_ne!(rotated["read_token"], added["read_token"]);
    let list = team_json(&database, &["list"]);
    assert!(
        !list.to_string().contains("bht_"),
        "the list shows no secrets"
    );
    team_json(&database, &["remove", "sales"]);
    assert_eq!(get(relay.address, "/v1/records?seat=B", token).status, 401);
}

/// What the operator looks at: batches, sizes, refusals and how far behind the readers are.
#[test]
fn metrics_tell_how_the_relay_fares() {
    let database = TestDatabase::new();
    let mut relay = Program::spawn(command(&database), &["--metrics", "127.0.0.1:0"]);
    let metrics = relay.metrics();
    let value = |name: &str| {
        let body = send(metrics, "GET", "/metrics", "", b"").body;
        let row = body.lines().find_map(|line| line.strip_prefix(name));
        let row = row.unwrap_or_else(|| panic!("{name} is missing\n{body}"));
        row.trim().parse::<f64>().unwrap()
    };
    let seat = relay.add(&database, "A");
    for body in [b"1", b"2", b"3"] {
        seat.keep(body);
    }
    assert_eq!(value("bohao_relay_batch_rows_sum"), 3.0);
    let batches = value("bohao_relay_batch_rows_count");
    assert_eq!(value("bohao_relay_sync_seconds_count"), batches);
    assert!(value("bohao_relay_sync_seconds_sum") > 0.0);
    assert!(value("bohao_relay_batch_seconds_sum") >= value("bohao_relay_sync_seconds_sum"));
    for size in ["database", "wal", "disk_free"] {
        assert!(value(&format!("bohao_relay_{size}_bytes")) > 0.0, "{size}");
    }
    assert_eq!(
        value("bohao_relay_slowest_seat_lag_records"),
        0.0,
        "nobody asked yet"
    );
    seat.get("?after=1");
    assert_eq!(value("bohao_relay_slowest_seat_lag_records"), 2.0);
    seat.get("?after=3");
    assert_eq!(value("bohao_relay_slowest_seat_lag_records"), 0.0);
    get(relay.address, "/v1/status", "wrong");
    assert_eq!(
        value("bohao_relay_rejected_total{reason=\"unauthorized\"}"),
        1.0
    );
}
