use std::{
    io::{self, Write},
    pin::pin,
    process::ExitCode,
};

use anyhow::{Context, bail};
use bohao_relay::{
    Bound, DEFAULT_LISTEN, DEFAULT_RETAIN_DAYS, Database, NewSeat, Relay, Seats, Settings,
    system_clock,
};
use bohao_relay_api::{PairingLink, check_address};
use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret;
use serde_json::json;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};
use url::Url;

/// Keeps what the phone platform pushes until a desk fetches it.
#[derive(Parser)]
#[command(name = "bohao-relay", version)]
struct Cli {
    /// The SQLite file.
    #[arg(
        long,
        global = true,
        env = "BOHAO_RELAY_DATABASE",
        default_value = "relay.db",
        hide_env_values = true
    )]
    database: String,
    /// The https:// address by which the platform and the desks reach the relay.
    #[arg(
        long,
        global = true,
        env = "BOHAO_RELAY_PUBLIC_URL",
        hide_env_values = true
    )]
    public_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes pushes and hands them out.
    Serve(Serve),
    /// Adds, lists, rotates and removes seats, also while the relay serves.
    Seat {
        /// Print one JSON value.
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        command: SeatCommand,
    },
}

#[derive(Args)]
struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = DEFAULT_LISTEN)]
    listen: String,
    /// For how many days records are kept.
    #[arg(long, default_value_t = DEFAULT_RETAIN_DAYS, value_parser = clap::value_parser!(u32).range(1..=36500))]
    retain_days: u32,
    /// Where to serve Prometheus metrics, if at all.
    #[arg(long)]
    metrics: Option<String>,
}

#[derive(Subcommand)]
enum SeatCommand {
    /// Adds a seat and prints its secrets, once.
    Add { name: String },
    /// Lists the seats.
    List,
    /// Gives a seat new tokens; the old ones work for another week.
    Rotate { name: String },
    /// Removes a seat; its tokens end at once and its records are deleted.
    Remove { name: String },
}

/// Runs the program: 0 done, 1 fault, 2 bad usage.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With stderr gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "bohao-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    let database = database_file(&cli.database)?;
    let public_url = cli.public_url.as_deref().filter(|url| !url.is_empty());
    let public_url = public_url
        .map(check_address)
        .transpose()
        .context("--public-url can't be used")?;
    match cli.command {
        Command::Serve(serve) => self::serve(serve, database, public_url),
        Command::Seat { json, command } => {
            let seats = Seats::new(database, public_url);
            match json {
                true => print_json(&seats, command),
                false => print_text(&seats, command),
            }
        }
    }
}

fn database_file(database: &str) -> anyhow::Result<Database> {
    if database.starts_with("postgres://") || database.starts_with("postgresql://") {
        bail!("this build keeps records in SQLite only; give --database a file");
    }
    Ok(database.into())
}

fn serve(serve: Serve, database: Database, public_url: Option<Url>) -> anyhow::Result<()> {
    log_to_stderr();
    let settings = Settings {
        public_url,
        retain_days: serve.retain_days,
        ..Settings::new(database)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let mut shutdown = pin!(shutdown_signal()?);
        let opening = async {
            let relay = Relay::open(settings).await?;
            relay.bind(&serve.listen, serve.metrics.as_deref()).await
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
    let mut lines = format!(
        "listening on {}\n",
        bound.url()?.as_str().trim_end_matches('/')
    );
    if let Some(address) = bound.metrics_address()? {
        lines += &format!("metrics on http://{address}\n");
    }
    print(&lines)
}

/// Installed before anything else, so that a signal during the start is not lost.
#[cfg(unix)]
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
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

/// Only the relay's own words are logged: a library's could hold an address, and so a token.
fn log_to_stderr() {
    let own = Targets::new().with_target("bohao_relay", tracing::Level::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false);
    tracing_subscriber::registry().with(lines).with(own).init();
}

fn print_json(seats: &Seats, command: SeatCommand) -> anyhow::Result<()> {
    let now = system_clock()();
    let value = match command {
        SeatCommand::Add { name } => new_seat_json(&seats.add(&name, now)?),
        SeatCommand::Rotate { name } => new_seat_json(&seats.rotate(&name, now)?),
        SeatCommand::Remove { name } => {
            seats.remove(&name)?;
            json!({"seat": name, "removed": true})
        }
        SeatCommand::List => serde_json::to_value(seats.list()?)?,
    };
    print(&format!("{value}\n"))
}

/// A desk takes `http://` for its own machine only. The operator hears of that here, not from the
/// desk's user later.
fn warn_of_unusable(seat: &NewSeat) {
    if PairingLink::parse(seat.pairing.to_link().expose_secret()).is_err() {
        // With stderr gone there is nobody left to tell.
        let _ = writeln!(
            io::stderr(),
            "bohao-relay: desks will refuse this link, for the relay has no https:// address; \
             give one with --public-url"
        );
    }
}

fn new_seat_json(seat: &NewSeat) -> serde_json::Value {
    warn_of_unusable(seat);
    json!({
        "seat": seat.seat,
        "push_url": seat.push_url.expose_secret(),
        "read_token": seat.read_token.expose_secret(),
        "pairing": seat.pairing.to_link().expose_secret(),
    })
}

fn print_text(seats: &Seats, command: SeatCommand) -> anyhow::Result<()> {
    let now = system_clock()();
    let text = match command {
        SeatCommand::Add { name } => new_seat_text(&seats.add(&name, now)?),
        SeatCommand::Rotate { name } => {
            let seat = seats.rotate(&name, now)?;
            format!(
                "{}The old ones work for another 7 days.\n",
                new_seat_text(&seat)
            )
        }
        SeatCommand::Remove { name } => {
            seats.remove(&name)?;
            format!("removed {name}\n")
        }
        SeatCommand::List => {
            let rows = seats.list()?;
            rows.iter()
                .map(|row| format!("{}\t{} pushed\n", row.seat, row.head))
                .collect()
        }
    };
    print(&text)
}

fn new_seat_text(seat: &NewSeat) -> String {
    warn_of_unusable(seat);
    format!(
        "seat        {}\npush url    {}\nread token  {}\npairing     {}\n\
         These are secrets and can't be shown again.\n",
        seat.seat,
        seat.push_url.expose_secret(),
        seat.read_token.expose_secret(),
        seat.pairing.to_link().expose_secret(),
    )
}

/// Flushed at once: a program that started this one waits for the line.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
