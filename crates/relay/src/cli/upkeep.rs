use std::{fmt::Display, path::PathBuf};

use anyhow::bail;
use bohao_relay::{Checked, Database, backup, check, migrate};
use clap::Args;
use serde_json::json;

use super::print;

/// Looks the whole database over, also while the relay serves; changes nothing.
#[derive(Args)]
pub(crate) struct Check {
    /// Print one JSON value.
    #[arg(long)]
    json: bool,
}

/// Copies a SQLite database to a new file, whole and checked, also while the relay serves.
#[derive(Args)]
pub(crate) struct Backup {
    /// The file to make; one that is there is left alone.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Print one JSON value.
    #[arg(long)]
    json: bool,
}

/// Moves a SQLite relay that does not serve into an empty PostgreSQL database.
#[derive(Args)]
pub(crate) struct Migrate {
    /// The SQLite file, which is left as it is.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The postgres:// address of an empty database. Without, it is the one that --database, the
    /// environment or the config file names, where no other user sees its password.
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// Print one JSON value.
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Fails if anything is not as it must be.
    pub(crate) fn run(self, database: &Database) -> anyhow::Result<()> {
        let checked = check(database)?;
        match self.json {
            true => print(&format!("{}\n", as_json(&checked)))?,
            false => print(&(as_text(&checked) + &listed(&checked)))?,
        }
        match checked.findings.len() {
            0 => Ok(()),
            1 => bail!("the database is not as it must be"),
            count => bail!("the database is not as it must be in {count} ways"),
        }
    }
}

impl Backup {
    pub(crate) fn run(self, database: &Database) -> anyhow::Result<()> {
        let checked = backup(database, &self.to)?;
        match self.json {
            true => print(&format!("{}\n", as_json(&checked))),
            false => print(&as_text(&checked)),
        }
    }
}

impl Migrate {
    /// Moves to `usual` if it was told of nowhere else.
    pub(crate) fn run(self, usual: Database) -> anyhow::Result<()> {
        let to = self.to.as_deref().map_or(usual, Database::from);
        let moved = migrate(&self.from.into(), &to)?;
        match self.json {
            true => {
                let value = json!({"seats": moved.seats, "records": moved.records});
                print(&format!("{value}\n"))
            }
            false => print(&format!(
                "{} and {} moved, each read back and compared\n",
                counted(moved.seats, "seat"),
                counted(moved.records, "record"),
            )),
        }
    }
}

fn as_json(checked: &Checked) -> serde_json::Value {
    json!({
        "seats": checked.seats,
        "records": checked.records,
        "bytes": checked.bytes,
        "findings": checked.findings,
    })
}

fn as_text(checked: &Checked) -> String {
    format!(
        "{}, {}, {} of bodies\n",
        counted(checked.seats, "seat"),
        counted(checked.records, "record"),
        counted(checked.bytes, "byte"),
    )
}

fn counted<N: Display + From<u8> + PartialEq>(count: N, thing: &str) -> String {
    let ending = if count == 1.into() { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

fn listed(checked: &Checked) -> String {
    checked
        .findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect()
}
