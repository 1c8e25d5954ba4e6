//! What comes from a platform, a relay or a disk that misbehaves: an exit code, a word in the user's
//! language, nothing dialled twice and nothing half-written.

use crate::stand::{Said, Stand, TEL_A, TEL_B, said};
use bohao_sandbox::FaultKind;
use rstest::rstest;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Whoever reads Chinese is told in Chinese, and whoever reads English in English.
fn assert_told_in(language: &str, said: &Said) {
    let told = said.json();
    let words = told["message"].as_str().unwrap();
    // What the platform itself said follows in brackets, in its own language.
    let words = words.split(" (").next().unwrap();
    assert!(!words.is_empty(), "{said:?}");
    match language {
        "zh" => assert!(!words.is_ascii(), "{words}"),
        _ => assert!(words.is_ascii(), "{words}"),
    }
    assert!(!said.stderr.contains("panicked"), "{said:?}");
}

#[rstest]
fn a_dial_whose_answer_is_none_is_unknown_and_rings_once_at_most(
    #[values("zh", "en")] language: &str,
    #[values(
        (FaultKind::Html, 1),
        (FaultKind::BadGateway, 0),
        (FaultKind::HalfAnswer, 1),
        (FaultKind::HugeAnswer, 1),
        (FaultKind::RedirectLoop, 0),
        (FaultKind::RedirectAway, 0)
    )]
    fault: (FaultKind, usize),
) {
    let (kind, rings) = fault;
    let stand = Stand::new();
    stand.sandbox.set_fault(kind, 1);
    let said = stand.run(&["--json", "--lang", language, "dial", TEL_B]);
    assert_eq!(said.exit, 4, "{said:?}");
    assert_eq!(said.json()["state"], "unknown");
    assert_told_in(language, &said);
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), rings);
    let (calls, _) = stand.json(&["calls"]);
    assert_eq!(calls.as_array().map(Vec::len), Some(1));
}

#[rstest]
fn a_recording_that_is_none_leaves_no_file(
    #[values("zh", "en")] language: &str,
    #[values(
        (FaultKind::RecordingJson, 3),
        (FaultKind::RecordingNotReady, 3),
        (FaultKind::RecordingCut, 5),
        (FaultKind::RecordingEmpty, 3),
        (FaultKind::RecordingHuge, 1),
        (FaultKind::RecordingRedirectLoop, 1)
    )]
    fault: (FaultKind, i32),
) {
    let (kind, exit) = fault;
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    stand.sandbox.set_fault(kind, 100);
    let folder = stand.dir.path().join("out");
    std::fs::create_dir(&folder).unwrap();
    let target = folder.join("call.wav");
    let words = ["recording", &subid, "--to", target.to_str().unwrap()];
    let said = stand.run(&[&["--json", "--lang", language], &words[..]].concat());
    assert_eq!(said.exit, exit, "{said:?}");
    assert_eq!(said.json()["code"], "recording_unavailable");
    assert_told_in(language, &said);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);

    // Nothing of it stays behind: the next try brings the recording itself.
    stand.sandbox.clear_faults();
    assert_eq!(stand.run(&words).exit, 0);
    assert!(std::fs::read(&target).unwrap().starts_with(b"RIFF"));
}

/// It comes by way of another host, which hears of no secret.
#[test]
fn a_recording_at_another_host_is_fetched_without_credentials() {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    stand.sandbox.set_fault(FaultKind::RecordingRedirectAway, 1);
    let target = stand.dir.path().join("call.wav");
    let words = ["recording", &subid, "--to", target.to_str().unwrap()];
    assert_eq!(stand.run(&words).exit, 0);
    assert_eq!(stand.sandbox.calls()[0].credentials_leaked, 0);
}

#[rstest]
fn a_relay_that_lies_is_not_believed(
    #[values("zh", "en")] language: &str,
    #[values(
        ("200 OK", "<!doctype html><html></html>"),
        ("200 OK", "{\"records\":[{\"seq\":1,\"rece"),
        ("200 OK", "{\"records\":[],\"next\":-4,\"head\":0}"),
        ("302 Found\r\nLocation: /v1/records", ""),
        ("302 Found\r\nLocation: http://localhost:9/", ""),
        ("418 Teapot", "{}")
    )]
    answer: (&'static str, &'static str),
) {
    let stand = Stand::new();
    let (address, requests) = liar(answer.0, answer.1);
    let mut command = stand.command();
    command.env("BOHAO_RELAY_URL", address);
    let said = said(command.args(["--json", "--lang", language, "sync"]));
    assert_eq!(said.exit, 1, "{said:?}");
    assert_eq!(said.json()["code"], "relay_lying");
    assert_told_in(language, &said);
    assert_eq!(requests.try_iter().count(), 1, "a redirect was followed");
}

#[cfg(target_os = "linux")]
#[rstest]
fn a_place_that_can_not_be_written_is_named(
    #[values("zh", "en")] language: &str,
    #[values("recording", "export")] command: &str,
) {
    let stand = Stand::new();
    let subid = stand.connected(TEL_B);
    // Not even a privileged user makes files there.
    let target = "/proc/self/call.csv";
    let words = match command {
        "recording" => vec!["recording", &subid, "--to", target],
        _ => vec!["export", target],
    };
    let said = stand.run(&[&["--json", "--lang", language], &words[..]].concat());
    assert_eq!(said.exit, 1, "{said:?}");
    assert_eq!(said.json()["code"], "not_writable");
    assert_eq!(said.json()["details"]["path"], target);
    assert_told_in(language, &said);
}

/// A server that answers everything with this, and tells of each request.
fn liar(head: &'static str, body: &'static str) -> (String, std::sync::mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (told, requests) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = told.send(());
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    (address, requests)
}
