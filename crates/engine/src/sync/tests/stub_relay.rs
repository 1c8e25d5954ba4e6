//! A relay of a few lines that can be told to misbehave.

use super::super::Seat;
use super::NOW;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bohao_relay_api::{RecordsPage, StoredRecord};
use secrecy::SecretString;
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How the relay of these tests behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// Answers every poll at once.
    Hasty,
    /// Knows nothing at every other question.
    Forgetful,
    /// Is ill once asked for more than this number.
    IllAfter(i64),
    Refusing,
    WebPage,
}

pub struct Shelf {
    pub records: Vec<StoredRecord>,
    pub head: i64,
    pub page: usize,
    pub manner: Manner,
    pub asked: Vec<i64>,
}

#[derive(Clone)]
pub struct StubRelay {
    shelf: Arc<Mutex<Shelf>>,
    pushed: Arc<Notify>,
    pub url: String,
}

#[derive(Deserialize)]
struct Asked {
    after: i64,
    limit: usize,
    wait: u32,
}

impl StubRelay {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let relay = StubRelay {
            shelf: Arc::new(Mutex::new(Shelf {
                records: Vec::new(),
                head: 0,
                page: 1000,
                manner: Manner::Honest,
                asked: Vec::new(),
            })),
            pushed: Arc::default(),
            url: format!("http://{}", listener.local_addr().expect("an address")),
        };
        let routes = Router::new()
            .route("/v1/records", get(answer))
            .with_state(relay.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        relay
    }

    pub fn push(&self, body: &str) {
        let mut shelf = self.shelf();
        shelf.head += 1;
        let record = StoredRecord {
            seq: shelf.head,
            received_at: NOW + shelf.head,
            content_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
        };
        shelf.records.push(record);
        drop(shelf);
        self.pushed.notify_waiters();
    }

    pub fn behave(&self, manner: Manner) {
        self.shelf().manner = manner;
        self.pushed.notify_waiters();
    }

    pub fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().expect("no test panics with it")
    }

    pub fn seat(&self) -> Seat {
        Seat::new(&self.url, SecretString::from("bhr_read")).expect("a loopback address")
    }
}

async fn answer(State(relay): State<StubRelay>, Query(asked): Query<Asked>) -> Response {
    relay.shelf().asked.push(asked.after);
    let ends = Instant::now() + Duration::from_secs(asked.wait.into());
    loop {
        let pushed = relay.pushed.notified();
        tokio::pin!(pushed);
        pushed.as_mut().enable();
        if let Some(answer) = answer_now(&mut relay.shelf(), &asked, Instant::now() < ends) {
            return answer;
        }
        let _ = tokio::time::timeout_at(ends, pushed).await;
    }
}

fn answer_now(shelf: &mut Shelf, asked: &Asked, may_wait: bool) -> Option<Response> {
    match shelf.manner {
        Manner::Refusing => return Some(StatusCode::UNAUTHORIZED.into_response()),
        Manner::WebPage => return Some(Html("<html>Log in first</html>").into_response()),
        Manner::IllAfter(seq) if asked.after >= seq => {
            return Some(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
        Manner::Forgetful if asked.after > 0 => shelf.head = 0,
        Manner::Forgetful => shelf.head = shelf.records.len() as i64 + 1,
        _ => {}
    }
    let records: Vec<StoredRecord> = shelf
        .records
        .iter()
        .filter(|record| record.seq > asked.after && record.seq <= shelf.head)
        .take(asked.limit.min(shelf.page))
        .cloned()
        .collect();
    let next = match records.last() {
        Some(last) => last.seq,
        None if asked.after > shelf.head => 0,
        None => asked.after,
    };
    if records.is_empty() && next > 0 && may_wait && shelf.manner == Manner::Honest {
        return None;
    }
    let head = shelf.head;
    Some(
        Json(RecordsPage {
            records,
            next,
            head,
        })
        .into_response(),
    )
}
