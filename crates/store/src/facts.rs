//! What was read from the bodies, each record once.

use bohao_wire::ImportId;
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

/// What was said of a subid, or of a record without an id that tells of it.
const OF_CALL: &str = "subid = ?1 OR subid IN (SELECT key FROM nameless WHERE joined = ?1)";

/// A fact as it lies in the log.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// Of whom it tells: a subid, or the key of a record without one.
    pub subid: String,
    /// Its text.
    pub fact: String,
}

impl Facts<'_> {
    /// Everything that was said of this call, in no order that means anything.
    pub fn of(&self, subid: &str) -> Result<Vec<RecordFact>, StoreError> {
        self.texts(&format!("SELECT fact FROM facts WHERE {OF_CALL}"), subid)
    }

    /// Everything that was said of this subid by its name.
    pub fn of_itself(&self, subid: &str) -> Result<Vec<RecordFact>, StoreError> {
        self.texts("SELECT fact FROM facts WHERE subid = ?1", subid)
    }

    /// Whether this very fact is known.
    pub fn is_known(&self, fact: &RecordFact) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM facts WHERE subid = ?1 AND fact = ?2)")?
            .query_row(params![fact.subid, fact.canonical()], |row| row.get(0))?)
    }

    /// The facts that this import was the first to tell, from `after` on in the order of their
    /// subids: all of a subid, and of so many subids about.
    pub fn told_by(
        &self,
        import: ImportId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Told>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT subid, fact FROM facts WHERE subid > ?1 AND subid <= (
                 SELECT max(subid) FROM (
                     SELECT subid FROM facts WHERE subid > ?1 AND import = ?2
                     ORDER BY subid LIMIT ?3
                 )
             ) AND import = ?2 ORDER BY subid",
        )?;
        let told = statement.query_map(params![after, import.0, limit], |row| {
            Ok(Told {
                subid: row.get(0)?,
                fact: row.get(1)?,
            })
        })?;
        Ok(told.collect::<Result<_, _>>()?)
    }

    /// Whether anybody but this import tells of this call.
    pub fn told_by_others(&self, subid: &str, import: ImportId) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT EXISTS (SELECT 1 FROM facts WHERE ({OF_CALL}) AND import IS NOT ?2)
                     OR EXISTS (SELECT 1 FROM retold WHERE ({OF_CALL}) AND import <> ?2)"
            ))?
            .query_row(params![subid, import.0], |row| row.get(0))?)
    }

    fn texts(&self, select: &str, subid: &str) -> Result<Vec<RecordFact>, StoreError> {
        let mut statement = self.connection.prepare_cached(select)?;
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
            .prepare_cached(&format!("SELECT count(*) FROM facts WHERE {OF_CALL}"))?
            .query_row([subid], |row| row.get(0))?)
    }

    /// When the first record of this subid came in.
    pub fn first_received_at(&self, subid: &str) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT min(received_at) FROM facts WHERE {OF_CALL}"
            ))?
            .query_row([subid], |row| row.get(0))
            .optional()?
            .flatten())
    }
}

impl FactsMut<'_> {
    /// What was said of one subid is said of another from now on: they are one call.
    pub fn give(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let received_at = self.first_received_at(from)?.unwrap_or_default();
        for fact in self.of_itself(from)? {
            let subid = to.to_owned();
            self.keep(&RecordFact { subid, ..fact }, received_at)?;
        }
        self.forget(from)
    }

    /// Nothing was ever said of this subid.
    pub fn forget(&self, subid: &str) -> Result<(), StoreError> {
        for forgetting in [
            "DELETE FROM facts WHERE subid = ?1",
            "DELETE FROM retold WHERE subid = ?1",
        ] {
            self.connection
                .prepare_cached(forgetting)?
                .execute([subid])?;
        }
        Ok(())
    }

    /// Keeps a fact that the relay told. `false` if it was known already; if it came in earlier
    /// than was known, that is noted, so that the order in which copies are read does not matter.
    /// What imports told before is the relay's from now on.
    pub fn keep(&self, fact: &RecordFact, received_at: i64) -> Result<bool, StoreError> {
        let text = fact.canonical();
        let new = self
            .connection
            .prepare_cached(
                "INSERT OR IGNORE INTO facts (subid, fact, received_at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![fact.subid, text, received_at])?;
        if new == 0 {
            self.connection
                .prepare_cached(
                    "UPDATE facts SET received_at = ?3, import = NULL
                     WHERE subid = ?1 AND fact = ?2
                         AND (import IS NOT NULL OR received_at > ?3)",
                )?
                .execute(params![fact.subid, text, received_at])?;
        }
        Ok(new == 1)
    }

    /// Keeps a fact that an import told. `false` if it was known already; the import is noted
    /// beside the others then, unless the relay told it.
    pub fn keep_imported(
        &self,
        fact: &RecordFact,
        received_at: i64,
        import: ImportId,
    ) -> Result<bool, StoreError> {
        let text = fact.canonical();
        let new = self
            .connection
            .prepare_cached(
                "INSERT OR IGNORE INTO facts (subid, fact, received_at, import)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![fact.subid, text, received_at, import.0])?;
        if new == 0 {
            self.connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO retold (subid, fact, import)
                     SELECT subid, fact, ?3 FROM facts
                     WHERE subid = ?1 AND fact = ?2 AND import <> ?3",
                )?
                .execute(params![fact.subid, text, import.0])?;
        }
        Ok(new == 1)
    }

    /// Takes back what an import was the first to tell. What another import told as well is that
    /// one's from now on.
    pub fn take_back(&self, told: &Told, import: ImportId) -> Result<(), StoreError> {
        let heir: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT min(import) FROM retold
                 WHERE subid = ?1 AND fact = ?2 AND import <> ?3",
            )?
            .query_row(params![told.subid, told.fact, import.0], |row| row.get(0))?;
        let Some(heir) = heir else {
            self.connection
                .prepare_cached("DELETE FROM facts WHERE subid = ?1 AND fact = ?2")?
                .execute([&told.subid, &told.fact])?;
            return Ok(());
        };
        self.connection
            .prepare_cached(
                "UPDATE facts SET import = ?3,
                     received_at = (SELECT at FROM imports WHERE id = ?3)
                 WHERE subid = ?1 AND fact = ?2",
            )?
            .execute(params![told.subid, told.fact, heir])?;
        self.connection
            .prepare_cached("DELETE FROM retold WHERE subid = ?1 AND fact = ?2 AND import = ?3")?
            .execute(params![told.subid, told.fact, heir])?;
        Ok(())
    }

    /// What this import told of a subid stays for good.
    pub fn make_own(&self, subid: &str, import: ImportId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE facts SET import = NULL WHERE subid = ?1 AND import = ?2")?
            .execute(params![subid, import.0])?;
        Ok(())
    }
}
