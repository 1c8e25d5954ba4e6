//! Keeps the index in step with the log.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::grams::{GRAMS_VERSION, of_row};
use super::question::Searched;
use crate::{StoreError, customers, store::handles};
use std::collections::BTreeSet;

/// The columns of [`Searched`], from `calls c`.
pub(crate) const SEARCHED: &str = "c.tel_b,
    iif(c.subid GLOB '~*' OR c.subid GLOB 'hand:*', NULL, c.subid),
    CASE c.state WHEN 'recorded' THEN c.record_reason ELSE c.attempt_reason END, c.note,
    (SELECT k.name || char(10) || k.company FROM customer_numbers n
        JOIN customers k ON k.customer = n.customer WHERE n.number = c.tel_b)";

/// Calls that one transaction indexes anew because their customer has another name.
const RENAMED: usize = 500;

/// Below every place.
const NOTHING_LEFT: i64 = -1;

/// How far an index has come that had to be built from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Calls that are in it.
    pub done: u64,
    /// Calls in all.
    pub total: u64,
}

impl Built {
    /// Whether every call is in it.
    pub fn is_whole(self) -> bool {
        self.done == self.total
    }
}

handles!(Search, SearchMut, "the index that searches use");

impl Search<'_> {
    /// How far the index has come. A search finds everything meanwhile, only not as fast.
    pub fn built(&self) -> Result<Built, StoreError> {
        progress(self.connection)
    }

    /// Whether calls wait to be found by their customer's new name. Any transaction that writes
    /// takes some of them in.
    pub fn is_renaming(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM names_due)")?
            .query_row([], |row| row.get(0))?)
    }
}

impl SearchMut<'_> {
    /// Takes the next `calls` calls, from the newest on, into an index that is not whole yet.
    /// Returns how many it took: when it is none, the index is whole.
    pub fn build(&self, calls: u32) -> Result<u64, StoreError> {
        let built_from = built_from(self.connection)?;
        if built_from == NOTHING_LEFT {
            return self.build_what_was_put_off(calls);
        }
        let mut places: Vec<i64> = self
            .connection
            .prepare_cached(
                "SELECT place FROM calls WHERE place < ?1 ORDER BY place DESC LIMIT ?2",
            )?
            .query_map(params![built_from, calls], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        places.reverse();
        index(self.connection, &places)?;
        let built_from = places.first().copied().unwrap_or(NOTHING_LEFT);
        self.connection
            .prepare_cached("UPDATE search_built SET built_from = ?1 WHERE built_from <> ?1")?
            .execute([built_from])?;
        Ok(places.len() as u64)
    }

    fn build_what_was_put_off(&self, calls: u32) -> Result<u64, StoreError> {
        let places: Vec<i64> = self
            .connection
            .prepare_cached("SELECT place FROM search_later ORDER BY place LIMIT ?1")?
            .query_map([calls], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let Some(last) = places.last() else {
            return Ok(0);
        };
        index(self.connection, &places)?;
        self.connection
            .prepare_cached("DELETE FROM search_later WHERE place <= ?1")?
            .execute([last])?;
        Ok(places.len() as u64)
    }
}

/// Brings the indexes in step with what this transaction wrote. Of the calls that have another name
/// now, it takes so many as a transaction may; others wait for the next one.
pub(crate) fn catch_up(connection: &Connection) -> Result<(), StoreError> {
    customers::index::catch_up(connection)?;
    let mut places: BTreeSet<i64> = connection
        .prepare_cached("SELECT place FROM search_due ORDER BY place")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    places.extend(renamed(connection)?);
    if places.is_empty() {
        return Ok(());
    }
    index(connection, &places.into_iter().collect::<Vec<_>>())?;
    connection
        .prepare_cached("DELETE FROM search_due")?
        .execute([])?;
    Ok(())
}

/// The next calls that have another name now.
fn renamed(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    let mut next = connection.prepare_cached("SELECT number, below FROM names_due LIMIT 1")?;
    let mut calls = connection.prepare_cached(
        "SELECT place FROM calls WHERE tel_b = ?1 AND place < ?2 ORDER BY place DESC LIMIT ?3",
    )?;
    let mut places: Vec<i64> = Vec::new();
    while places.len() < RENAMED {
        let due: Option<(String, i64)> = next
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((number, below)) = due else {
            break;
        };
        let wanted = i64::try_from(RENAMED - places.len()).unwrap_or(0);
        let found: Vec<i64> = calls
            .query_map(params![number, below, wanted], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        places.extend(&found);
        match found.last() {
            Some(last) if places.len() == RENAMED => connection
                .prepare_cached("UPDATE names_due SET below = ?2 WHERE number = ?1")?
                .execute(params![number, last])?,
            _ => connection
                .prepare_cached("DELETE FROM names_due WHERE number = ?1")?
                .execute([number])?,
        };
    }
    Ok(places)
}

/// Leaves what this transaction wrote out of the index until it is [built](SearchMut::build).
/// Customers are indexed at once: they are few beside their calls, and nobody builds theirs.
pub(crate) fn put_off(connection: &Connection) -> Result<(), StoreError> {
    customers::index::catch_up(connection)?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO search_later SELECT place FROM search_due")?
        .execute([])?;
    connection
        .prepare_cached("DELETE FROM search_due")?
        .execute([])?;
    Ok(())
}

/// An index that another version filled is built anew, a row at a time.
pub(crate) fn start_over_if_outdated(connection: &Connection) -> Result<(), StoreError> {
    let grams: i64 =
        connection.query_row("SELECT grams FROM search_built", [], |row| row.get(0))?;
    if grams == GRAMS_VERSION {
        return Ok(());
    }
    connection.execute(
        "UPDATE search_built SET built_from = iif(EXISTS (SELECT 1 FROM calls), ?2, ?3),
             grams = ?1",
        params![GRAMS_VERSION, i64::MAX, NOTHING_LEFT],
    )?;
    Ok(())
}

/// Whether the index knows every row.
pub(crate) fn is_whole(connection: &Connection) -> Result<bool, StoreError> {
    let due: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM search_due) OR EXISTS (SELECT 1 FROM search_later)
                 OR EXISTS (SELECT 1 FROM names_due)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(!due && built_from(connection)? == NOTHING_LEFT)
}

fn progress(connection: &Connection) -> Result<Built, StoreError> {
    let built_from = built_from(connection)?;
    let (done, total): (i64, i64) = connection.query_row(
        "SELECT max(0, (SELECT count(*) FROM calls WHERE place >= ?1)
                     - (SELECT count(*) FROM search_later)),
                (SELECT count(*) FROM calls)",
        [built_from],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Built {
        done: done.unsigned_abs(),
        total: total.unsigned_abs(),
    })
}

/// A row's searched columns, which begin at column `first`.
pub(crate) fn searched<'r>(row: &'r Row<'_>, first: usize) -> rusqlite::Result<Searched<'r>> {
    let text = |column: usize| -> rusqlite::Result<&'r str> {
        Ok(row.get_ref(first + column)?.as_str_or_null()?.unwrap_or(""))
    };
    Ok(Searched::of(
        text(0)?,
        text(1)?,
        text(2)?,
        text(3)?,
        text(4)?,
    ))
}

/// Writes rows into the index anew, or takes those out that are gone. The places come in order:
/// the index would write itself out at every step back.
fn index(connection: &Connection, places: &[i64]) -> Result<(), StoreError> {
    let mut forget = connection.prepare_cached("DELETE FROM search WHERE rowid = ?1")?;
    let mut known = connection.prepare_cached("SELECT 1 FROM search_docsize WHERE id = ?1")?;
    let mut read =
        connection.prepare_cached(&format!("SELECT {SEARCHED} FROM calls c WHERE place = ?1"))?;
    let mut write =
        connection.prepare_cached("INSERT INTO search (rowid, grams) VALUES (?1, ?2)")?;
    for place in places {
        if known.exists([place])? {
            forget.execute([place])?;
        }
        let grams = read
            .query_row([place], |row| Ok(of_row(&searched(row, 0)?)))
            .optional()?;
        if let Some(grams) = grams {
            write.execute(params![place, grams])?;
        }
    }
    Ok(())
}

fn built_from(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT built_from FROM search_built")?
        .query_row([], |row| row.get(0))?)
}
