//! The relay itself, as it is shipped.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;
use url::Url;

use crate::{
    line::Wire,
    server::{self, Server},
};

/// Whether the relay's syncs reach the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syncs {
    Real,
    /// As with `synchronous=NORMAL`, by `normal.c`: the log's alone wait until it is copied back.
    Normal,
    /// They do nothing, by libeatmydata: to show what they cost. Nothing in the relay can do this.
    None,
}

/// A seat's two keys.
#[derive(Clone)]
pub struct Keys {
    pub push_path: String,
    pub read_token: String,
}

pub struct Relay {
    pub server: Server,
    pub address: SocketAddr,
    pub metrics: SocketAddr,
}

/// The relay on a database, with nothing of the environment's.
pub fn command(program: &Path, database: &Path, syncs: Syncs) -> Result<Command> {
    let mut command = Command::new(program);
    let variables = std::env::vars_os().map(|(name, _)| name);
    for name in variables.filter(|name| name.to_string_lossy().starts_with("BOHAO_RELAY")) {
        command.env_remove(name);
    }
    match syncs {
        Syncs::Real => {}
        Syncs::Normal => drop(command.env("LD_PRELOAD", normal()?)),
        Syncs::None => drop(command.env("LD_PRELOAD", eat_my_data()?)),
    }
    command.arg("--database").arg(database);
    Ok(command)
}

/// Compiled anew each time, into the folder of the benchmark.
fn normal() -> Result<PathBuf> {
    let folder = std::env::current_dir()?;
    let (source, library) = (folder.join("normal.c"), folder.join("normal.so"));
    fs::write(&source, include_str!("normal.c"))?;
    let mut compile = Command::new("cc");
    compile.args(["-O2", "-shared", "-fPIC", "-o"]);
    server::printed(compile.arg(&library).arg(&source))?;
    Ok(library)
}

pub fn eat_my_data() -> Result<PathBuf> {
    server::find("/usr/lib/*", "libeatmydata.so").context("libeatmydata is not installed")
}

impl Relay {
    pub fn start(program: &Path, database: &Path, syncs: Syncs) -> Result<Self> {
        Self::run(command(program, database, syncs)?)
    }

    /// A relay that has one core for itself, as on a small server.
    pub fn start_on_one_core(program: &Path, database: &Path) -> Result<Self> {
        let whole = command(program, database, Syncs::Real)?;
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]);
        command.arg(whole.get_program()).args(whole.get_args());
        for (name, value) in whole.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self::run(command)
    }

    fn run(mut command: Command) -> Result<Self> {
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--metrics",
            "127.0.0.1:0",
        ]);
        let (server, addresses) = Server::announced(&mut command, 2)?;
        Ok(Self {
            server,
            address: addresses[0],
            metrics: addresses[1],
        })
    }

    pub fn wire(&self, keys: &Keys) -> Wire {
        Wire::Http {
            address: self.address,
            target: keys.push_path.clone(),
            envelope: str::to_owned,
        }
    }
}

/// How many records a seat has.
pub fn head(address: SocketAddr, keys: &Keys) -> Result<u64> {
    let bearer = format!("Authorization: Bearer {}\r\n", keys.read_token);
    let status = server::json(address, "GET /v1/status", &bearer, "")?;
    status["head"].as_u64().context("no head")
}

/// Adds a seat.
pub fn add_seat(program: &Path, database: &Path, name: &str) -> Result<Keys> {
    let mut command = command(program, database, Syncs::Real)?;
    let printed = server::printed(command.args(["seat", "add", name, "--json"]))?;
    let seat: Value = serde_json::from_str(&printed)?;
    let word = |key: &str| seat[key].as_str().context("no such key");
    Ok(Keys {
        push_path: Url::parse(word("push_url")?)?.path().to_owned(),
        read_token: word("read_token")?.to_owned(),
    })
}

/// A folder with nothing in it.
pub fn fresh(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(folder.to_path_buf())
}
