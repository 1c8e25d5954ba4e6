//! F9: records brought in by file, beside rows written by SQLite itself.

use crate::made::{Call, Dice, call, insert};
use anyhow::{Context, Result};
use bohao_engine::import::import_bytes;
use bohao_store::Store;
use rusqlite::Connection;
use std::fmt::Write as _;
use std::time::Instant;

const NOW: i64 = 1_900_000_000_000;

pub fn measure(records: usize) -> Result<()> {
    let mut dice = Dice::new(3);
    let calls: Vec<Call> = (0..records).map(|place| call(place, &mut dice)).collect();
    println!("## F9: {records} records of a file into an empty log\n");
    println!("| | seconds | rows a second | of raw |\n|---|--:|--:|--:|");
    let raw = raw_rate(&calls)?;
    row(
        "raw SQLite: the calls' rows, their indexes, no search, one transaction",
        records,
        raw,
        raw,
    );
    row(
        "**CSV**",
        records,
        rate("calls.csv", csv(&calls), records)?,
        raw,
    );
    row(
        "**JSON lines**",
        records,
        rate("calls.jsonl", json(&calls), records)?,
        raw,
    );
    println!(
        "\nA file's rows are read, kept as facts, folded into calls, matched with dials and made searchable, 500 a synced transaction."
    );
    Ok(())
}

fn row(name: &str, records: usize, seconds: f64, raw: f64) {
    #[expect(clippy::cast_precision_loss, reason = "a count of rows is small")]
    let each = records as f64 / seconds;
    println!(
        "| {name} | {seconds:.1} | {each:.0} | {:.2} × |",
        raw / seconds
    );
}

fn raw_rate(calls: &[Call]) -> Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let path = folder.path().join("bohao.db");
    drop(Store::open(&path, NOW)?);
    let mut raw = Connection::open(&path)?;
    raw.execute_batch("DROP TRIGGER calls_searched")?;
    let began = Instant::now();
    let transaction = raw.transaction()?;
    for (place, call) in calls.iter().enumerate() {
        insert(&transaction, place, call)?;
    }
    transaction.commit()?;
    Ok(began.elapsed().as_secs_f64())
}

fn rate(name: &str, bytes: Vec<u8>, records: usize) -> Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let store = Store::open(folder.path().join("bohao.db"), NOW)?.store;
    let runtime = tokio::runtime::Runtime::new()?;
    let began = Instant::now();
    let imported = runtime
        .block_on(import_bytes(&store, name.to_owned(), bytes, false, NOW))
        .ok()
        .context("the file was not brought in")?;
    anyhow::ensure!(
        usize::try_from(imported.report.new)? == records,
        "{:?}",
        imported.report.rejected.first()
    );
    Ok(began.elapsed().as_secs_f64())
}

fn csv(calls: &[Call]) -> Vec<u8> {
    let mut text =
        String::from("subid,tel_a,tel_x,tel_b,started_at,ended_at,duration,status,reason\n");
    for call in calls {
        let ended = call.started_at + call.duration * 1000;
        let reason = call.reason.unwrap_or_default();
        let _ = writeln!(
            text,
            "{},{},02155501234,{},{},{ended},{},{},{reason}",
            call.subid, call.own, call.number, call.started_at, call.duration, call.status
        );
    }
    text.into_bytes()
}

fn json(calls: &[Call]) -> Vec<u8> {
    let mut text = String::new();
    for call in calls {
        let record = serde_json::json!({
            "subid": call.subid, "tel_a": call.own, "tel_x": "02155501234", "tel_b": call.number,
            "started_at": call.started_at, "ended_at": call.started_at + call.duration * 1000,
            "duration": call.duration, "status": call.status, "reason": call.reason,
        });
        let _ = writeln!(text, "{record}");
    }
    text.into_bytes()
}
