//! What a relay on PostgreSQL keeps in SQLite: the pushes that its server did not take, and what
//! has to be known of the seats to take them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};

use super::{Opened, open};
use crate::{
    store::StoreError,
    token::{TokenHash, TokenKind},
};

/// So much is taken over at a time.
const TAKEN_ROWS: usize = 256;
const TAKEN_BYTES: usize = 1024 * 1024;

/// A push on its way from the spool to the server.
pub(crate) struct Spooled {
    /// Its place in the spool.
    pub(crate) row: i64,
    pub(crate) seat: i64,
    pub(crate) received_at: i64,
    pub(crate) content_type: Option<String>,
    pub(crate) digest: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// The server's seats and tokens, as a spool needs them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SeatCopies {
    pub(crate) seats: Vec<SeatCopy>,
    pub(crate) tokens: Vec<TokenCopy>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeatCopy {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenCopy {
    pub(crate) tag: i64,
    pub(crate) hash: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) seat: i64,
    pub(crate) expires_at: Option<i64>,
}

impl Opened {
    /// The database that this spool stands in for; `None` for a new one.
    pub(crate) fn identity(&self) -> Result<Option<String>> {
        identity(&self.connection)
    }

    /// Lets the spool stand in for a database, unless it still holds pushes for another one.
    pub(crate) fn belong(&self, to: &str) -> std::result::Result<(), StoreError> {
        if self.identity()?.as_deref() == Some(to) {
            return Ok(());
        }
        if !is_empty(&self.connection)? {
            return Err(StoreError::ForeignSpool);
        }
        self.connection.execute("DELETE FROM seats", [])?;
        self.connection.execute(
            "INSERT INTO relay (key, value) VALUES ('spool_of', ?1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [to],
        )?;
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> Result<bool> {
        is_empty(&self.connection)
    }

    pub(crate) fn copy_seats(
        &mut self,
        copies: &SeatCopies,
    ) -> std::result::Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        copy_seats(&transaction, copies)?;
        Ok(transaction.commit()?)
    }

    /// Takes over what a relay that is gone left in its spool. A crash in between leaves it in
    /// both, which does no harm: what is stored twice is stored once.
    pub(crate) fn inherit(&mut self, left: &Path) -> std::result::Result<usize, StoreError> {
        let other = open::open(left)?;
        if identity(&other)? != self.identity()? {
            return Ok(0);
        }
        let mut taken = 0;
        loop {
            let (slice, _) = oldest(&other, TAKEN_ROWS, TAKEN_BYTES)?;
            let Some(last) = slice.last().map(|last| last.row) else {
                return Ok(taken);
            };
            taken += slice.len();
            let transaction = self.connection.transaction()?;
            for spooled in slice {
                expect_seat(&transaction, spooled.seat)?;
                // A number that was given before may be one whose digest has moved.
                let seq: i64 = transaction.query_row(
                    "UPDATE seats SET head = 1 + max(head, (SELECT coalesce(max(seq), 0) FROM records
                     WHERE seat = ?1)) WHERE id = ?1 RETURNING head",
                    [spooled.seat],
                    |row| row.get(0),
                )?;
                transaction.execute(
                    "INSERT INTO records (seat, seq, received_at, content_type, digest, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        spooled.seat,
                        seq,
                        spooled.received_at,
                        spooled.content_type,
                        spooled.digest,
                        spooled.body
                    ],
                )?;
            }
            transaction.commit()?;
            forget(&other, last)?;
        }
    }
}

/// The first pushes that wait, in the order in which they came, and whether these are all. They end
/// at so many rows, or with the one that reaches so many bytes.
pub(crate) fn oldest(
    connection: &Connection,
    rows: usize,
    bytes: usize,
) -> Result<(Vec<Spooled>, bool)> {
    let mut statement = connection.prepare_cached(
        "SELECT rowid, seat, received_at, content_type, digest, body FROM records ORDER BY rowid",
    )?;
    let mut waiting = statement.query([])?;
    let (mut pushes, mut taken) = (Vec::new(), 0);
    while let Some(row) = waiting.next()? {
        if pushes.len() == rows || taken >= bytes {
            return Ok((pushes, false));
        }
        let body: Vec<u8> = row.get(5)?;
        taken += body.len();
        pushes.push(Spooled {
            row: row.get(0)?,
            seat: row.get(1)?,
            received_at: row.get(2)?,
            content_type: row.get(3)?,
            digest: row.get(4)?,
            body,
        });
    }
    Ok((pushes, true))
}

/// Drops what the server has by now.
pub(crate) fn forget(connection: &Connection, through: i64) -> Result<usize> {
    connection.execute("DELETE FROM undated", [])?;
    let gone = connection.execute("DELETE FROM records WHERE rowid <= ?1", [through])?;
    if is_empty(connection)? {
        // An entry too many does no harm until then.
        connection.execute("DELETE FROM digests", [])?;
    }
    Ok(gone)
}

/// Keeps pushes that no seat takes in a table of their own, since they were answered for. They wait
/// for somebody to look: a seat that comes to have the same id later may be another's.
pub(crate) fn strand(transaction: &Transaction<'_>, rows: &[i64]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS stranded (
             seat INTEGER NOT NULL,
             received_at INTEGER NOT NULL,
             content_type TEXT,
             digest BLOB NOT NULL,
             body BLOB NOT NULL,
             PRIMARY KEY (seat, digest)
         ) STRICT",
    )?;
    let mut keep = transaction.prepare_cached(
        "INSERT INTO stranded SELECT seat, received_at, content_type, digest, body
         FROM records WHERE rowid = ?1 ON CONFLICT DO NOTHING",
    )?;
    for row in rows {
        keep.execute([row])?;
    }
    Ok(())
}

/// A seat that is newer than the copies has its pushes kept as well. It goes on behind those that
/// wait for it already.
pub(crate) fn expect_seat(transaction: &Transaction<'_>, seat: i64) -> Result<()> {
    // No seat's own name has this letter.
    transaction.execute(
        "INSERT INTO seats (id, name, head, created_at)
         VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) FROM records WHERE seat = ?1), 0)
         ON CONFLICT DO NOTHING",
        params![seat, format!("#{seat}")],
    )?;
    Ok(())
}

/// A push token that is newer than the copies, which tell later when it ends.
pub(crate) fn expect_token(
    transaction: &Transaction<'_>,
    token: &TokenHash,
    seat: i64,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO tokens (tag, hash, kind, seat) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![
            token.tag(),
            token.as_bytes(),
            TokenKind::Push.as_str(),
            seat
        ],
    )?;
    Ok(())
}

/// Brings the copies up to date. Pushes for seats that are gone stay until the server refuses them.
pub(crate) fn copy_seats(transaction: &Transaction<'_>, copies: &SeatCopies) -> Result<()> {
    if read_copies(transaction)? == *copies {
        return Ok(());
    }
    transaction.execute("DELETE FROM tokens", [])?;
    let known: Vec<i64> = copies.seats.iter().map(|seat| seat.id).collect();
    let here: Vec<i64> = transaction
        .prepare("SELECT id FROM seats")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    for gone in here.iter().filter(|id| !known.contains(id)) {
        transaction.execute("DELETE FROM seats WHERE id = ?1", [gone])?;
    }
    for seat in &copies.seats {
        transaction.execute(
            "INSERT INTO seats (id, name, head, created_at)
             VALUES (?1, ?2, (SELECT coalesce(max(seq), 0) FROM records WHERE seat = ?1), ?3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, created_at = excluded.created_at",
            params![seat.id, seat.name, seat.created_at],
        )?;
    }
    for token in &copies.tokens {
        transaction.execute(
            "INSERT INTO tokens (tag, hash, kind, seat, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                token.tag,
                token.hash,
                token.kind,
                token.seat,
                token.expires_at
            ],
        )?;
    }
    Ok(())
}

fn read_copies(connection: &Connection) -> Result<SeatCopies> {
    let seats = connection
        .prepare("SELECT id, name, created_at FROM seats ORDER BY id")?
        .query_map([], |row| {
            Ok(SeatCopy {
                id: row.get(0)?,
                name: row.get(1)?,
                created_at: row.get(2)?,
            })
        })?
        .collect::<Result<_>>()?;
    let tokens = connection
        .prepare("SELECT tag, hash, kind, seat, expires_at FROM tokens ORDER BY hash")?
        .query_map([], |row| {
            Ok(TokenCopy {
                tag: row.get(0)?,
                hash: row.get(1)?,
                kind: row.get(2)?,
                seat: row.get(3)?,
                expires_at: row.get(4)?,
            })
        })?
        .collect::<Result<_>>()?;
    Ok(SeatCopies { seats, tokens })
}

fn identity(connection: &Connection) -> Result<Option<String>> {
    let query = "SELECT value FROM relay WHERE key = 'spool_of'";
    connection.query_row(query, [], |row| row.get(0)).optional()
}

fn is_empty(connection: &Connection) -> Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT * FROM records)", [], |row| {
        row.get(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left out of a slice is never taken for sent.
    #[test]
    fn a_slice_ends_at_its_bounds_and_says_whether_more_waits() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Opened::open(folder.path().join("spool.db")).unwrap();
        for (seq, body) in ["1", "22", "333"].iter().enumerate() {
            let insert = "INSERT INTO records (seat, seq, received_at, digest, body)
                          VALUES (1, ?1, 0, zeroblob(?1), CAST(?2 AS BLOB))";
            let values = params![seq as i64 + 1, body];
            spool.connection.execute(insert, values).unwrap();
        }
        let slice = |rows, bytes| {
            let (pushes, is_all) = oldest(&spool.connection, rows, bytes).unwrap();
            (pushes.len(), is_all)
        };
        assert_eq!(slice(2, 99), (2, false));
        assert_eq!(slice(3, 99), (3, true));
        assert_eq!(slice(9, 3), (2, false));
        assert_eq!(slice(9, 6), (3, true), "the last one reaches it");
        let (first, _) = oldest(&spool.connection, 2, 99).unwrap();
        forget(&spool.connection, first[1].row).unwrap();
        assert_eq!(slice(2, 99), (1, true));
    }

    /// What it took before is at the server, and the digests of that had moved.
    #[test]
    fn promise_2_a_spool_that_took_over_another_one_is_sound_for_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let [path, left] = ["own.db", "left.db"].map(|name| folder.path().join(name));
        let seat =
            "INSERT INTO seats (id, name, head, digested, created_at) VALUES (7, 'A', ?1, ?1, 0)";
        let other = Opened::open(left.clone()).unwrap();
        other.connection.execute(seat, [0]).unwrap();
        for seq in 1..=3 {
            let insert = "INSERT INTO records (seat, seq, received_at, digest, body)
                          VALUES (7, ?1, 0, randomblob(32), x'')";
            other.connection.execute(insert, [seq]).unwrap();
        }
        drop(other);
        let mut spool = Opened::open(path.clone()).unwrap();
        spool.connection.execute(seat, [50]).unwrap();
        assert_eq!(spool.inherit(&left).unwrap(), 3);
        drop(spool);
        let again = Opened::open(path).unwrap();
        let numbers = "SELECT min(seq), max(seq), head FROM records JOIN seats ON seats.id = seat";
        let numbers = again.connection.query_row(numbers, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        });
        assert_eq!(numbers, Ok((51, 53, 53)));
    }
}
