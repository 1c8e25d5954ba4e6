//! F7 without a screen: from a push at the relay to the desk's event.

use crate::desk::{self, OWN};
use crate::disk::Disk;
use crate::figures::{self, Figures};
use anyhow::{Context, Result, ensure};
use bohao_engine::Desk;
use bohao_wire::{DeskQuery, Event, Queries, SyncPhase};
use secrecy::ExposeSecret;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::Receiver;
use tokio::time::{sleep, timeout};
use url::form_urlencoded;

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
    until_live(&desk).await?;

    let push_url = seat.push_url.expose_secret();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut disk = Disk::beside(folder.path())?;
    let (mut shown, mut answered, mut raw) = <(Figures, Figures, Figures)>::default();
    for push in 0..WARM_UP + pushes {
        sleep(UNTIL_PARKED).await;
        let synced = disk.append()?;
        let (record, subid) = record(push);
        let began = Instant::now();
        let posted = tokio::spawn(post(client.clone(), push_url.to_owned(), record));
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
    apart.spawn(relay.stop()).await??;
    apart.shutdown_background();

    println!("## F7: from a push to the desk's event, {pushes} pushes one by one\n");
    figures::head();
    shown.row("**Bohao: push sent to the event with its row**");
    answered.row("of which: push sent to the relay's 200, synced");
    raw.row("raw fdatasync: an append of 256 bytes (the way has two: relay, desk)");
    let (figure, verdict) = (shown.at(0.99), figures::verdict(shown.at(0.99), GOAL));
    println!(
        "\n{figure:.1} ms at p99 without a screen; goal with a screen ≤ {GOAL} ms: {verdict}.\n"
    );
    Ok(())
}

async fn until_live(desk: &Desk) -> Result<()> {
    let live = async {
        while desk
            .desk(DeskQuery {})
            .await
            .map_err(desk::plain)?
            .sync
            .phase
            != SyncPhase::Live
        {
            sleep(UNTIL_PARKED).await;
        }
        Ok(())
    };
    timeout(PATIENCE, live)
        .await
        .context("the relay is reached")?
}

/// A record that no dial of this desk explains, and its id.
fn record(push: usize) -> (String, String) {
    let subid = format!("bench-{push}");
    let fields = [
        ("subid", subid.as_str()),
        ("telA", OWN),
        ("telB", &format!("139{:08}", 22_000_000 + push)),
        ("startTime", &(THEN / 1000).to_string()),
        ("endTime", &(THEN / 1000 + 20).to_string()),
        ("duration", "0"),
        ("status", "2"),
        ("unaswRsn", "无应答"),
    ];
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    (form, subid)
}

/// Pushes as the platform does, and tells when it was answered.
async fn post(client: reqwest::Client, push_url: String, form: String) -> Result<Instant> {
    let request = client
        .post(push_url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = request.send().await?;
    ensure!(answer.status().is_success(), "the relay stored the push");
    Ok(Instant::now())
}

async fn until_told(events: &mut Receiver<Event>, subid: &str) -> Result<()> {
    let told = async {
        loop {
            if let Event::CallChanged { row, .. } = events.recv().await?
                && row.subid.as_deref() == Some(subid)
            {
                return Ok(());
            }
        }
    };
    timeout(PATIENCE, told).await.context("the event comes")?
}
