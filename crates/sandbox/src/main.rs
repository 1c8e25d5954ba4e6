//! `bohao-sandbox serve`: a stand-in platform on this machine.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bohao_sandbox::{
    BodyKind, Dialect, DigestCase, Fault, FaultKind, Lowered, Numbers, Outcome, PushShape,
    Settings, Spelling, Times, TimestampUnit, Timing,
};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

/// A stand-in for the AXB platform: takes dials, plays calls, pushes records, serves recordings.
#[derive(Parser)]
#[command(name = "bohao-sandbox", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Listens until it is told to end.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// The account's appKey.
    #[arg(long, default_value = Settings::APP_KEY)]
    app_key: String,
    /// The account's appSecret.
    #[arg(long, default_value = Settings::APP_SECRET)]
    app_secret: String,

    /// How a dial's parameters travel.
    #[arg(long, default_value = "form", value_parser = choice(BodyKind::CHOICES))]
    body: BodyKind,
    /// The unit of the timestamp.
    #[arg(long, default_value = "s", value_parser = choice(TimestampUnit::CHOICES))]
    timestamp: TimestampUnit,
    /// What is lower-cased for the digest.
    #[arg(long, default_value = "keys", value_parser = choice(Lowered::CHOICES))]
    lower: Lowered,
    /// The case of the digest's hex digits.
    #[arg(long, default_value = "lower", value_parser = choice(DigestCase::CHOICES))]
    digest: DigestCase,

    /// How far its clock is ahead of this machine's; negative for behind.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    clock_ahead_ms: i64,

    /// How long it rings.
    #[arg(long, default_value_t = 2000)]
    ring_ms: u64,
    /// How long they talk.
    #[arg(long, default_value_t = 4000)]
    talk_ms: u64,
    /// How long the numbers stay bound to each other after a call (7002).
    #[arg(long, default_value_t = 0)]
    release_ms: u64,
    /// How calls end, magic numbers aside.
    #[arg(long, default_value = "connected", value_parser = choice(Outcome::CHOICES))]
    outcome: Outcome,
    /// Treats magic numbers like all others.
    #[arg(long)]
    no_magic: bool,

    /// What a record's push is.
    #[arg(long, default_value = "json", value_parser = choice(PushShape::CHOICES))]
    push: PushShape,
    /// How a record's numbers are written.
    #[arg(long, default_value = "numbers", value_parser = choice(Numbers::CHOICES))]
    push_numbers: Numbers,
    /// How a record's times are written.
    #[arg(long, default_value = "s", value_parser = choice(Times::CHOICES))]
    push_times: Times,

    /// A fault, how often it strikes (once unless told), and by how many milliseconds the slow and
    /// late ones are. Can be given several times.
    #[arg(long = "fault", value_name = "NAME[:TIMES[:MS]]", value_parser = fault)]
    faults: Vec<(Fault, u32)>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Command::Serve(serve) = Cli::parse().command;
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();

    let running = bohao_sandbox::start(serve.into()).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on {}", running.url())
        .and_then(|()| stdout.flush())
        .context("cannot say where it listens")?;

    told_to_end().await?;
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn told_to_end() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn told_to_end() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

impl From<Serve> for Settings {
    fn from(serve: Serve) -> Self {
        let clock = Settings::default().clock;
        Settings {
            listen: serve.listen,
            app_key: serve.app_key.into(),
            app_secret: serve.app_secret.into(),
            dialect: Dialect {
                body: serve.body,
                timestamp: serve.timestamp,
                lowered: serve.lower,
                digest: serve.digest,
            },
            timing: Timing {
                ring: Duration::from_millis(serve.ring_ms),
                talk: Duration::from_millis(serve.talk_ms),
                release: Duration::from_millis(serve.release_ms),
                ..Timing::default()
            },
            outcome: serve.outcome,
            magic_numbers: !serve.no_magic,
            spelling: Spelling {
                shape: serve.push,
                numbers: serve.push_numbers,
                times: serve.push_times,
            },
            faults: serve.faults,
            clock: Arc::new(move || clock().saturating_add(serve.clock_ahead_ms)),
        }
    }
}

fn choice<T: Copy + Send + Sync + 'static>(
    choices: &'static [(&'static str, T)],
) -> impl TypedValueParser<Value = T> {
    let names = choices.iter().map(|(name, _)| *name);
    PossibleValuesParser::new(names).try_map(move |chosen| {
        let found = choices.iter().find(|(name, _)| *name == chosen);
        found
            .map(|(_, value)| *value)
            .ok_or_else(|| anyhow::anyhow!("no such choice"))
    })
}

fn fault(argument: &str) -> anyhow::Result<(Fault, u32)> {
    let mut words = argument.splitn(3, ':');
    let kind: FaultKind = words.next().unwrap_or_default().parse()?;
    let times = words.next().map_or(Ok(1), str::parse::<u32>);
    let times = times.context("TIMES is a number")?;
    anyhow::ensure!(times > 0, "TIMES is at least 1");
    let delay = words.next().map(str::parse).transpose();
    let fault = Fault {
        delay: delay.context("MS is a number")?.map(Duration::from_millis),
        ..kind.into()
    };
    Ok((fault, times))
}
