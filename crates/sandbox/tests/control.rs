//! The control surface, the program, and that the README knows everything there is.

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use bohao_sandbox::{FaultKind, MAGIC_NUMBERS, Outcome};
use common::*;
use serde_json::{Value, json};

const README: &str = include_str!("../README.md");

#[tokio::test]
async fn faults_are_armed_listed_spent_and_cleared() {
    let running = start(swift()).await;
    let url = format!("{}/sandbox/faults", running.url());
    let arm = |body: Value| client().post(&url).json(&body).send();

    let answer = arm(json!({"fault": "code-9001", "times": 2}))
        .await
        .expect("an answer");
    let armed: Value = answer.json().await.expect("JSON");
    assert_eq!(
        armed,
        json!({"faults": [{"fault": "code-9001", "times": 2}]})
    );
    assert_eq!(dial(&running, TEL_B, "").await["code"], 9001);
    arm(json!({"fault": "slow", "ms": 1}))
        .await
        .expect("an answer");

    let listed: Value = client()
        .get(&url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let left =
        json!({"faults": [{"fault": "code-9001", "times": 1}, {"fault": "slow", "times": 1}]});
    assert_eq!(listed, left);
    let cleared = client().delete(&url).send().await.expect("an answer");
    assert_eq!(
        cleared.json::<Value>().await.expect("JSON"),
        json!({"faults": []})
    );
    assert_eq!(dial(&running, TEL_B, "").await["code"], 200);
}

#[tokio::test]
async fn an_unknown_fault_is_refused_with_the_known_ones() {
    let running = start(swift()).await;
    let url = format!("{}/sandbox/faults", running.url());
    let request = client().post(&url).json(&json!({"fault": "cut-of"}));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["code"], "unknown_fault");
    assert_eq!(answer["known"], json!(FaultKind::names()));

    for body in [
        json!({"fault": "slow", "times": 0}),
        json!({"fault": "slow", "tims": 3}),
        json!([]),
    ] {
        let answer = client()
            .post(&url)
            .json(&body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 400, "{body}");
    }
    assert!(running.faults().is_empty());
}

#[tokio::test]
async fn calls_tell_how_often_whom() {
    let running = start(swift()).await;
    let first = call(&running, TEL_B).await;
    let other = call(&running, "13922100099").await;
    let second = call(&running, TEL_B).await;

    let url = format!("{}/sandbox/calls", running.url());
    let seen: Value = client()
        .get(url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let rings = json!([
        {"tel_a": TEL_A, "tel_b": TEL_B, "rings": 2, "subids": [first, second]},
        {"tel_a": TEL_A, "tel_b": "13922100099", "rings": 1, "subids": [other]},
    ]);
    assert_eq!(seen["rings"], rings);
    assert_eq!(seen["calls"][0]["subid"], json!(first));
    assert_eq!(seen["calls"][0]["state"], "ended");
    assert_eq!(seen["calls"][0]["outcome"], "connected");
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let running = start(swift()).await;
    // The platform's spelling is wrong, and the right one is no address of it.
    let url = format!("{}/call/companyRecordDownload/04", running.url());
    let answer = client().get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], 1002);
}

/// Ends with the test, however it ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bohao-sandbox"));
    command
        .arg("serve")
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments);
    command
}

/// Where it says that it listens, and the program itself.
fn started(flags: &[&str]) -> (String, Program) {
    let mut child = program(flags)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stdout = child.stdout.take().expect("its output");
    let program = Program(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let url = line.trim_end().strip_prefix("listening on ");
    (url.expect("the announced words").to_owned(), program)
}

#[tokio::test]
async fn the_program_says_where_it_listens_and_takes_its_flags() {
    let flags = [
        "--app-key",
        "AK123",
        "--app-secret",
        "SeCrEt",
        "--fault",
        "code-2000:2",
    ];
    let (url, _program) = started(&flags);
    assert!(
        url.starts_with("http://127.0.0.1:") && !url.ends_with(":0"),
        "{url}"
    );

    let mut parameters = dial_parameters(TEL_A, TEL_B, "");
    parameters[0].1 = "AK123".to_owned();
    parameters[1].1 = "SeCrEt".to_owned();
    for code in [2000, 2000, 200] {
        let form = signed(parameters.clone());
        let answer = client()
            .post(format!("{url}{DIAL}"))
            .form(&form)
            .send()
            .await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["code"], code);
    }
}

/// Whatever can go wrong can be asked for where the program is started, in the order given.
#[tokio::test]
async fn every_fault_can_be_armed_on_the_command_line() {
    let names = FaultKind::names();
    let flags: Vec<String> = names
        .iter()
        .map(|name| format!("--fault={name}:2:5"))
        .collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let (url, _program) = started(&flags);
    let listed = client().get(format!("{url}/sandbox/faults")).send().await;
    let listed: Value = listed.expect("an answer").json().await.expect("JSON");
    let expected: Vec<Value> = names
        .iter()
        .map(|name| json!({ "fault": name, "times": 2 }))
        .collect();
    assert_eq!(listed["faults"], json!(expected));
}

#[test]
fn the_program_refuses_a_fault_it_does_not_know() {
    let output = program(&["--fault", "cut-of"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("cut-of") && said.contains("cut-after"),
        "{said}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn the_readme_knows_every_fault_number_and_outcome() {
    for name in FaultKind::names()
        .iter()
        .filter(|name| !name.starts_with("code-"))
    {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
    for number in MAGIC_NUMBERS {
        assert!(
            README.contains(&format!("| …{} |", number.suffix)),
            "{}",
            number.suffix
        );
    }
    for (name, outcome) in Outcome::CHOICES {
        assert!(README.contains(&format!("`{name}`")), "{name}");
        assert!(README.contains(outcome.reason()), "{name}");
    }
}
