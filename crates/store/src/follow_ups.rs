//! Wishes to call a number again. Whose number it is, `customer_numbers` knows.
//!
//! A wish is `open` until it is `done` or `dropped`; such rows are kept. One call leaves one open
//! wish at most.
//!
//! What counts is the instant. The clock that somebody meant it by is kept beside it, to be shown.
//! `told_at` says that this instant was told of: another instant is told of anew.

use std::ops::Range;

use bohao_wire::{
    CallId, CallRow, CustomerId, CustomerName, FollowUp, FollowUpKind, FollowUpRow, FollowUpState,
    WallTime,
};
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

/// What was added for wishes that somebody names a time for, and for telling of them once.
pub(crate) const TIMES_MIGRATION: &str = "
-- The clock it was meant by: `2026-12-03T09:30`, and its minutes ahead of UTC.
ALTER TABLE follow_ups ADD COLUMN meant_local TEXT
    CHECK (meant_local IS NULL OR length(meant_local) = 16);
ALTER TABLE follow_ups ADD COLUMN meant_offset INTEGER
    CHECK ((meant_offset IS NULL) = (meant_local IS NULL));
-- Whether somebody asked for it beside the call's outcome, so that another outcome leaves it.
ALTER TABLE follow_ups ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));
-- When somebody was told that it is due.
ALTER TABLE follow_ups ADD COLUMN told_at INTEGER;
DROP INDEX IF EXISTS follow_ups_due;
CREATE INDEX IF NOT EXISTS follow_ups_open ON follow_ups (kind, due_at, id) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS follow_ups_done ON follow_ups (kind, changed_at DESC, id DESC) WHERE state = 'done';
CREATE INDEX IF NOT EXISTS follow_ups_untold ON follow_ups (due_at, id)
    WHERE state = 'open' AND kind = 'follow_up' AND told_at IS NULL;
";

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
    /// The clock that it was meant by.
    pub meant: Option<WallTime>,
    /// Why; may be empty.
    pub why: String,
    /// Whether it was asked for beside the call's outcome.
    pub by_hand: bool,
}

const COLUMNS: &str = "w.id, w.number, w.call, w.due_at, w.why, w.kind, w.state, w.meant_local, \
                       w.meant_offset, w.made_at";
/// With whoever is behind the number.
const ROW: &str = "SELECT {columns}, k.customer, k.name, k.company FROM follow_ups w
     LEFT JOIN customer_numbers n ON n.number = w.number
     LEFT JOIN customers k ON k.customer = n.customer";
const UNTOLD: &str = "state = 'open' AND kind = 'follow_up' AND told_at IS NULL";

impl FollowUps<'_> {
    /// One wish, whether it stands or not.
    pub fn get(&self, id: i64) -> Result<Option<FollowUpRow>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!("{} WHERE w.id = ?1", rows()))?
            .query_row([id], follow_up_row)
            .optional()?)
    }

    /// The wish that a call left and that still stands.
    pub fn of_call(&self, call: &CallId) -> Result<Option<FollowUp>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM follow_ups w
                 WHERE w.call = ?1 AND w.state = 'open' ORDER BY w.id DESC LIMIT 1"
            ))?
            .query_row([&call.0], follow_up)
            .optional()?)
    }

    /// Whether a call's wish was asked for beside its outcome, and stands.
    pub fn by_hand(&self, call: &CallId) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM follow_ups
                 WHERE call = ?1 AND state = 'open' AND by_hand = 1)",
            )?
            .query_row([&call.0], |row| row.get(0))?)
    }

    /// The wishes that stand for a number, the earliest first.
    pub fn of_number(&self, number: &str) -> Result<Vec<FollowUp>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM follow_ups w
             WHERE w.number = ?1 AND w.state = 'open' ORDER BY w.due_at, w.id LIMIT 100"
        ))?;
        let wishes = statement.query_map([number], follow_up)?;
        Ok(wishes.collect::<Result<_, _>>()?)
    }

    /// The wishes of a kind that stand and are due within a stretch of time, the earliest first.
    pub fn within(
        &self,
        kind: FollowUpKind,
        due: Range<i64>,
        limit: u32,
    ) -> Result<Vec<FollowUpRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{} WHERE w.state = 'open' AND w.kind = ?1 AND w.due_at >= ?2 AND w.due_at < ?3
             ORDER BY w.due_at, w.id LIMIT ?4",
            rows()
        ))?;
        let found = statement.query_map(
            params![Word(kind), due.start, due.end, limit],
            follow_up_row,
        )?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many there are of them.
    pub fn count_within(&self, kind: FollowUpKind, due: Range<i64>) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM follow_ups
                 WHERE state = 'open' AND kind = ?1 AND due_at >= ?2 AND due_at < ?3",
            )?
            .query_row(params![Word(kind), due.start, due.end], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The wishes of a kind that were done since an instant, the latest first.
    pub fn done(
        &self,
        kind: FollowUpKind,
        since: i64,
        limit: u32,
    ) -> Result<Vec<FollowUpRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{} WHERE w.state = 'done' AND w.kind = ?1 AND w.changed_at >= ?2
             ORDER BY w.changed_at DESC, w.id DESC LIMIT ?3",
            rows()
        ))?;
        let found = statement.query_map(params![Word(kind), since, limit], follow_up_row)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many there are of them.
    pub fn count_done(&self, kind: FollowUpKind, since: i64) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM follow_ups
                 WHERE state = 'done' AND kind = ?1 AND changed_at >= ?2",
            )?
            .query_row(params![Word(kind), since], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// When the first wish of a kind is due after an instant.
    pub fn next_due(&self, kind: FollowUpKind, after: i64) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT min(due_at) FROM follow_ups
                 WHERE state = 'open' AND kind = ?1 AND due_at > ?2",
            )?
            .query_row(params![Word(kind), after], |row| row.get(0))?)
    }

    /// When the first wish is due that somebody has to be told of.
    pub fn next_untold(&self) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT min(due_at) FROM follow_ups WHERE {UNTOLD}"
            ))?
            .query_row([], |row| row.get(0))?)
    }
}

impl FollowUpsMut<'_> {
    /// Writes a wish down, in the place of one that its call left before; returns its identity.
    pub fn add(&self, new: &NewFollowUp, at: i64) -> Result<i64, StoreError> {
        if let Some(call) = &new.call {
            self.drop_of_call(call, at)?;
        }
        self.connection
            .prepare_cached(
                "INSERT INTO follow_ups (number, call, kind, due_at, why, made_at, changed_at,
                     meant_local, meant_offset, by_hand)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                new.number,
                new.call.as_ref().map(|call| &call.0),
                Word(new.kind),
                new.due_at,
                new.why,
                at,
                new.meant.as_ref().map(|meant| &meant.local),
                new.meant.as_ref().map(|meant| meant.offset_minutes),
                new.by_hand,
            ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Moves a wish that stands to another instant, which is told of anew. From then on it is one
    /// that was asked for by hand.
    pub fn move_to(
        &self,
        id: i64,
        due_at: i64,
        meant: Option<&WallTime>,
        at: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE follow_ups SET due_at = ?2, meant_local = ?3, meant_offset = ?4,
                     kind = 'follow_up', by_hand = 1, told_at = NULL, changed_at = ?5
                 WHERE id = ?1 AND state = 'open'",
            )?
            .execute(params![
                id,
                due_at,
                meant.map(|meant| &meant.local),
                meant.map(|meant| meant.offset_minutes),
                at,
            ])?;
        Ok(())
    }

    /// Writes anew what a wish that stands is about.
    pub fn rename(&self, id: i64, why: &str, at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE follow_ups SET why = ?2, changed_at = ?3 WHERE id = ?1 AND state = 'open'",
            )?
            .execute(params![id, why, at])?;
        Ok(())
    }

    /// Ends a wish that stands, or lets one stand again. Where its call has left another one
    /// meanwhile, it stands for its number alone.
    pub fn set_state(&self, id: i64, state: FollowUpState, at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE follow_ups SET state = ?2, changed_at = ?3,
                     call = iif(?2 = 'open' AND EXISTS (
                         SELECT 1 FROM follow_ups o
                         WHERE o.call = follow_ups.call AND o.state = 'open' AND o.id <> ?1
                     ), NULL, call)
                 WHERE id = ?1 AND state <> ?2",
            )?
            .execute(params![id, Word(state), at])?;
        Ok(())
    }

    /// Takes the wishes that are due and that nobody was told of, the earliest first: they count as
    /// told from here on.
    pub fn tell_due(&self, now: i64, limit: u32) -> Result<Vec<FollowUpRow>, StoreError> {
        let mut due = self.connection.prepare_cached(&format!(
            "SELECT id FROM follow_ups WHERE {UNTOLD} AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2"
        ))?;
        let ids = due.query_map(params![now, limit], |row| row.get(0))?;
        let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
        let mut told = self
            .connection
            .prepare_cached("UPDATE follow_ups SET told_at = ?2 WHERE id = ?1")?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            told.execute([id, now])?;
            rows.extend(self.get(id)?);
        }
        Ok(rows)
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

    /// A number was called: what had been agreed on before, for so many milliseconds after the call
    /// began at most, is done. What was wished for since stands, and so does the call's own wish.
    pub fn settle_due(&self, by: &CallRow, early: i64, at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE follow_ups SET state = 'done', changed_at = ?5
                 WHERE state = 'open' AND number = ?1 AND kind = 'follow_up' AND due_at <= ?3 + ?4
                     AND changed_at <= ?3 AND call IS NOT ?2",
            )?
            .execute(params![by.tel_b, by.call.0, by.at, early, at])?;
        Ok(())
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

fn rows() -> String {
    ROW.replace("{columns}", COLUMNS)
}

fn follow_up(row: &Row<'_>) -> rusqlite::Result<FollowUp> {
    let meant = match (row.get(7)?, row.get(8)?) {
        (Some(local), Some(offset_minutes)) => Some(WallTime {
            local,
            offset_minutes,
        }),
        _ => None,
    };
    Ok(FollowUp {
        follow_up: row.get(0)?,
        number: row.get(1)?,
        call: row.get::<_, Option<String>>(2)?.map(CallId),
        due_at: row.get(3)?,
        meant,
        why: row.get(4)?,
        kind: row.get::<_, Word<_>>(5)?.0,
        state: row.get::<_, Word<_>>(6)?.0,
        made_at: row.get(9)?,
    })
}

fn follow_up_row(row: &Row<'_>) -> rusqlite::Result<FollowUpRow> {
    let customer = match row.get(10)? {
        Some(customer) => Some(CustomerName {
            customer: CustomerId(customer),
            name: row.get(11)?,
            company: row.get(12)?,
        }),
        None => None,
    };
    Ok(FollowUpRow {
        follow_up: follow_up(row)?,
        customer,
    })
}
