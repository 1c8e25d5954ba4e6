use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use thiserror::Error;
use tokio::{
    net::{TcpListener, lookup_host},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::timeout,
};
use url::Url;

use crate::{
    Seats, Settings, StoreError, TlsError,
    connections::{self, Serving},
    crowd::Crowd,
    http::{self, App, Gate},
    metrics::Metrics,
    retention,
    room::Room,
    store::{Opened, Surroundings},
    tls::Certificate,
    waiters::Waiters,
};

/// How long the writer gets to finish at a stop. What it was still to commit was not answered.
const WRITER_GRACE: Duration = Duration::from_secs(1);

/// Why a relay did not start, or ended by itself.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What it was told to listen on is no address.
    #[error("{address} is no address to listen on: {error}")]
    NoAddress {
        /// The address as given.
        address: String,
        /// The reason.
        error: io::Error,
    },
    /// The port is taken, or the address not this machine's.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// The address as given.
        address: String,
        /// The reason.
        error: io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(io::Error),
}

/// Not a source of the error: its words are in the relay's own already.
impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Listener(error)
    }
}

/// A relay whose database is open, checked and on disk; the moment to open the port.
pub struct Relay {
    settings: Settings,
    opened: Opened,
    certificate: Option<Arc<Certificate>>,
}

/// A relay whose ports are open; the moment to announce it.
pub struct Bound {
    settings: Settings,
    opened: Opened,
    base: Url,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    certificate: Option<Arc<Certificate>>,
}

impl Relay {
    /// Opens the database: makes or updates it, checks it, syncs it and its folder. Reads the
    /// certificate, if there is to be one.
    pub async fn open(settings: Settings) -> Result<Self, ServeError> {
        let certificate = settings.tls.clone().map(Certificate::load).transpose()?;
        let opened = Opened::open(&settings).await?;
        Ok(Self {
            settings,
            opened,
            certificate,
        })
    }

    /// Opens the ports, `listen` for the platform and the desks and another one for metrics if
    /// wanted; port 0 picks a free one. From here on `seat` commands know the relay's address.
    pub async fn bind(self, listen: &str, metrics: Option<&str>) -> Result<Bound, ServeError> {
        let Self {
            settings,
            mut opened,
            certificate,
        } = self;
        let listener = bind(listen).await?;
        let metrics_listener = match metrics {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let address = listener.local_addr()?;
        let base = settings
            .public_url
            .clone()
            .unwrap_or_else(|| url_of(&settings, address));
        if let Err(reason) = opened.note_base(&base).await {
            // A full disk must not keep the relay from handing out what it holds.
            tracing::warn!(%reason, "the relay's address was not noted for `seat` commands");
        }
        Ok(Bound {
            settings,
            opened,
            base,
            listener,
            metrics_listener,
            certificate,
        })
    }
}

impl Bound {
    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Where it listens, as clients on this machine write it.
    pub fn url(&self) -> io::Result<Url> {
        Ok(url_of(&self.settings, self.listener.local_addr()?))
    }

    /// Where it serves metrics, if it does.
    pub fn metrics_address(&self) -> io::Result<Option<SocketAddr>> {
        self.metrics_listener
            .as_ref()
            .map(TcpListener::local_addr)
            .transpose()
    }

    /// Serves until `shutdown` comes or the disk can't be trusted any more. After `shutdown` it
    /// ends within the grace periods, about 2.5 s at the most.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self {
            settings,
            opened,
            listener,
            metrics_listener,
            certificate,
            ..
        } = self;
        let tls = match &certificate {
            Some(certificate) => Some(certificate.acceptor()?),
            None => None,
        };
        let metrics = Arc::new(Metrics::default());
        let waiters = Arc::new(Waiters::default());
        let surroundings = Surroundings {
            waiters: Arc::clone(&waiters),
            metrics: Arc::clone(&metrics),
        };
        let (store, mut store_ended) = opened.start(&settings.limits, surroundings).await?;
        let (stop, stopping) = watch::channel(false);
        let sweeping = tokio::spawn(retention::run(
            settings.clone(),
            store.clone(),
            Arc::clone(&metrics),
        ));
        if let Some(certificate) = certificate {
            tokio::spawn(certificate.follow(stopping.clone()));
        }
        let limits = settings.limits.clone();
        let proxies = settings.access.proxies.clone();
        let gate = Arc::new(Gate::new(&settings));
        let app = Arc::new(App {
            gate: Arc::clone(&gate),
            room: Room::new(settings.limits.body_bytes),
            settings,
            store: store.clone(),
            waiters,
            metrics: Arc::clone(&metrics),
            stopping: stopping.clone(),
        });
        let front = Serving {
            router: http::routes(Arc::clone(&app)),
            gate: Some(gate),
            crowd: Crowd::new(limits.connections_by_address, proxies),
            limits,
            metrics,
            tls,
            stopping,
        };
        if let Some(listener) = metrics_listener {
            // Behind it is the operator's own network, so it is plain, and what stands in line at
            // the other one does not stand in the way of this.
            let side = Serving {
                router: http::metrics_routes(app),
                gate: None,
                crowd: Crowd::new(front.limits.connections_by_address, Vec::new()),
                tls: None,
                ..front.clone()
            };
            tokio::spawn(connections::serve(listener, side));
        }
        let mut serving = tokio::spawn(connections::serve(listener, front));

        let ended_early = tokio::select! {
            () = shutdown => None,
            end = &mut store_ended => Some(end),
        };
        // Every receiver may be gone already.
        let _ = stop.send(true);
        sweeping.abort();
        if let Some(end) = ended_early {
            serving.abort();
            let reason = match end {
                Ok(Err(reason)) => reason,
                _ => StoreError::WriterEnded,
            };
            return Err(reason.into());
        }
        let _ = (&mut serving).await;
        tokio::task::spawn_blocking(move || store.stop());
        match timeout(WRITER_GRACE, store_ended).await {
            Ok(Ok(Err(error))) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// A relay that runs within this process.
pub struct Running {
    address: SocketAddr,
    url: Url,
    seats: Seats,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

/// Starts a relay within this process, on `listen` (port 0 picks a free one).
pub async fn start(settings: Settings, listen: SocketAddr) -> Result<Running, ServeError> {
    let database = settings.database.clone();
    let bound = Relay::open(settings)
        .await?
        .bind(&listen.to_string(), None)
        .await?;
    let address = bound.address()?;
    let url = bound.url()?;
    let seats = Seats::new(database, Some(bound.base.clone()));
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(bound.serve(async {
        // Dropping the handle stops the relay as well.
        let _ = stopped.await;
    }));
    Ok(Running {
        address,
        url,
        seats,
        stop,
        serving,
    })
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base address for clients on this machine.
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// Its seats. They block for a synced write: call them off the async threads.
    pub fn seats(&self) -> &Seats {
        &self.seats
    }

    /// Ends it; returns when the port and the database are free, about 2.5 s later at the most.
    pub async fn stop(self) -> Result<(), ServeError> {
        // It may have ended by itself, which the task tells.
        let _ = self.stop.send(());
        self.serving
            .await
            .unwrap_or(Err(StoreError::WriterEnded.into()))
    }

    /// Waits until it ends by itself, which it does only if the disk can't be trusted any more.
    pub async fn ended(&mut self) -> ServeError {
        match (&mut self.serving).await {
            Ok(Err(error)) => error,
            _ => StoreError::WriterEnded.into(),
        }
    }
}

async fn bind(address: &str) -> Result<TcpListener, ServeError> {
    let found = lookup_host(address).await;
    let found = found.map_err(|error| ServeError::NoAddress {
        address: address.to_owned(),
        error,
    })?;
    let found: Vec<SocketAddr> = found.collect();
    TcpListener::bind(&found[..])
        .await
        .map_err(|error| ServeError::Listen {
            address: address.to_owned(),
            error,
        })
}

fn url_of(settings: &Settings, address: SocketAddr) -> Url {
    let scheme = match settings.tls {
        Some(_) => "https",
        None => "http",
    };
    Url::parse(&format!("{scheme}://{address}")).expect("a socket address makes a valid URL")
}
