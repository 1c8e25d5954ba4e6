//! A server that answers as told, byte by byte, one connection a request.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Stand {
    pub url: String,
    inner: Arc<Inner>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Inner {
    replies: Mutex<VecDeque<Reply>>,
    requests: Mutex<Vec<String>>,
    abreast: AtomicUsize,
    most_abreast: AtomicUsize,
}

#[derive(Clone)]
pub struct Reply {
    head: String,
    body: Vec<u8>,
    end: End,
    slow: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Close,
    /// The connection stays open and says nothing more.
    Stall,
}

impl Reply {
    /// The whole of a file, with its length.
    pub fn whole(body: &[u8]) -> Reply {
        Reply::with(200, "", body.len(), body)
    }

    /// A file of which only the first `sent` bytes come.
    pub fn cut(body: &[u8], sent: usize, headers: &str) -> Reply {
        Reply::with(200, headers, body.len(), &body[..sent])
    }

    /// As [`Reply::cut`], but the connection stays open.
    pub fn stalled(body: &[u8], sent: usize) -> Reply {
        Reply {
            end: End::Stall,
            ..Reply::cut(body, sent, "")
        }
    }

    /// The file from `at` on.
    pub fn rest(body: &[u8], at: usize, headers: &str) -> Reply {
        let range = format!(
            "Content-Range: bytes {at}-{}/{}\r\n",
            body.len() - 1,
            body.len()
        );
        Reply::with(206, &(range + headers), body.len() - at, &body[at..])
    }

    pub fn json(text: &str) -> Reply {
        Reply::with(
            200,
            "Content-Type: application/json\r\n",
            text.len(),
            text.as_bytes(),
        )
    }

    pub fn status(status: u16) -> Reply {
        Reply::with(status, "", 0, b"")
    }

    /// The same once another one is asked for beside it, and a moment later, so that a third may be.
    pub fn slow(self) -> Reply {
        Reply { slow: true, ..self }
    }

    /// Any headers, any claimed length, any body.
    pub fn with(status: u16, headers: &str, length: usize, body: &[u8]) -> Reply {
        Reply {
            head: format!(
                "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
            ),
            body: body.to_vec(),
            end: End::Close,
            slow: false,
        }
    }

    /// A body that ends with its connection.
    pub fn without_length(body: &[u8]) -> Reply {
        Reply {
            head: "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n".to_owned(),
            body: body.to_vec(),
            end: End::Close,
            slow: false,
        }
    }
}

impl Stand {
    /// Gives these answers, one after the other, and the last one from there on.
    pub async fn new(replies: impl IntoIterator<Item = Reply>) -> Stand {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner::default());
        inner.replies.lock().expect("replies").extend(replies);
        let served = inner.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move { served.answer(stream).await });
            }
        });
        Stand { url, inner, task }
    }

    /// Answers otherwise from now on.
    pub fn answer(&self, replies: impl IntoIterator<Item = Reply>) {
        let mut told = self.inner.replies.lock().expect("replies");
        told.clear();
        told.extend(replies);
    }

    /// How many requests were waiting for their answer at a time.
    pub fn most_abreast(&self) -> usize {
        self.inner.most_abreast.load(Ordering::SeqCst)
    }

    /// The heads of the requests so far.
    pub fn requests(&self) -> Vec<String> {
        self.inner.requests.lock().expect("requests").clone()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Inner {
    async fn answer(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut byte).await {
                Ok(1) => head.push(byte[0]),
                _ => return,
            }
        }
        self.requests
            .lock()
            .expect("requests")
            .push(String::from_utf8_lossy(&head).into_owned());
        let reply = {
            let mut replies = self.replies.lock().expect("replies");
            let next = replies.front().cloned();
            if replies.len() > 1 {
                replies.pop_front();
            }
            next
        };
        let Some(reply) = reply else { return };
        let abreast = self.abreast.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_abreast.fetch_max(abreast, Ordering::SeqCst);
        if reply.slow {
            // However busy the machine is; who is asked for alone never gets on.
            while self.most_abreast.load(Ordering::SeqCst) < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.abreast.fetch_sub(1, Ordering::SeqCst);
        let _ = stream.write_all(reply.head.as_bytes()).await;
        let _ = stream.write_all(&reply.body).await;
        let _ = stream.flush().await;
        if reply.end == End::Stall {
            // Until the other side has had enough.
            let _ = stream.read(&mut byte).await;
        }
    }
}
