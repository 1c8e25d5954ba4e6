//! Promise 7: secrets and numbers are in the two requests and nowhere else. This test stands alone
//! in its program, because it listens to everything that the program logs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use bohao_platform::DialRequest;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use raw::{NOW, RawServer, Reply, Then, credentials};

mod raw;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panicked")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn replies() -> Vec<Reply> {
    let date = "200 OK\nDate: Mon, 24 Nov 2025 17:00:00 GMT";
    let echo = r#"{"code":1003,"msg":"canary-key-5f3a canary-secret-91bc https://canary-push.example.com 13800006620 13922104471"}"#;
    vec![
        Reply::json(r#"{"code":200,"data":{"subid":"042","telX":"13922104471"}}"#),
        Reply::json(echo),
        Reply::new(date, br#"{"code":1006}"#, Then::Stay),
        Reply::new("502 Bad Gateway", b"<html>", Then::Stay),
        Reply::new(
            "307 Away\nLocation: https://192.168.1.1/canary",
            b"",
            Then::Stay,
        ),
        Reply::new("200 OK", b"RIFF and some more sound", Then::Stay),
        Reply::new("200 OK", b"RIFF and some more sound", Then::Hang).cut(50, Then::Hang),
        Reply::json("").cut(0, Then::Close),
        Reply::json("").cut(0, Then::Hang),
        Reply {
            bytes: b"no http at all\r\n\r\n".to_vec(),
            then: Then::Close,
        },
    ]
}

#[tokio::test]
async fn promise_7_the_canary_is_in_the_two_requests_and_nowhere_else() {
    let log = Captured::default();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .init();
    let mut told = String::new();
    let mut note = |thing: &dyn std::fmt::Debug| told += &format!("{thing:?}\n");

    let request = DialRequest {
        tel_a: "13800006620".into(),
        tel_b: "13922104471".into(),
        return_url: Some("https://canary-push.example.com".into()),
    };
    note(&request);
    note(&credentials());

    for reply in replies() {
        let server = RawServer::start([reply]).await;
        let platform = server.platform();
        note(&platform);
        note(&platform.dial(&credentials(), &request, &|| NOW).await);
        match platform
            .recording(&credentials(), "042", &|| NOW, None)
            .await
        {
            Ok(mut recording) => {
                note(&recording);
                note(&recording.chunk().await.map(|_| ()));
            }
            Err(error) => {
                note(&error);
                note(&format_args!("{error}"));
            }
        }
        let requests = server.requests().concat();
        assert!(
            requests.contains("canary-secret-91bc"),
            "the canary never took off"
        );
    }

    let nobody = RawServer::start([]).await;
    let mut config = nobody.config();
    config.call_url = "https://platform.invalid".parse().expect("an address");
    config.recording_url = config.call_url.clone();
    let offline = bohao_platform::Platform::new(config).expect("a client");
    note(&offline.dial(&credentials(), &request, &|| NOW).await);
    note(
        &offline
            .recording(&credentials(), "042", &|| NOW, None)
            .await
            .map(|_| ()),
    );

    let log = String::from_utf8_lossy(&log.0.lock().expect("nobody panicked")).into_owned();
    assert!(
        log.contains("bohao_platform") && log.contains("reqwest"),
        "nothing was captured"
    );
    for (place, text) in [("the log", &log), ("a value", &told)] {
        for hidden in ["canary", "13800006620", "13922104471"] {
            let line = text.lines().find(|line| line.contains(hidden));
            assert_eq!(line, None, "{hidden} is in {place}");
        }
    }
}
