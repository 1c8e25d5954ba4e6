use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use bohao_relay::{Seats, system_clock};
use bohao_relay_api::{Legs, PairingLink, push_test};
use clap::Args;
use serde_json::json;

use super::print;

/// What the seats of push-tests are called, before a few letters of chance.
const NAME: &str = "push-test-";

/// A seat that a push-test left behind because it was killed is removed by one that comes later.
const LEFT_BEHIND_MS: i64 = 10 * 60 * 1000;

#[derive(Args)]
pub(crate) struct PushTest {
    /// Use the seat of this pairing link, read from a file, or from stdin for `-`. Without it, a
    /// seat of the test's own is added and removed again.
    #[arg(long, value_name = "FILE")]
    pairing: Option<PathBuf>,
    /// Print one JSON value.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(test: PushTest, seats: &Seats) -> anyhow::Result<()> {
    let nonce = chance()?;
    let legs = match &test.pairing {
        Some(file) => go_around(&read_link(file)?, &nonce)?,
        None => {
            let now = system_clock()();
            remove_left_behind(seats, now)?;
            let name = format!("{NAME}{nonce}");
            let seat = seats.add(&name, now)?;
            let legs = go_around(&seat.pairing, &nonce);
            seats.remove(&name)?;
            legs?
        }
    };
    print(&match test.json {
        true => format!("{}\n", as_json(&legs)),
        false => as_text(&legs),
    })
}

fn go_around(link: &PairingLink, nonce: &str) -> anyhow::Result<Legs> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(push_test(link, nonce))?)
}

fn read_link(file: &Path) -> anyhow::Result<PairingLink> {
    let mut text = String::new();
    match file == Path::new("-") {
        true => io::stdin().read_to_string(&mut text).map(drop),
        false => fs::read_to_string(file).map(|read| text = read),
    }
    .context("the pairing link can't be read")?;
    Ok(PairingLink::parse(&text)?)
}

fn remove_left_behind(seats: &Seats, now: i64) -> anyhow::Result<()> {
    let rows = seats.list()?;
    let left_behind = rows
        .iter()
        .filter(|row| row.seat.starts_with(NAME) && row.created_at < now - LEFT_BEHIND_MS);
    for row in left_behind {
        seats.remove(&row.seat)?;
    }
    Ok(())
}

fn chance() -> anyhow::Result<String> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).map_err(|_| anyhow!("this system has no source of randomness"))?;
    Ok(format!("{:016x}", u64::from_be_bytes(bits)))
}

fn as_json(legs: &Legs) -> serde_json::Value {
    let ms = |leg: std::time::Duration| (leg.as_secs_f64() * 1e6).round() / 1e3;
    json!({
        "asked_ms": ms(legs.asked),
        "pushed_ms": ms(legs.pushed),
        "woken_ms": ms(legs.woken()),
        "arrived_ms": ms(legs.arrived),
    })
}

fn as_text(legs: &Legs) -> String {
    let ms = |leg: std::time::Duration| format!("{:>8.1} ms", leg.as_secs_f64() * 1e3);
    format!(
        "asked    {}  the relay told how the seat stands\n\
         pushed   {}  the push was answered: it is on the relay's disk\n\
         woken    {}  then the parked poll had it\n\
         arrived  {}  from push to reader, all in all\n",
        ms(legs.asked),
        ms(legs.pushed),
        ms(legs.woken()),
        ms(legs.arrived),
    )
}
