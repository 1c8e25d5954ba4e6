//! F10: from start to the first usable frame, and memory at rest, beside a bare Tauri window.
//!
//! `cargo xtask bench start` builds both programs and runs this on a display of its own. The first
//! thing that Bohao paints is the dial screen, whose number line takes keys from then on, so its
//! first contentful paint is its first usable frame.
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

const ROUNDS: usize = 11;
/// How many times the bare window's figure ours may be.
const GOAL: f64 = 1.25;
const REST: Duration = Duration::from_secs(5);

/// The starts of one program.
#[derive(Default)]
struct Measured {
    /// Milliseconds from the process's start to its first contentful paint.
    frame: Vec<f64>,
    /// Mebibytes of the process and its children, shared pages counted by share.
    shares: Vec<f64>,
    /// The same with each shared page counted in every process.
    whole: Vec<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut programs = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(bohao), Some(bare)) = (programs.next(), programs.next()) else {
        println!("usage: start BOHAO BARE (see `cargo xtask bench start`)");
        return;
    };
    // With an account the first frame is the dial screen, and nothing is there to be reached.
    let mut station = Station::told(vec![
        ("BOHAO_APP_KEY", "bench-key".to_owned()),
        ("BOHAO_APP_SECRET", "bench-secret".to_owned()),
        ("BOHAO_TEL_A", "13800006620".to_owned()),
    ]);
    let (mut ours, mut raw) = (Measured::default(), Measured::default());
    // The first start of each makes its files and warms the disk's cache; it does not count.
    for round in 0..=ROUNDS {
        let mut unmeasured = Measured::default();
        for (program, measured) in [(&bare, &mut raw), (&bohao, &mut ours)] {
            let into = if round == 0 {
                &mut unmeasured
            } else {
                measured
            };
            start(&mut station, program, into).await;
        }
    }
    println!("## F10: start and rest, {ROUNDS} starts of each in turns, medians (least–most)\n");
    println!("| | bare Tauri window | Bohao | ratio | goal | |");
    println!("|---|--:|--:|--:|--:|---|");
    row(
        "process start to the first usable frame, ms",
        &raw.frame,
        &ours.frame,
    );
    row(
        "memory at rest, MiB, shared pages by share (PSS)",
        &raw.shares,
        &ours.shares,
    );
    row(
        "memory at rest, MiB, shared pages in full (RSS)",
        &raw.whole,
        &ours.whole,
    );
    println!(
        "\nMemory is that of the program and all processes of its web view, {} s after the frame.",
        REST.as_secs()
    );
}

async fn start(station: &mut Station, program: &Path, measured: &mut Measured) {
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
    measured.frame.push(painted_at - started_at(pid));
    measured.shares.push(mebibytes(pid, "Pss:"));
    measured.whole.push(mebibytes(pid, "Rss:"));
    page.close().await;
    station.cut_off();
}

fn row(name: &str, bare: &[f64], ours: &[f64]) {
    let (bare, ours) = (sorted(bare), sorted(ours));
    let ratio = median(&ours) / median(&bare);
    let verdict = if ratio <= GOAL { "reached" } else { "missed" };
    let (bare, ours) = (spread(&bare), spread(&ours));
    println!("| {name} | {bare} | {ours} | {ratio:.2} | ≤ {GOAL} | {verdict} |");
}

fn spread(sorted: &[f64]) -> String {
    let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
    format!("{:.0} ({least:.0}–{most:.0})", median(sorted))
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
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

/// Memory of a process and all below it, as the kernel counts it under this name.
fn mebibytes(pid: u32, counted: &str) -> f64 {
    let own = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix(counted));
    let kilobytes = own.and_then(|own| own.trim().trim_end_matches(" kB").parse::<f64>().ok());
    let children = processes().filter(|child| fields_after_name(*child)[1] == pid.to_string());
    let children = children.map(|child| mebibytes(child, counted));
    kilobytes.unwrap_or_default() / 1024.0 + children.sum::<f64>()
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
