//! F10: from start to the first usable frame, and memory at rest, beside a bare Tauri window.
//!
//! `cargo xtask bench start` builds both programs and runs this on a display of its own. Bohao
//! draws nothing before its desk has answered, so its first contentful paint is its first usable
//! frame.
#![expect(
    clippy::print_stdout,
    reason = "printing a table is this program's purpose"
)]

#[path = "../tests/desktop/station.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod station;
#[path = "../tests/desktop/webdriver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod webdriver;

use station::Station;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ROUNDS: usize = 9;
const REST: Duration = Duration::from_secs(5);

/// One start of one program.
#[derive(Default)]
struct Measured {
    /// Milliseconds from the process's start to its first contentful paint.
    frame: Vec<f64>,
    /// Megabytes of the process and its children, shared pages counted by share.
    memory: Vec<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut programs = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(bohao), Some(bare)) = (programs.next(), programs.next()) else {
        println!("usage: start BOHAO BARE (see `cargo xtask bench start`)");
        return;
    };
    let mut station = Station::new();
    let (mut ours, mut raw) = (Measured::default(), Measured::default());
    // The first start of each makes its files and warms the disk's cache; it does not count.
    for round in 0..=ROUNDS {
        for (program, measured) in [(&bare, &mut raw), (&bohao, &mut ours)] {
            let (frame, memory) = start(&mut station, program).await;
            if round > 0 {
                measured.frame.push(frame);
                measured.memory.push(memory);
            }
        }
    }
    println!("\nmedians of {ROUNDS} starts           bare       Bohao      ratio   goal");
    row("first usable frame (ms)", &mut raw.frame, &mut ours.frame);
    row("memory at rest (MB)    ", &mut raw.memory, &mut ours.memory);
}

async fn start(station: &mut Station, program: &Path) -> (f64, f64) {
    let page = station.open(program).await;
    let paint = "const paint = performance.getEntriesByName('first-contentful-paint')[0];
        return paint ? performance.timeOrigin + paint.startTime : 0;";
    let mut painted_at = 0.0;
    while painted_at == 0.0 {
        painted_at = page.run(paint, &[]).await.as_f64().unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(REST).await;
    let pid = process(program);
    let measured = (painted_at - started_at(pid), megabytes(pid));
    page.close().await;
    station.cut_off();
    measured
}

fn row(name: &str, bare: &mut [f64], ours: &mut [f64]) {
    let (bare, ours) = (median(bare), median(ours));
    println!(
        "{name:<26} {bare:>9.1}  {ours:>9.1}  {:>7.2}×   ≤ 1.25×",
        ours / bare
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The process that runs a program.
fn process(program: &Path) -> u32 {
    let runs =
        |pid: &u32| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
    processes().find(runs).expect("it is running")
}

/// When a process began, in Unix milliseconds, to the kernel's hundredth of a second.
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement compares the kernel's clock with the page's"
)]
fn started_at(pid: u32) -> f64 {
    let began: f64 = fields_after_name(pid)[19]
        .parse()
        .expect("ticks since boot");
    let uptime = fs::read_to_string("/proc/uptime").expect("the kernel's figures");
    let uptime = uptime.split_whitespace().next().map(str::parse::<f64>);
    let uptime = uptime.and_then(Result::ok).expect("seconds since boot");
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    (now.as_secs_f64() - uptime) * 1000.0 + began * 10.0
}

/// Memory of a process and all below it.
fn megabytes(pid: u32) -> f64 {
    let own = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes = own.and_then(|own| own.trim().trim_end_matches(" kB").parse::<f64>().ok());
    let children = processes().filter(|child| fields_after_name(*child)[1] == pid.to_string());
    kilobytes.unwrap_or_default() / 1024.0 + children.map(megabytes).sum::<f64>()
}

fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// What the kernel says of a process after its name, which may hold anything.
fn fields_after_name(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = stat
        .rsplit_once(')')
        .map(|(_, after)| after)
        .unwrap_or_default();
    let mut fields: Vec<String> = after.split_whitespace().map(str::to_owned).collect();
    // A process that has just ended has none.
    fields.resize(fields.len().max(20), String::new());
    fields
}
