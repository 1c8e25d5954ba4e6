//! The user's marks: a note at a moment of a recording. No machine writes or removes one.

use bohao_wire::{CallId, Mark};
use rusqlite::{OptionalExtension, params};

use crate::{StoreError, store::handles};

/// The reference is checked when a transaction ends, so that marks can change their call along with
/// the recording. A number is never given twice: a screen may still hold that of a removed mark.
pub(crate) const MIGRATION: &str = "
CREATE TABLE marks (
    mark  INTEGER PRIMARY KEY AUTOINCREMENT,
    call  TEXT NOT NULL
          REFERENCES calls (call) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    at_ms INTEGER NOT NULL CHECK (at_ms >= 0),
    note  TEXT NOT NULL
) STRICT;
CREATE INDEX marks_of_call ON marks (call, at_ms);
";

handles!(Marks, MarksMut, "marks in recordings");

impl Marks<'_> {
    /// A call's marks, from the beginning of its recording on.
    pub fn of(&self, call: &CallId) -> Result<Vec<Mark>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT mark, at_ms, note FROM marks WHERE call = ?1 ORDER BY at_ms, mark",
        )?;
        let marks = statement.query_map([&call.0], |row| {
            Ok(Mark {
                mark: row.get(0)?,
                at_ms: row.get::<_, i64>(1)?.unsigned_abs(),
                note: row.get(2)?,
            })
        })?;
        Ok(marks.collect::<Result<_, _>>()?)
    }
}

impl MarksMut<'_> {
    /// Sets a mark. The call must be there when the transaction ends.
    pub fn add(&self, call: &CallId, at_ms: u64, note: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO marks (call, at_ms, note) VALUES (?1, ?2, ?3)",
            params![call.0, i64::try_from(at_ms).unwrap_or(i64::MAX), note],
        )?;
        Ok(())
    }

    /// Replaces a mark's note. Returns whose it is, or nothing if there is no such mark.
    pub fn change(&self, mark: i64, note: &str) -> Result<Option<CallId>, StoreError> {
        let update = "UPDATE marks SET note = ?2 WHERE mark = ?1 RETURNING call";
        let changed = self.connection.query_row(update, params![mark, note], call);
        Ok(changed.optional()?)
    }

    /// Removes a mark. Returns whose it was, or nothing if there was no such mark.
    pub fn remove(&self, mark: i64) -> Result<Option<CallId>, StoreError> {
        let delete = "DELETE FROM marks WHERE mark = ?1 RETURNING call";
        let removed = self.connection.query_row(delete, [mark], call);
        Ok(removed.optional()?)
    }

    /// Gives one call's marks to another one, as its recording is given.
    pub(crate) fn give(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE marks SET call = ?2 WHERE call = ?1")?
            .execute([from, to])?;
        Ok(())
    }
}

fn call(row: &rusqlite::Row<'_>) -> rusqlite::Result<CallId> {
    Ok(CallId(row.get(0)?))
}
