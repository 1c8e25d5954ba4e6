use bohao_wire::CallId;
use rusqlite::{OptionalExtension, params};

use super::CallsMut;
use crate::StoreError;

/// A dial that is about to leave.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Its identity from now on.
    pub call: CallId,
    /// The salesperson's own number.
    pub tel_a: String,
    /// The customer's number.
    pub tel_b: String,
    /// The current instant.
    pub at: i64,
    /// The click's word, if it has one.
    pub ticket: Option<String>,
}

impl CallsMut<'_> {
    /// Writes a dial down as on its way, before it leaves. `false` if its ticket was used before;
    /// nothing is written then.
    pub fn insert_attempt(&self, attempt: &NewAttempt) -> Result<bool, StoreError> {
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO calls (call, state, tel_a, tel_b, at, sent_at, placed_here, ticket)
                 VALUES (?1, 'sending', ?2, ?3, ?4, ?4, 1, ?5)
                 ON CONFLICT (ticket) DO NOTHING",
            )?
            .execute(params![
                attempt.call.0,
                attempt.tel_a,
                attempt.tel_b,
                attempt.at,
                attempt.ticket
            ])?;
        Ok(written == 1)
    }

    /// A dial that is on its way left at another time than the computer's clock said, by so many
    /// milliseconds.
    pub fn correct(&self, call: &CallId, milliseconds: i64) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE calls SET at = at + ?2, sent_at = sent_at + ?2
             WHERE call = ?1 AND state = 'sending'",
            params![call.0, milliseconds],
        )?;
        Ok(())
    }

    /// The platform took the dial. Takes hold of an attempt that is on its way, and of one whose
    /// outcome was unknown, since the answer to its own request is the better word.
    ///
    /// A record of this subid that was faster than the answer had a row of its own: it is joined
    /// into the attempt, which keeps its identity, and notes of both are kept.
    pub fn accept(
        &self,
        call: &CallId,
        subid: &str,
        tel_x: Option<&str>,
        answered_at: i64,
    ) -> Result<bool, StoreError> {
        let standing: Option<(String, Option<String>, bool)> = self
            .connection
            .query_row(
                "SELECT state, subid, fitted FROM calls WHERE call = ?1 AND placed_here = 1",
                [&call.0],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        let guess = match standing {
            Some((state, _, _)) if state == "sending" || state == "unknown" => None,
            Some((_, guess @ Some(_), true)) => guess,
            _ => return Ok(false),
        };
        if let Some(guess) = &guess {
            self.release(guess)?;
        }
        // A platform that gives one subid to two dials can't be believed: the first keeps it.
        let subid = match self.is_answered(subid)? {
            true => None,
            false => Some(subid),
        };
        let arrived = subid.map(|subid| self.release(subid)).transpose()?;
        self.connection.execute(
            "UPDATE calls SET state = 'accepted', subid = ?2, tel_x = ?3, answered_at = ?4,
                 fitted = 0, attempt_reason = NULL
             WHERE call = ?1",
            params![call.0, subid, tel_x, answered_at],
        )?;
        if let Some(note) = arrived.flatten() {
            self.add_note(call, &note)?;
        }
        for subid in guess.as_deref().into_iter().chain(subid) {
            self.record(subid)?;
        }
        Ok(true)
    }

    /// The platform refused the dial: nothing was dialled.
    pub fn refuse(
        &self,
        call: &CallId,
        code: i64,
        message: &str,
        answered_at: i64,
    ) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE calls SET state = 'refused', code = ?2, attempt_reason = ?3, answered_at = ?4
             WHERE call = ?1 AND state = 'sending'",
            params![call.0, code, message, answered_at],
        )?;
        Ok(changed == 1)
    }

    /// The dial surely never left.
    pub fn not_sent(&self, call: &CallId, reason: &str) -> Result<bool, StoreError> {
        self.end("not_sent", call, reason)
    }

    /// The dial may have left, and no answer came.
    pub fn unknown(&self, call: &CallId, reason: &str) -> Result<bool, StoreError> {
        self.end("unknown", call, reason)
    }

    /// Turns all dials that are on their way into unknown ones: the program that sent them is
    /// gone. Their times say nothing, since they may be another clock's. Returns them.
    pub fn recover_interrupted(&self, reason: &str) -> Result<Vec<CallId>, StoreError> {
        let mut statement = self.connection.prepare(
            "UPDATE calls SET state = 'unknown', attempt_reason = ?1
             WHERE state = 'sending' RETURNING call",
        )?;
        let calls = statement.query_map([reason], |row| Ok(CallId(row.get(0)?)))?;
        Ok(calls.collect::<Result<_, _>>()?)
    }

    /// Replaces the user's note. `false` if there is no such call.
    pub fn set_note(&self, call: &CallId, note: &str) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE calls SET note = ?2 WHERE call = ?1",
            params![call.0, note],
        )?;
        Ok(changed == 1)
    }

    fn end(&self, state: &str, call: &CallId, reason: &str) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE calls SET state = ?2, attempt_reason = ?3
             WHERE call = ?1 AND state = 'sending'",
            params![call.0, state, reason],
        )?;
        Ok(changed == 1)
    }

    /// Whether an attempt holds this subid by the platform's own answer.
    fn is_answered(&self, subid: &str) -> Result<bool, StoreError> {
        Ok(self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM calls
                 WHERE subid = ?1 AND placed_here = 1 AND fitted = 0)",
            [subid],
            |row| row.get(0),
        )?)
    }
}
