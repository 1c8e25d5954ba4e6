mod config;
mod init;
mod logs;
mod push_test;
mod seat;
mod serve;
mod snippets;
mod team;
mod upkeep;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use bohao_relay::{Database, SeatError, Seats, ServeError, TeamError, Teams};
use bohao_relay_api::check_address;
use clap::{Parser, Subcommand};
use thiserror::Error;
use url::Url;

use self::{
    config::Config,
    init::Init,
    push_test::PushTest,
    seat::SeatCommand,
    serve::Serve,
    team::TeamCommand,
    upkeep::{Backup, Check, Migrate},
};

const DEFAULT_DATABASE: &str = "relay.db";

/// Keeps what the phone platform pushes until a desk fetches it.
#[derive(Parser)]
#[command(name = "bohao-relay", version)]
struct Cli {
    /// A config file, as `init` writes it. Options and environment go before what it says.
    #[arg(long, global = true, env = "BOHAO_RELAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// A SQLite file, or the postgres:// address of a PostgreSQL database [default: relay.db].
    #[arg(
        long,
        global = true,
        env = "BOHAO_RELAY_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
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
    /// Sets a relay up: asks three questions, writes a config file, adds the first seat.
    Init(Init),
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
    /// Lets one token read several seats, for a manager's desk or an export.
    Team {
        /// Print one JSON value.
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        command: TeamCommand,
    },
    /// Sends a marked record around the whole loop and tells how long each leg took.
    PushTest(PushTest),
    Check(Check),
    Backup(Backup),
    Migrate(Migrate),
}

#[derive(Debug, Error)]
#[error("--public-url can't be used")]
struct BadPublicUrl;

/// What was said of where the records are, and by which address the relay is reached.
struct Said {
    config: Option<PathBuf>,
    database: Option<String>,
    public_url: Option<Url>,
}

/// What holds, all in all.
struct Setup {
    config: Config,
    database: Database,
    public_url: Option<Url>,
}

/// Runs the program: 0 done, 1 fault, 2 bad usage.
pub(crate) fn run() -> ExitCode {
    match execute(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            match is_bad_usage(&error) {
                true => ExitCode::from(2),
                false => ExitCode::FAILURE,
            }
        }
    }
}

/// Whether it is what was said that can't be used, whatever state the relay is in.
fn is_bad_usage(error: &anyhow::Error) -> bool {
    error.is::<BadPublicUrl>()
        || matches!(error.downcast_ref(), Some(SeatError::BadName))
        || matches!(error.downcast_ref(), Some(TeamError::BadName))
        || matches!(error.downcast_ref(), Some(ServeError::NoAddress { .. }))
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    let public_url = cli.public_url.as_deref().filter(|url| !url.is_empty());
    let public_url = public_url
        .map(check_address)
        .transpose()
        .context(BadPublicUrl)?;
    let said = Said {
        config: cli.config,
        database: cli.database,
        public_url,
    };
    match cli.command {
        Command::Init(init) => init::run(init, said.config, said.database, said.public_url),
        Command::Serve(serve) => {
            let setup = said.settle()?;
            serve::serve(serve, &setup.config, setup.database, setup.public_url)
        }
        Command::Seat { json, command } => {
            let setup = said.settle()?;
            setup.tell_if_new();
            let seats = setup.seats();
            match json {
                true => seat::print_json(&seats, command),
                false => seat::print_text(&seats, command),
            }
        }
        Command::Team { json, command } => {
            let setup = said.settle()?;
            setup.tell_if_new();
            let teams = Teams::new(setup.database.clone());
            team::run(&teams, &setup.seats(), command, json)
        }
        Command::Check(check) => check.run(&said.settle()?.database),
        Command::Backup(backup) => backup.run(&said.settle()?.database),
        Command::Migrate(migrate) => migrate.run(said.settle()?.database),
        Command::PushTest(test) => push_test::run(test, &said.settle()?.seats()),
    }
}

impl Said {
    /// Options and environment go before the config file, which goes before what is usual.
    fn settle(self) -> anyhow::Result<Setup> {
        let config = match &self.config {
            Some(file) => Config::read(file)?,
            None => Config::default(),
        };
        let given = self.database.as_deref().map(Database::from);
        let database = given.or_else(|| config.database());
        let database = database.unwrap_or_else(|| DEFAULT_DATABASE.into());
        let public_url = match self.public_url {
            Some(url) => Some(url),
            None => config.public_url()?,
        };
        Ok(Setup {
            config,
            database,
            public_url,
        })
    }
}

impl Setup {
    /// A command that was not told where the relay's database is would make one of its own, with
    /// seats that no relay serves.
    fn tell_if_new(&self) {
        if let Some(file) = self.database.file().filter(|file| !file.exists()) {
            say(&format!(
                "there is no database yet; making {}",
                file.display()
            ));
        }
    }

    fn seats(&self) -> Seats {
        Seats::new(self.database.clone(), self.public_url.clone())
    }
}

/// A word to whoever runs the program, beside what it prints.
fn say(text: &str) {
    // With stderr gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "bohao-relay: {text}");
}

/// Flushed at once: a program that started this one waits for the line.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
