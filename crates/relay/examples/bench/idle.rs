//! F5: what the relay takes when nothing happens, and its start with a million rows.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use crate::{
    Ground,
    figures::{self, Figures, HEAD},
    line::Line,
    load::{self, next_body},
    ours::{self, Relay, Syncs, fresh},
};

const ROWS: u64 = 1_000_000;
const STARTS: usize = 5;

pub async fn measure(ground: &Ground) -> Result<()> {
    let database = fresh(&ground.folder.join("idle"))?.join("relay.db");
    let relay = Relay::start(&ground.relay, &database, Syncs::Real)?;
    let keys = ours::add_seat(&ground.relay, &database, "bench")?;
    let mut line = Line::open(&relay.wire(&keys)).await?;
    for _ in 0..100 {
        line.send(&next_body()).await?;
    }
    sleep(Duration::from_secs(2)).await;
    let idle = relay.server.memory()?;
    drop(relay);

    eprintln!("filling a database with {ROWS} rows");
    let syncs = ours::eat_my_data().map_or(Syncs::Real, |_| Syncs::None);
    let mut filling = Relay::start(&ground.relay, &database, syncs)?;
    while ours::head(filling.address, &keys)? < ROWS {
        let seconds = Duration::from_secs(5);
        load::closed(&filling.wire(&keys), 256, Duration::ZERO, seconds).await?;
    }
    let rows = ours::head(filling.address, &keys)?;
    filling.server.end("TERM")?;
    let bytes = std::fs::metadata(&database)?.len();
    let (mut after_stop, mut after_kill) = (Figures::default(), Figures::default());
    for _ in 0..STARTS {
        after_stop.add(start(ground, &database, "TERM").await?);
    }
    for _ in 0..STARTS {
        after_kill.add(start(ground, &database, "KILL").await?);
    }
    println!(
        "## F5: idle, and started with {rows} rows ({:.0} MB)\n\n{HEAD}",
        bytes as f64 / 1e6
    );
    after_stop.row("start to the port's announcement, after a clean stop");
    after_kill.row("start to the port's announcement, after kill -9 at 100 pushes in the log");
    let [stopped] = after_stop.at([0.5]);
    let [killed] = after_kill.at([0.5]);
    let program = std::fs::metadata(&ground.relay)?.len() as f64 / 1e6;
    println!("\n| | figure | goal | |\n|---|--:|--:|---|");
    figures::at_most(
        "resident memory, idle after 100 pushes",
        idle / 1e6,
        15.0,
        "MB",
    );
    figures::at_most("program, stripped", program, 15.0, "MB");
    figures::at_most(
        "start, p50, the slower of both",
        stopped.max(killed),
        1000.0,
        "ms",
    );
    println!();
    Ok(())
}

/// How long a start takes; pushes a little and ends it, so that the next start has its work.
async fn start(ground: &Ground, database: &std::path::Path, signal: &str) -> Result<Duration> {
    let began = Instant::now();
    let mut relay = Relay::start(&ground.relay, database, Syncs::Real)?;
    let took = began.elapsed();
    let keys = ours::add_seat(
        &ground.relay,
        database,
        &format!("s{}", began.elapsed().as_nanos()),
    )?;
    let mut line = Line::open(&relay.wire(&keys)).await?;
    for _ in 0..100 {
        line.send(&next_body()).await?;
    }
    relay.server.end(signal)?;
    Ok(took)
}
