//! Practice needs no certificates. The test runs itself again with an environment that has none.
#![cfg(target_os = "linux")]

use std::env;
use std::process::Command;

use bohao_platform::{Config, ConfigError, Platform};

fn without_certificates(test: &str) -> bool {
    let nowhere = env!("CARGO_MANIFEST_PATH");
    let program = env::current_exe().expect("this program's path");
    let status = Command::new(program)
        .args(["--exact", test, "--ignored"])
        .env("SSL_CERT_FILE", nowhere)
        .env("SSL_CERT_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .status();
    status.expect("this program starts again").success()
}

#[test]
fn a_machine_without_certificates_can_practise_and_is_told_otherwise() {
    assert!(without_certificates("practice_starts"));
    assert!(without_certificates("the_real_platform_is_refused"));
}

#[test]
#[ignore = "is run by its neighbour, in an environment without certificates"]
fn practice_starts() {
    let loopback: url::Url = "http://127.0.0.1:8700".parse().expect("an address");
    let config = Config {
        call_url: loopback.clone(),
        recording_url: loopback,
        ..Config::default()
    };

    assert!(Platform::new(config).is_ok());
}

#[test]
#[ignore = "is run by its neighbour, in an environment without certificates"]
fn the_real_platform_is_refused() {
    assert!(matches!(
        Platform::new(Config::default()),
        Err(ConfigError::Client(_))
    ));
}
