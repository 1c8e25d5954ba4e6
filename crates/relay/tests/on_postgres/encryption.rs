//! TLS to the server.

use std::{path::Path, process::Command};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::{
    program::{Program, clean, output},
    server::Server,
    within::Seat,
};

/// A server that takes encrypted connections alone, on an address of this machine that no other
/// test has.
fn encrypted() -> (Server, String, tempfile::TempDir) {
    let mut server = Server::start();
    server.stop();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["db.example".to_owned()]).unwrap();
    server.write("server.crt", &cert.pem());
    server.write("server.key", &signing_key.serialize_pem());
    server.write(
        "pg_hba.conf",
        "local all all trust\nhostssl all all 127.0.0.0/8 trust\n",
    );
    let [.., a, b] = std::process::id().to_be_bytes();
    let address = format!("127.77.{a}.{b}");
    server.resume_with(&["ssl=on", &format!("listen_addresses={address}")]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), cert.pem()).unwrap();
    (server, address, folder)
}

fn serving(address: &str, host: &str, mode: &str, folder: &Path) -> Command {
    let mut serve = Command::new(env!("CARGO_BIN_EXE_bohao-relay"));
    clean(&mut serve)
        .args(["--database"])
        .arg(format!(
            "postgres://relay@{host}/postgres?hostaddr={address}&sslmode={mode}"
        ))
        .env("BOHAO_RELAY_SPOOL", folder.join("spool"))
        .env("SSL_CERT_FILE", folder.join("root.pem"));
    serve
}

#[test]
fn a_server_across_a_network_is_reached_encrypted_by_its_certified_name_alone() {
    let (server, address, folder) = encrypted();
    let (_server, folder) = (server, folder.path());
    let mut add = serving(&address, "db.example", "require", folder);
    let added = output_json(add.args(["seat", "add", "A", "--json"]));
    let relay = Program::spawn(serving(&address, "db.example", "require", folder), &[]);
    let seat: Seat = relay.seat(&added);
    seat.keep(b"1");
    assert_eq!(seat.read_all(), [(1, b"1".to_vec())]);

    let other_name = serving(&address, "db.elsewhere", "require", folder);
    let in_the_clear = serving(&address, "db.example", "disable", folder);
    let mut untrusted = serving(&address, "db.example", "require", folder);
    untrusted.env_remove("SSL_CERT_FILE");
    for (mut list, word) in [
        (other_name, "certificate"),
        (in_the_clear, "no encryption"),
        (untrusted, "certificate"),
    ] {
        let refused = output({
            list.args(["seat", "list"]);
            list
        });
        let words = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{words}");
        assert!(words.contains(word), "{words}");
    }
}

fn output_json(command: &mut Command) -> serde_json::Value {
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).unwrap()
}
