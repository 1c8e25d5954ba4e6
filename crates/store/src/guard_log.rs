//! What the guard refused, and each change of its rules and of do-not-call: when, what and why.
//!
//! Rows are only ever added, and each bears a digest over itself and the one before it. Whoever
//! changes, drops or inserts a row breaks the chain from there on, unless they make every later
//! digest anew; and then the last one differs from what was exported or written down before.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE guard_log (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    change TEXT NOT NULL CHECK (json_valid(change)),
    reason TEXT NOT NULL
) STRICT;
";

/// Rows from before bear no digest; the first that does vouches for them as well.
pub(crate) const CHAIN_MIGRATION: &str = "
ALTER TABLE guard_log ADD COLUMN kind TEXT NOT NULL DEFAULT 'rules';
ALTER TABLE guard_log ADD COLUMN chain BLOB CHECK (length(chain) = 32);
";

handles!(GuardLog, GuardLogMut, "the guard's log");

/// An entry to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGuardEntry {
    /// When it happened.
    pub at: i64,
    /// What the entry is about, in a word.
    pub kind: String,
    /// What happened, as JSON. It holds no whole number: entries outlive an erasure.
    pub change: String,
    /// Why, in the user's words; empty where nobody was asked.
    pub reason: String,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardEntry {
    /// Its number, ascending.
    pub id: i64,
    /// When it happened.
    pub at: i64,
    /// What it is about.
    pub kind: String,
    /// What happened, as JSON.
    pub change: String,
    /// Why.
    pub reason: String,
    /// SHA-256 over the entry before and this one; none in entries from before there was a chain.
    pub chain: Option<[u8; 32]>,
}

/// What a walk along the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain {
    /// Entries in all.
    pub entries: u64,
    /// The digest of the last one, if there is one.
    pub head: Option<[u8; 32]>,
    /// The first entry that does not follow from those before it.
    pub broken_at: Option<i64>,
}

/// Follows a chain from its beginning, entry by entry, wherever the entries are kept.
#[derive(Default)]
pub struct ChainWalk {
    link: Link,
    found: Chain,
}

impl ChainWalk {
    /// Takes the next entry.
    pub fn see(&mut self, entry: &GuardEntry) {
        self.found.entries += 1;
        let begun = self.link.begun;
        let follows = match entry.chain {
            Some(chain) => self.link.add(entry) == chain,
            // Once there is a chain, an entry without a digest was slipped in.
            None => !begun && self.link.pass(entry),
        };
        if !follows && self.found.broken_at.is_none() {
            self.found.broken_at = Some(entry.id);
        }
        if let Some(chain) = entry.chain {
            self.link.digest = chain;
            self.found.head = Some(chain);
        }
    }

    /// What was found so far.
    pub fn found(&self) -> Chain {
        self.found
    }
}

impl GuardLog<'_> {
    /// Entries before `before`, the latest first; from the end without it.
    pub fn page(&self, before: Option<i64>, limit: u32) -> Result<Vec<GuardEntry>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, at, kind, change, reason, chain FROM guard_log
             WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
        )?;
        let entries = statement.query_map(params![before.unwrap_or(i64::MAX), limit], entry)?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Walks along the whole chain, and shows each entry on the way, the oldest first.
    pub fn walk(&self, mut see: impl FnMut(&GuardEntry)) -> Result<Chain, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT id, at, kind, change, reason, chain FROM guard_log ORDER BY id")?;
        let mut walk = ChainWalk::default();
        for entry in statement.query_map([], entry)? {
            let entry = entry?;
            see(&entry);
            walk.see(&entry);
        }
        Ok(walk.found())
    }
}

impl GuardLogMut<'_> {
    /// Adds an entry at the chain's end.
    pub fn append(&self, new: &NewGuardEntry) -> Result<(), StoreError> {
        let last = last(self.connection)?;
        let entry = GuardEntry {
            id: last.as_ref().map_or(0, |last| last.id) + 1,
            at: new.at,
            kind: new.kind.clone(),
            change: new.change.clone(),
            reason: new.reason.clone(),
            chain: None,
        };
        let mut link = match last {
            None => Link::default(),
            Some(GuardEntry {
                chain: Some(digest),
                ..
            }) => Link {
                digest,
                begun: true,
            },
            Some(GuardEntry { chain: None, .. }) => self.without_chain()?,
        };
        self.connection
            .prepare_cached(
                "INSERT INTO guard_log (id, at, kind, change, reason, chain)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                entry.id,
                entry.at,
                entry.kind,
                entry.change,
                entry.reason,
                link.add(&entry)
            ])?;
        Ok(())
    }

    /// The link that vouches for all entries so far, none of which bears a digest.
    fn without_chain(&self) -> Result<Link, StoreError> {
        let mut link = Link::default();
        self.walk(|entry| {
            link.pass(entry);
        })?;
        Ok(link)
    }
}

/// The chain's end, to which an entry is added.
#[derive(Default)]
struct Link {
    digest: [u8; 32],
    /// Whether an entry with a digest of its own was seen.
    begun: bool,
}

impl Link {
    /// The digest of an entry that follows here.
    fn add(&mut self, entry: &GuardEntry) -> [u8; 32] {
        self.begun = true;
        self.digest = digest(&self.digest, entry);
        self.digest
    }

    /// Passes by an entry from before there was a chain.
    fn pass(&mut self, entry: &GuardEntry) -> bool {
        self.digest = digest(&self.digest, entry);
        true
    }
}

/// Each text is preceded by its length, so that no two entries have the same bytes.
fn digest(before: &[u8; 32], entry: &GuardEntry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(entry.id.to_be_bytes());
    hash.update(entry.at.to_be_bytes());
    for text in [&entry.kind, &entry.change, &entry.reason] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

fn last(connection: &Connection) -> Result<Option<GuardEntry>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT id, at, kind, change, reason, chain FROM guard_log ORDER BY id DESC LIMIT 1",
        )?
        .query_row([], entry)
        .optional()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<GuardEntry> {
    Ok(GuardEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        kind: row.get(2)?,
        change: row.get(3)?,
        reason: row.get(4)?,
        chain: row.get(5)?,
    })
}

#[cfg(test)]
mod tests;
