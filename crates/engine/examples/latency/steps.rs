//! How often a dial waits for the disk before its request leaves, counted from outside by strace.

use crate::desk;
use crate::platform::Platform;
use anyhow::{Result, ensure};
use bohao_wire::{Mutations, PlaceCall, Placed};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;
use std::{env, fs};

/// The word that makes this program dial under strace.
pub const TRACED: &str = "traced";

const DIALS: usize = 200;
const CLICK: &str = "one click";
const REQUEST: &str = "one request";

/// Counts and prints, if strace is there.
pub fn count() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-e", "trace=fsync,fdatasync,write", "-o"])
        .arg(&trace)
        .arg(env::current_exe()?)
        .arg(TRACED);
    let Ok(output) = strace.output() else {
        println!("Synced writes before a request: not counted, strace is not here.\n");
        return Ok(());
    };
    ensure!(output.status.success(), "the traced dials failed");
    let synced = before_requests(&fs::read_to_string(trace)?);
    ensure!(
        synced.values().sum::<usize>() == DIALS,
        "the trace shows every dial"
    );
    let counts: Vec<String> = synced
        .iter()
        .map(|(syncs, dials)| format!("{syncs} in each of {dials}"))
        .collect();
    println!(
        "Synced writes between click and request, counted by strace: {} dials.\n",
        counts.join(", ")
    );
    Ok(())
}

/// Dials and says on standard error when a click came and when its request was there.
pub async fn traced() -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let platform = Platform::start(|| say(REQUEST))?;
    let told = [
        ("BOHAO_CALL_URL", platform.base()),
        ("BOHAO_RECORDING_URL", platform.base()),
    ];
    let desk = desk::open(folder.path(), told.into()).await?;
    for dial in 0..DIALS {
        let order = PlaceCall {
            number: format!("139{:08}", 22_000_000 + dial),
            ..PlaceCall::default()
        };
        say(CLICK);
        let placed = desk.place_call(order).await.map_err(desk::plain)?;
        ensure!(
            matches!(placed, Placed::Accepted { .. }),
            "the platform took the call"
        );
    }
    desk.close().await;
    Ok(())
}

fn say(word: &str) {
    // The trace shows it if it can be written.
    let _ = std::io::stderr().write_all(word.as_bytes());
}

/// How many dials had how many synced writes before their request.
fn before_requests(trace: &str) -> BTreeMap<usize, usize> {
    let mut dials = BTreeMap::new();
    let mut since_click = None;
    for line in trace.lines() {
        let Some((_, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if call.contains(CLICK) {
            since_click = Some(0);
        } else if call.contains(REQUEST) {
            if let Some(syncs) = since_click.take() {
                *dials.entry(syncs).or_default() += 1;
            }
        } else if call.starts_with("fdatasync(") || call.starts_with("fsync(") {
            since_click = since_click.map(|syncs| syncs + 1);
        }
    }
    dials
}
