use std::collections::{HashMap, hash_map::Entry};

use rusqlite::{OptionalExtension, Params, Result, Transaction, params};

use super::{
    super::{Push, PushAnswer, TRUSTED_FROM},
    known::{self, Body, Known},
};

/// How many records one sweep deletes, so that pushes never wait for long behind it.
const SLICE: i64 = 200;

/// A clock that is this far behind what it showed before was not to be trusted.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

struct Head {
    last: i64,
    pushed_at: Option<i64>,
    created_at: i64,
}

impl Head {
    /// Whether a time is far before one that the seat has seen. A record that bears it would be
    /// swept before its reader came, once the clock is right again.
    fn doubts(&self, received_at: i64) -> bool {
        let seen = self.created_at.max(self.pushed_at.unwrap_or(0));
        received_at < seen.max(TRUSTED_FROM) - DAY_MS
    }
}

/// What came of a batch, to be told once it is committed.
pub(super) struct Inserted {
    /// For each of its pushes, in order.
    pub(super) answers: Vec<PushAnswer>,
    /// The bodies that are new, with their numbers.
    pub(super) fresh: HashMap<Body, i64>,
}

/// Inserts a batch. Numbers are given here, under the write lock, and nowhere else: that makes them
/// dense.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    known: &Known,
    batch: &[Push],
) -> Result<Inserted> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO records (seat, seq, received_at, content_type, digest, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut heads: HashMap<i64, Option<Head>> = HashMap::new();
    let mut fresh = HashMap::with_capacity(batch.len());
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
        let is_doubtful = head.doubts(push.received_at);
        head.pushed_at = head.pushed_at.max(Some(push.received_at));
        let body = (push.seat, push.digest);
        if fresh.contains_key(&body) || known.has(transaction, &body)? {
            answers.push(PushAnswer::Repeated);
            continue;
        }
        head.last += 1;
        insert.execute(params![
            push.seat,
            head.last,
            push.received_at,
            push.content_type,
            push.digest,
            &push.body[..],
        ])?;
        if is_doubtful {
            transaction.execute(
                "INSERT INTO undated (seat, seq) VALUES (?1, ?2)",
                params![push.seat, head.last],
            )?;
        }
        fresh.insert(body, head.last);
        answers.push(PushAnswer::Stored);
    }
    let mut update = transaction
        .prepare_cached("UPDATE seats SET head = ?2, last_push_at = ?3 WHERE id = ?1")?;
    for (seat, head) in heads {
        if let Some(head) = head {
            update.execute(params![seat, head.last, head.pushed_at])?;
        }
    }
    Ok(Inserted { answers, fresh })
}

/// `None` if the seat was removed since its token was looked at. Its id is never another's.
fn find_head(transaction: &Transaction<'_>, seat: i64) -> Result<Option<Head>> {
    transaction
        .prepare_cached("SELECT head, last_push_at, created_at FROM seats WHERE id = ?1")?
        .query_row([seat], |row| {
            Ok(Head {
                last: row.get(0)?,
                pushed_at: row.get(1)?,
                created_at: row.get(2)?,
            })
        })
        .optional()
}

/// Deletes one slice: records of removed seats first, then records from before `older_than`, and
/// tokens that are past their time. Returns how many records went. A seat's records go from the
/// lowest seq on and never from the middle, so that `oldest` tells all that a reader missed.
pub(super) fn sweep(transaction: &Transaction<'_>, older_than: i64, now: i64) -> Result<usize> {
    transaction.execute("DELETE FROM tokens WHERE expires_at <= ?1", [now])?;
    transaction.execute("DELETE FROM team_tokens WHERE expires_at <= ?1", [now])?;
    if now >= TRUSTED_FROM {
        let date = "UPDATE undated SET since = ?1 WHERE since IS NULL";
        transaction.execute(date, [now])?;
    }
    let orphans = due(
        transaction,
        "SELECT records.rowid, records.seat, seq, coalesce(substr(digest, 1, 8), x'')
         FROM removed JOIN records ON records.seat = removed.seat LIMIT ?1",
        params![SLICE],
    )?;
    if !orphans.is_empty() {
        return delete(transaction, &orphans);
    }
    transaction.execute(
        "DELETE FROM undated WHERE seat IN (SELECT seat FROM removed)",
        [],
    )?;
    transaction.execute("DELETE FROM removed", [])?;
    sweep_front(transaction, older_than, now)
}

/// Rows come in the order of time, so the oldest are the first; no index on time is needed.
fn sweep_front(transaction: &Transaction<'_>, older_than: i64, now: i64) -> Result<usize> {
    if now >= TRUSTED_FROM {
        // A clock that was ahead would keep its record, and what follows it, for as long as it was.
        transaction.execute(
            "INSERT INTO undated (seat, seq, since)
             SELECT seat, seq, ?2
             FROM (SELECT seat, seq, received_at FROM records ORDER BY rowid LIMIT ?1)
             WHERE received_at > ?2 + ?3 ON CONFLICT DO NOTHING",
            params![SLICE, now, DAY_MS],
        )?;
    }
    let due = due(
        transaction,
        "WITH front AS (
             SELECT rowid AS id, seat, seq, received_at, coalesce(substr(digest, 1, 8), x'') AS tag
             FROM records ORDER BY rowid LIMIT ?1
         ), dated AS (
             SELECT id, front.seat, front.seq, tag,
                    iif(undated.seq IS NULL, received_at, coalesce(since, ?3)) AS since
             FROM front LEFT JOIN undated USING (seat, seq)
         ), aged AS (
             SELECT id, seat, seq, tag,
                    max(since) OVER (PARTITION BY seat ORDER BY seq) AS latest
             FROM dated
         )
         SELECT id, seat, seq, tag FROM aged WHERE latest < ?2",
        params![SLICE, older_than, now],
    )?;
    delete(transaction, &due)
}

/// A record that is to go.
struct Due {
    id: i64,
    seat: i64,
    seq: i64,
    tag: Vec<u8>,
}

fn due(transaction: &Transaction<'_>, query: &str, values: impl Params) -> Result<Vec<Due>> {
    transaction
        .prepare_cached(query)?
        .query_map(values, |row| {
            Ok(Due {
                id: row.get(0)?,
                seat: row.get(1)?,
                seq: row.get(2)?,
                tag: row.get(3)?,
            })
        })?
        .collect()
}

fn delete(transaction: &Transaction<'_>, due: &[Due]) -> Result<usize> {
    let mut delete = transaction.prepare_cached("DELETE FROM records WHERE rowid = ?1")?;
    let mut date =
        transaction.prepare_cached("DELETE FROM undated WHERE seat = ?1 AND seq = ?2")?;
    for Due { id, seat, seq, tag } in due {
        delete.execute([id])?;
        date.execute([seat, seq])?;
        known::forget(transaction, *seat, tag, *seq)?;
    }
    Ok(due.len())
}

/// Lets records whose clock was not to be trusted age from `now` on.
pub(super) fn date_anew(transaction: &Transaction<'_>, now: i64) -> Result<usize> {
    let date = "UPDATE undated SET since = ?1 WHERE since IS NOT NULL";
    transaction.execute(date, [now])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::Connection;

    use super::*;
    use crate::store::sqlite::schema;

    const NOW: i64 = 1_764_000_000_000;

    fn left(connection: &Connection) -> i64 {
        let count = "SELECT count(*) FROM records";
        connection.query_row(count, [], |row| row.get(0)).unwrap()
    }

    /// It would stand in the way of what follows for as long as the clock was ahead.
    #[test]
    fn a_record_taken_by_a_clock_ahead_goes_when_it_was_kept_long_enough() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, Path::new("")).unwrap();
        connection
            .execute(
                "INSERT INTO records (seat, seq, received_at, digest, body)
                 VALUES (1, 1, ?1, x'01', x''), (1, 2, ?2, x'02', x'')",
                [NOW + 20_000 * DAY_MS, NOW],
            )
            .unwrap();
        let transaction = connection.transaction().unwrap();
        for day in 0..=45 {
            let now = NOW + day * DAY_MS;
            assert_eq!(sweep(&transaction, now - 45 * DAY_MS, now).unwrap(), 0);
        }
        let now = NOW + 46 * DAY_MS;
        assert_eq!(sweep(&transaction, now - 45 * DAY_MS, now).unwrap(), 2);
        assert_eq!(left(&transaction), 0);
    }

    #[test]
    fn what_a_clock_far_back_took_ages_from_the_first_look_by_one_that_is_right() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, Path::new("")).unwrap();
        connection
            .execute_batch(
                "INSERT INTO records (seat, seq, received_at, digest, body) VALUES (1, 1, 5, x'', x'');
                 INSERT INTO undated (seat, seq) VALUES (1, 1)",
            )
            .unwrap();
        let transaction = connection.transaction().unwrap();
        for now in [6, DAY_MS * 400, NOW, NOW + 45 * DAY_MS] {
            assert_eq!(sweep(&transaction, now - 45 * DAY_MS, now).unwrap(), 0);
        }
        let now = NOW + 46 * DAY_MS;
        assert_eq!(sweep(&transaction, now - 45 * DAY_MS, now).unwrap(), 1);
        assert_eq!(left(&transaction), 0);
        let undated: i64 = transaction
            .query_row("SELECT count(*) FROM undated", [], |row| row.get(0))
            .unwrap();
        assert_eq!(undated, 0);
    }
}
