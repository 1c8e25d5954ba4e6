//! A server that answers with exactly the bytes it was given, then hangs, closes or stays.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bohao_platform::{Config, Credentials, Platform, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const NOW: i64 = 1_764_000_000_000;

/// For servers that fall silent: waiting longer would change nothing but the tests' duration.
pub const IMPATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(1),
    first_byte: Duration::from_millis(100),
    idle: Duration::from_millis(300),
};

pub struct RawServer {
    pub address: String,
    pub timeouts: Timeouts,
    requests: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
pub struct Reply {
    pub bytes: Vec<u8>,
    pub then: Then,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Then {
    Stay,
    Close,
    Hang,
    /// Goes on with a space every now and then, for ever.
    #[allow(dead_code, reason = "not each test that takes this in has one")]
    Trickle,
}

impl RawServer {
    /// Answers request after request with these replies, over however many connections they come;
    /// the last one is given again to all that follow.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies: VecDeque<Reply> = replies.into_iter().collect();
        let mut timeouts = Timeouts::default();
        for reply in replies
            .iter()
            .filter(|reply| matches!(reply.then, Then::Hang | Then::Trickle))
        {
            // What does come is waited for with patience, however busy the machine is.
            if reply.has_whole_head() {
                timeouts.idle = IMPATIENT.idle;
            } else {
                timeouts.connect = IMPATIENT.connect;
                timeouts.first_byte = IMPATIENT.first_byte;
            }
        }
        let replies = Arc::new(Mutex::new(replies));

        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&replies), Arc::clone(&seen)));
            }
        });
        Self {
            address,
            timeouts,
            requests,
        }
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panicked within")
            .clone()
    }

    /// A client of this server, patient unless the server is to fall silent.
    pub fn platform(&self) -> Platform {
        Platform::new(self.config()).expect("a loopback address will do")
    }

    pub fn config(&self) -> Config {
        Config {
            call_url: self.address.parse().expect("an address"),
            recording_url: self.address.parse().expect("an address"),
            timeouts: self.timeouts,
            ..Config::default()
        }
    }
}

impl Reply {
    pub fn new(head: &str, body: &[u8], then: Then) -> Self {
        let head = head.trim().replace('\n', "\r\n");
        let mut bytes =
            format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        Self { bytes, then }
    }

    /// Stops the reply after so many bytes.
    pub fn cut(mut self, length: usize, then: Then) -> Self {
        self.bytes.truncate(length);
        self.then = then;
        self
    }

    fn has_whole_head(&self) -> bool {
        self.bytes.windows(4).any(|bytes| bytes == b"\r\n\r\n")
    }

    pub fn json(body: &str) -> Self {
        Self::new(
            "200 OK\nContent-Type: application/json",
            body.as_bytes(),
            Then::Stay,
        )
    }
}

pub fn credentials() -> Credentials {
    Credentials {
        app_key: "canary-key-5f3a".into(),
        app_secret: "canary-secret-91bc".into(),
    }
}

async fn talk(
    mut stream: TcpStream,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = read_request(&mut stream).await {
        seen.lock().expect("no test panicked within").push(request);
        let reply = {
            let mut replies = replies.lock().expect("no test panicked within");
            let next = replies.pop_front().expect("a reply");
            if replies.is_empty() {
                replies.push_back(next.clone());
            }
            next
        };
        let _ = stream.write_all(&reply.bytes).await;
        let _ = stream.flush().await;
        match reply.then {
            Then::Stay => {}
            Then::Close => return,
            Then::Hang => std::future::pending::<()>().await,
            Then::Trickle => loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                if stream.write_all(b" ").await.is_err() {
                    return;
                }
            },
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
}
