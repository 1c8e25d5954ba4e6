//! The relay's chores: figures beside its peers, and torture.

use crate::packages::{self, FOR_RELAY_PEERS, FOR_TORTURE};
use crate::{kept, machine, program, workspace};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The heading under which torture keeps what came of it, in the file of the figures.
pub const TORTURE: &str = "## F4: acknowledged pushes that were lost";

/// The one peer that comes from crates.io. Its version is pinned because its figures are compared.
const QHOOK: &str = "0.6.1";

const KILLS: usize = 1000;
const CUTS: usize = 200;
/// How often each kind of failing disk is tried.
const FAULTS: usize = 20;

/// Rows of the table if every torture could be run.
const TORTURES: usize = 7;

/// F1, F2, F3 and F5. A peer that can't be brought has a row that says so.
pub fn bench() -> Result<String> {
    for package in FOR_RELAY_PEERS.chunks(1) {
        if let Err(problem) = packages::install(&[package]) {
            println!("{problem:#}");
        }
    }
    let mut build = workspace::cargo(&["build", "--release", "--quiet", "--locked"]);
    build.args(["--package", "bohao-relay", "--bin", "bohao-relay"]);
    program::succeed(build.args(["--example", "bench"]))?;
    let folder = workspace::target()?.join("bench");
    fs::create_dir_all(&folder)?;
    let bench = workspace::program("release/examples", "bench")?;
    let relay = workspace::program("release", "bohao-relay")?;
    // 10,000 parked polls are as many open files at either end.
    let mut shell = with_open_files(24_000);
    shell.args([bench, relay]).current_dir(folder);
    match qhook() {
        Ok(qhook) => drop(shell.arg(qhook)),
        Err(problem) => println!("qhook is not here: {problem:#}"),
    }
    program::shown(&mut shell)
}

/// What follows as this command's arguments may have so many open files, or as many as the system
/// lets it.
fn with_open_files(files: usize) -> Command {
    let raise = format!("ulimit -n {files} || ulimit -n \"$(ulimit -H -n)\"; exec \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &raise, "sh"]);
    shell
}

fn qhook() -> Result<PathBuf> {
    let tools = workspace::target()?.join("tools");
    let qhook = tools.join("bin/qhook");
    if !qhook.is_file() {
        println!("installing qhook {QHOOK} below {}", tools.display());
        let mut install = workspace::cargo(&["install", "qhook", "--locked", "--quiet"]);
        install.args(["--version", QHOOK, "--root"]).arg(&tools);
        program::succeed(&mut install)?;
    }
    Ok(qhook)
}

/// `torture relay [--kills N] [--cuts N]`: kills the relay, cuts its power and lets its disk fail,
/// then looks whether anything is missing. Last, 5,000 senders dawdle.
pub fn torture(words: &[&str]) -> Result<()> {
    let (mut kills, mut cuts) = (KILLS, CUTS);
    for pair in words.chunks(2) {
        let [word, count] = pair else {
            bail!("{} wants a number", pair[0]);
        };
        let count = count
            .parse()
            .with_context(|| format!("{word} wants a number"))?;
        match *word {
            "--kills" => kills = count,
            "--cuts" => cuts = count,
            other => bail!("torture does not know {other}"),
        }
    }
    ensure!(
        cfg!(target_os = "linux"),
        "the torture needs Linux, for strace"
    );
    packages::install(&[FOR_TORTURE])?;
    let table = workspace::target()?.join("torture.md");
    let _ = fs::remove_file(&table);
    let mut test = workspace::cargo(&["test", "--release", "--locked", "--package", "bohao-relay"]);
    test.args(["--test", "it", "torture::", "--", "--test-threads=1"])
        .env("BOHAO_TORTURE_KILLS", kills.to_string())
        .env("BOHAO_TORTURE_CUTS", cuts.to_string())
        .env("BOHAO_TORTURE_FAULTS", FAULTS.to_string())
        .env("BOHAO_TORTURE_TABLE", &table);
    program::succeed(&mut test)?;
    program::succeed(&mut slow_senders())?;
    let rows = fs::read_to_string(&table).context("no torture could be run")?;
    let text = format!(
        "Written by `cargo xtask torture relay`, on {}.\n\n\
         | torture | times | acknowledged pushes | lost | |\n|---|--:|--:|--:|---|\n{rows}\n\
         5,000 senders who dawdle over their headers, or over their bodies, kept no honest one waiting.\n",
        machine::name()
    );
    println!("\n{text}");
    ensure!(
        rows.lines().count() == TORTURES,
        "some tortures were skipped; strace must be allowed to trace, and a disk to be mounted"
    );
    let path = kept::put_section("relay", TORTURE, &text)?;
    println!("kept in {}", path.display());
    Ok(())
}

/// The one test that wants more open files than is usual: each sender is two, here and at the relay.
fn slow_senders() -> Command {
    let mut shell = with_open_files(12_000);
    shell
        .current_dir(workspace::root())
        .arg(workspace::cargo(&[]).get_program())
        .args(["test", "--release", "--locked", "--package", "bohao-relay"])
        .args(["--test", "it", "five_thousand_slow_senders"])
        .args(["--", "--ignored", "--test-threads=1"]);
    shell
}
