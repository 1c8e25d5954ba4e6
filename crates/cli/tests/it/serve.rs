//! `serve`: who is let in, and what they get.

use crate::stand::{Said, Stand, TEL_B, fresh};
use reqwest::header::{COOKIE, HOST, LOCATION, ORIGIN, RANGE, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

/// A server under test; it is killed with the test.
struct Server {
    child: Child,
    base: String,
    token: String,
    client: Client,
}

impl Server {
    fn start(stand: &Stand, words: &[&str]) -> Self {
        let mut child = stand
            .command()
            .arg("serve")
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("open ").unwrap();
        let (base, token) = address.split_once("/?token=").unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Server {
            child,
            base: base.to_owned(),
            token: token.to_owned(),
            client,
        }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    fn post(&self, verb: &str, body: &Value) -> RequestBuilder {
        let address = format!("{}/api/{verb}", self.base);
        self.client.request(Method::POST, address).json(body)
    }

    /// Opens the printed address; the session's cookie.
    async fn enter(&self) -> String {
        let response = self.open_address().await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[LOCATION], "/");
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn open_address(&self) -> Response {
        let path = format!("/?token={}", self.token);
        self.get(&path).send().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn settings() -> Value {
    json!({ "name": "SettingsQuery", "args": {} })
}

#[test]
fn the_token_lets_one_browser_in_and_no_other() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let wrong = server.get("/?token=guessed").send().await.unwrap();
        assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
        let locked = server.post("query", &settings()).send().await.unwrap();
        assert_eq!(locked.status(), StatusCode::UNAUTHORIZED);
        for path in ["/api/events", "/api/recording/x"] {
            let locked = server.get(path).send().await.unwrap();
            assert_eq!(locked.status(), StatusCode::UNAUTHORIZED);
        }

        let cookie = server.enter().await;
        let answer = server.post("query", &settings()).header(COOKIE, &cookie);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(answer.json::<Value>().await.unwrap()["language"].is_string());

        let second = server.open_address().await;
        assert_eq!(second.status(), StatusCode::FORBIDDEN);
        assert!(second.headers().get(SET_COOKIE).is_none());
        let forged = format!("{}=0", cookie.split('=').next().unwrap());
        let forged = server.post("query", &settings()).header(COOKIE, forged);
        assert_eq!(
            forged.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    });
}

#[test]
fn other_names_and_other_pages_are_turned_away() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let cookie = server.enter().await;
        for host in ["evil.example", "127.0.0.1:1", "evil.example:80"] {
            let rebound = server.get("/").header(HOST, host).send().await.unwrap();
            assert_eq!(rebound.status(), StatusCode::FORBIDDEN, "{host}");
        }
        let status = async |origin: &str| {
            let request = server.post("query", &settings());
            let request = request.header(COOKIE, &cookie).header(ORIGIN, origin);
            request.send().await.unwrap().status()
        };
        assert_eq!(status("https://evil.example").await, StatusCode::FORBIDDEN);
        assert_eq!(status("http://127.0.0.1:1").await, StatusCode::FORBIDDEN);
        assert_eq!(status("null").await, StatusCode::FORBIDDEN);
        assert_eq!(status(&server.base).await, StatusCode::OK);

        let framed = server.get("/api/events").header(COOKIE, &cookie);
        let framed = framed
            .header("sec-fetch-site", "same-site")
            .send()
            .await
            .unwrap();
        assert_eq!(framed.status(), StatusCode::FORBIDDEN);
        let address = format!("{}/api/mutate", server.base);
        let form = server.client.post(address).header(COOKIE, &cookie);
        let form = form.header("content-type", "text/plain").body("{}");
        let form = form.send().await.unwrap();
        assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    });
}

/// A page that a user has open may follow the address, once it has learnt it; the token stays good
/// for the one who typed it in.
#[test]
fn another_page_neither_gets_in_nor_uses_the_token_up() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let path = format!("/?token={}", server.token);
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ] {
            let followed = server.get(&path).header(name, value).send().await.unwrap();
            assert_eq!(followed.status(), StatusCode::FORBIDDEN, "{name}: {value}");
            assert!(followed.headers().get(SET_COOKIE).is_none());
        }
        let typed = server.get(&path).header("sec-fetch-site", "none");
        assert_eq!(typed.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    });
}

/// Programs that show what lies behind an address ask for its head.
#[test]
fn looking_at_the_address_neither_gets_in_nor_uses_the_token_up() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let address = format!("{}/?token={}", server.base, server.token);
        let looked = server.client.head(&address).send().await.unwrap();
        assert_eq!(looked.status(), StatusCode::SEE_OTHER);
        assert!(looked.headers().get(SET_COOKIE).is_none());
        server.enter().await;
    });
}

#[test]
fn what_is_not_there_says_so() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let cookie = server.enter().await;
        for (method, path, status) in [
            (Method::GET, "/nothing.js", StatusCode::NOT_FOUND),
            (Method::POST, "/", StatusCode::METHOD_NOT_ALLOWED),
            (Method::PUT, "/nothing.js", StatusCode::METHOD_NOT_ALLOWED),
            (Method::GET, "/api/query", StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let address = format!("{}{path}", server.base);
            let asked = server.client.request(method, address);
            let told = asked.header(COOKIE, &cookie).send().await.unwrap();
            assert_eq!(told.status(), status, "{path}");
            let word: Value = told.json().await.unwrap();
            assert!(word["code"].is_string() && word["message"].is_string());
        }
    });
}

#[test]
fn the_page_is_fenced_in() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let page = server.get("/").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let headers = page.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
        for loose in ["unsafe", "data:", "*", "http"] {
            assert!(
                !policy.contains(loose),
                "{loose}: nothing inline or from elsewhere runs or paints"
            );
        }
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert!(page.text().await.unwrap().contains("<!doctype html>"));
        let outside = server.get("/../Cargo.toml").send().await.unwrap();
        assert_eq!(outside.status(), StatusCode::NOT_FOUND);
    });
}

#[test]
fn requests_that_are_none_get_a_fault() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let cookie = server.enter().await;
        let ask = async |verb: &str, body: Value| {
            let request = server.post(verb, &body).header(COOKIE, &cookie);
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            (
                status,
                answer.json::<Value>().await.unwrap()["code"].clone(),
            )
        };
        let nothing = json!({ "name": "Nothing", "args": {} });
        assert_eq!(ask("query", nothing).await, (400, json!("bad_input")));
        assert_eq!(ask("bogus", settings()).await, (400, json!("bad_input")));
        assert_eq!(ask("mutate", settings()).await, (400, json!("bad_input")));
        let number = json!({ "name": "PlaceCall", "args": { "number": "110" } });
        assert_eq!(ask("mutate", number).await, (400, json!("bad_number")));
        let folder = json!({ "name": "OpenRecordingsFolder", "args": {} });
        assert_eq!(ask("trigger", folder).await, (501, json!("not_here")));
        let unknown = json!({ "name": "SaveRecording", "args": { "call": "x" } });
        assert_eq!(ask("trigger", unknown).await.0, 404);
    });
}

/// From a click to a saved recording, as the page does it.
#[test]
fn a_call_from_click_to_recording() {
    let stand = Stand::new();
    let server = Server::start(&stand, &[]);
    stand.runtime.block_on(async {
        let cookie = server.enter().await;
        let mut events = server
            .get("/api/events")
            .header(COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        let place = json!({ "name": "PlaceCall", "args": { "number": TEL_B } });
        let placed = server.post("mutate", &place).header(COOKIE, &cookie);
        let placed: Value = placed.send().await.unwrap().json().await.unwrap();
        assert_eq!(placed["state"], "accepted");
        let call = placed["call"].as_str().unwrap();

        let mut heard = String::new();
        while !heard.contains("\"recording\":\"saved\"") {
            let chunk = events.chunk().await.unwrap().expect("the stream goes on");
            heard.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        for line in heard.lines().filter_map(|line| line.strip_prefix("data: ")) {
            let event: Value = serde_json::from_str(line).unwrap();
            assert!(event["event"].is_string());
        }

        let path = format!("/api/recording/{call}");
        let whole = server
            .get(&path)
            .header(COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(whole.status(), StatusCode::OK);
        assert_eq!(whole.headers()["accept-ranges"], "bytes");
        assert_eq!(whole.headers()["content-type"], "audio/wav");
        let whole = whole.bytes().await.unwrap();
        let part = server
            .get(&path)
            .header(COOKIE, &cookie)
            .header(RANGE, "bytes=4-11");
        let part = part.send().await.unwrap();
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        let range = format!("bytes 4-11/{}", whole.len());
        assert_eq!(part.headers()["content-range"], range.as_str());
        assert_eq!(part.bytes().await.unwrap(), whole.slice(4..12));
        let beyond = server.get(&path).header(COOKIE, &cookie);
        let beyond = beyond
            .header(RANGE, "bytes=999999999-")
            .send()
            .await
            .unwrap();
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);

        let decoded = server
            .get(&format!("{path}?as=wav"))
            .header(COOKIE, &cookie)
            .header(RANGE, "bytes=0-3");
        let decoded = decoded.send().await.unwrap();
        assert_eq!(decoded.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(decoded.headers()["content-type"], "audio/wav");
        assert_eq!(decoded.bytes().await.unwrap(), "RIFF");

        let save = json!({ "name": "SaveRecording", "args": { "call": call } });
        let save = server.post("trigger", &save).header(COOKIE, &cookie);
        let save: Value = save.send().await.unwrap().json().await.unwrap();
        assert_eq!(save["outcome"], "download");
        let file = server
            .get(save["href"].as_str().unwrap())
            .header(COOKIE, &cookie);
        let file = file.send().await.unwrap();
        let name = file.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            name.starts_with("attachment; filename=\"") && name.contains(".wav"),
            "{name}"
        );
        assert!(!name.contains(TEL_B), "a browser shows it: {name}");
        assert_eq!(file.bytes().await.unwrap(), whole);
    });
}

#[test]
#[cfg(unix)]
fn it_ends_cleanly_while_a_page_listens() {
    let stand = Stand::new();
    let mut server = Server::start(&stand, &["--practice"]);
    stand.runtime.block_on(async {
        let cookie = server.enter().await;
        let mut events = server
            .get("/api/events")
            .header(COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        let pid = server.child.id().to_string();
        let told = std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap();
        assert!(told.success());
        while let Ok(Some(_)) = events.chunk().await {}
    });
    // It is to end within 3 s; a machine that is busy with other tests has some more.
    let ended = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        server.child.try_wait().unwrap()
    });
    assert!(ended.expect("it has ended").success());
}

#[test]
fn the_first_line_is_json_if_asked() {
    let stand = Stand::new();
    let mut child = stand
        .command()
        .args(["serve", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    assert!(
        told["address"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
}

#[test]
fn only_the_loopback_is_served() {
    let dir = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "192.0.2.1:8700", "nonsense", "[::]:0"] {
        let Said { exit, stdout, .. } = fresh(dir.path(), &["--json", "serve", "--listen", listen]);
        assert_eq!(exit, 2, "{listen}");
        assert!(stdout.contains("bad_input"));
    }
}

#[test]
fn a_second_server_on_the_same_data_says_so() {
    let stand = Stand::new();
    let _first = Server::start(&stand, &[]);
    let (fault, exit) = stand.json(&["serve"]);
    assert_eq!((exit, &fault["code"]), (1, &json!("in_use")));
}

/// One process keeps the data in step; another one dials on it and waits all the same.
#[test]
fn a_dial_beside_a_server_hears_of_its_record() {
    let stand = Stand::new();
    let _server = Server::start(&stand, &[]);
    let (placed, exit) = stand.json(&["dial", TEL_B, "--wait", "60"]);
    assert_eq!(
        (exit, &placed["status"]),
        (0, &json!("connected")),
        "{placed}"
    );
}
