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

use std::{env, fmt::Display, fs::OpenOptions, io::Write};

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
