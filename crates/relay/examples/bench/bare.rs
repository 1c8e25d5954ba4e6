//! What the relay stands on, without its store: the same server, router and digests, by itself or
//! with the one thread that takes pushes in batches and answers them. Nothing is kept.

use std::{
    net::Ipv4Addr,
    pin::pin,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use anyhow::Result;
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::oneshot};

/// The word that makes this program serve HTTP alone.
pub const HTTP: &str = "http-alone";
/// The word that makes this program serve as the relay does, with its store off.
pub const STORE_OFF: &str = "store-off";

/// As many as the relay has.
const BATCH_ROWS: usize = 256;
const QUEUE: usize = 1024;

struct Push {
    body: Bytes,
    answer: oneshot::Sender<()>,
}

/// Serves HTTP alone on a free port, which it prints, until it is killed.
pub fn http_alone() -> Result<()> {
    serve(Router::new().route("/p/{token}", post(take)))
}

/// As [`http_alone`], with a thread that the pushes go to and come back from.
pub fn store_off() -> Result<()> {
    let (pushes, queued) = sync_channel(QUEUE);
    thread::spawn(move || answer_batches(&queued));
    serve(
        Router::new()
            .route("/p/{token}", post(queue))
            .with_state(pushes),
    )
}

fn answer_batches(queued: &Receiver<Push>) {
    while let Ok(first) = queued.recv() {
        let mut batch = vec![first];
        batch.extend(queued.try_iter().take(BATCH_ROWS - 1));
        for push in batch {
            std::hint::black_box(push.body);
            // A sender that hung up needs no answer.
            let _ = push.answer.send(());
        }
    }
}

fn serve(router: Router) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("listening on http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let router = router.clone();
            tokio::spawn(async move {
                let connection = pin!(
                    http1::Builder::new()
                        .timer(TokioTimer::new())
                        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
                );
                // How a connection ends is the sender's matter.
                let _ = connection.await;
            });
        }
    })
}

async fn take(Path(token): Path<String>, body: Body) -> Response {
    match read(&token, body).await {
        Some(_) => arrived(),
        None => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

async fn queue(
    State(pushes): State<SyncSender<Push>>,
    Path(token): Path<String>,
    body: Body,
) -> Response {
    let Some(body) = read(&token, body).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (answer, answered) = oneshot::channel();
    let is_queued = pushes.try_send(Push { body, answer }).is_ok();
    if is_queued && answered.await.is_ok() {
        return arrived();
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn read(token: &str, body: Body) -> Option<Bytes> {
    let body = axum::body::to_bytes(body, 256 * 1024).await.ok()?;
    std::hint::black_box([Sha256::digest(token), Sha256::digest(&body)]);
    Some(body)
}

fn arrived() -> Response {
    let body = r#"{"code":200,"msg":"success"}"#;
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
