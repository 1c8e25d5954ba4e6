//! F1: everybody at their peak, in rounds of rotated order, and at half of it for the tail.

use std::time::Duration;

use anyhow::Result;

use crate::{
    Ground,
    contestants::{self, ALL, Contestant, OURS, STORE_OFF, Started},
    disk,
    figures::{self, median},
    load::{self, Outcome},
    server::Server,
};

const WARM: Duration = Duration::from_secs(1);
const CLOSED: Duration = Duration::from_secs(4);
const OPEN: Duration = Duration::from_secs(3);
const RAW: usize = 200;

/// Whom ours is held against, and how many times as fast it has to be.
const GOALS: [(usize, f64); 4] = [(5, 1.5), (6, 6.0), (7, 30.0), (8, 3.0)];

/// And against itself with the store off.
const SHARE_OF_STORE_OFF: f64 = 0.7;

/// What came of one contestant's rounds.
#[derive(Default)]
struct Rounds {
    rates: Vec<f64>,
    /// Microseconds that its processes spent for each body.
    costs: Vec<f64>,
    closed_p50: Vec<f64>,
    closed_p99: Vec<f64>,
    open_p99: Vec<f64>,
    taken: u64,
    refused: u64,
    /// `None` if it keeps nothing.
    stored: Option<u64>,
    /// Raw syncs a second, before and after each round.
    raw_before: Vec<f64>,
    raw_after: Vec<f64>,
    problem: Option<String>,
}

pub async fn measure(ground: &Ground, rounds: usize) -> Result<()> {
    let mut all: Vec<Rounds> = ALL.iter().map(|_| Rounds::default()).collect();
    for round in 0..rounds {
        for turn in 0..ALL.len() {
            let who = (turn + round * 3) % ALL.len();
            let rounds = &mut all[who];
            if rounds.problem.is_some() {
                continue;
            }
            eprintln!("round {}, {}", round + 1, ALL[who].name);
            if let Err(problem) = one(ground, &ALL[who], rounds).await {
                // One that is missing must not keep the others from being measured.
                let problem = format!("{problem:#}");
                rounds.problem = Some(problem.lines().next().unwrap_or_default().to_owned());
            }
        }
    }
    println!("## F1: durable single-record pushes, {rounds} rounds in rotated order\n");
    println!(
        "| | connections | a second, median | rounds | CPU µs a push | p50 ms | p99 ms | open loop at | p99 ms \
         | answered 200 | kept | fdatasync/s before → after |"
    );
    println!("|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (contestant, rounds) in ALL.iter().zip(&all) {
        row(contestant, rounds);
    }
    println!(
        "\nA record has some 430 bytes, each another; one loader for all, in one thread, on the same \
         machine. The open loop sends at half of the peak, whether answers come or not, and counts \
         from when a body fell due.\n"
    );
    verdicts(&all);
    Ok(())
}

async fn one(ground: &Ground, contestant: &Contestant, rounds: &mut Rounds) -> Result<()> {
    let raw = || -> Result<f64> {
        let [p50] = disk::in_place(&ground.folder, RAW)?.at([0.5]);
        Ok(1000.0 / p50)
    };
    rounds.raw_before.push(raw()?);
    let started = contestants::start(contestant, ground)?;
    let before = (started.stored)()?;
    let idle = cpu(&started)?;
    let closed = load::closed(&started.wire, contestant.connections, WARM, CLOSED).await?;
    let spent = cpu(&started)? - idle;
    rounds.costs.push(spent * 1e6 / closed.taken as f64);
    let [p50, p99] = closed.figures.at([0.5, 0.99]);
    rounds.rates.push(closed.rate);
    rounds.closed_p50.push(p50);
    rounds.closed_p99.push(p99);
    let half = (closed.rate / 2.0).max(1.0);
    let tail = load::open_loop(&started.wire, contestant.connections, half, OPEN).await?;
    let [p99] = tail.figures.at([0.99]);
    rounds.open_p99.push(p99);
    for Outcome { taken, refused, .. } in [closed, tail] {
        rounds.taken += taken;
        rounds.refused += refused;
    }
    if let (Some(after), Some(before)) = ((started.stored)()?, before) {
        *rounds.stored.get_or_insert_default() += after - before;
    }
    drop(started);
    rounds.raw_after.push(raw()?);
    Ok(())
}

/// Seconds of processor time that a contestant has spent so far.
fn cpu(started: &Started) -> Result<f64> {
    started.servers.iter().map(Server::cpu).sum()
}

fn row(contestant: &Contestant, rounds: &Rounds) {
    let Contestant {
        name, connections, ..
    } = contestant;
    if let Some(problem) = &rounds.problem {
        println!("| {name} | {connections} | not measured: {problem} | | | | | | | | | |");
        return;
    }
    let each: Vec<String> = rounds
        .rates
        .iter()
        .map(|rate| format!("{rate:.0}"))
        .collect();
    let kept = match rounds.stored {
        None => "–".to_owned(),
        Some(kept) if kept < rounds.taken => format!("**LOST** {}", rounds.taken - kept),
        Some(kept) => kept.to_string(),
    };
    let refused = match rounds.refused {
        0 => String::new(),
        refused => format!(" (and {refused} refused)"),
    };
    println!(
        "| {name} | {connections} | {:.0} | {} | {:.0} | {:.1} | {:.1} | {:.0}/s | {:.1} | {}{refused} | {kept} \
         | {:.0} → {:.0} |",
        median(&rounds.rates),
        each.join(", "),
        median(&rounds.costs),
        median(&rounds.closed_p50),
        median(&rounds.closed_p99),
        median(&rounds.rates) / 2.0,
        median(&rounds.open_p99),
        rounds.taken,
        median(&rounds.raw_before),
        median(&rounds.raw_after),
    );
}

fn verdicts(all: &[Rounds]) {
    let ours = median(&all[OURS].rates);
    println!("| ours against | times | goal | |\n|---|--:|--:|---|");
    for (who, goal) in GOALS {
        match all[who].problem {
            Some(_) => println!("| {} | not measured | ≥ {goal:.2} | |", ALL[who].name),
            None => figures::at_least(ALL[who].name, ours / median(&all[who].rates), goal, "×"),
        }
    }
    let store_off = median(&all[STORE_OFF].rates);
    let name = ALL[STORE_OFF].name;
    figures::at_least(name, ours / store_off, SHARE_OF_STORE_OFF, "×");
    println!();
}
