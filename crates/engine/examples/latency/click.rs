//! F6: from a click to the request's first byte at the platform.

use crate::desk::{self, OWN};
use crate::disk::Disk;
use crate::figures::{self, Figures};
use crate::platform::{self, Platform};
use anyhow::{Result, ensure};
use bohao_engine::Desk;
use bohao_wire::{Mutations, PlaceCall, Placed};
use std::time::{Duration, Instant};

/// What may be added to a bare request and one synced write, in milliseconds at p99.
const GOAL: f64 = 1.0;
const PUSH_URL: &str = "http://127.0.0.1:8787/p/a-push-token-of-the-usual-length-of-43-chars";
const WARM_UP: usize = 50;

/// What is measured, in turns.
#[derive(Default)]
struct Measured {
    ours: Figures,
    whole: Figures,
    bare: Figures,
    append: Figures,
    overwrite: Figures,
    commit: Figures,
}

/// Measures and prints a table.
pub async fn measure(clicks: usize) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let platform = Platform::start(|| {})?;
    let desk = desk::open(
        folder.path(),
        [
            ("BOHAO_CALL_URL", platform.base()),
            ("BOHAO_RECORDING_URL", platform.base()),
            ("BOHAO_PUSH_URL", PUSH_URL.to_owned()),
        ]
        .into(),
    )
    .await?;
    let mut events = desk.events();
    // A window listens to every change, which costs the engine a read each time.
    let window = tokio::spawn(async move { while events.recv().await.is_ok() {} });
    let disk = Disk::beside(folder.path())?;
    // Clicks come from a task of the runtime, as they do in a window's host.
    let measuring = tokio::spawn(take_turns(desk.clone(), platform, disk, clicks));
    let measured = measuring.await??;
    desk.close().await;
    window.abort();
    measured.print(clicks);
    Ok(())
}

async fn take_turns(
    desk: Desk,
    mut platform: Platform,
    mut disk: Disk,
    clicks: usize,
) -> Result<Measured> {
    let client = reqwest::Client::builder().http1_only().no_proxy().build()?;
    let mut measured = Measured::default();
    for click in 0..WARM_UP + clicks {
        let mut unmeasured = Measured::default();
        let into = match click < WARM_UP {
            true => &mut unmeasured,
            false => &mut measured,
        };
        // Each one follows each other one equally often.
        for turn in 0..5 {
            match (click + turn) % 5 {
                0 => {
                    let (sent, answered) = ours(&desk, &mut platform, click).await?;
                    into.ours.add(sent);
                    into.whole.add(answered);
                }
                1 => into.bare.add(bare(&client, &mut platform, click).await?),
                2 => into.append.add(disk.append()?),
                3 => into.overwrite.add(disk.overwrite()?),
                _ => into.commit.add(disk.commit()?),
            }
        }
    }
    Ok(measured)
}

/// One click: how long until the request was there, and until its outcome was known and kept.
async fn ours(desk: &Desk, platform: &mut Platform, click: usize) -> Result<(Duration, Duration)> {
    let order = PlaceCall {
        number: customer(click),
        tel_a: None,
        ticket: Some(format!("click-{click}")),
    };
    let clicked = Instant::now();
    let placed = desk.place_call(order).await.map_err(desk::plain)?;
    let answered = clicked.elapsed();
    ensure!(
        matches!(placed, Placed::Accepted { .. }),
        "the platform took the call"
    );
    Ok((platform.seen()? - clicked, answered))
}

/// The same request without a desk around it.
async fn bare(client: &reqwest::Client, platform: &mut Platform, click: usize) -> Result<Duration> {
    let (address, body) = (
        platform.dials(),
        platform::form(OWN, &customer(click), PUSH_URL, 1_795_365_000_000),
    );
    let began = Instant::now();
    let request = client
        .post(&address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let answer = request.send().await?.text().await?;
    ensure!(answer.contains(r#""code":200"#), "the platform took it");
    Ok(platform.seen()? - began)
}

fn customer(click: usize) -> String {
    format!("139{:08}", 22_000_000 + click)
}

impl Measured {
    fn print(&self, clicks: usize) {
        println!("## F6: from a click to the request on the wire, {clicks} clicks\n");
        figures::head();
        self.ours
            .row("**Bohao: click to the request's first byte at the platform**");
        self.bare.row("bare reqwest POST of the same form, warm");
        self.append.row("raw fdatasync: an append of 256 bytes");
        self.overwrite
            .row("raw fdatasync: 256 bytes written in place");
        self.commit
            .row("raw SQLite: one row in one table committed to the WAL");
        self.whole.row("Bohao: click to the outcome known and kept");
        println!();
        println!("| milliseconds at p99 | figure | goal | |");
        println!("|---|--:|--:|---|");
        for (name, raw) in [
            ("append", &self.append),
            ("write in place", &self.overwrite),
        ] {
            let over = self.ours.at(0.99) - self.bare.at(0.99) - raw.at(0.99);
            let verdict = figures::verdict(over, GOAL);
            println!("| ours − (bare + 1 fdatasync, {name}) | {over:.3} | ≤ {GOAL} | {verdict} |");
        }
        println!();
    }
}
