//! Days that changed become sums again.
//!
//! The newest day is left as it is: nearly every call that comes in changes it once more, and it is
//! as quickly counted as summed.

use rusqlite::{Connection, OptionalExtension, params};

use super::counting::{self, Counted, Sum};
use super::{BLOCK, SumsMut, stored};
use crate::StoreError;

/// Rows that a transaction counts besides its own work: a dial may wait for it.
const CAUGHT_UP: u32 = 2_000;

impl SumsMut<'_> {
    /// Sums days that changed, the oldest first, until about so many rows were counted. Returns
    /// whether any are left: a single day is never cut in two.
    pub fn settle(&self, rows: u32) -> Result<bool, StoreError> {
        let mut left = rows;
        while let Some(day) = oldest_due(self.connection)? {
            let counted = settle_day(self.connection, day)?;
            let Some(rest) = left.checked_sub(counted) else {
                break;
            };
            left = rest;
        }
        Ok(oldest_due(self.connection)?.is_some())
    }
}

/// Sums the few days that a transaction has changed. Long ones, and many, wait for
/// [`SumsMut::settle`].
pub(crate) fn catch_up(connection: &Connection) -> Result<(), StoreError> {
    let mut left = CAUGHT_UP;
    while let Some(day) = oldest_due(connection)? {
        if counting::rows_of_day(connection, day, left + 1)? > left {
            break;
        }
        left -= settle_day(connection, day)?.min(left);
    }
    Ok(())
}

/// Sums every day that changed but the newest.
pub(crate) fn settle_all(connection: &Connection) -> Result<(), StoreError> {
    while let Some(day) = oldest_due(connection)? {
        settle_day(connection, day)?;
    }
    Ok(())
}

/// The oldest day that waits, unless it is the newest of the log.
pub(super) fn oldest_due(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let due: Option<i64> = connection
        .prepare_cached("SELECT min(day) FROM sums_due")?
        .query_row([], |row| row.get(0))?;
    let Some(day) = due else {
        return Ok(None);
    };
    let newest: Option<i64> = connection
        .prepare_cached("SELECT at FROM calls ORDER BY place DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let is_newest = newest.is_some_and(|at| counting::day_of(at) == day);
    Ok(Some(day).filter(|_| !is_newest))
}

/// Writes what the rows of a day come to where they come to anything else than before. Returns how
/// many rows that took.
fn settle_day(connection: &Connection, day: i64) -> Result<u32, StoreError> {
    let Counted { tally, rows } = counting::of_day(connection, day, None)?;
    let mut write = connection.prepare_cached(
        "INSERT INTO sums (span, part, start, key, dialled, connected, seconds, minutes, unsent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (span, part, start, key) DO UPDATE SET
             dialled = dialled + excluded.dialled, connected = connected + excluded.connected,
             seconds = seconds + excluded.seconds, minutes = minutes + excluded.minutes,
             unsent = unsent + excluded.unsent",
    )?;
    let mut clear = connection.prepare_cached(
        "DELETE FROM sums WHERE span = ?1 AND part = ?2 AND start = ?3 AND key = ?4
             AND (dialled, connected, seconds, minutes, unsent) = (0, 0, 0, 0, 0)",
    )?;
    for (key, Sum(change)) in tally.less(stored(connection, day)?).0 {
        let [dialled, connected, seconds, minutes, unsent] = change;
        for (span, start) in [("day", day), ("block", day.div_euclid(BLOCK))] {
            write.execute(params![
                span, key.part, start, key.key, dialled, connected, seconds, minutes, unsent
            ])?;
            clear.execute(params![span, key.part, start, key.key])?;
        }
    }
    connection
        .prepare_cached("DELETE FROM sums_due WHERE day = ?1")?
        .execute([day])?;
    Ok(rows)
}
