//! A bare HTTP client, so that what goes over the wire is what a test wrote.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// Far longer than any answer takes; only a relay that hangs meets it.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        let body = self.json();
        assert!(
            body["message"].is_string(),
            "an error has words for people: {body}"
        );
        body["code"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Sends bytes as they are and reads until the relay closes; `None` if it is not there, or closed
/// without a word.
pub(crate) fn raw(address: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    // The relay may answer and close before it has read all.
    let _ = stream.write_all(request);
    read(&mut stream)
}

pub(crate) fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> Answer {
    try_send(address, method, path, headers, body).expect("the relay answers")
}

pub(crate) fn try_send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> Option<Answer> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\
         content-length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    raw(address, &request)
}

pub(crate) fn push(address: SocketAddr, path: &str, body: &[u8]) -> Answer {
    send(
        address,
        "POST",
        path,
        "content-type: application/json\r\n",
        body,
    )
}

pub(crate) fn get(address: SocketAddr, path: &str, token: &str) -> Answer {
    send(
        address,
        "GET",
        path,
        &format!("authorization: Bearer {token}\r\n"),
        b"",
    )
}

/// What the metrics at an address say of one thing, without a label.
pub(crate) fn metric(address: SocketAddr, name: &str) -> i64 {
    let shown = send(address, "GET", "/metrics", "", b"").body;
    let mut rows = shown.lines().filter_map(|line| line.split_once(' '));
    let row = rows.find(|(row, _)| row.strip_prefix("bohao_relay_") == Some(name));
    row.unwrap().1.parse().unwrap()
}

/// The path of an address on this machine.
pub(crate) fn path_of(url: &str) -> String {
    url::Url::parse(url).unwrap().path().to_owned()
}
