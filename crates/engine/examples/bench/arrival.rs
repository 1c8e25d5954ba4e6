//! F7 without a screen: from a push at the relay to the desk's event.

use crate::desk::{self, OWN};
use crate::disk::Disk;
use crate::figures::{self, Figures};
use anyhow::{Context, Result, bail, ensure};
use bohao_wire::{Event, SyncPhase};
use secrecy::ExposeSecret;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;
use tokio::time::{sleep, timeout};

/// What a push may take until its row is on screen, in milliseconds at p99.
const GOAL: f64 = 100.0;
const WARM_UP: usize = 20;
/// The desk's next poll is at the relay by then, as it nearly always is in life.
const UNTIL_PARKED: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(30);
/// An instant of the past, in Unix milliseconds.
const THEN: i64 = 1_795_365_000_000;

/// Measures and prints a table.
pub async fn measure(pushes: usize) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    // In life the relay is another machine, so it shares no threads with the desk here.
    let apart = tokio::runtime::Runtime::new()?;
    let settings = bohao_relay::Settings::new(folder.path().join("relay.db"));
    let starting = apart.spawn(bohao_relay::start(settings, ([127, 0, 0, 1], 0).into()));
    let relay = starting.await??;
    let seats = relay.seats().clone();
    let seat = tokio::task::spawn_blocking(move || seats.add("bench", THEN)).await??;
    let told = [
        ("BOHAO_RELAY_URL", relay.url().to_string()),
        (
            "BOHAO_RELAY_TOKEN",
            seat.read_token.expose_secret().to_owned(),
        ),
    ];
    let desk = desk::open(&folder.path().join("desk"), told.into()).await?;
    let mut events = desk.events();
    if desk.sync_phase().await? != SyncPhase::Live {
        bail!("never");
    }

    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut disk = Disk::beside(folder.path())?;
    let (mut shown, mut answered, mut raw) = <(Figures, Figures, Figures)>::default();
    for push in 0..WARM_UP + pushes {
        sleep(UNTIL_PARKED).await;
        let synced = disk.append()?;
        let (record, subid) = record(push);
        let began = Instant::now();
        let posted = tokio::spawn(post(
            client.clone(),
            seat.push_url.expose_secret().to_owned(),
            record,
        ));
        until_told(&mut events, &subid).await?;
        let told = began.elapsed();
        let stored = posted.await??;
        if push >= WARM_UP {
            shown.add(told);
            answered.add(stored - began);
            raw.add(synced);
        }
    }
    desk.close().await;
    let _ = apart.spawn(relay.stop()).await?;
    apart.shutdown_background();
    Ok(())
}
