//! F9: records brought in by file, beside the same rows written by SQLite itself.

use crate::made::{Call, Dice, call};
use anyhow::{Context, Result};
use bohao_engine::import::{Around, Imports};
use bohao_store::Store;
use bohao_wire::{CallId, ImportOutcome, ImportReading, RehearseImport, RunImport};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const NOW: i64 = 1_900_000_000_000;

/// The tables that an import writes, and their columns.
const TABLES: [&str; 3] = ["facts", "calls", "recordings"];

pub fn measure(records: usize) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let mut dice = Dice::new(3);
    let calls: Vec<Call> = (0..records).map(|place| call(place, &mut dice)).collect();
    let (csv, lines) = (
        folder.path().join("calls.csv"),
        folder.path().join("calls.jsonl"),
    );
    fs::write(&csv, text(&calls))?;
    fs::write(&lines, json(&calls))?;
    drop(calls);
    println!("## F9: {records} records of a file into an empty log\n");
    println!("| | seconds | rows a second | of raw |\n|---|--:|--:|--:|");
    let imported = folder.path().join("imported.db");
    let before = peak()?;
    let ours = rate(&csv, &imported, records)?;
    let memory = peak()?.map(|peak| (peak, before));
    let raw = raw_rate(&imported, &folder.path().join("raw.db"))?;
    row(
        "raw SQLite: the same rows into the same tables with their indexes, triggers and search list, one transaction of prepared statements",
        records,
        raw,
        raw,
    );
    row(
        "**CSV**, as a job that can be cancelled and undone",
        records,
        ours.run,
        raw,
    );
    row("CSV, the rehearsal before it", records, ours.rehearsal, raw);
    row(
        "the index of searches after it, beside the log's use",
        records,
        ours.index,
        raw,
    );
    let lines = rate(&lines, &folder.path().join("lines.db"), records)?;
    row("**JSON lines**", records, lines.run, raw);
    if let Some((peak, Some(before))) = memory {
        println!(
            "\nThe process held {:.0} MB at the most while the CSV was brought in, {:.0} MB before it.",
            peak / 1024.0,
            before / 1024.0
        );
    }
    println!(
        "\nA file's rows are read, kept as facts, folded into calls and matched with dials, 2,000 a synced transaction."
    );
    Ok(())
}

struct Seconds {
    rehearsal: f64,
    run: f64,
    index: f64,
}

fn row(name: &str, records: usize, seconds: f64, raw: f64) {
    #[expect(clippy::cast_precision_loss, reason = "a count of rows is small")]
    let each = records as f64 / seconds;
    println!(
        "| {name} | {seconds:.1} | {each:.0} | {:.2} × |",
        raw / seconds
    );
}

/// The largest resident set of this process so far, in kilobytes, where the system tells.
fn peak() -> Result<Option<f64>> {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return Ok(None);
    };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let Some(line) = line else { return Ok(None) };
    let kilobytes = line.trim().trim_end_matches("kB").trim().parse()?;
    // From here on the peak counts anew.
    let _ = fs::write("/proc/self/clear_refs", "5");
    Ok(Some(kilobytes))
}

/// The rows that an import made are written anew by SQLite alone.
fn raw_rate(imported: &Path, path: &Path) -> Result<f64> {
    drop(Store::open(path, NOW)?);
    let mut raw = Connection::open(path)?;
    raw.execute("ATTACH ?1 AS imported", [imported.to_string_lossy()])?;
    // The rows are in memory, as a file of them would be read in order.
    let mut seconds = 0.0;
    let transaction = raw.transaction()?;
    for table in TABLES {
        let columns: Vec<String> = transaction
            .prepare("SELECT name FROM pragma_table_info(?1, 'imported')")?
            .query_map([table], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let names = columns.join(", ");
        let places = vec!["?"; columns.len()].join(", ");
        let order = if table == "calls" { "place" } else { "1" };
        let mut read = transaction.prepare(&format!(
            "SELECT {names} FROM imported.{table} ORDER BY {order}"
        ))?;
        let mut write = transaction.prepare(&format!(
            "INSERT INTO main.{table} ({names}) VALUES ({places})"
        ))?;
        let mut rows = read.query([])?;
        let mut portion: Vec<Vec<rusqlite::types::Value>> = Vec::new();
        let mut ended = false;
        while !ended {
            portion.clear();
            while portion.len() < 10_000 {
                let Some(row) = rows.next()? else {
                    ended = true;
                    break;
                };
                let values = (0..columns.len()).map(|column| row.get(column));
                portion.push(values.collect::<Result<_, _>>()?);
            }
            let began = Instant::now();
            for values in &portion {
                write.execute(rusqlite::params_from_iter(values))?;
            }
            seconds += began.elapsed().as_secs_f64();
        }
    }
    let began = Instant::now();
    transaction.execute(
        "INSERT INTO main.search_later SELECT place FROM main.calls",
        [],
    )?;
    transaction.commit()?;
    Ok(seconds + began.elapsed().as_secs_f64())
}

fn rate(file: &Path, database: &Path, records: usize) -> Result<Seconds> {
    let store = Store::open(database, NOW)?.store;
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = database.parent().context("a folder")?;
    let imports = Imports::new(
        Around {
            store: store.clone(),
            home: folder.to_owned(),
            clock: Arc::new(|| NOW),
            ids: Arc::new(|_| CallId("file".to_owned())),
            events: bohao_engine::notifier::events(),
            changed: Arc::new(|_| ()),
            recordings_due: Arc::new(|| ()),
            index_due: Arc::default(),
        },
        folder.join("imports"),
    );
    let staged = imports.stage(file)?.file;
    let reading = ImportReading::default();
    let began = Instant::now();
    let asked = RehearseImport {
        file: staged.clone(),
        reading: reading.clone(),
    };
    runtime.block_on(imports.rehearse(asked))?;
    let rehearsal = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let run = RunImport {
        file: staged,
        reading,
    };
    let outcome = runtime.block_on(imports.run(run))?;
    let seconds = began.elapsed().as_secs_f64();
    let ImportOutcome::Done { report, .. } = outcome else {
        anyhow::bail!("the import was cancelled");
    };
    anyhow::ensure!(
        usize::try_from(report.new)? == records,
        "{:?}",
        report.rejected.first()
    );
    let began = Instant::now();
    while store.write_blocking(|tx| tx.search().build(250))? > 0 {}
    let index = began.elapsed().as_secs_f64();
    Ok(Seconds {
        rehearsal,
        run: seconds,
        index,
    })
}

fn text(calls: &[Call]) -> Vec<u8> {
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
