//! What was brought in by file, and what tells one file's words from another's.
//!
//! A fact that files alone told bears the first import that told it; one that the relay told bears
//! none, whatever files said before or after. So an import can be taken back as a whole: what
//! nobody else told goes, what another import told as well goes over to that one.

use bohao_wire::{CustomerId, ImportId, PastImport};
use rusqlite::{OptionalExtension, params};

use crate::{
    StoreError,
    customers::{CustomersMut, Met},
    store::handles,
};

pub(crate) const MIGRATION: &str = "
CREATE TABLE imports (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    -- One that is running or being undone when its program ends is undone by the next.
    state    TEXT NOT NULL CHECK (state IN ('running', 'done', 'undoing', 'undone')),
    rows     INTEGER NOT NULL DEFAULT 0,
    new      INTEGER NOT NULL DEFAULT 0,
    merged   INTEGER NOT NULL DEFAULT 0,
    same     INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    undone_at INTEGER
) STRICT;

-- The first import that told a fact, where only imports did.
ALTER TABLE facts ADD COLUMN import INTEGER;
-- The further ones.
CREATE TABLE retold (
    subid  TEXT NOT NULL,
    fact   TEXT NOT NULL,
    import INTEGER NOT NULL,
    PRIMARY KEY (subid, fact, import)
) STRICT, WITHOUT ROWID;

-- What the columns of sheets tell, as the user decided it.
CREATE TABLE mappings (
    kind    TEXT NOT NULL,
    headers TEXT NOT NULL,
    mapping TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (kind, headers)
) STRICT, WITHOUT ROWID;

-- Places that an import left out of the index of searches for a while.
CREATE TABLE search_later (place INTEGER PRIMARY KEY NOT NULL) STRICT;

-- A row that comes with its place and its recording's state is not written a second time.
DROP TRIGGER calls_placed;
CREATE TRIGGER calls_counted AFTER INSERT ON calls BEGIN
    UPDATE search_built SET calls = calls + 1;
END;
CREATE TRIGGER calls_placed AFTER INSERT ON calls WHEN new.place IS NULL BEGIN
    UPDATE calls SET place = (
        SELECT coalesce(last + 1, first) FROM (
            SELECT width, first, (
                SELECT max(place) FROM calls WHERE place >= first AND place < first + width
            ) AS last
            FROM (SELECT 1 << 4 AS width UNION ALL SELECT 1 << 14 UNION ALL SELECT 1 << 24),
                (SELECT min(max(new.at, 0), 1 << 58) << 4 AS first)
        ) WHERE last IS NULL OR last + 1 < first + width
        ORDER BY width LIMIT 1
    ) WHERE call = new.call;
END;
DROP TRIGGER recordings_expected;
CREATE TRIGGER recordings_expected AFTER INSERT ON recordings BEGIN
    UPDATE calls SET recording = new.state WHERE call = new.call AND recording <> new.state;
END;
";

/// Whom files told of.
pub(crate) const MET_MIGRATION: &str = "
-- Customers whom nobody knew before a file told of them, and each import that did.
CREATE TABLE met (
    customer INTEGER NOT NULL REFERENCES customers (customer) ON DELETE CASCADE,
    import   INTEGER NOT NULL,
    PRIMARY KEY (customer, import)
) STRICT, WITHOUT ROWID;
CREATE INDEX met_by ON met (import, customer);
";

handles!(ImportsLog, ImportsLogMut, "what was brought in by file");

/// The rows of an import, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Rows read.
    pub rows: u32,
    /// Rows that became new calls.
    pub new: u32,
    /// Rows that added something to a known call.
    pub merged: u32,
    /// Rows that told nothing new.
    pub same: u32,
    /// Rows that were not taken.
    pub rejected: u32,
}

impl ImportsLog<'_> {
    /// Imports that are over, the latest first.
    pub fn past(&self, limit: u32) -> Result<Vec<PastImport>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name, at, rows, new, merged, same, rejected, undone_at FROM imports
             WHERE state IN ('done', 'undone') ORDER BY id DESC LIMIT ?1",
        )?;
        let imports = statement.query_map([limit], |row| {
            Ok(PastImport {
                import: ImportId(row.get(0)?),
                name: row.get(1)?,
                at: row.get(2)?,
                rows: row.get(3)?,
                new: row.get(4)?,
                merged: row.get(5)?,
                same: row.get(6)?,
                rejected: row.get(7)?,
                undone_at: row.get(8)?,
            })
        })?;
        Ok(imports.collect::<Result<_, _>>()?)
    }

    /// Imports that did not come to their end, and undos that did not.
    pub fn unfinished(&self) -> Result<Vec<ImportId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM imports WHERE state IN ('running', 'undoing')")?;
        let imports = statement.query_map([], |row| Ok(ImportId(row.get(0)?)))?;
        Ok(imports.collect::<Result<_, _>>()?)
    }

    /// What the columns of sheets with these headers tell, if it was decided before.
    pub fn mapping(&self, kind: &str, headers: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT mapping FROM mappings WHERE kind = ?1 AND headers = ?2")?
            .query_row([kind, headers], |row| row.get(0))
            .optional()?)
    }
}

impl ImportsLogMut<'_> {
    /// Begins an import.
    pub fn begin(&self, name: &str, at: i64) -> Result<ImportId, StoreError> {
        self.connection.execute(
            "INSERT INTO imports (name, at, state) VALUES (?1, ?2, 'running')",
            params![name, at],
        )?;
        Ok(ImportId(self.connection.last_insert_rowid()))
    }

    /// All of it is in the log.
    pub fn finish(&self, import: ImportId, counts: ImportCounts) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE imports SET state = 'done', rows = ?2, new = ?3, merged = ?4, same = ?5,
                 rejected = ?6 WHERE id = ?1",
            params![
                import.0,
                counts.rows,
                counts.new,
                counts.merged,
                counts.same,
                counts.rejected
            ],
        )?;
        Ok(())
    }

    /// Begins to undo an import that is done. `false` if there is no such import, or it was undone
    /// before.
    pub fn begin_undo(&self, import: ImportId) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE imports SET state = 'undoing' WHERE id = ?1 AND state = 'done'",
            [import.0],
        )?;
        Ok(changed == 1)
    }

    /// Keeps that an import told of a customer whom only imports know.
    pub fn note_met(&self, met: &Met, import: ImportId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO met SELECT ?1, ?2
                 WHERE ?3 OR EXISTS (SELECT 1 FROM met WHERE customer = ?1)",
            )?
            .execute(params![met.customer.0, import.0, met.new])?;
        Ok(())
    }

    /// Takes back the next `limit` customers of an import: those are forgotten whom no other import
    /// told of, and to whom the user has given nothing. Returns how many it went through.
    pub fn forget_met(&self, import: ImportId, limit: u32) -> Result<usize, StoreError> {
        let met: Vec<CustomerId> = self
            .connection
            .prepare_cached("SELECT customer FROM met WHERE import = ?1 LIMIT ?2")?
            .query_map(params![import.0, limit], |row| row.get(0).map(CustomerId))?
            .collect::<Result<_, _>>()?;
        for customer in &met {
            self.connection
                .prepare_cached("DELETE FROM met WHERE customer = ?1 AND import = ?2")?
                .execute([customer.0, import.0])?;
            let untouched: bool = self
                .connection
                .prepare_cached(
                    "SELECT by_hand = 0 AND note = '' AND title = '' AND consent_at IS NULL
                         AND merged_into IS NULL
                         AND NOT EXISTS (SELECT 1 FROM met m WHERE m.customer = k.customer)
                         AND NOT EXISTS (SELECT 1 FROM customers o WHERE o.merged_into = k.customer)
                         AND NOT EXISTS (SELECT 1 FROM customer_tags t WHERE t.customer = k.customer)
                         AND (SELECT count(*) FROM customer_numbers n
                              WHERE n.customer = k.customer) <= 1
                     FROM customers k WHERE customer = ?1",
                )?
                .query_row([customer.0], |row| row.get(0))?;
            if untouched {
                CustomersMut::new(self.connection).forget(*customer)?;
            }
        }
        Ok(met.len())
    }

    /// Nothing of it is left. One that never came to its end is forgotten.
    pub fn finish_undo(&self, import: ImportId, now: i64) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM retold WHERE import = ?1", [import.0])?;
        self.connection.execute(
            "DELETE FROM imports WHERE id = ?1 AND state = 'running'",
            [import.0],
        )?;
        self.connection.execute(
            "UPDATE imports SET state = 'undone', undone_at = ?2 WHERE id = ?1",
            params![import.0, now],
        )?;
        Ok(())
    }

    /// Remembers what the columns of sheets with these headers tell.
    pub fn remember_mapping(
        &self,
        kind: &str,
        headers: &str,
        mapping: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO mappings (kind, headers, mapping, used_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (kind, headers) DO UPDATE SET mapping = ?3, used_at = ?4",
            params![kind, headers, mapping, now],
        )?;
        Ok(())
    }
}
