//! F8: what any days come to.

use crate::figures::{Figures, verdict};
use anyhow::Result;
use bohao_engine::reports;
use bohao_store::Store;
use bohao_wire::{CallsQuery, ReportRange};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use std::time::Instant;

const GOAL_MS: f64 = 16.0;
/// How often the same is asked.
const TIMES: usize = 100;
/// Calls that are summed at a time.
const BATCH: u32 = 5_000;

pub fn measure(store: &Store) -> Result<()> {
    let (mut longest, mut steps) = (0.0_f64, 0);
    let began = Instant::now();
    loop {
        let step = Instant::now();
        let more = store.write_blocking(|tx| tx.sums().settle(BATCH))?;
        longest = longest.max(step.elapsed().as_secs_f64());
        steps += 1;
        if !more {
            break;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("## F8: reports on a log of {} calls\n", crate::CALLS);
    println!(
        "Its days were summed in {seconds:.1} s, in {steps} steps beside the log's use of {:.0} ms at most.\n",
        longest * 1000.0
    );
    println!(
        "| milliseconds in the engine, with the period before | p50 | p95 | p99 | most | goal p95 ≤ {GOAL_MS} |"
    );
    println!("|---|--:|--:|--:|--:|---|");
    let newest = CallsQuery {
        limit: 1,
        ..CallsQuery::default()
    };
    let rows = store.read_blocking(|db| db.calls().page(&newest))?.rows;
    let now = rows.first().map_or(0, |row| row.at);
    for (name, range) in ranges(now)? {
        let days = reports::days(&range, now)?;
        let mut figures = Figures::default();
        for _ in 0..TIMES {
            let began = Instant::now();
            store.read_blocking(|db| reports::read(db, &days))?;
            figures.add(began.elapsed());
        }
        let [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1.0].map(|share| figures.at(share));
        let reached = verdict(p95, GOAL_MS);
        println!("| {name} | {p50:.2} | {p95:.2} | {p99:.2} | {most:.2} | {reached} |");
    }
    println!();
    Ok(())
}

fn ranges(now: i64) -> Result<Vec<(&'static str, ReportRange)>> {
    let today = Offset::constant(8)
        .to_datetime(Timestamp::from_millisecond(now)?)
        .date();
    let back = |days: i64| -> Result<ReportRange> {
        Ok(ReportRange::Chosen {
            from: today.checked_sub(days.days())?.to_string(),
            to: today.to_string(),
        })
    };
    Ok(vec![
        ("today", ReportRange::Today),
        ("this week", ReportRange::ThisWeek),
        ("last month", ReportRange::LastMonth),
        ("90 days", back(89)?),
        ("a year", back(364)?),
        ("everything", back(3_999)?),
    ])
}
