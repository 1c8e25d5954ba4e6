//! How far each relay seat was read.

use rusqlite::{OptionalExtension, params};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE cursors (
    seat          TEXT PRIMARY KEY NOT NULL,
    cursor        INTEGER NOT NULL,
    missed_before INTEGER
) STRICT;
";

handles!(Cursors, CursorsMut, "how far each relay seat was read");

/// How far a relay seat was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The last number that was read; 0 before the first.
    pub cursor: i64,
    /// Numbers below this one were dropped by the relay before this desk saw them.
    pub missed_before: Option<i64>,
}

impl Cursors<'_> {
    /// How far this seat was read. `seat` is the caller's own word for it: a digest, no secret.
    pub fn get(&self, seat: &str) -> Result<Cursor, StoreError> {
        let cursor = self
            .connection
            .prepare_cached("SELECT cursor, missed_before FROM cursors WHERE seat = ?1")?
            .query_row([seat], |row| {
                Ok(Cursor {
                    cursor: row.get(0)?,
                    missed_before: row.get(1)?,
                })
            })
            .optional()?;
        Ok(cursor.unwrap_or_default())
    }
}

impl CursorsMut<'_> {
    /// Moves the cursor, in the transaction that writes what was read.
    pub fn set(&self, seat: &str, cursor: Cursor) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO cursors VALUES (?1, ?2, ?3) ON CONFLICT (seat) DO UPDATE
                 SET cursor = excluded.cursor, missed_before = excluded.missed_before",
            )?
            .execute(params![seat, cursor.cursor, cursor.missed_before])?;
        Ok(())
    }
}
