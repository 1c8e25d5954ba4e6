//! Wishes to call a number again. Whose number it is, `customer_numbers` knows.
//!
//! A wish is `open` until it is `done` or `dropped`; such rows are kept. One call leaves one open
//! wish at most.

use bohao_wire::{CallId, FollowUp, FollowUpKind};
use rusqlite::{OptionalExtension, Row, params};

use crate::{StoreError, store::handles, words::Word};

pub(crate) const MIGRATION: &str = "
CREATE TABLE follow_ups (
    id         INTEGER PRIMARY KEY,
    number     TEXT NOT NULL,
    -- The call it came from, if it came from one.
    call       TEXT,
    kind       TEXT NOT NULL CHECK (kind IN ('again', 'follow_up')),
    due_at     INTEGER NOT NULL,
    why        TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
    made_at    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX follow_ups_due ON follow_ups (due_at) WHERE state = 'open';
CREATE INDEX follow_ups_of_number ON follow_ups (number, due_at);
CREATE INDEX follow_ups_of_call ON follow_ups (call) WHERE call IS NOT NULL;
";

handles!(FollowUps, FollowUpsMut, "wishes to call a number again");

/// A new wish.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    /// Whom to call.
    pub number: String,
    /// The call it comes from.
    pub call: Option<CallId>,
    /// Whether an outcome's rule asks for it, or somebody does.
    pub kind: FollowUpKind,
    /// When.
    pub due_at: i64,
    /// Why; may be empty.
    pub why: String,
}

const ROW: &str = "SELECT id, number, call, due_at, why, kind FROM follow_ups";

impl FollowUps<'_> {
    /// The wish that a call left and that still stands.
    pub fn of_call(&self, call: &CallId) -> Result<Option<FollowUp>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "{ROW} WHERE call = ?1 AND state = 'open' ORDER BY id DESC LIMIT 1"
            ))?
            .query_row([&call.0], follow_up)
            .optional()?)
    }

    /// The wishes that are due before an instant, the earliest first.
    pub fn due(&self, before: i64, limit: u32) -> Result<Vec<FollowUp>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{ROW} WHERE state = 'open' AND due_at < ?1 ORDER BY due_at, id LIMIT ?2"
        ))?;
        let wishes = statement.query_map(params![before, limit], follow_up)?;
        Ok(wishes.collect::<Result<_, _>>()?)
    }
}

impl FollowUpsMut<'_> {
    /// Writes a wish down, in the place of one that its call left before.
    pub fn add(&self, new: &NewFollowUp, at: i64) -> Result<(), StoreError> {
        if let Some(call) = &new.call {
            self.drop_of_call(call, at)?;
        }
        self.connection
            .prepare_cached(
                "INSERT INTO follow_ups (number, call, kind, due_at, why, made_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            )?
            .execute(params![
                new.number,
                new.call.as_ref().map(|call| &call.0),
                Word(new.kind),
                new.due_at,
                new.why,
                at,
            ])?;
        Ok(())
    }

    /// Drops the wish that a call left.
    pub fn drop_of_call(&self, call: &CallId, at: i64) -> Result<(), StoreError> {
        self.end("dropped", "call = ?2", &call.0, at)
    }

    /// Drops every wish to call a number.
    pub fn drop_of_number(&self, number: &str, at: i64) -> Result<(), StoreError> {
        self.end("dropped", "number = ?2", number, at)
    }

    /// The number was called again: what earlier calls' rules asked for is done.
    pub fn settle_again(&self, number: &str, at: i64) -> Result<(), StoreError> {
        self.end("done", "number = ?2 AND kind = 'again'", number, at)
    }

    /// Erases every wish to call a number.
    pub fn erase(&self, number: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM follow_ups WHERE number = ?1", [number])?;
        Ok(())
    }

    fn end(&self, state: &str, which: &str, value: &str, at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(&format!(
                "UPDATE follow_ups SET state = ?1, changed_at = ?3
                 WHERE state = 'open' AND {which}"
            ))?
            .execute(params![state, value, at])?;
        Ok(())
    }
}

fn follow_up(row: &Row<'_>) -> rusqlite::Result<FollowUp> {
    Ok(FollowUp {
        follow_up: row.get(0)?,
        number: row.get(1)?,
        call: row.get::<_, Option<String>>(2)?.map(CallId),
        due_at: row.get(3)?,
        why: row.get(4)?,
        kind: row.get::<_, Word<_>>(5)?.0,
    })
}
