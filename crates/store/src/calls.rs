//! The log: one row a call, whether this desk placed it or not.

mod filter;
mod joining;
mod page;
mod writing;

use bohao_wire::{CallDetail, CallId, CallRow, CallState, CustomerId, CustomerName, Today};
use rusqlite::{OptionalExtension, Row, params};

pub use joining::{Attempt, Near, Recorded, UnsettledRecord, call_of_subid};
pub use writing::NewAttempt;

use crate::{
    StoreError, digests::Digests, do_not_call::Barred, follow_ups::FollowUps,
    nameless::is_nameless_key, outcomes, outcomes::OutcomesOf, scripts::ScriptsOf, store::handles,
    words::Word,
};

/// What is told of the attempt and what is told by the record are kept apart, so that a record
/// which was joined to an attempt by likeness can be taken back without a trace.
pub(crate) const MIGRATION: &str = "
CREATE TABLE calls (
    call           TEXT PRIMARY KEY NOT NULL,
    subid          TEXT UNIQUE,
    -- Whether the subid came by likeness (numbers and time) and not by the platform's answer.
    fitted         INTEGER NOT NULL DEFAULT 0 CHECK (fitted IN (0, 1)),
    state          TEXT NOT NULL CHECK (state IN
        ('planned', 'sending', 'accepted', 'refused', 'not_sent', 'unknown', 'recorded')),
    status         TEXT CHECK (status IN ('dialled', 'failed', 'not_connected', 'connected')),
    tel_a          TEXT,
    tel_x          TEXT,
    tel_b          TEXT,
    at             INTEGER NOT NULL,
    sent_at        INTEGER,
    answered_at    INTEGER,
    recorded_at    INTEGER,
    started_at     INTEGER,
    ended_at       INTEGER,
    duration       INTEGER,
    code           INTEGER,
    attempt_reason TEXT,
    record_reason  TEXT,
    note           TEXT NOT NULL DEFAULT '',
    placed_here    INTEGER NOT NULL CHECK (placed_here IN (0, 1)),
    ticket         TEXT UNIQUE
) STRICT;
CREATE INDEX calls_newest_first ON calls (at DESC, call DESC);
CREATE INDEX calls_of_number ON calls (tel_b, at);
CREATE INDEX calls_under_way ON calls (tel_a, at) WHERE state IN ('sending', 'accepted');
CREATE INDEX calls_sending ON calls (at) WHERE state = 'sending';
CREATE INDEX calls_of_status ON calls (status, at DESC, call DESC) WHERE status IS NOT NULL;
CREATE INDEX calls_unexplained ON calls (tel_b) WHERE placed_here = 0;
CREATE INDEX calls_unanswered ON calls (tel_b)
    WHERE placed_here = 1 AND (state = 'unknown' OR fitted = 1);
";

/// A dial left this desk, or may have.
pub(crate) const LEFT: &str = "placed_here = 1 AND state NOT IN ('planned', 'refused', 'not_sent')";

/// How far above its instant's first place a call's place may lie: 17 minutes.
pub(crate) const PLACE_SLACK: i64 = 1 << 24;

/// The first place of an instant.
pub(crate) fn place_of(at: i64) -> i64 {
    at.clamp(0, 1 << 58) << 4
}

/// The columns of a [`CallRow`], from [`ROW_FROM`].
const ROW: &str = "c.call, c.subid, c.state, c.status, c.tel_a, c.tel_x, c.tel_b, c.at,
    c.started_at, c.ended_at, c.duration,
    CASE c.state WHEN 'recorded' THEN c.record_reason ELSE c.attempt_reason END,
    c.code, c.recording, c.note, c.placed_here, k.customer, k.name, k.company,
    o.outcome, o.name, o.word, o.colour, c.recording_leaves_at, c.starred,
    coalesce(c.subid, '') GLOB 'hand:*'";

/// The call with its customer and its outcome, where it has them.
const ROW_FROM: &str = "calls c
    LEFT JOIN customer_numbers n ON n.number = c.tel_b
    LEFT JOIN customers k ON k.customer = n.customer
    LEFT JOIN outcomes o ON o.outcome = c.outcome";

handles!(Calls, CallsMut, "the log");

impl Calls<'_> {
    /// One call.
    pub fn get(&self, call: &CallId) -> Result<Option<CallRow>, StoreError> {
        self.one("c.call = ?1", &call.0)
    }

    /// The call that the platform knows by this subid.
    pub fn by_subid(&self, subid: &str) -> Result<Option<CallRow>, StoreError> {
        self.one("c.subid = ?1", subid)
    }

    /// The attempt that was made for this ticket.
    pub fn by_ticket(&self, ticket: &str) -> Result<Option<CallRow>, StoreError> {
        self.one("c.ticket = ?1", ticket)
    }

    /// Everything known of one call.
    pub fn detail(&self, call: &CallId) -> Result<Option<CallDetail>, StoreError> {
        let Some(row) = self.get(call)? else {
            return Ok(None);
        };
        let (sent_at, answered_at, recorded_at) = self.connection.query_row(
            "SELECT sent_at, answered_at, recorded_at FROM calls WHERE call = ?1",
            [&call.0],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let records = match &row.subid {
            Some(subid) => crate::facts::Facts::new(self.connection).count(subid)?,
            None => 0,
        };
        let recording = crate::recordings::Recordings::new(self.connection).detail(call)?;
        let do_not_call = match &row.tel_b {
            Some(number) => Barred::new(self.connection).of(number)?,
            None => None,
        };
        Ok(Some(CallDetail {
            row,
            sent_at,
            answered_at,
            recorded_at,
            records,
            outcomes: OutcomesOf::new(self.connection).changes(call)?,
            follow_up: FollowUps::new(self.connection).of_call(call)?,
            answers: ScriptsOf::new(self.connection).answers(call)?,
            do_not_call,
            recording,
        }))
    }

    /// The latest attempt from this own number, not before `since`, that is on its way or was
    /// accepted and has no record yet.
    pub fn under_way(&self, tel_a: &str, since: i64) -> Result<Option<CallRow>, StoreError> {
        let call: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT call FROM calls
                 WHERE state IN ('sending', 'accepted') AND tel_a = ?1 AND at >= ?2
                 ORDER BY at DESC, call DESC LIMIT 1",
            )?
            .query_row(params![tel_a, since], |row| row.get(0))
            .optional()?;
        call.map_or(Ok(None), |call| self.get(&CallId(call)))
    }

    /// The latest dial from this own number, not before `since`, that may still be going on: no
    /// record says that it is over, and nobody has said what came of it.
    pub fn not_over(&self, tel_a: &str, since: i64) -> Result<Option<CallRow>, StoreError> {
        let call: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT call FROM calls
                 WHERE placed_here = 1 AND place >= ?2 AND tel_a = ?1
                     AND state IN ('sending', 'accepted', 'unknown') AND outcome IS NULL
                 ORDER BY place DESC LIMIT 1",
            )?
            .query_row(params![tel_a, place_of(since)], |row| row.get(0))
            .optional()?;
        call.map_or(Ok(None), |call| self.get(&CallId(call)))
    }

    /// When the last `limit` dials to this number left, or may have, deleted ones included: the
    /// latest first.
    pub fn last_dials(&self, tel_b: &str, limit: u32) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT at FROM calls WHERE tel_b = ?1 AND {LEFT} ORDER BY place DESC LIMIT ?2"
        ))?;
        let instants = statement.query_map(params![tel_b, limit], |row| row.get(0))?;
        let mut instants: Vec<i64> = instants.collect::<Result<_, _>>()?;
        let deleted = Digests::new(self.connection).past_dials(tel_b)?;
        if !deleted.is_empty() {
            instants.extend(deleted);
            instants.sort_unstable_by_key(|at| std::cmp::Reverse(*at));
            instants.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(instants)
    }

    /// How many calls the log holds with these numbers, and the latest of them.
    pub fn with_numbers(&self, numbers: &[String]) -> Result<(u32, Option<CallRow>), StoreError> {
        // SQLite takes a bare column from the row that holds the maximum.
        let mut statement = self
            .connection
            .prepare_cached("SELECT count(*), max(place), call FROM calls WHERE tel_b = ?1")?;
        let (mut count, mut latest) = (0_u32, None);
        for number in numbers {
            let (found, call): (u32, Option<(i64, String)>) =
                statement.query_row([number], |row| {
                    let place: Option<i64> = row.get(1)?;
                    Ok((row.get(0)?, place.zip(row.get(2)?)))
                })?;
            count = count.saturating_add(found);
            latest = latest.max(call);
        }
        let latest = match latest {
            Some((_, call)) => self.get(&CallId(call))?,
            None => None,
        };
        Ok((count, latest))
    }

    /// The latest call with these numbers that is not this one.
    pub fn latest_but(
        &self,
        numbers: &[String],
        call: &CallId,
    ) -> Result<Option<CallRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT place, call FROM calls WHERE tel_b = ?1 AND call <> ?2
             ORDER BY place DESC LIMIT 1",
        )?;
        let mut latest: Option<(i64, String)> = None;
        for number in numbers {
            let found = statement
                .query_row(params![number, call.0], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            latest = latest.max(found);
        }
        latest.map_or(Ok(None), |(_, call)| self.get(&CallId(call)))
    }

    /// How many dials left this desk, or may have, from `since` on, deleted ones included.
    pub fn dials_since(&self, since: i64) -> Result<u32, StoreError> {
        let kept: u32 = self
            .connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM calls WHERE place >= ?1 AND at >= ?2 AND {LEFT}"
            ))?
            .query_row([place_of(since), since], |row| row.get(0))?;
        Ok(kept + Digests::new(self.connection).past_dials_since(since)?)
    }

    /// The figures from `since`, the beginning of a day, on.
    pub fn today(&self, since: i64) -> Result<Today, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT count(*) FILTER (WHERE {LEFT} OR status IS NOT NULL),
                        count(*) FILTER (WHERE status = 'connected'),
                        CAST(total(duration) AS INTEGER)
                 FROM calls WHERE place >= ?1 AND at >= ?2"
            ))?
            .query_row([place_of(since), since], |row| {
                Ok(Today {
                    since,
                    dialled: row.get(0)?,
                    connected: row.get(1)?,
                    talk_seconds: row.get(2)?,
                })
            })?)
    }

    fn one(&self, condition: &str, value: &str) -> Result<Option<CallRow>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!("SELECT {ROW} FROM {ROW_FROM} WHERE {condition}"))?
            .query_row([value], call_row)
            .optional()?)
    }
}

fn call_row(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    Ok(CallRow {
        call: CallId(row.get(0)?),
        // A key that stands in the place of a subid says nothing to anybody outside.
        subid: row
            .get::<_, Option<String>>(1)?
            .filter(|subid| !is_nameless_key(subid)),
        state: row.get::<_, Word<CallState>>(2)?.0,
        status: row.get::<_, Option<Word<_>>>(3)?.map(|word| word.0),
        tel_a: row.get(4)?,
        tel_x: row.get(5)?,
        tel_b: row.get(6)?,
        at: row.get(7)?,
        started_at: row.get(8)?,
        ended_at: row.get(9)?,
        duration: row.get(10)?,
        reason: row.get(11)?,
        code: row.get(12)?,
        recording: row.get::<_, Word<_>>(13)?.0,
        note: row.get(14)?,
        placed_here: row.get(15)?,
        customer: match row.get(16)? {
            Some(customer) => Some(CustomerName {
                customer: CustomerId(customer),
                name: row.get(17)?,
                company: row.get(18)?,
            }),
            None => None,
        },
        outcome: outcomes::mark(row, 19)?,
        recording_leaves_at: row.get(23)?,
        starred: row.get(24)?,
        by_hand: row.get(25)?,
    })
}
