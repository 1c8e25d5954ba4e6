//! One sender's connection: HTTP as every contestant speaks it, or PostgreSQL's own protocol.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_postgres::{Client, NoTls, Statement};

/// How to hand a body to a contestant.
#[derive(Clone)]
pub enum Wire {
    Http {
        address: SocketAddr,
        /// `POST` and a path.
        target: String,
        /// What the contestant wants around a body.
        envelope: fn(&str) -> String,
    },
    /// Connection words for a server with a table `records (body text)`.
    Postgres(String),
}

/// An open connection.
pub enum Line {
    Http {
        connection: Connection,
        head: String,
        envelope: fn(&str) -> String,
    },
    Postgres {
        client: Client,
        insert: Statement,
    },
}

impl Line {
    pub async fn open(wire: &Wire) -> Result<Self> {
        match wire {
            Wire::Http {
                address,
                target,
                envelope,
            } => Ok(Self::Http {
                connection: Connection::open(*address).await?,
                head: format!(
                    "POST {target} HTTP/1.1\r\nHost: {address}\r\n\
                     Content-Type: application/json\r\nContent-Length: "
                ),
                envelope: *envelope,
            }),
            Wire::Postgres(words) => {
                let (client, connection) = tokio_postgres::connect(words, NoTls).await?;
                tokio::task::spawn_local(connection);
                let insert = client.prepare("INSERT INTO records VALUES ($1)").await?;
                Ok(Self::Postgres { client, insert })
            }
        }
    }

    /// Hands over one body and waits for the answer; tells whether it was taken.
    pub async fn send(&mut self, body: &str) -> Result<bool> {
        match self {
            Self::Http {
                connection,
                head,
                envelope,
            } => {
                let wrapped = envelope(body);
                let request = format!("{head}{}\r\n\r\n{wrapped}", wrapped.len());
                let answer = connection.ask(&request).await?;
                Ok(answer.status == 200)
            }
            Self::Postgres { client, insert } => Ok(client.execute(&*insert, &[&body]).await? == 1),
        }
    }
}

/// An HTTP connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(2048),
        })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn ask(&mut self, request: &str) -> Result<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(read > 0, "the server hung up");
            if let Some(answer) = parse(&self.buffer)? {
                return Ok(answer);
            }
        }
    }

    pub async fn get(&mut self, path: &str, token: &str) -> Result<Answer> {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
        ))
        .await
    }
}

/// An answer out of its bytes; `None` while something is still to come.
pub fn parse(bytes: &[u8]) -> Result<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, body) = (std::str::from_utf8(&bytes[..end])?, &bytes[end + 4..]);
    let status = head.get(9..12).context("no status")?.parse()?;
    let value = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let is_whole = match value("content-length") {
        Some(length) => body.len() >= length.parse()?,
        None if value("transfer-encoding").is_some() => body.ends_with(b"0\r\n\r\n"),
        None => bail!("an answer without a length"),
    };
    Ok(is_whole.then(|| Answer {
        status,
        body: String::from_utf8_lossy(body).into_owned(),
    }))
}
