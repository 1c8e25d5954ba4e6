//! How records and attempts become one row, and part again.

use bohao_wire::{CallId, RecordingState};
use rusqlite::{OptionalExtension, Row, params};
use std::ops::RangeInclusive;
use uuid::Uuid;

use super::{Calls, CallsMut, PLACE_SLACK, place_of};
use crate::{
    Folded, RecordFact, StoreError, belongings, facts::Facts, record::fold,
    recordings::RecordingsMut, words::Word,
};

/// The namespace of call ids that are made from a subid: every desk makes the same.
const SUBID_NAMESPACE: Uuid = Uuid::from_u128(0x6b4a_1f0e_52d7_4c55_9a3e_0b7d_c0a1_1ed5);

/// What the facts of a subid did to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The call they belong to.
    pub call: CallId,
    /// Whether the log had no row for it before.
    pub new: bool,
    /// Whether its row says anything else than before.
    pub changed: bool,
}

/// An attempt that never got an answer: a record may settle it.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its identity.
    pub call: CallId,
    /// The salesperson's own number.
    pub tel_a: String,
    /// When it was sent.
    pub sent_at: i64,
    /// The subid that settles it now.
    pub subid: Option<String>,
}

/// A record that no answer explains: it may settle an attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsettledRecord {
    /// The platform's identity of its call.
    pub subid: String,
    /// The salesperson's own number, if the record tells.
    pub tel_a: Option<String>,
    /// The customer's number, if the record tells.
    pub tel_b: Option<String>,
    /// When the call began, if the record tells.
    pub started_at: Option<i64>,
    /// When the record came in.
    pub recorded_at: i64,
}

/// A call that has a subid and began at about a certain instant.
#[derive(Clone, PartialEq, Eq)]
pub struct Near {
    /// Its identity.
    pub call: CallId,
    /// The platform's identity of it, or the one that was given to what was written by hand.
    pub subid: String,
    /// The salesperson's own number, if it is known.
    pub tel_a: Option<String>,
    /// When it was placed here, or else began.
    pub at: i64,
}

/// The identity of a call that no attempt explains: always the same for a subid.
pub fn call_of_subid(subid: &str) -> CallId {
    CallId(Uuid::new_v5(&SUBID_NAMESPACE, subid.as_bytes()).to_string())
}

impl Calls<'_> {
    /// Whether the user keeps an outcome, a wish or an answer with this call.
    pub fn has_belongings(&self, call: &CallId) -> Result<bool, StoreError> {
        belongings::any(self.connection, call)
    }

    /// The attempts to this number that never got an answer, settled ones included.
    pub fn unanswered(&self, tel_b: &str) -> Result<Vec<Attempt>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, tel_a, sent_at, subid FROM calls
             WHERE placed_here = 1 AND (state = 'unknown' OR fitted = 1) AND tel_b = ?1
             ORDER BY sent_at, call",
        )?;
        let attempts = statement.query_map([tel_b], |row| {
            Ok(Attempt {
                call: CallId(row.get(0)?),
                tel_a: row.get(1)?,
                sent_at: row.get(2)?,
                subid: row.get(3)?,
            })
        })?;
        Ok(attempts.collect::<Result<_, _>>()?)
    }

    /// The records of calls to this number that no answer explains, whether they settle an
    /// attempt now or have a row of their own.
    pub fn unexplained(&self, tel_b: &str) -> Result<Vec<UnsettledRecord>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT subid, recorded_at FROM calls WHERE placed_here = 0 AND tel_b = ?1
             UNION ALL
             SELECT subid, recorded_at FROM calls
             WHERE placed_here = 1 AND (state = 'unknown' OR fitted = 1) AND tel_b = ?1
                 AND subid IS NOT NULL
             ORDER BY subid",
        )?;
        let subids: Vec<(String, i64)> = statement
            .query_map([tel_b], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let facts = Facts::new(self.connection);
        subids
            .into_iter()
            .map(|(subid, recorded_at)| {
                let folded = fold(&facts.of_itself(&subid)?);
                Ok(UnsettledRecord {
                    subid,
                    tel_a: folded.tel_a,
                    tel_b: folded.tel_b,
                    started_at: folded.started_at,
                    recorded_at,
                })
            })
            .collect()
    }

    /// The calls with this number that have a subid and began at about these instants.
    pub fn near(&self, tel_b: &str, around: RangeInclusive<i64>) -> Result<Vec<Near>, StoreError> {
        let (first, last) = (*around.start(), *around.end());
        let mut statement = self.connection.prepare_cached(
            "SELECT call, subid, tel_a, at FROM calls
             WHERE tel_b = ?1 AND place BETWEEN ?2 AND ?3 AND at BETWEEN ?4 AND ?5
                 AND subid IS NOT NULL",
        )?;
        let end = place_of(last).saturating_add(PLACE_SLACK);
        let near =
            statement.query_map(params![tel_b, place_of(first), end, first, last], |row| {
                Ok(Near {
                    call: CallId(row.get(0)?),
                    subid: row.get(1)?,
                    tel_a: row.get(2)?,
                    at: row.get(3)?,
                })
            })?;
        Ok(near.collect::<Result<_, _>>()?)
    }

    /// Whether somebody wrote down any call by hand.
    pub fn any_by_hand(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM calls WHERE subid GLOB 'hand:*')")?
            .query_row([], |row| row.get(0))?)
    }

    /// Whether somebody wrote down one with this customer.
    pub fn has_by_hand(&self, tel_b: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM calls WHERE tel_b = ?1 AND subid GLOB 'hand:*')",
            )?
            .query_row([tel_b], |row| row.get(0))?)
    }

    /// The numbers that have an attempt without an answer.
    pub fn unanswered_numbers(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT DISTINCT tel_b FROM calls
             WHERE placed_here = 1 AND (state = 'unknown' OR fitted = 1) AND tel_b IS NOT NULL",
        )?;
        let numbers = statement.query_map([], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }
}

impl CallsMut<'_> {
    /// Writes what all facts of `subid` say together into its call's row. A call that no attempt
    /// explains gets a row of its own. Doing it again changes nothing.
    ///
    /// What the desk itself knows of an attempt (its numbers, its instants, the note) stays.
    pub fn record(&self, subid: &str) -> Result<Option<Recorded>, StoreError> {
        let facts = Facts::new(self.connection);
        let Some(recorded_at) = facts.first_received_at(subid)? else {
            return Ok(None);
        };
        let folded = fold(&facts.of(subid)?);
        let known: Option<String> = self
            .connection
            .prepare_cached("SELECT call FROM calls WHERE subid = ?1")?
            .query_row([subid], |row| row.get(0))
            .optional()?;
        let call = known.clone().map_or_else(|| call_of_subid(subid), CallId);
        if known.is_none() {
            self.connection
                .prepare_cached(
                    "INSERT INTO calls (call, subid, state, at, placed_here)
                     VALUES (?1, ?2, 'recorded', ?3, 0)",
                )?
                .execute(params![call.0, subid, recorded_at])?;
        }
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE calls SET state = 'recorded', recorded_at = ?2, status = ?3,
                     started_at = ?4, ended_at = ?5, duration = ?6, record_reason = ?7,
                     tel_x = coalesce(?8, tel_x),
                     tel_a = iif(placed_here, tel_a, ?9),
                     tel_b = iif(placed_here, tel_b, ?10),
                     at = iif(placed_here, at, ?11)
                 WHERE call = ?1 AND (
                     state, recorded_at, status, started_at, ended_at, duration, record_reason,
                     coalesce(?8, tel_x), iif(placed_here, NULL, tel_a),
                     iif(placed_here, NULL, tel_b)
                 ) IS NOT (
                     'recorded', ?2, ?3, ?4, ?5, ?6, ?7,
                     tel_x, iif(placed_here, NULL, ?9), iif(placed_here, NULL, ?10)
                 )",
            )?
            .execute(params![
                call.0,
                recorded_at,
                folded.status.map(Word),
                folded.started_at,
                folded.ended_at,
                folded.duration,
                folded.reason,
                folded.tel_x,
                folded.tel_a,
                folded.tel_b,
                began(&folded, recorded_at),
            ])?;
        RecordingsMut::new(self.connection).unpark(subid, &call)?;
        belongings::unpark(self.connection, subid, &call)?;
        Ok(Some(Recorded {
            call,
            new: known.is_none(),
            changed: changed == 1,
        }))
    }

    /// Writes the row of a call that nobody told of before, from the one fact of its subid.
    /// `None`, with nothing written, if the log has a row for it.
    ///
    /// It says what [`Self::record`] would say, at a third of the cost.
    pub fn record_first(
        &self,
        fact: &RecordFact,
        received_at: i64,
        recording: RecordingState,
    ) -> Result<Option<CallId>, StoreError> {
        let folded = fold(std::slice::from_ref(fact));
        let call = call_of_subid(&fact.subid);
        let at = began(&folded, received_at);
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO calls (call, subid, state, status, tel_a, tel_x, tel_b, at,
                     recorded_at, started_at, ended_at, duration, record_reason, placed_here,
                     recording, place)
                 SELECT ?1, ?2, 'recorded', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, (
                     SELECT coalesce(last + 1, first) FROM (
                         SELECT width, first, (
                             SELECT max(place) FROM calls
                             WHERE place >= first AND place < first + width
                         ) AS last
                         FROM (SELECT 1 << 4 AS width UNION ALL SELECT 1 << 14
                               UNION ALL SELECT 1 << 24),
                             (SELECT min(max(?7, 0), 1 << 58) << 4 AS first)
                     ) WHERE last IS NULL OR last + 1 < first + width
                     ORDER BY width LIMIT 1
                 ) WHERE true
                 ON CONFLICT DO NOTHING RETURNING place",
            )?
            .query_row(
                params![
                    call.0,
                    fact.subid,
                    folded.status.map(Word),
                    folded.tel_a,
                    folded.tel_x,
                    folded.tel_b,
                    at,
                    received_at,
                    folded.started_at,
                    folded.ended_at,
                    folded.duration,
                    folded.reason,
                    Word(recording),
                ],
                |row| row.get::<_, i64>(0),
            )
            .optional()?;
        let Some(place) = written else {
            return Ok(None);
        };
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO search_due VALUES (?1)")?
            .execute([place])?;
        Ok(Some(call))
    }

    /// Writes that nobody tells of this subid any more: a row of its own ends, and an attempt is
    /// again what it was before its record. Returns the call if its row ended.
    pub fn unrecord(&self, subid: &str) -> Result<Option<CallId>, StoreError> {
        let held: Option<(String, bool, bool)> = self
            .connection
            .query_row(
                "SELECT call, placed_here, fitted FROM calls WHERE subid = ?1",
                [subid],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let Some((call, placed_here, fitted)) = held else {
            return Ok(None);
        };
        let call = CallId(call);
        RecordingsMut::new(self.connection).expect_none(&call)?;
        match (placed_here, fitted) {
            (false, _) => {
                self.connection
                    .prepare_cached("DELETE FROM calls WHERE call = ?1")?
                    .execute([&call.0])?;
                return Ok(Some(call));
            }
            (true, true) => {
                self.release(subid)?;
            }
            (true, false) => {
                self.connection.execute(
                    "UPDATE calls SET state = 'accepted', status = NULL, recorded_at = NULL,
                         started_at = NULL, ended_at = NULL, duration = NULL,
                         record_reason = NULL
                     WHERE call = ?1",
                    [&call.0],
                )?;
            }
        }
        Ok(None)
    }

    /// Joins the call of `subid` to an attempt that never got an answer, by likeness.
    /// What held the subid must have been [released](Self::release) before.
    pub fn settle(&self, call: &CallId, subid: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE calls SET subid = ?2, fitted = 1 WHERE call = ?1 AND state = 'unknown'",
            params![call.0, subid],
        )?;
        self.record(subid)?;
        Ok(())
    }

    /// Takes a subid from the row that holds it, if that row does not hold it by the platform's
    /// own answer: an attempt is unknown again, a row of its own ends and leaves its note. The
    /// subid's recording waits for [`Self::record`] to find it a call, in this transaction.
    pub fn release(&self, subid: &str) -> Result<Option<String>, StoreError> {
        let held: Option<(String, bool, String)> = self
            .connection
            .query_row(
                "SELECT call, placed_here, note FROM calls
                 WHERE subid = ?1 AND (placed_here = 0 OR fitted = 1)",
                [subid],
                holder,
            )
            .optional()?;
        let Some((call, placed_here, note)) = held else {
            return Ok(None);
        };
        let call = CallId(call);
        RecordingsMut::new(self.connection).park(&call, subid)?;
        if !placed_here {
            belongings::park(self.connection, &call, subid)?;
            self.connection
                .execute("DELETE FROM calls WHERE call = ?1", [&call.0])?;
            return Ok(Some(note));
        }
        self.connection.execute(
            "UPDATE calls SET subid = NULL, fitted = 0, state = 'unknown', status = NULL,
                 tel_x = NULL, recorded_at = NULL, started_at = NULL, ended_at = NULL,
                 duration = NULL, record_reason = NULL
             WHERE call = ?1",
            [&call.0],
        )?;
        Ok(None)
    }

    /// Gives what the user kept with the call of a [released](Self::release) subid to another call.
    pub fn hand_on(&self, subid: &str, call: &CallId) -> Result<(), StoreError> {
        belongings::unpark(self.connection, subid, call)
    }

    /// Adds a note to what the user wrote, unless it says so already.
    pub fn add_note(&self, call: &CallId, note: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE calls SET note = iif(note = '', ?2, note || char(10) || ?2)
             WHERE call = ?1 AND ?2 <> '' AND instr(note, ?2) = 0",
            params![call.0, note],
        )?;
        Ok(())
    }
}

/// Where a call that no attempt explains stands in the log. A record from the future would stand
/// above everything for ever; one whose clock is a time zone off is let through.
fn began(folded: &Folded, recorded_at: i64) -> i64 {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    let latest = recorded_at.saturating_add(DAY_MS);
    match folded.started_at {
        Some(started_at) if (1..=latest).contains(&started_at) => started_at,
        _ => recorded_at,
    }
}

fn holder(row: &Row<'_>) -> rusqlite::Result<(String, bool, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}
