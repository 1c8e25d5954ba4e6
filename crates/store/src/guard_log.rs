//! Changes of the guard's rules: when, what and why. Rows are only ever added.

use rusqlite::params;

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE guard_log (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (json_valid(change)),
    reason TEXT NOT NULL
) STRICT;
";

handles!(GuardLog, GuardLogMut, "changes of the guard's rules");

/// One change of the guard's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardChange {
    /// When it was made.
    pub at: i64,
    /// What was changed, as JSON.
    pub change: String,
    /// Why, in the user's words.
    pub reason: String,
}

impl GuardLog<'_> {
    /// The last changes, the latest first.
    pub fn latest(&self, limit: u32) -> Result<Vec<GuardChange>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT at, change, reason FROM guard_log ORDER BY id DESC LIMIT ?1")?;
        let changes = statement.query_map([limit], |row| {
            Ok(GuardChange {
                at: row.get(0)?,
                change: row.get(1)?,
                reason: row.get(2)?,
            })
        })?;
        Ok(changes.collect::<Result<_, _>>()?)
    }
}

impl GuardLogMut<'_> {
    /// Adds a change.
    pub fn append(&self, change: &GuardChange) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO guard_log (at, change, reason) VALUES (?1, ?2, ?3)",
            params![change.at, change.change, change.reason],
        )?;
        Ok(())
    }
}
