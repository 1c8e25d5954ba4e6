//! `dial`: every outcome with its exit code and its JSON.

use crate::stand::{NOWHERE, Stand, TEL_A, TEL_B, fresh, said};
use bohao_sandbox::{Fault, FaultKind, Timing};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

const KEYS: [&str; 6] = ["call", "state", "code", "message", "subid", "tel_x"];

#[test]
fn accepted() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", "+86", "139-2210-4471"]);
    assert_eq!(exit, 0);
    assert_eq!(placed["state"], "accepted");
    assert_eq!(placed["code"], 200);
    assert!(KEYS.iter().all(|key| !placed[key].is_null()), "{placed}");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

#[test]
fn refused() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", "13922100004"]);
    assert_eq!(exit, 3);
    assert_eq!(placed["state"], "refused");
    assert_eq!(placed["code"], 9001);
    assert!(KEYS.iter().all(|key| placed.get(key).is_some()), "{placed}");
    assert_eq!(stand.sandbox.rings(TEL_A, "13922100004"), 0);
}

#[test]
fn blocked() {
    let stand = Stand::new();
    assert_eq!(stand.json(&["dial", TEL_B]).1, 0);
    let (placed, exit) = stand.json(&["dial", TEL_B]);
    assert_eq!(exit, 3);
    assert_eq!(placed["state"], "blocked");
    assert_eq!(placed["rule"], "gap");
    assert!(placed["frees_at"].as_i64().unwrap() > 1_700_000_000_000);
    assert!(KEYS.iter().all(|key| placed.get(key).is_some()), "{placed}");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

#[test]
fn unknown() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", "13922100009"]);
    assert_eq!(exit, 4);
    assert_eq!(placed["state"], "unknown");
    assert!(KEYS.iter().all(|key| placed.get(key).is_some()), "{placed}");
    assert_eq!(stand.sandbox.rings(TEL_A, "13922100009"), 1);
}

/// A script that finds no word must still learn from the exit code that the phone rings.
#[cfg(target_os = "linux")]
#[test]
fn what_stdout_does_not_take_is_told_by_the_exit_code_and_on_stderr() {
    let stand = Stand::new();
    let full = std::fs::File::create("/dev/full").unwrap();
    let dialled = stand
        .command()
        .args(["--lang", "en", "dial", TEL_B])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(dialled.status.code(), Some(0));
    let stderr = String::from_utf8_lossy(&dialled.stderr);
    assert!(stderr.contains("your phone will ring"), "{stderr}");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

#[cfg(unix)]
fn signalled(child: std::process::Child, signal: &str) -> std::process::Output {
    let kill = ["-s", signal, &child.id().to_string()];
    assert!(Command::new("kill").args(kill).status().unwrap().success());
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[rstest]
fn a_signal_before_the_answer_ends_in_unknown(#[values("TERM", "INT")] signal: &str) {
    let stand = Stand::new();
    let slow = Fault {
        kind: FaultKind::Slow,
        delay: Some(Duration::from_secs(3600)),
        to: None,
    };
    stand.sandbox.set_fault(slow, 1);
    let mut dial = stand.command();
    dial.args(["--json", "dial", TEL_B]).stdout(Stdio::piped());
    let child = dial.spawn().unwrap();
    while stand.sandbox.rings(TEL_A, TEL_B) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = signalled(child, signal);
    assert_eq!(output.status.code(), Some(4));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["state"], "unknown");
    assert!(KEYS.iter().all(|key| told.get(key).is_some()), "{told}");
    let (calls, _) = stand.json(&["calls"]);
    assert_eq!(calls[0]["state"], "unknown");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

#[cfg(unix)]
#[test]
fn a_signal_before_the_record_leaves_it_accepted() {
    use std::io::{BufRead, BufReader};

    let stand = Stand::playing(Timing {
        ring: Duration::from_secs(3600),
        ..Timing::default()
    });
    let mut dial = stand.command();
    dial.args(["--lang", "en", "dial", TEL_B, "--wait", "3600"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = dial.spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    assert!(line.contains("your phone will ring"), "{line}");
    let output = signalled(child, "TERM");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

/// What the kernel saw: the attempt written into the log, synced, and only then the request.
#[cfg(target_os = "linux")]
#[test]
fn promise_1_the_attempt_is_synced_before_the_request_leaves() {
    let stand = Stand::new();
    let trace = stand.dir.path().join("trace");
    let command = stand.command();
    let mut traced = Command::new("strace");
    traced
        .args(["-f", "-qq", "-y", "-s", "6000", "-o"])
        .arg(&trace)
        .args(["-e", "trace=pwrite64,fdatasync,write,writev,sendto,sendmsg"])
        .arg(command.get_program())
        .args(["dial", TEL_B])
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let Ok(output) = traced.output() else {
        return;
    };
    let calls = std::fs::read_to_string(trace).unwrap_or_default();
    if calls.is_empty() {
        // Tracing is not allowed everywhere.
        return;
    }
    assert!(output.status.success(), "{output:?}");
    let thread = |call: &str| call.split_whitespace().next().map(str::to_owned);
    let calls: Vec<&str> = calls.lines().collect();
    let left = calls.iter().position(|call| call.contains("\"POST "));
    let before = &calls[..left.expect("a request")];
    let written = before
        .iter()
        .position(|call| call.contains("bohao.db-wal>") && call.contains(TEL_B))
        .expect("the attempt");
    // Other threads write as well once the attempt is on disk, and may come between call and return.
    let synced = before[written..].iter().any(|call| {
        thread(call) == thread(before[written])
            && call.contains("fdatasync")
            && call.trim_end().ends_with("= 0")
    });
    assert!(synced, "not synced before the request: {before:#?}");
}

/// The record is pushed once: a call whose record can arrive nowhere would be lost to the log.
#[rstest]
#[case("garbage")]
#[case("http://relay.example/p/T0ken")]
fn a_push_address_that_is_none_keeps_the_call_from_leaving(#[case] push_url: &str) {
    let stand = Stand::new();
    let mut command = stand.command();
    command
        .env("BOHAO_PUSH_URL", push_url)
        .args(["dial", TEL_B, "--json"]);
    let told = said(&mut command);
    assert_eq!(told.exit, 2, "{told:?}");
    assert_eq!(told.json()["details"]["field"], "push_url");
    assert!(!told.stdout.contains(push_url), "it is a secret");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 0);
}

/// Whoever finds the disk full has to hear that nobody was rung.
#[cfg(unix)]
#[test]
fn a_folder_that_takes_nothing_keeps_a_dial_from_leaving_and_says_so() {
    let stand = Stand::new();
    let mut command = stand.command();
    // Not even the user who may do anything can write there.
    let nowhere = std::path::Path::new("/proc/nowhere");
    command.args(["--json", "--lang", "zh", "dial", TEL_B]);
    let told = said(command.env("BOHAO_DATA_DIR", nowhere));
    assert_eq!(told.exit, 1, "{told:?}");
    assert_eq!(told.json()["details"]["dialled"], false);
    let message = told.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("没有拨出"), "{message}");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 0);
}

#[rstest]
#[case::nobody_listens(NOWHERE.to_owned(), "拒绝了连接", "refused the connection")]
#[case::no_such_name("https://platform.invalid".to_owned(), "找不到平台的地址", "could not be looked up")]
#[case::no_tls(without_tls(), "可信的连接", "no trusted TLS connection")]
fn what_kept_a_dial_from_leaving_is_told_apart(
    #[case] address: String,
    #[case] chinese: &str,
    #[case] english: &str,
) {
    let stand = Stand::new();
    for (language, words) in [("zh", chinese), ("en", english)] {
        let mut command = stand.command();
        command.env("BOHAO_CALL_URL", &address);
        let said = said(command.args(["--json", "--lang", language, "dial", TEL_B]));
        assert_eq!(said.exit, 5, "{said:?}");
        assert_eq!(said.json()["state"], "not_sent");
        let told = said.json()["message"].as_str().unwrap().to_owned();
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 0);
}

/// Where somebody answers whatever is asked as plain text.
fn without_tls() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    address
}

#[rstest]
#[case("110", "special")]
#[case("1392210", "too_short")]
#[case("13922104471 13800138000", "several")]
#[case("hello", "no_digits")]
fn a_number_that_is_none_is_not_dialled(#[case] number: &str, #[case] flaw: &str) {
    let stand = Stand::new();
    let (fault, exit) = stand.json(&["dial", number]);
    assert_eq!(exit, 2);
    assert_eq!(fault["code"], "bad_number");
    assert_eq!(fault["details"]["flaw"], flaw);
    assert!(stand.sandbox.calls().is_empty());
}

#[test]
fn without_an_account_it_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let said = fresh(dir.path(), &["--json", "dial", TEL_B]);
    assert_eq!((said.exit, &said.json()["code"]), (2, &json!("not_set_up")));
}

#[test]
fn waiting_brings_the_record() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", TEL_B, "--wait", "60"]);
    assert_eq!(exit, 0);
    assert_eq!(placed["state"], "accepted");
    assert_eq!(placed["status"], "connected");
    assert!(placed["duration"].is_i64());
}

#[test]
fn a_record_that_does_not_come_in_time_is_none() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", "13922100024", "--wait", "1"]);
    assert_eq!((exit, &placed["state"]), (0, &json!("accepted")));
    assert_eq!(placed.get("status"), Some(&Value::Null));
}

#[test]
fn a_record_in_time_settles_an_unknown_outcome() {
    let stand = Stand::new();
    let (placed, exit) = stand.json(&["dial", "13922100009", "--wait", "60"]);
    assert_eq!(
        (exit, &placed["state"]),
        (0, &json!("accepted")),
        "{placed}"
    );
    assert!(placed["subid"].is_string());
    assert_eq!(stand.sandbox.rings(TEL_A, "13922100009"), 1);
}

/// The platform has taken the call and keeps its answer back; the program dies meanwhile.
#[test]
fn promise_1_a_dial_killed_before_its_answer_is_unknown_and_never_repeated() {
    let stand = Stand::playing(Timing {
        ring: Duration::from_secs(3600),
        ..Timing::default()
    });
    let slow = Fault {
        kind: FaultKind::Slow,
        delay: Some(Duration::from_secs(3600)),
        to: None,
    };
    stand.sandbox.set_fault(slow, 1);
    let mut child = stand
        .command()
        .args(["--json", "dial", TEL_B])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while stand.sandbox.rings(TEL_A, TEL_B) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let (calls, exit) = stand.json(&["calls"]);
    assert_eq!(exit, 0);
    assert_eq!(calls.as_array().map(Vec::len), Some(1));
    assert_eq!(calls[0]["state"], "unknown");
    assert_eq!(stand.sandbox.rings(TEL_A, TEL_B), 1);
}

/// What this computer alone knows of a dial is said in its user's language.
#[rstest]
#[case::unknown("13922100009", 4)]
#[case::not_sent(TEL_B, 5)]
#[case::accepted(TEL_B, 0)]
fn no_english_in_chinese(#[case] number: &str, #[case] exit: i32) {
    let stand = Stand::new();
    let told = |words: &[&str]| {
        let mut command = stand.command();
        if exit == 5 {
            command.env("BOHAO_CALL_URL", NOWHERE);
        }
        said(command.args(["--lang", "zh", "--json"]).args(words))
    };
    let placed = told(&["dial", number]);
    assert_eq!(placed.exit, exit, "{placed:?}");
    let calls = told(&["calls"]).json();
    for words in [&placed.json()["message"], &calls[0]["reason"]] {
        let words = words.as_str().unwrap_or_default();
        assert!(
            !words.bytes().any(|byte| byte.is_ascii_alphabetic()),
            "{words}"
        );
    }
}

#[test]
fn an_accepted_dial_is_told_in_english_too() {
    let stand = Stand::new();
    let (placed, _) = stand.json(&["--lang", "en", "dial", TEL_B]);
    assert!(placed["message"].as_str().unwrap().is_ascii(), "{placed}");
}
