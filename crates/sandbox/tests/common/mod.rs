//! A caller of the platform, written from the interface document, and a receiver of its pushes.
#![allow(dead_code, reason = "each test program uses its own part")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use bohao_sandbox::{CallState, Running, Settings, Timing};
use md5::{Digest, Md5};
use serde_json::Value;

pub const TEL_A: &str = "13800006620";
pub const TEL_B: &str = "13922104471";
pub const DIAL: &str = "/axb/call/callByTelA";

/// A sandbox whose calls take no time.
pub fn swift() -> Settings {
    Settings {
        timing: Timing {
            ring: Duration::ZERO,
            talk: Duration::ZERO,
            push_backoff: Duration::from_millis(1),
            ..Timing::default()
        },
        ..Settings::default()
    }
}

/// A sandbox whose calls never get past their ringing.
pub fn everlasting() -> Settings {
    let swift = swift();
    Settings {
        timing: Timing {
            ring: Duration::from_secs(3600),
            ..swift.timing
        },
        ..swift
    }
}

pub async fn start(settings: Settings) -> Running {
    bohao_sandbox::start(settings).await.expect("a free port")
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        // A kept connection would be tried again when it is cut, as if it had gone stale.
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}

pub fn now() -> i64 {
    (Settings::default().clock)() / 1000
}

pub type Pairs = Vec<(String, String)>;

pub fn pairs(of: &[(&str, &str)]) -> Pairs {
    of.iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The string of the document, and its digest.
pub fn sign(parameters: &Pairs, extra: &[(&str, &str)]) -> String {
    let mut sorted = std::collections::BTreeMap::new();
    for (key, value) in parameters.iter().cloned().chain(pairs(extra)) {
        if !value.is_empty() {
            sorted.insert(key.to_lowercase(), value);
        }
    }
    let mut text = String::new();
    for (key, value) in sorted {
        text = format!("{text}&{key}={value}");
    }
    hex::encode(Md5::digest(text.trim_start_matches('&')))
}

pub fn account(timestamp: i64) -> Pairs {
    pairs(&[
        ("appKey", Settings::APP_KEY),
        ("appSecret", Settings::APP_SECRET),
        ("timestamp", &timestamp.to_string()),
    ])
}

pub fn dial_parameters(tel_a: &str, tel_b: &str, return_url: &str) -> Pairs {
    let mut parameters = account(now());
    parameters.extend(pairs(&[
        ("telA", tel_a),
        ("telB", tel_b),
        ("return_url", return_url),
    ]));
    parameters
}

pub fn signed(mut parameters: Pairs) -> Pairs {
    let digest = sign(&parameters, &[]);
    parameters.push(("sign".to_owned(), digest));
    parameters
}

pub async fn post(running: &Running, form: &Pairs) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}{DIAL}", running.url());
    client().post(url).form(form).send().await
}

pub async fn dial(running: &Running, tel_b: &str, return_url: &str) -> Value {
    let form = signed(dial_parameters(TEL_A, tel_b, return_url));
    let answer = post(running, &form).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

/// Dials, waits for the call's end, and gives its id.
pub async fn call(running: &Running, tel_b: &str) -> String {
    let answer = dial(running, tel_b, "").await;
    let subid = answer["data"]["subid"]
        .as_str()
        .expect("a subid")
        .to_owned();
    ended(running, &subid).await;
    subid
}

pub async fn ended(running: &Running, subid: &str) {
    until(|| {
        let calls = running.calls();
        let call = calls.iter().find(|call| call.subid == subid);
        call.is_some_and(|call| call.state == CallState::Ended)
    })
    .await;
}

pub fn recording_request(running: &Running, subid: &str) -> reqwest::RequestBuilder {
    let mut query = account(now());
    let digest = sign(&query, &[("subid", subid)]);
    query.push(("sign".to_owned(), digest));
    let url = format!("{}/call/companyRecordDownlaod/{subid}", running.url());
    client().get(url).query(&query)
}

/// Waits for what must come; a test that waits for ever is ended by its deadline.
pub async fn until(mut there: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came");
}

#[derive(Clone, Debug)]
pub struct Pushed {
    pub path: String,
    pub content_type: String,
    pub body: Bytes,
}

/// Takes pushes; answers as told first, and 200 from then on.
pub struct Receiver {
    pub url: String,
    pushed: Arc<Mutex<Vec<Pushed>>>,
}

impl Receiver {
    pub async fn start(answers: &[u16]) -> Self {
        let pushed: Arc<Mutex<Vec<Pushed>>> = Arc::default();
        let book = pushed.clone();
        let mut answers = answers.to_vec();
        answers.reverse();
        let answers = Arc::new(Mutex::new(answers));
        let take = move |uri: axum::http::Uri, headers: HeaderMap, body: Bytes| {
            let content_type = headers
                .get("content-type")
                .and_then(|value| value.to_str().ok());
            book.lock().expect("whole").push(Pushed {
                path: uri.path().to_owned(),
                content_type: content_type.unwrap_or_default().to_owned(),
                body,
            });
            let status = answers.lock().expect("whole").pop().unwrap_or(200);
            async move {
                let location = [("location", "/elsewhere")];
                (StatusCode::from_u16(status).expect("a status"), location)
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(take)).await });
        Self {
            url: format!("http://{address}/p/T0ken"),
            pushed,
        }
    }

    pub fn pushed(&self) -> Vec<Pushed> {
        self.pushed.lock().expect("whole").clone()
    }

    pub async fn wait_for(&self, count: usize) -> Vec<Pushed> {
        until(|| self.pushed().len() >= count).await;
        self.pushed()
    }
}
