use std::{
    convert::Infallible,
    future::Future,
    io,
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
    response::IntoResponse,
};
use futures_util::FutureExt;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Limits,
    crowd::{Crowd, Peer, Place},
    http::{ApiError, Gate},
    metrics::{Gauge, Metrics},
    stall::StallGuard,
};

/// How long a new connection waits for one that was sent off, before another is sent off.
const SENDING_OFF: Duration = Duration::from_millis(200);

/// What every connection of a listener is served with.
#[derive(Clone)]
pub(crate) struct Serving {
    pub(crate) router: Router,
    /// What requests come through first; without, all of them are let in.
    pub(crate) gate: Option<Arc<Gate>>,
    pub(crate) limits: Limits,
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) metrics: Arc<Metrics>,
    /// Plain HTTP without.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Accepts and serves connections until `stopping` turns true; then gives open requests the grace
/// period to end, and drops what is left. axum's own loop has no header deadline, and would wait
/// for parked polls.
pub(crate) async fn serve(listener: TcpListener, serving: Serving) {
    let permits = Arc::new(Semaphore::new(serving.limits.connections));
    let mut stopping = serving.stopping.clone();
    let mut open = JoinSet::new();
    loop {
        while open.try_join_next().is_some() {}
        let accepted = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => break,
            accepted = accept(&listener, &permits, &serving) => accepted,
        };
        match accepted {
            Ok(Some((stream, place, permit))) => {
                let serving = serving.clone();
                open.spawn(async move {
                    let metrics = Arc::clone(&serving.metrics);
                    let _counted = Gauge::enter(&metrics.connections);
                    serving.serve(stream, &place).await;
                    drop((place, permit));
                });
            }
            Ok(None) => {
                serving.metrics.rejected.connections.fetch_add(1, Relaxed);
            }
            Err(_) => {
                // Out of file handles, mostly.
                serving.crowd.make_room();
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    // The port is closed first, so that whoever comes now goes elsewhere or tries again.
    drop(listener);
    let all_ended = async { while open.join_next().await.is_some() {} };
    let _ = timeout(serving.limits.stop_grace, all_ended).await;
    open.shutdown().await;
}

/// The next connection that finds a place; `None` for one whose address has its share already.
/// While there is no place at all, those who keep the relay waiting are sent off, slowest first.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    serving: &Serving,
) -> io::Result<Option<(TcpStream, Place, OwnedSemaphorePermit)>> {
    let (stream, address) = listener.accept().await?;
    let mut permit = Arc::clone(permits).try_acquire_owned().ok();
    while permit.is_none() {
        let sent_off = serving.crowd.make_room();
        serving
            .metrics
            .rejected
            .sent_off
            .fetch_add(sent_off, Relaxed);
        let freed = timeout(SENDING_OFF, Arc::clone(permits).acquire_owned()).await;
        permit = freed.ok().and_then(Result::ok);
    }
    // Answers are small and awaited; holding them back to fill a packet only adds delay.
    let _ = stream.set_nodelay(true);
    let place = serving.crowd.enter(address.ip());
    Ok(place
        .zip(permit)
        .map(|(place, permit)| (stream, place, permit)))
}

impl Serving {
    async fn serve(self, stream: TcpStream, place: &Place) {
        let peer = Arc::clone(&place.peer);
        let stream = StallGuard::new(stream, Arc::clone(&peer), self.limits.answer_deadline);
        let served = async {
            let Some(tls) = &self.tls else {
                return self.speak(stream, &peer).await;
            };
            let handshake = timeout(self.limits.header_deadline, tls.accept(stream));
            // Whoever fails to shake hands gets no word: there is no way to say one.
            if let Ok(Ok(stream)) = handshake.await {
                self.speak(stream, &peer).await;
            }
        };
        tokio::select! {
            () = served => {}
            () = peer.sent_off() => {}
        }
    }

    async fn speak(&self, stream: impl AsyncRead + AsyncWrite + Unpin, peer: &Arc<Peer>) {
        let service = Served {
            router: TowerToHyperService::new(self.router.clone()),
            gate: self.gate.clone(),
            peer: Arc::clone(peer),
            metrics: Arc::clone(&self.metrics),
        };
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.header_deadline)
                .max_buf_size(self.limits.header_bytes)
                // A sender that shuts its side after the request still gets its answer.
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service)
        );
        let mut stopping = self.stopping.clone();
        // A connection that ends badly is the peer's matter; what it asked for was answered or not.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// The routes, as one peer meets them.
struct Served {
    router: TowerToHyperService<Router>,
    gate: Option<Arc<Gate>>,
    peer: Arc<Peer>,
    metrics: Arc<Metrics>,
}

impl Service<Request<Incoming>> for Served {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    /// A handler that panics answers like any other that can't do its work: one request's fault is
    /// not its connection's. Every refusal is counted on its way out.
    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.peer.is_at_work();
        request.extensions_mut().insert(Arc::clone(&self.peer));
        let passed = match &self.gate {
            Some(gate) => gate.pass(request, &self.peer),
            None => Ok(request),
        };
        let answering = passed.map(|request| AssertUnwindSafe(self.router.call(request)));
        let (peer, metrics) = (Arc::clone(&self.peer), Arc::clone(&self.metrics));
        Box::pin(async move {
            let answer = match answering {
                Ok(answering) => match answering.catch_unwind().await {
                    Ok(Ok(answer)) => answer,
                    Err(_) => ApiError::Fault.into_response(),
                },
                Err(refusal) => refusal.into_response(),
            };
            if let Some(refusal) = answer.extensions().get::<ApiError>() {
                metrics.rejected.note(*refusal);
            }
            peer.is_answered();
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn serving(router: Router, stopping: watch::Receiver<bool>) -> Serving {
        Serving {
            router,
            gate: None,
            limits: Limits::default(),
            crowd: Crowd::new(9, Vec::new()),
            metrics: Arc::default(),
            tls: None,
            stopping,
        }
    }

    async fn ask(address: SocketAddr, requests: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(requests.as_bytes()).await.unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).await.unwrap();
        answers
    }

    #[tokio::test]
    async fn a_handler_that_panics_answers_500_and_the_connection_goes_on() {
        async fn fails() {
            panic!("canary");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopping) = watch::channel(false);
        let routes = Router::new()
            .route("/fails", get(fails))
            .route("/works", get(async || "it works"));
        let serving = serving(routes, stopping);
        let metrics = Arc::clone(&serving.metrics);
        tokio::spawn(serve(listener, serving));
        let answers = ask(
            address,
            "GET /fails HTTP/1.1\r\nhost: r\r\n\r\n\
             GET /works HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\r\n",
        )
        .await;
        assert!(answers.starts_with("HTTP/1.1 500"), "{answers}");
        assert!(answers.contains(r#""code":"fault""#), "{answers}");
        assert!(answers.ends_with("it works"), "{answers}");
        assert!(!answers.contains("canary"), "{answers}");
        assert_eq!(metrics.rejected.fault.load(Relaxed), 1);
    }

    /// A page of records goes out over a line that is slower than the relay.
    #[tokio::test]
    async fn who_still_reads_an_answer_is_not_sent_off_and_who_has_it_may_be() {
        // More than the system takes in for a peer that does not read.
        const BYTES: usize = 48 * 1024 * 1024;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopping) = watch::channel(false);
        let routes = Router::new().route("/page", get(async || vec![b'x'; BYTES]));
        let serving = serving(routes, stopping);
        let crowd = Arc::clone(&serving.crowd);
        tokio::spawn(serve(listener, serving));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET /page HTTP/1.1\r\nhost: r\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut taken = vec![0; BYTES / 2];
        stream.read_exact(&mut taken).await.unwrap();
        assert_eq!(crowd.make_room(), 0);
        // The head comes before the body, so that so much is still to come at the least.
        stream.read_exact(&mut taken).await.unwrap();
        while crowd.make_room() == 0 {
            tokio::task::yield_now().await;
        }
        stream.read_to_end(&mut taken).await.unwrap();
    }
}
