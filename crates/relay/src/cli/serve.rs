use std::{io, path::PathBuf, pin::pin};

use bohao_relay::{
    Access, AddressRange, Bound, DEFAULT_LISTEN, DEFAULT_RETAIN_DAYS, DEFAULT_SPOOL, Database,
    Limits, Relay, Settings, TlsFiles,
};
use clap::Args;
use url::Url;

use super::{
    config::Config,
    logs::{LogStyle, log_to_stderr},
    print,
};

/// Open files beside the connections: the database, its log, the listeners, and a little room.
const OTHER_FILES: usize = 128;

#[derive(Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 picks a free one [default: 127.0.0.1:8787].
    #[arg(long)]
    listen: Option<String>,
    /// For how many days records are kept [default: 45].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36500))]
    retain_days: Option<u32>,
    /// The folder for pushes that PostgreSQL does not take while it is away [default: relay-spool].
    #[arg(long, env = "BOHAO_RELAY_SPOOL", value_name = "FOLDER")]
    spool: Option<PathBuf>,
    /// Where to serve Prometheus metrics, if at all.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    /// How the log's lines look [default: plain].
    #[arg(long, value_name = "STYLE")]
    log: Option<LogStyle>,
    /// A certificate in PEM, to speak TLS without a proxy. It is read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A proxy, or a range of them, whose X-Forwarded-For is believed. May be given repeatedly.
    #[arg(long = "proxy", value_name = "ADDRESSES")]
    proxies: Vec<AddressRange>,
    /// Where pushes come from, refusing all others. May be given repeatedly.
    #[arg(long, value_name = "ADDRESSES")]
    platform: Vec<AddressRange>,
}

/// Serves until a signal comes. What the command line says goes before what the config file says.
pub(crate) fn serve(
    serve: Serve,
    config: &Config,
    database: Database,
    public_url: Option<Url>,
) -> anyhow::Result<()> {
    log_to_stderr(serve.log.or(config.log).unwrap_or_default());
    let either = |flags: Vec<AddressRange>, file: &[AddressRange]| match flags.is_empty() {
        true => file.to_vec(),
        false => flags,
    };
    let tls = serve.tls_certificate.zip(serve.tls_key);
    let tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
    let spool = serve.spool.or_else(|| config.spool());
    let settings = Settings {
        public_url,
        spool: spool.unwrap_or_else(|| DEFAULT_SPOOL.into()),
        retain_days: serve
            .retain_days
            .or(config.retain_days)
            .unwrap_or(DEFAULT_RETAIN_DAYS),
        access: Access {
            proxies: either(serve.proxies, &config.proxies),
            platform: either(serve.platform, &config.platform),
        },
        tls: tls.or_else(|| config.tls()),
        limits: fit_to_open_files(config.limits()),
        ..Settings::new(database)
    };
    let listen = serve.listen.or_else(|| config.listen.clone());
    let listen = listen.unwrap_or_else(|| DEFAULT_LISTEN.to_owned());
    let metrics = serve.metrics.or_else(|| config.metrics.clone());
    run(settings, &listen, metrics.as_deref())
}

fn run(settings: Settings, listen: &str, metrics: Option<&str>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let mut shutdown = pin!(shutdown_signal()?);
        let opening = async {
            let relay = Relay::open(settings).await?;
            relay.bind(listen, metrics).await
        };
        let bound = tokio::select! {
            bound = opening => bound?,
            () = &mut shutdown => return Ok(()),
        };
        announce(&bound)?;
        Ok(bound.serve(shutdown).await?)
    });
    // A read that hangs on a broken disk must not hold up the end.
    runtime.shutdown_background();
    served
}

fn announce(bound: &Bound) -> anyhow::Result<()> {
    let url = bound.url()?;
    let mut lines = format!("listening on {}\n", url.as_str().trim_end_matches('/'));
    if let Some(address) = bound.metrics_address()? {
        lines += &format!("metrics on http://{address}\n");
    }
    print(&lines)
}

/// A connection is an open file. Where the system allows fewer of them than there may be
/// connections, fewer connections are served: running out of files would stop the database too.
fn fit_to_open_files(limits: Limits) -> Limits {
    let Some(files) = allow_open_files(limits.connections + OTHER_FILES) else {
        return limits;
    };
    let connections = limits
        .connections
        .min(files.saturating_sub(OTHER_FILES).max(1));
    if connections < limits.connections {
        tracing::warn!(
            connections,
            "the system's limit of open files allows no more"
        );
    }
    Limits {
        connections,
        ..limits
    }
}

/// Asks for as many open files as are wanted; returns how many are allowed, if there is a limit.
#[cfg(unix)]
fn allow_open_files(wanted: usize) -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let wanted = wanted as u64;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        let before = limit.current;
        limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
        if setrlimit(Resource::Nofile, limit).is_err() {
            limit.current = before;
        }
    }
    usize::try_from(limit.current?).ok()
}

#[cfg(not(unix))]
fn allow_open_files(_wanted: usize) -> Option<usize> {
    None
}

/// Installed before anything else, so that a signal during the start is not lost.
#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // It asks for the certificate to be read anew. Where there is none it means nothing, and without
    // this it would be the end.
    let hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        let _hangup = hangup;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(windows)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
