use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    Limits,
    metrics::{Gauge, Metrics},
    stall::StallGuard,
};

/// The longest header that is read, tokens and cookies of strangers included.
const LONGEST_HEADER: usize = 32 * 1024;

/// Accepts and serves connections until `stopping` turns true; then gives open requests the grace
/// period to end, and drops what is left. axum's own loop has no header deadline, and would wait
/// for parked polls.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    metrics: Arc<Metrics>,
    mut stopping: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let accepted = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Ok((stream, permit)) = accepted else {
            // Out of file handles, mostly. Connections end on their own; no need to spin.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (router, stopping, metrics) = (router.clone(), stopping.clone(), Arc::clone(&metrics));
        let header_deadline = limits.header_deadline;
        let stream = StallGuard::new(stream, limits.answer_deadline);
        open.spawn(async move {
            let _counted = Gauge::enter(&metrics.connections);
            serve_one(stream, router, header_deadline, stopping).await;
            drop(permit);
        });
    }
    // The port is closed first, so that whoever comes now goes elsewhere or tries again.
    drop(listener);
    let all_ended = async { while open.join_next().await.is_some() {} };
    let _ = timeout(limits.stop_grace, all_ended).await;
    open.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await;
    let permit = permit.map_err(|_| io::Error::other("the permits are never closed"))?;
    let (stream, _) = listener.accept().await?;
    // Answers are small and awaited; holding them back to fill a packet only adds delay.
    let _ = stream.set_nodelay(true);
    Ok((stream, permit))
}

async fn serve_one(
    stream: StallGuard,
    router: Router,
    header_deadline: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_deadline)
            .max_buf_size(LONGEST_HEADER)
            // A sender that shuts its side after the request still gets its answer.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    // A connection that ends badly is the peer's matter; what it asked for was answered or not.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
