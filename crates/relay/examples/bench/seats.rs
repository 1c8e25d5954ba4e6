//! Many seats at once, made by a process of its own whose syncs may be switched off.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};
use bohao_relay::{Seats, system_clock};
use secrecy::ExposeSecret;
use url::Url;

use crate::{
    ours::{self, Keys},
    server,
};

/// The word that makes this program add seats.
pub const WORD: &str = "seats";

/// Makes a database with this many seats.
pub fn make(database: &Path, count: usize) -> Result<Vec<Keys>> {
    let mut command = Command::new(std::env::current_exe()?);
    if let Ok(library) = ours::eat_my_data() {
        command.env("LD_PRELOAD", library);
    }
    command.arg(WORD).arg(database).arg(count.to_string());
    let printed = server::printed(&mut command)?;
    let keys = printed.lines().map(|line| {
        let (push_path, read_token) = line.split_once(' ').context("no keys")?;
        Ok(Keys {
            push_path: push_path.to_owned(),
            read_token: read_token.to_owned(),
        })
    });
    keys.collect()
}

/// What that process does.
pub fn add(database: &str, count: &str) -> Result<()> {
    let seats = Seats::new(Path::new(database).to_path_buf(), None);
    for number in 0..count.parse::<usize>()? {
        let seat = seats.add(&format!("seat-{number}"), system_clock()())?;
        let push_url = Url::parse(seat.push_url.expose_secret())?;
        println!("{} {}", push_url.path(), seat.read_token.expose_secret());
    }
    Ok(())
}
