//! Connections of browsers, with a deadline for what they begin to say.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A browser sends a request's head at once, or asks for a connection that it may need. Whoever
/// says nothing for so long has gone.
pub const HEAD_DEADLINE: Duration = Duration::from_secs(30);

/// How long to wait where the system gives no more connections.
const BREATH: Duration = Duration::from_millis(200);

/// Serves until it is told to stop, and then what is under way.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    head_deadline: Duration,
    stopping: CancellationToken,
) {
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let served = serve_one(stream, routes.clone(), head_deadline, stopping.clone());
                open.spawn(served);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn serve_one(
    stream: TcpStream,
    routes: Router,
    head_deadline: Duration,
    stopping: CancellationToken,
) {
    // Answers are small and awaited; holding them back to fill a packet only adds delay.
    let _ = stream.set_nodelay(true);
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_deadline)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes))
    );
    // A connection that ends badly is the browser's matter; what it asked for was answered or not.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = stopping.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_request_that_is_never_finished_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stopping = CancellationToken::new();
        let deadline = Duration::from_millis(50);
        let served = tokio::spawn(serve(listener, Router::new(), deadline, stopping.clone()));

        let mut browser = TcpStream::connect(address).await.expect("a connection");
        browser
            .write_all(b"GET / HTTP/1.1\r\nHost: 127")
            .await
            .expect("half a head");
        let mut told = Vec::new();
        // It ends, with a word or without.
        let ended = tokio::time::timeout(Duration::from_secs(60), browser.read_to_end(&mut told));
        assert!(ended.await.is_ok(), "the connection stays open");

        stopping.cancel();
        served.await.expect("it ends");
    }
}
