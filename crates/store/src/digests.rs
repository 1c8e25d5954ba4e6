//! What outlives a deletion without telling whom it was about: salted digests.
//!
//! They answer "is it this one?" and list nobody. A telephone number has few digits, so whoever
//! holds the database could still try all numbers one by one; what they keep off the disk is the
//! number itself.

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
-- Each database its own, so that two can't be held against each other.
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
INSERT INTO salt VALUES (randomblob(32));
-- Subids of calls that were deleted.
CREATE TABLE buried (mark BLOB PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
-- Numbers that are not to be called, of people who are otherwise forgotten.
CREATE TABLE marked (mark BLOB PRIMARY KEY NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Dials of deleted calls, for as long as the guard looks back.
CREATE TABLE past_dials (
    mark BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (mark, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX past_dials_at ON past_dials (at);
";

/// The guard looks back a day at most; a clock may be set back as much again.
const REMEMBERED_MS: i64 = 2 * 24 * 60 * 60 * 1000;

handles!(Digests, DigestsMut, "digests of what was deleted");

impl Digests<'_> {
    /// Whether this number is not to be called, although nothing else is known of it.
    pub fn is_marked(&self, number: &str) -> Result<bool, StoreError> {
        Ok(self.marked_since(number)?.is_some())
    }

    /// Since when it is marked so.
    pub(crate) fn marked_since(&self, number: &str) -> Result<Option<i64>, StoreError> {
        let mark = self.mark(number)?;
        Ok(self
            .connection
            .prepare_cached("SELECT at FROM marked WHERE mark = ?1")?
            .query_row([mark], |row| row.get(0))
            .optional()?)
    }

    /// Whether any call was deleted for good.
    pub fn any_buried(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM buried)")?
            .query_row([], |row| row.get(0))?)
    }

    /// Whether the call of this subid was deleted for good.
    pub fn is_buried(&self, subid: &str) -> Result<bool, StoreError> {
        let mark = self.mark(subid)?;
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM buried WHERE mark = ?1)")?
            .query_row([mark], |row| row.get(0))?)
    }

    /// When dials to this number left whose calls were deleted since, the latest first.
    pub(crate) fn past_dials(&self, number: &str) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT at FROM past_dials WHERE mark = ?1 ORDER BY at DESC")?;
        let dials = statement.query_map([self.mark(number)?], |row| row.get(0))?;
        Ok(dials.collect::<Result<_, _>>()?)
    }

    /// How many such dials left from `since` on.
    pub(crate) fn past_dials_since(&self, since: i64) -> Result<u32, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT count(*) FROM past_dials WHERE at >= ?1")?
            .query_row([since], |row| row.get(0))?)
    }

    fn mark(&self, text: &str) -> Result<[u8; 32], StoreError> {
        let salt: Vec<u8> = self
            .connection
            .prepare_cached("SELECT salt FROM salt")?
            .query_row([], |row| row.get(0))?;
        let mut digest = Sha256::new();
        digest.update(salt);
        digest.update(text);
        Ok(digest.finalize().into())
    }
}

impl DigestsMut<'_> {
    /// This number is not to be called from `at` on.
    pub fn set(&self, number: &str, at: i64) -> Result<(), StoreError> {
        let mark = self.mark(number)?;
        self.connection.execute(
            "INSERT OR IGNORE INTO marked VALUES (?1, ?2)",
            params![mark, at],
        )?;
        Ok(())
    }

    /// It may be called again. `false` if it bore no mark.
    pub fn lift(&self, number: &str) -> Result<bool, StoreError> {
        let mark = self.mark(number)?;
        let lifted = self
            .connection
            .execute("DELETE FROM marked WHERE mark = ?1", [mark])?;
        Ok(lifted == 1)
    }

    pub(crate) fn bury(&self, subid: &str) -> Result<(), StoreError> {
        let mark = self.mark(subid)?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO buried VALUES (?1)")?
            .execute([mark])?;
        Ok(())
    }

    pub(crate) fn remember_dial(&self, number: &str, at: i64, now: i64) -> Result<(), StoreError> {
        let oldest = now.saturating_sub(REMEMBERED_MS);
        self.connection
            .prepare_cached("DELETE FROM past_dials WHERE at < ?1")?
            .execute([oldest])?;
        if at < oldest {
            return Ok(());
        }
        let mark = self.mark(number)?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO past_dials VALUES (?1, ?2)")?
            .execute(params![mark, at])?;
        Ok(())
    }

    pub(crate) fn forget_dial(&self, number: &str, at: i64) -> Result<(), StoreError> {
        let mark = self.mark(number)?;
        self.connection
            .prepare_cached("DELETE FROM past_dials WHERE mark = ?1 AND at = ?2")?
            .execute(params![mark, at])?;
        Ok(())
    }
}
