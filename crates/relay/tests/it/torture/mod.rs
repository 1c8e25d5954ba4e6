//! Promise 2 under torture: what was answered 200 is there after the process is killed, the power
//! is cut, or the disk fails. A few rounds run with every test; `cargo xtask torture relay` runs
//! the many that F4 names, and keeps what came of them.

mod chance;
mod cuts;
mod disk;
mod failing;
mod kills;
mod ledger;
mod trace;

use std::{env, fmt::Display, fs::OpenOptions, io::Write, path::Path, process::Command};

use rusqlite::Connection;

use self::chance::Chance;
use crate::{
    program::{Program, command, output},
    within::Seat,
};

const LIMITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/torture/limits.toml");

/// The program under limits by which it soon does all that it ever does.
fn strained(mut command: Command) -> Command {
    command.env("BOHAO_RELAY_CONFIG", LIMITS);
    command
}

fn serve(database: &Path) -> Program {
    Program::spawn(strained(command(database)), &[])
}

/// What the seat has is known for there: pushed again it is answered 200, and stored no second time.
fn is_known(seat: &Seat, stored: &[(i64, Vec<u8>)], chance: &mut Chance) {
    for _ in 0..stored.len().min(5) {
        let (_, body) = &stored[chance.within(0..stored.len())];
        seat.keep(body);
    }
    let head = seat.get(&format!("?after={}", stored.len())).json()["head"].clone();
    assert_eq!(head, stored.len(), "a body is there twice");
}

/// `check` finds nothing: no digest is missing, and no record belongs to nobody.
fn is_sound(database: &Path) {
    let mut check = command(database);
    check.arg("check");
    let output = output(check);
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}");
}

/// Up to which record of a seat the digests have moved, at the most.
fn digested(database: &Path) -> i64 {
    let connection = Connection::open(database).unwrap();
    let query = "SELECT max(digested) FROM seats";
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

/// How many rounds a torture takes: what this variable says, or the short form's.
fn rounds(variable: &str, short: usize) -> usize {
    env::var(variable).map_or(short, |count| count.parse().unwrap())
}

/// Adds a row to the table that the chore keeps, if it asked for one.
fn report(what: &str, times: usize, ledger: &ledger::Ledger, remark: impl Display) {
    let Some(path) = env::var_os("BOHAO_TORTURE_TABLE") else {
        return;
    };
    let mut table = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    let acknowledged = ledger.acknowledged();
    writeln!(
        table,
        "| {what} | {times} | {acknowledged} | 0 | {remark} |"
    )
    .unwrap();
}
