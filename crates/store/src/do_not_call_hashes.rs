//! Numbers that are not to be called, of which a list told nothing but their keyed hashes.
//!
//! The key of each list is kept beside its hashes, and a number is hashed with every key there is
//! before it is dialled. Whoever has both can try all numbers one by one; whoever has the list alone
//! can't, as long as its key was told by another way.

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{OptionalExtension, params};
use sha2::Sha256;

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE do_not_call_keys (
    id       INTEGER PRIMARY KEY,
    key      BLOB NOT NULL UNIQUE,
    -- Whether it is this desk's own, for the lists that it hands out.
    own      INTEGER NOT NULL CHECK (own IN (0, 1)),
    added_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX do_not_call_own_key ON do_not_call_keys (own) WHERE own = 1;
CREATE TABLE do_not_call_hashes (
    key    INTEGER NOT NULL REFERENCES do_not_call_keys (id),
    hash   BLOB NOT NULL CHECK (length(hash) = 32),
    since  INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (key, hash)
) STRICT, WITHOUT ROWID;
";

handles!(
    HashedBarred,
    HashedBarredMut,
    "hashes of numbers that are not to be called"
);

/// The hash of a number, or of any other text: HMAC-SHA-256.
pub fn keyed_hash(key: &[u8], text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The key of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct ListKey {
    /// Its identity in this database.
    pub id: i64,
    /// It.
    pub key: Vec<u8>,
    /// Whether it is this desk's own.
    pub own: bool,
}

/// A number of which only a hash is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBarredHash {
    /// By which key: [`ListKey::id`].
    pub key: i64,
    /// The hash.
    pub hash: [u8; 32],
    /// From when on.
    pub since: i64,
    /// Why.
    pub reason: String,
}

impl HashedBarred<'_> {
    /// Since when this number is not to be called, and why, if any list says so.
    pub fn of(&self, number: &str) -> Result<Option<(i64, String)>, StoreError> {
        for key in self.keys()? {
            let found = self
                .connection
                .prepare_cached(
                    "SELECT since, reason FROM do_not_call_hashes WHERE key = ?1 AND hash = ?2",
                )?
                .query_row(params![key.id, keyed_hash(&key.key, number)], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Whether a list of this key has this hash already.
    pub fn holds(&self, key: i64, hash: &[u8; 32]) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM do_not_call_hashes WHERE key = ?1 AND hash = ?2)",
            )?
            .query_row(params![key, hash], |row| row.get(0))?)
    }

    /// Every key, in the order in which they came.
    pub fn keys(&self) -> Result<Vec<ListKey>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, key, own FROM do_not_call_keys ORDER BY id")?;
        let keys = statement.query_map([], |row| {
            Ok(ListKey {
                id: row.get(0)?,
                key: row.get(1)?,
                own: row.get(2)?,
            })
        })?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// How many hashes there are.
    pub fn count(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM do_not_call_hashes")?
            .query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

impl HashedBarredMut<'_> {
    /// Keeps the key of a list that was brought in. Returns its identity, also if it was known.
    pub fn keep_key(&self, key: &[u8], at: i64) -> Result<i64, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO do_not_call_keys (key, own, added_at) VALUES (?1, 0, ?2)",
            )?
            .execute(params![key, at])?;
        Ok(self
            .connection
            .prepare_cached("SELECT id FROM do_not_call_keys WHERE key = ?1")?
            .query_row([key], |row| row.get(0))?)
    }

    /// This desk's own key: `fresh`, unless there was one before.
    pub fn own_key(&self, fresh: &[u8], at: i64) -> Result<Vec<u8>, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO do_not_call_keys (key, own, added_at) SELECT ?1, 1, ?2
                 WHERE NOT EXISTS (SELECT 1 FROM do_not_call_keys WHERE own = 1)",
            )?
            .execute(params![fresh, at])?;
        Ok(self
            .connection
            .prepare_cached("SELECT key FROM do_not_call_keys WHERE own = 1")?
            .query_row([], |row| row.get(0))?)
    }

    /// Puts a hash here. `false` if it stands here already: then it stays as it was.
    pub fn add(&self, new: &NewBarredHash) -> Result<bool, StoreError> {
        let added = self
            .connection
            .prepare_cached("INSERT OR IGNORE INTO do_not_call_hashes VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![new.key, new.hash, new.since, new.reason])?;
        Ok(added == 1)
    }

    /// Takes a number out of every list. `false` if it was in none.
    pub fn lift(&self, number: &str) -> Result<bool, StoreError> {
        let mut lifted = 0;
        for key in self.keys()? {
            lifted += self
                .connection
                .prepare_cached("DELETE FROM do_not_call_hashes WHERE key = ?1 AND hash = ?2")?
                .execute(params![key.id, keyed_hash(&key.key, number)])?;
        }
        Ok(lifted > 0)
    }
}
