//! Which bodies a seat has already, so that a repeated one is stored once.
//!
//! Digests fall all over whatever is sorted by them: with an index of them in step with the records,
//! each push would write a page of its own into the log, and again when that is copied back. So the
//! newest ones are kept in memory, and move into their table many at a time, in its order. A seat's
//! `digested` tells up to which record they have moved: those above are read into memory at a start.
//! What a look-up finds counts only if the record is there, so that nothing is lost by an entry too
//! many; one too few would be a body stored twice.

use std::collections::HashMap;

use rusqlite::{Connection, Result, Transaction, TransactionBehavior, params};

use crate::Limits;

/// The digest of a body, and whose it is.
pub(super) type Body = (i64, [u8; 32]);

/// What of a digest is in the table; the record has all of it.
const TAG: usize = 8;

pub(super) struct Known {
    /// The numbers of those that have not moved, or not all of them.
    recent: HashMap<Body, i64>,
    moving: Option<Moving>,
    /// So many are in memory before they move.
    many: usize,
    /// So many move in one transaction, so that pushes do not wait for long.
    slice: usize,
}

/// A move that takes several transactions. A crash in between has it begun anew: what is in the
/// table already stays as it is.
struct Moving {
    /// By seat and digest.
    all: Vec<(Body, i64)>,
    /// How many of them are in the table.
    done: usize,
}

impl Known {
    /// Reads what has not moved yet.
    pub(super) fn load(connection: &Connection, limits: &Limits) -> Result<Self> {
        let mut statement = connection.prepare(
            "SELECT seat, seq, digest FROM seats
             JOIN records ON records.seat = seats.id AND records.seq > seats.digested",
        )?;
        let mut rows = statement.query([])?;
        let mut recent = HashMap::new();
        while let Some(row) = rows.next()? {
            // One of another length is no digest, and no body's.
            if let Ok(digest) = row.get_ref(2)?.as_blob()?.try_into() {
                recent.insert((row.get(0)?, digest), row.get(1)?);
            }
        }
        Ok(Self {
            recent,
            moving: None,
            many: limits.digests_in_memory,
            slice: limits.digests_a_move,
        })
    }

    /// Whether the seat has a record with this body.
    pub(super) fn has(&self, connection: &Connection, body: &Body) -> Result<bool> {
        let (seat, digest) = body;
        if let Some(seq) = self.recent.get(body) {
            let mut kept = connection.prepare_cached(
                "SELECT EXISTS (SELECT * FROM records WHERE seat = ?1 AND seq = ?2 AND digest = ?3)",
            )?;
            if kept.query_row(params![seat, seq, digest], |row| row.get(0))? {
                return Ok(true);
            }
        }
        connection
            .prepare_cached(
                "SELECT EXISTS (
                     SELECT * FROM digests CROSS JOIN records USING (seat, seq)
                     WHERE digests.seat = ?1 AND digests.tag = ?2 AND records.digest = ?3)",
            )?
            .query_row(params![seat, &digest[..TAG], digest], |row| row.get(0))
    }

    /// Takes what was committed just now.
    pub(super) fn note(&mut self, fresh: HashMap<Body, i64>) {
        self.recent.extend(fresh);
    }

    pub(super) fn is_to_move(&self) -> bool {
        self.moving.is_some() || self.recent.len() >= self.many
    }

    /// Moves some into their table; returns how many. What fails is left to be tried again.
    pub(super) fn move_some(&mut self, connection: &mut Connection) -> Result<usize> {
        let moving = self.moving.get_or_insert_with(|| Moving::of(&self.recent));
        let left = &moving.all[moving.done..];
        let slice = &left[..left.len().min(self.slice)];
        let is_last = slice.len() == left.len();
        let moved = slice.len();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&transaction, slice)?;
        if is_last {
            note_moved(&transaction, &moving.all)?;
        }
        transaction.commit()?;
        moving.done += moved;
        if let Some(moved) = self.moving.take_if(|_| is_last) {
            for (body, seq) in moved.all {
                // One that came again meanwhile has another number.
                if self.recent.get(&body) == Some(&seq) {
                    self.recent.remove(&body);
                }
            }
        }
        Ok(moved)
    }
}

impl Moving {
    fn of(recent: &HashMap<Body, i64>) -> Self {
        let mut all: Vec<(Body, i64)> = recent.iter().map(|(body, seq)| (*body, *seq)).collect();
        all.sort_unstable();
        Self { all, done: 0 }
    }
}

/// What was deleted since it came stays out.
fn insert(transaction: &Transaction<'_>, bodies: &[(Body, i64)]) -> Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO digests (seat, tag, seq)
         SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT * FROM records WHERE seat = ?1 AND seq = ?3)
         ON CONFLICT DO NOTHING",
    )?;
    for ((seat, digest), seq) in bodies {
        insert.execute(params![seat, &digest[..TAG], seq])?;
    }
    Ok(())
}

/// All of a seat up to its highest number among them is in the table now.
fn note_moved(transaction: &Transaction<'_>, moved: &[(Body, i64)]) -> Result<()> {
    let mut through: HashMap<i64, i64> = HashMap::new();
    for ((seat, _), seq) in moved {
        let highest = through.entry(*seat).or_insert(*seq);
        *highest = (*highest).max(*seq);
    }
    let mut note = transaction.prepare_cached(
        "UPDATE seats SET digested = min(head, ?2) WHERE id = ?1 AND digested < ?2",
    )?;
    for (seat, through) in through {
        note.execute(params![seat, through])?;
    }
    Ok(())
}

/// Forgets a record that is being deleted.
pub(super) fn forget(transaction: &Transaction<'_>, seat: i64, tag: &[u8], seq: i64) -> Result<()> {
    transaction
        .prepare_cached("DELETE FROM digests WHERE seat = ?1 AND tag = ?2 AND seq = ?3")?
        .execute(params![seat, tag, seq])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use proptest::prelude::*;

    use super::*;
    use crate::store::sqlite::schema;

    const SEATS: i64 = 3;

    /// What happens between a push and the next.
    #[derive(Debug, Clone)]
    enum Step {
        Push(i64, u8),
        /// A push whose transaction fails.
        Fail(i64, u8),
        /// A slice moves.
        Move,
        /// A slice moves, and is not committed.
        FailToMove,
        /// The process ends without a word, and a new one reads what it left.
        Restart,
        /// The oldest record of a seat goes.
        Delete(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (1..=SEATS, 0..12_u8).prop_map(|(seat, body)| Step::Push(seat, body)),
            1 => (1..=SEATS, 0..12_u8).prop_map(|(seat, body)| Step::Fail(seat, body)),
            2 => Just(Step::Move),
            1 => Just(Step::FailToMove),
            1 => Just(Step::Restart),
            2 => (1..=SEATS).prop_map(Step::Delete),
        ]
    }

    /// Few enough for a test.
    fn load(connection: &Connection, many: usize, slice: usize) -> Known {
        let limits = Limits {
            digests_in_memory: many,
            digests_a_move: slice,
            ..Limits::default()
        };
        Known::load(connection, &limits).unwrap()
    }

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, Path::new("")).unwrap();
        for seat in 1..=SEATS {
            let add = "INSERT INTO seats (id, name, created_at) VALUES (?1, ?1 || '', 0)";
            connection.execute(add, [seat]).unwrap();
        }
        connection
    }

    /// Half of all bodies begin alike, so that what the table holds of them does not tell them apart.
    fn body(seat: i64, number: u8) -> Body {
        let mut digest = [number % 2; 32];
        digest[31] = number;
        (seat, digest)
    }

    /// As the writer stores one; `None` if it is there already.
    fn store(transaction: &Transaction<'_>, known: &Known, body: &Body) -> Option<i64> {
        if known.has(transaction, body).unwrap() {
            return None;
        }
        let head = "UPDATE seats SET head = head + 1 WHERE id = ?1 RETURNING head";
        let head = transaction.query_row(head, [body.0], |row| row.get(0));
        let seq: i64 = head.unwrap();
        let insert = "INSERT INTO records (seat, seq, received_at, digest, body)
                      VALUES (?1, ?2, 0, ?3, x'')";
        transaction
            .execute(insert, params![body.0, seq, body.1])
            .unwrap();
        Some(seq)
    }

    fn delete_oldest(connection: &mut Connection, seat: i64) -> Option<Vec<u8>> {
        let transaction = connection.transaction().unwrap();
        let oldest = "SELECT seq, digest FROM records WHERE seat = ?1 ORDER BY seq LIMIT 1";
        let row = transaction.query_row(oldest, [seat], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        });
        let (seq, digest) = row.ok()?;
        let delete = "DELETE FROM records WHERE seat = ?1 AND seq = ?2";
        transaction.execute(delete, [seat, seq]).unwrap();
        forget(&transaction, seat, &digest[..TAG], seq).unwrap();
        transaction.commit().unwrap();
        Some(digest)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// A body is taken for known for exactly as long as its record is there, wherever its digest
        /// is by then, and whatever fails or ends on the way.
        #[test]
        fn a_body_is_known_for_as_long_as_its_record_is_kept(
            steps in prop::collection::vec(step(), 1..120),
            many in 1..20_usize,
        ) {
            let mut connection = database();
            let mut known = load(&connection, many, 3);
            let mut kept: BTreeMap<Body, i64> = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Push(seat, number) => {
                        let body = body(seat, number);
                        let transaction = connection.transaction().unwrap();
                        let stored = store(&transaction, &known, &body);
                        transaction.commit().unwrap();
                        prop_assert_eq!(stored.is_none(), kept.contains_key(&body));
                        if let Some(seq) = stored {
                            known.note(HashMap::from([(body, seq)]));
                            kept.insert(body, seq);
                        }
                    }
                    Step::Fail(seat, number) => {
                        let transaction = connection.transaction().unwrap();
                        store(&transaction, &known, &body(seat, number));
                    }
                    Step::Move => {
                        if known.is_to_move() {
                            known.move_some(&mut connection).unwrap();
                        }
                    }
                    Step::FailToMove => {
                        let full = "CREATE TEMP TRIGGER full BEFORE INSERT ON digests
                                    BEGIN SELECT RAISE(ABORT, 'full'); END";
                        connection.execute_batch(full).unwrap();
                        let _ = known.move_some(&mut connection);
                        connection.execute_batch("DROP TRIGGER full").unwrap();
                    }
                    Step::Restart => known = load(&connection, many, 3),
                    Step::Delete(seat) => {
                        if let Some(digest) = delete_oldest(&mut connection, seat) {
                            kept.remove(&(seat, digest.try_into().unwrap()));
                        }
                    }
                }
                for seat in 1..=SEATS {
                    for number in 0..12 {
                        let body = body(seat, number);
                        let has = known.has(&connection, &body).unwrap();
                        prop_assert_eq!(has, kept.contains_key(&body), "{:?}", body);
                    }
                }
            }
        }
    }

    #[test]
    fn what_moved_is_in_memory_no_more() {
        let mut connection = database();
        let mut known = load(&connection, 10, 4);
        for number in 0..10 {
            let body = body(1, number);
            let transaction = connection.transaction().unwrap();
            let seq = store(&transaction, &known, &body).unwrap();
            transaction.commit().unwrap();
            known.note(HashMap::from([(body, seq)]));
        }
        while known.is_to_move() {
            known.move_some(&mut connection).unwrap();
        }
        assert!(known.recent.is_empty());
        assert!(load(&connection, 10, 4).recent.is_empty());
        assert!(known.has(&connection, &body(1, 7)).unwrap());
    }
}
