//! Numbers that are not to be called. A number stays here until it is lifted with a reason; rows of
//! lifted ones are kept.

use bohao_wire::{CallId, DoNotCall, DoNotCallSource};
use rusqlite::{OptionalExtension, Row, params};
use std::ops::ControlFlow;

use crate::{
    StoreError,
    digests::{Digests, DigestsMut},
    do_not_call_hashes::{HashedBarred, HashedBarredMut},
    leads::LeadsMut,
    store::handles,
    words::Word,
};

pub(crate) const MIGRATION: &str = "
CREATE TABLE do_not_call (
    id            INTEGER PRIMARY KEY,
    number        TEXT NOT NULL,
    since         INTEGER NOT NULL,
    reason        TEXT NOT NULL,
    source        TEXT NOT NULL CHECK (source IN ('outcome', 'user', 'import')),
    -- The call whose outcome put it here.
    call          TEXT,
    lifted_at     INTEGER,
    lifted_reason TEXT,
    CHECK ((lifted_at IS NULL) = (lifted_reason IS NULL)),
    CHECK (lifted_reason IS NULL OR lifted_reason <> '')
) STRICT;
-- A number stands here once.
CREATE UNIQUE INDEX do_not_call_standing ON do_not_call (number) WHERE lifted_at IS NULL;
CREATE INDEX do_not_call_of_number ON do_not_call (number);
CREATE INDEX do_not_call_of_call ON do_not_call (call) WHERE call IS NOT NULL;
";

handles!(Barred, BarredMut, "numbers that are not to be called");

/// A number that is to be called no more.
#[derive(Clone, PartialEq, Eq)]
pub struct NewDoNotCall {
    /// Its digits.
    pub number: String,
    /// From when on.
    pub since: i64,
    /// Why.
    pub reason: String,
    /// What puts it here.
    pub source: DoNotCallSource,
    /// The call whose outcome does, if one does.
    pub call: Option<CallId>,
}

impl Barred<'_> {
    /// Why this number is not to be called, if it is not. Of somebody who was erased only the mark
    /// tells, and a list of hashes may be all that says so.
    pub fn of(&self, number: &str) -> Result<Option<DoNotCall>, StoreError> {
        if let Some(standing) = self.standing(number)? {
            return Ok(Some(standing));
        }
        let marked = match Digests::new(self.connection).marked_since(number)? {
            None => self.erased(number)?,
            marked => marked,
        };
        if let Some(since) = marked {
            return Ok(Some(DoNotCall {
                number: number.to_owned(),
                since,
                reason: String::new(),
                source: DoNotCallSource::Erasure,
            }));
        }
        let hashed = HashedBarred::new(self.connection).of(number)?;
        Ok(hashed.map(|(since, reason)| DoNotCall {
            number: number.to_owned(),
            since,
            reason,
            source: DoNotCallSource::Import,
        }))
    }

    /// Until when the erasure can be undone of somebody who is to be kept off, though no mark tells of
    /// it yet.
    fn erased(&self, number: &str) -> Result<Option<i64>, StoreError> {
        let erased = "SELECT undo_until FROM deletions WHERE number = ?1 AND keep_off = 1";
        let erased = self
            .connection
            .prepare_cached(erased)?
            .query_row([number], |row| row.get(0));
        Ok(erased.optional()?)
    }

    /// How many numbers stand here in plain digits.
    pub fn count(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM do_not_call WHERE lifted_at IS NULL")?
            .query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Hands out the numbers that stand here in plain digits, one by one, until `take` has enough.
    pub fn each(
        &self,
        mut take: impl FnMut(DoNotCall) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number, since, reason, source FROM do_not_call
             WHERE lifted_at IS NULL ORDER BY id",
        )?;
        for standing in statement.query_map([], do_not_call)? {
            if take(standing?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn standing(&self, number: &str) -> Result<Option<DoNotCall>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT number, since, reason, source FROM do_not_call
                 WHERE number = ?1 AND lifted_at IS NULL",
            )?
            .query_row([number], do_not_call)
            .optional()?)
    }
}

impl BarredMut<'_> {
    /// Puts a number here. `false` if it stands here already: then it stays as it was.
    pub fn add(&self, new: &NewDoNotCall) -> Result<bool, StoreError> {
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO do_not_call (number, since, reason, source, call)
                 SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (
                     SELECT 1 FROM do_not_call WHERE number = ?1 AND lifted_at IS NULL)",
            )?
            .execute(params![
                new.number,
                new.since,
                new.reason,
                Word(new.source),
                new.call.as_ref().map(|call| &call.0),
            ])?;
        Ok(added == 1)
    }

    /// Lets a number be called again, and keeps why if it stands here in plain digits. `false` if it
    /// may be called already.
    pub fn lift(&self, number: &str, reason: &str, at: i64) -> Result<bool, StoreError> {
        let lifted = self.connection.execute(
            "UPDATE do_not_call SET lifted_at = ?2, lifted_reason = ?3
             WHERE number = ?1 AND lifted_at IS NULL",
            params![number, at, reason],
        )?;
        let unmarked = DigestsMut::new(self.connection).lift(number)?;
        let unlisted = HashedBarredMut::new(self.connection).lift(number)?;
        LeadsMut::new(self.connection).let_in(number)?;
        Ok(lifted == 1 || unmarked || unlisted)
    }

    /// Erases every trace of a number, for whoever keeps the ban by other means. `true` if it
    /// stood here.
    pub fn erase(&self, number: &str) -> Result<bool, StoreError> {
        let stood = self.standing(number)?.is_some();
        self.connection
            .execute("DELETE FROM do_not_call WHERE number = ?1", [number])?;
        Ok(stood)
    }
}

fn do_not_call(row: &Row<'_>) -> rusqlite::Result<DoNotCall> {
    Ok(DoNotCall {
        number: row.get(0)?,
        since: row.get(1)?,
        reason: row.get(2)?,
        source: row.get::<_, Word<_>>(3)?.0,
    })
}
