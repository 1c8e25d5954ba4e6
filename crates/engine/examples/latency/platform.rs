//! A platform that notes the instant at which a request reaches it, and answers only to one that
//! is signed as the document says.

use super::desk::{APP_KEY, APP_SECRET};
use anyhow::{Context, Result};
use bohao_platform::{Dialect, sign};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;
use std::{fmt::Write as _, thread};
use url::form_urlencoded;

/// Where a dial goes.
const PATH: &str = "/axb/call/callByTelA";

/// A platform on a port of its own, with a thread for each connection.
pub struct Platform {
    address: SocketAddr,
    seen: Receiver<Instant>,
}

impl Platform {
    /// Starts it; `on_request` is called as soon as a request's first byte is there.
    pub fn start(on_request: fn()) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (note, seen) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let note = note.clone();
                thread::spawn(move || serve(&stream, &note, on_request));
            }
        });
        Ok(Platform { address, seen })
    }

    /// Its base address.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of dials.
    pub fn dials(&self) -> String {
        format!("{}{PATH}", self.base())
    }

    /// When the first byte of the request came that was answered last.
    pub fn seen(&mut self) -> Result<Instant> {
        self.seen
            .try_recv()
            .context("the answered request was not seen")
    }
}

/// A dial's form as the desk sends it, signed for this instant in Unix milliseconds.
pub fn form(tel_a: &str, tel_b: &str, push_url: &str, now: i64) -> String {
    let timestamp = (now / 1000).to_string();
    let mut fields = vec![
        ("appKey", APP_KEY),
        ("appSecret", APP_SECRET),
        ("telA", tel_a),
        ("telB", tel_b),
        ("timestamp", timestamp.as_str()),
        ("return_url", push_url),
    ];
    let signature = sign(&fields, &Dialect::default());
    fields.push(("sign", &signature));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn serve(stream: &TcpStream, note: &Sender<Instant>, on_request: fn()) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream);
    let mut dials = 0_u64;
    while !requests.fill_buf()?.is_empty() {
        let at = Instant::now();
        on_request();
        let is_dial = read(&mut requests)?;
        dials += 1;
        let body = match is_dial {
            true => format!(
                r#"{{"code":200,"msg":"请求成功","data":{{"subid":"{}-{dials}"}}}}"#,
                stream.peer_addr()?.port()
            ),
            false => r#"{"code":1005,"msg":"签名错误","data":null}"#.to_owned(),
        };
        // Whoever measures asks for the instant after the answer, so it must be there by then.
        let _ = note.send(at);
        let mut answer = String::from("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
        let _ = write!(answer, "content-length: {}\r\n\r\n{body}", body.len());
        (&mut &*stream).write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads one request, and tells whether it is a dial that is rightly signed.
fn read(requests: &mut impl BufRead) -> io::Result<bool> {
    let mut line = String::new();
    requests.read_line(&mut line)?;
    let is_dial = line == format!("POST {PATH} HTTP/1.1\r\n");
    let mut length = 0;
    loop {
        line.clear();
        requests.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    requests.read_exact(&mut body)?;
    Ok(is_dial && is_rightly_signed(&body))
}

fn is_rightly_signed(body: &[u8]) -> bool {
    let (signature, fields): (Vec<_>, Vec<_>) =
        form_urlencoded::parse(body).partition(|(name, _)| name == "sign");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    matches!(&signature[..], [(_, given)] if *given == sign(&fields, &Dialect::default()))
}
