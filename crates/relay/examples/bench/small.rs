//! What a small server holds: the relay kept to one core, while very many desks wait.

use std::{rc::Rc, time::Duration};

use anyhow::Result;

use crate::{
    Ground, load,
    ours::{Relay, fresh},
    polls::Parked,
    seats,
};

const SEATS: usize = 5000;
const CONNECTIONS: usize = 64;
const WARM: Duration = Duration::from_secs(1);
const LASTING: Duration = Duration::from_secs(4);

pub async fn measure(ground: &Ground) -> Result<()> {
    eprintln!("{SEATS} seats on one core");
    let database = fresh(&ground.folder.join("small"))?.join("relay.db");
    let mut keys = seats::make(&database, SEATS + 1)?;
    // Pushed to, and nobody waits at it: those who wait are there all the time.
    let busy = keys.remove(SEATS);
    let relay = Relay::start_on_one_core(&ground.relay, &database)?;
    let keys = Rc::new(keys);
    let _parked = Parked::at(&relay, &keys, SEATS).await?;
    let parked = relay.server.memory()? / 1e6;
    let wire = relay.wire(&busy);
    let closed = load::closed(&wire, CONNECTIONS, WARM, LASTING).await?;
    let loaded = relay.server.memory()? / 1e6;
    let [p50, p99] = closed.figures.at([0.5, 0.99]);
    println!(
        "## On one core\n\n\
         | the relay kept to one core, {SEATS} seats wait | figure |\n|---|--:|\n\
         | memory, before any push | {parked:.0} MB |\n\
         | durable pushes, {CONNECTIONS} connections, a second | {:.0} |\n\
         | p50, p99 | {p50:.1} ms, {p99:.1} ms |\n\
         | memory, under that load | {loaded:.0} MB |\n\n\
         The loader has another core.\n",
        closed.rate
    );
    Ok(())
}
