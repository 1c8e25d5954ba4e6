//! Pushed and imported bodies as they came: raw first, meaning later.

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::{StoreError, store::handles, words::Word};

pub(crate) const MIGRATION: &str = "
CREATE TABLE bodies (
    id             INTEGER PRIMARY KEY,
    source         TEXT NOT NULL CHECK (source IN ('relay', 'import')),
    relay_seq      INTEGER,
    received_at    INTEGER NOT NULL,
    content_type   TEXT,
    body           BLOB NOT NULL,
    digest         BLOB NOT NULL UNIQUE,
    readable       INTEGER NOT NULL DEFAULT 0 CHECK (readable IN (0, 1)),
    reader_version INTEGER NOT NULL DEFAULT 0,
    problem        TEXT
) STRICT;
CREATE INDEX bodies_unreadable ON bodies (reader_version) WHERE readable = 0;
";

handles!(Bodies, BodiesMut, "bodies as they came");

/// Who brought a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The relay.
    Relay,
    /// A file that was imported by hand.
    Import,
}

/// A body to keep.
#[derive(Clone, PartialEq, Eq)]
pub struct NewBody {
    /// Who brought it.
    pub source: Source,
    /// Its number at the relay.
    pub relay_seq: Option<i64>,
    /// When it was received first: by the relay, or by the import.
    pub received_at: i64,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What became of a body that was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptBody {
    /// Its number here.
    pub id: i64,
    /// Whether the same bytes were kept before.
    pub known: bool,
}

/// A kept body, to be read (again).
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Its number here.
    pub id: i64,
    /// When it was received first.
    pub received_at: i64,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A body that could not be read, for a person to look at.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadableBody {
    /// The body.
    pub body: Body,
    /// What stood in the way.
    pub problem: String,
}

impl Bodies<'_> {
    /// How many bodies could not be read, or not wholly.
    pub fn unreadable_count(&self) -> Result<u32, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT count(*) FROM bodies WHERE readable = 0")?
            .query_row([], |row| row.get(0))?)
    }

    /// The latest bodies that could not be read, or not wholly.
    pub fn unreadable(&self, limit: u32) -> Result<Vec<UnreadableBody>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT id, received_at, content_type, body, coalesce(problem, '') FROM bodies
             WHERE readable = 0 ORDER BY id DESC LIMIT ?1",
        )?;
        let bodies = statement.query_map([limit], |row| {
            Ok(UnreadableBody {
                body: body(row)?,
                problem: row.get(4)?,
            })
        })?;
        Ok(bodies.collect::<Result<_, _>>()?)
    }

    /// The bodies after this one, in their order.
    pub fn after(&self, id: i64, limit: u32) -> Result<Vec<Body>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, received_at, content_type, body FROM bodies
             WHERE id > ?1 AND length(body) > 0 ORDER BY id LIMIT ?2",
        )?;
        let bodies = statement.query_map(params![id, limit], body)?;
        Ok(bodies.collect::<Result<_, _>>()?)
    }

    /// Bodies that no reader of `reader_version` or later has tried to read.
    pub fn to_read_again(&self, reader_version: i64, limit: u32) -> Result<Vec<Body>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT id, received_at, content_type, body FROM bodies
             WHERE readable = 0 AND reader_version < ?1 ORDER BY id LIMIT ?2",
        )?;
        let bodies = statement.query_map(params![reader_version, limit], body)?;
        Ok(bodies.collect::<Result<_, _>>()?)
    }
}

impl BodiesMut<'_> {
    /// Keeps a body. The same bytes are kept once, with the earliest instant they came.
    pub fn keep(&self, new: &NewBody) -> Result<KeptBody, StoreError> {
        self.keep_as(new, &new.body)
    }

    /// As [`Self::keep`], of a body of which only `left` may be kept. It is still known by all its
    /// bytes.
    pub fn keep_as(&self, new: &NewBody, left: &[u8]) -> Result<KeptBody, StoreError> {
        let digest = digest(new);
        let known: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM bodies WHERE digest = ?1")?
            .query_row([digest.as_slice()], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            self.connection
                .prepare_cached(
                    "UPDATE bodies SET received_at = ?2 WHERE id = ?1 AND received_at > ?2",
                )?
                .execute(params![id, new.received_at])?;
            return Ok(KeptBody { id, known: true });
        }
        self.connection
            .prepare_cached(
                "INSERT INTO bodies (source, relay_seq, received_at, content_type, body, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                Word(new.source),
                new.relay_seq,
                new.received_at,
                new.content_type,
                left,
                digest.as_slice(),
            ])?;
        Ok(KeptBody {
            id: self.connection.last_insert_rowid(),
            known: false,
        })
    }

    /// Keeps only `left` of a body. It is still known by all the bytes it came with, so the same
    /// push is not taken again.
    pub fn leave_only(&self, id: i64, left: &[u8]) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE bodies SET body = ?2, readable = iif(length(?2) = 0, 1, readable),
                     problem = iif(length(?2) = 0, NULL, problem)
                 WHERE id = ?1",
            )?
            .execute(params![id, left])?;
        Ok(())
    }

    /// Notes that a reader of `reader_version` tried to read a body, and what stood in the way.
    pub fn mark_read(
        &self,
        id: i64,
        reader_version: i64,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE bodies SET readable = ?2, reader_version = ?3, problem = ?4 WHERE id = ?1",
            )?
            .execute(params![id, problem.is_none(), reader_version, problem])?;
        Ok(())
    }
}

fn body(row: &rusqlite::Row<'_>) -> rusqlite::Result<Body> {
    Ok(Body {
        id: row.get(0)?,
        received_at: row.get(1)?,
        content_type: row.get(2)?,
        body: row.get(3)?,
    })
}

/// The content type takes part, since it decides how the same bytes are read.
fn digest(new: &NewBody) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(new.content_type.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(&new.body);
    hash.finalize().into()
}
