//! The sandbox's own server. It accepts connections itself, because a connection that is closed in place of an answer
//! is below what a web framework offers.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::DATE;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use url::Url;

use crate::answer::{Code, CutOff, Refusal};
use crate::calendar::http_date;
use crate::exchange::{Call, Exchange, Rings};
use crate::fault::{ArmedFault, Fault, Faults};
use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::{control, dial, play, recording};

const HEADER_DEADLINE: Duration = Duration::from_secs(30);
const PUSH_DEADLINE: Duration = Duration::from_secs(10);

/// A sandbox that runs. It ends when this is dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    sandbox: Arc<Sandbox>,
    _end: DropGuard,
}

/// Why a sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The client that pushes records could not be set up.
    #[error("cannot set up the client that pushes records")]
    Client(#[source] reqwest::Error),
}

/// Starts a sandbox; it accepts connections when this returns.
///
/// # Errors
/// When it can't listen at [`Settings::listen`].
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    let failed = |source| StartError::Listen {
        address: settings.listen,
        source,
    };
    let listener = TcpListener::bind(settings.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let faults = Faults::default();
    for (fault, times) in &settings.faults {
        faults.arm(fault.clone(), *times);
    }
    let stopping = CancellationToken::new();
    let sandbox = Arc::new(Sandbox {
        exchange: Exchange::new(settings.timing.release),
        faults,
        client: push_client().map_err(StartError::Client)?,
        address,
        stopping: stopping.clone(),
        tasks: TaskTracker::new(),
        settings,
    });

    let accepting = accept(listener, sandbox.clone(), routes(sandbox.clone()));
    sandbox.spawn(accepting);
    Ok(Running {
        address,
        sandbox,
        _end: stopping.drop_guard(),
    })
}

impl Running {
    /// The base address for both of the platform's hosts, without a trailing slash.
    pub fn url(&self) -> String {
        self.sandbox.url()
    }

    /// Every call that was taken, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.sandbox.exchange.calls()
    }

    /// How often these two numbers were rung: more than once for one wish is a double dial.
    pub fn rings(&self, tel_a: &str, tel_b: &str) -> usize {
        let all: Vec<Rings> = self.sandbox.exchange.rings();
        all.iter()
            .find(|pair| pair.tel_a == tel_a && pair.tel_b == tel_b)
            .map_or(0, |pair| pair.rings)
    }

    /// Lets a fault strike the next `times` times; behind those already armed.
    pub fn set_fault(&self, fault: impl Into<Fault>, times: u32) {
        self.sandbox.faults.arm(fault.into(), times);
    }

    /// What will still strike.
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.sandbox.faults.list()
    }

    /// Disarms every fault.
    pub fn clear_faults(&self) {
        self.sandbox.faults.clear();
    }

    /// Ends it: calls under way stop where they are, records not yet pushed never are.
    pub async fn stop(self) {
        self.sandbox.stopping.cancel();
        self.sandbox.tasks.close();
        self.sandbox.tasks.wait().await;
    }
}

/// What every part of a running sandbox shares.
pub(crate) struct Sandbox {
    pub(crate) settings: Settings,
    pub(crate) exchange: Exchange,
    pub(crate) faults: Faults,
    pub(crate) client: reqwest::Client,
    address: SocketAddr,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// The talk in seconds as it is billed: each one that has begun.
    pub(crate) fn billed_seconds(&self) -> u64 {
        let talk = self.settings.timing.talk;
        (talk.as_secs() + u64::from(talk.subsec_nanos() > 0)).max(1)
    }

    pub(crate) fn recording_link(&self, subid: &str) -> String {
        format!("{}/sandbox/recordings/{subid}.wav", self.url())
    }

    /// A path of this very server under another host's name.
    pub(crate) fn elsewhere(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// Plays a call that was taken, whatever becomes of the connection that asked for it.
    pub(crate) fn play(self: &Arc<Self>, index: usize, outcome: Outcome, return_url: Option<Url>) {
        let sandbox = self.clone();
        self.spawn(async move { play::play(&sandbox, index, outcome, return_url).await });
    }

    fn url(&self) -> String {
        let host = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(host, self.address.port()))
    }

    /// Everything that runs ends with the sandbox.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = work => {}
            }
        });
    }
}

fn routes(sandbox: Arc<Sandbox>) -> Router {
    let faults = get(control::faults)
        .post(control::arm)
        .delete(control::clear);
    Router::new()
        .route(dial::PATH, any(dial::dial))
        .route(&format!("/prod-api{}", dial::PATH), any(dial::dial))
        .route(
            "/call/companyRecordDownlaod/{subid}",
            any(recording::signed),
        )
        .route("/sandbox/recordings/{file}", any(recording::public))
        .route("/sandbox/calls", get(control::calls))
        .route("/sandbox/faults", faults)
        .fallback(|| async {
            (StatusCode::NOT_FOUND, Refusal::from(Code::WrongMethod)).into_response()
        })
        .with_state(sandbox)
}

/// Pushes stay on the machine: no proxy, and no redirect that would lead off it. A loopback address has no certificate
/// that the public authorities would sign, so none is asked for.
fn push_client() -> Result<reqwest::Client, reqwest::Error> {
    // Somebody else in the process may have installed one already; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(true)
        .timeout(PUSH_DEADLINE)
        .build()
}

async fn accept(listener: TcpListener, sandbox: Arc<Sandbox>, routes: Router) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let conversation = converse(stream, sandbox.clone(), routes.clone());
                sandbox.spawn(conversation);
            }
            Err(error) => {
                // Out of file descriptors, most likely: some will be free again.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, sandbox: Arc<Sandbox>, routes: Router) {
    let service = service_fn(|request: Request<Incoming>| {
        let answered = routes.clone().oneshot(request.map(Body::new));
        let sandbox = &sandbox;
        async move {
            let answered: Result<Response, Infallible> = answered.await;
            let Ok(mut response) = answered;
            if response.extensions().get::<CutOff>().is_some() {
                // The connection is closed in place of an answer when its service fails.
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
            }
            // Whoever is refused for the time learns from this which one it is.
            if let Ok(date) = HeaderValue::from_str(&http_date(sandbox.now())) {
                response.headers_mut().insert(DATE, date);
            }
            Ok(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_DEADLINE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
