//! What was read from the bodies, each record once.

use rusqlite::{OptionalExtension, params};

use crate::{RecordFact, StoreError, store::handles};

/// The text of a fact is its identity: a record that comes again is the same row.
pub(crate) const MIGRATION: &str = "
CREATE TABLE facts (
    subid       TEXT NOT NULL,
    fact        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (subid, fact)
) STRICT, WITHOUT ROWID;
";

handles!(Facts, FactsMut, "what was read from the bodies");

impl Facts<'_> {
    /// Everything that was said of this subid, in no order that means anything.
    pub fn of(&self, subid: &str) -> Result<Vec<RecordFact>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT fact FROM facts WHERE subid = ?1")?;
        let texts = statement.query_map([subid], |row| row.get::<_, String>(0))?;
        texts
            .map(|text| {
                serde_json::from_str(&text?).map_err(|error| {
                    StoreError::Other(rusqlite::Error::FromSqlConversionFailure(
                        0,
                        rusqlite::types::Type::Text,
                        Box::new(error),
                    ))
                })
            })
            .collect()
    }

    /// How many different records came of this subid.
    pub fn count(&self, subid: &str) -> Result<u32, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT count(*) FROM facts WHERE subid = ?1")?
            .query_row([subid], |row| row.get(0))?)
    }

    /// When the first record of this subid came in.
    pub fn first_received_at(&self, subid: &str) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT min(received_at) FROM facts WHERE subid = ?1")?
            .query_row([subid], |row| row.get(0))
            .optional()?
            .flatten())
    }
}

impl FactsMut<'_> {
    /// Keeps a fact. `false` if it was known already; if it came in earlier than was known, that
    /// is noted, so that the order in which copies are read does not matter.
    pub fn keep(&self, fact: &RecordFact, received_at: i64) -> Result<bool, StoreError> {
        let text = fact.canonical();
        let new = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO facts VALUES (?1, ?2, ?3)")?
            .execute(params![fact.subid, text, received_at])?;
        if new == 0 {
            self.connection
                .prepare_cached(
                    "UPDATE facts SET received_at = ?3
                     WHERE subid = ?1 AND fact = ?2 AND received_at > ?3",
                )?
                .execute(params![fact.subid, text, received_at])?;
        }
        Ok(new == 1)
    }
}
