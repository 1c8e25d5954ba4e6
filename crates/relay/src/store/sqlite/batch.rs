use std::collections::{HashMap, hash_map::Entry};

use rusqlite::{OptionalExtension, Result, Transaction, params};

use super::super::{Push, PushAnswer};

/// How many records one sweep deletes, so that pushes never wait for long behind it.
const SLICE: i64 = 200;

struct Head {
    last: i64,
    pushed_at: i64,
}

/// Inserts a batch and returns an answer for each of its pushes, in order, to be given after the
/// commit. Numbers are given here, under the write lock, and nowhere else: that makes them dense.
pub(super) fn insert(transaction: &Transaction<'_>, batch: &[Push]) -> Result<Vec<PushAnswer>> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO records (seat, seq, received_at, content_type, digest, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (seat, digest) DO NOTHING",
    )?;
    let mut heads: HashMap<i64, Option<Head>> = HashMap::new();
    let mut answers = Vec::with_capacity(batch.len());
    for push in batch {
        let head = match heads.entry(push.seat) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(find_head(transaction, push.seat)?),
        };
        let Some(head) = head else {
            answers.push(PushAnswer::UnknownToken);
            continue;
        };
        head.pushed_at = head.pushed_at.max(push.received_at);
        let inserted = insert.execute(params![
            push.seat,
            head.last + 1,
            push.received_at,
            push.content_type,
            push.digest,
            &push.body[..],
        ])?;
        head.last += inserted as i64;
        answers.push(match inserted {
            0 => PushAnswer::Repeated,
            _ => PushAnswer::Stored,
        });
    }
    let mut update = transaction
        .prepare_cached("UPDATE seats SET head = ?2, last_push_at = ?3 WHERE id = ?1")?;
    for (seat, head) in heads {
        if let Some(head) = head {
            update.execute(params![seat, head.last, head.pushed_at])?;
        }
    }
    Ok(answers)
}

/// `None` if the seat was removed since its token was looked at. Its id is never another's.
fn find_head(transaction: &Transaction<'_>, seat: i64) -> Result<Option<Head>> {
    transaction
        .prepare_cached("SELECT head, last_push_at FROM seats WHERE id = ?1")?
        .query_row([seat], |row| {
            Ok(Head {
                last: row.get(0)?,
                pushed_at: row.get::<_, Option<i64>>(1)?.unwrap_or(i64::MIN),
            })
        })
        .optional()
}

/// Deletes one slice: records of removed seats first, then records from before `older_than`, and
/// tokens that are past their time. Returns how many records went.
pub(super) fn sweep(transaction: &Transaction<'_>, older_than: i64, now: i64) -> Result<usize> {
    transaction.execute("DELETE FROM tokens WHERE expires_at <= ?1", [now])?;
    transaction.execute("DELETE FROM team_tokens WHERE expires_at <= ?1", [now])?;
    let orphans = transaction.execute(
        "DELETE FROM records WHERE rowid IN (
             SELECT records.rowid FROM removed JOIN records ON records.seat = removed.seat LIMIT ?1)",
        [SLICE],
    )?;
    if orphans > 0 {
        return Ok(orphans);
    }
    transaction.execute("DELETE FROM removed", [])?;
    // Rows come in the order of time, so the oldest are the first; no index on time is needed.
    transaction.execute(
        "DELETE FROM records WHERE rowid IN (
             SELECT id FROM (SELECT rowid AS id, received_at FROM records ORDER BY rowid LIMIT ?1)
             WHERE received_at < ?2)",
        params![SLICE, older_than],
    )
}
