//! What the index costs a dial, and what a look at every row costs.

use crate::figures::{Figures, head};
use anyhow::Result;
use bohao_store::{NewAttempt, Store};
use bohao_wire::CallId;
use rusqlite::Connection;
use std::time::{Duration, Instant};

const WRITES: usize = 300;

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

fn timed<E>(work: impl FnOnce() -> Result<(), E>) -> Result<Duration, E> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}
