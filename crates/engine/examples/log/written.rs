//! What the index costs a dial, and what a look at every row costs.

use crate::figures::{Figures, head};
use anyhow::Result;
use bohao_store::{NewAttempt, Store};
use bohao_wire::CallId;
use rusqlite::Connection;
use std::time::{Duration, Instant};

const WRITES: usize = 300;
const READS: usize = 40;

/// A page of rows as SQLite reads it where nothing is to be found out.
const RAW_PAGES: [(&str, &str); 3] = [
    (
        "a hundred rows along an index",
        "SELECT * FROM calls ORDER BY place DESC LIMIT 100",
    ),
    (
        "the same, with the customers' names",
        "SELECT c.*, k.name, k.company FROM calls c
         LEFT JOIN customer_numbers n ON n.number = c.tel_b
         LEFT JOIN customers k ON k.customer = n.customer ORDER BY c.place DESC LIMIT 100",
    ),
    (
        "a hundred rows by a part of the number, looking at each (`LIKE`)",
        "SELECT * FROM calls WHERE tel_b LIKE '%4471%' ORDER BY place DESC LIMIT 100",
    ),
];

pub fn measure(store: &Store) -> Result<()> {
    println!("## Raw limits\n");
    let raw = Connection::open(store.path())?;
    let scan = "SELECT count(*) FROM calls WHERE note LIKE '%报价%' OR tel_b LIKE '%报价%'";
    let began = Instant::now();
    raw.query_row(scan, [], |row| row.get::<_, i64>(0))?;
    println!(
        "A look at every row (`LIKE` in number and note): {:.0} ms.\n",
        began.elapsed().as_secs_f64() * 1000.0
    );
    println!("| milliseconds, SQLite alone | p50 | p95 | p99 |\n|---|--:|--:|--:|");
    for (name, page) in RAW_PAGES {
        let mut figures = Figures::default();
        for _ in 0..READS {
            figures.add(timed(|| read_all(&raw, page))?);
        }
        let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|share| figures.at(share));
        println!("| {name} | {p50:.2} | {p95:.2} | {p99:.2} |");
    }
    println!();

    raw.execute_batch("PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS lines (line TEXT)")?;
    let (mut dials, mut notes, mut lines) =
        (Figures::default(), Figures::default(), Figures::default());
    for number in 0..WRITES {
        let call = CallId(format!("written-{number}"));
        let attempt = NewAttempt {
            call: call.clone(),
            tel_a: "13900000003".to_owned(),
            tel_b: format!("1392210{number:04}"),
            at: 1_900_000_000_000 + i64::try_from(number)?,
            ticket: None,
        };
        dials.add(timed(|| {
            store
                .write_blocking(|tx| tx.calls().insert_attempt(&attempt))
                .map(drop)
        })?);
        notes.add(timed(|| {
            store
                .write_blocking(|tx| tx.calls().set_note(&call, "远航物流 王总 要报价"))
                .map(drop)
        })?);
        lines.add(timed(|| {
            raw.execute(
                "INSERT INTO lines VALUES ('a line of a table without an index')",
                [],
            )
            .map(drop)
        })?);
    }
    raw.execute_batch("DELETE FROM calls WHERE call LIKE 'written-%'; DROP TABLE lines")?;
    store.write_blocking(|_| Ok(()))?;
    head();
    dials.row("**a dial's row, searchable, committed**");
    notes.row("a note, searchable, committed");
    lines.row("raw SQLite: one row in a table without an index, committed");
    println!();
    Ok(())
}

/// Reads every row that a question finds.
fn read_all(raw: &Connection, question: &str) -> rusqlite::Result<()> {
    let mut statement = raw.prepare_cached(question)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            std::hint::black_box(row.get_ref(column)?);
        }
    }
    Ok(())
}

fn timed<E>(work: impl FnOnce() -> Result<(), E>) -> Result<Duration, E> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}
