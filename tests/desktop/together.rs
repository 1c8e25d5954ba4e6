//! A window and `bohao-cli serve` on one data folder: whoever comes second says so and ends.

use crate::program;
use crate::station::{Station, dialog};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_server_beside_the_window_is_refused() {
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;

    let refused = station
        .command(cli())
        .args(["--json", "serve"])
        .output()
        .expect("it starts");
    assert_eq!(refused.status.code(), Some(1));
    let fault: Value = serde_json::from_slice(&refused.stdout).expect("one JSON value");
    assert_eq!(fault["code"], "in_use");

    page.type_into("number-input", "139 2210-4471\u{e007}")
        .await;
    page.see("[data-testid=\"live-card\"][data-state=\"recorded\"]")
        .await;
    station.quit();
}

#[test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
fn a_window_beside_a_server_is_refused() {
    let station = Station::new();
    let mut server = station
        .command(cli())
        .arg("serve")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let address = listening(&mut server);

    let mut window = station
        .command(program())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    station.keys(dialog("Bohao can't start"), &["key", "Return"]);
    assert_eq!(window.wait().expect("it ends").code(), Some(1));
    let mut said = String::new();
    let mut stderr = window.stderr.take().expect("it is piped");
    stderr.read_to_string(&mut said).expect("it is text");
    assert!(
        said.contains("Another Bohao works on the same data"),
        "{said}"
    );
    assert!(said.contains(station.data_dir().to_str().expect("a plain path")));

    TcpStream::connect(&address).expect("the server still listens");
    server.kill().expect("it was there");
    server.wait().expect("it ends");
}

/// Where a server listens, once it does.
fn listening(server: &mut Child) -> String {
    let stdout = server.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it says where it listens");
    let (_, rest) = line.split_once("http://").expect("an address");
    let (host, _) = rest.split_once('/').expect("a path behind it");
    host.to_owned()
}

fn cli() -> PathBuf {
    let cli = program().with_file_name("bohao-cli");
    assert!(cli.exists(), "first run `cargo build --workspace --bins`");
    cli
}
