//! How leads change their turn.

use bohao_wire::{CallId, LeadId, LeadRow, LeadState, OutcomeId};
use rusqlite::{OptionalExtension, params};

use super::{LeadsMut, ROOM};
use crate::{StoreError, do_not_call::Barred, words::Word};

impl LeadsMut<'_> {
    /// The lead is dialled: written in the transaction that writes the dial.
    pub fn dial(&self, lead: &LeadRow, call: &CallId, at: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE calls SET list = ?2 WHERE call = ?1")?
            .execute(params![call.0, lead.list.0])?;
        self.connection
            .prepare_cached(
                "UPDATE leads SET state = 'called', next_at = NULL, tries = tries + 1, call = ?2,
                     outcome = NULL, turned_at = ?3, seen_at = max(seen_at, ?3)
                 WHERE lead = ?1",
            )?
            .execute(params![lead.lead.0, call.0, at])?;
        Ok(())
    }

    /// The lead's dial never left: it has its turn again, as if it had not been tried. `false` if
    /// the dial is no lead's, or its outcome was told already.
    pub fn release(&self, call: &CallId) -> Result<bool, StoreError> {
        let called = self
            .of_call(call)?
            .filter(|lead| lead.state == LeadState::Called);
        let Some(lead) = called else {
            return Ok(false);
        };
        let state = match Barred::new(self.connection).of(&lead.number)? {
            Some(_) => LeadState::Barred,
            None => LeadState::Open,
        };
        self.connection
            .prepare_cached("UPDATE leads SET state = ?2, tries = tries - 1 WHERE lead = ?1")?
            .execute(params![lead.lead.0, Word(state)])?;
        Ok(true)
    }

    /// Takes a number out of its turn in every list: it is not to be called, and stands in no table by
    /// which a trigger would know.
    pub fn bar(&self, number: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE leads SET state = 'barred', next_at = NULL
                 WHERE number = ?1 AND state IN ('open', 'waiting', 'skipped')",
            )?
            .execute([number])?;
        Ok(())
    }

    /// Gives a number its turn again in every list where it was [barred](LeadsMut::bar).
    pub fn let_in(&self, number: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE leads SET state = 'open' WHERE number = ?1 AND state = 'barred'",
            )?
            .execute([number])?;
        Ok(())
    }

    /// Says how a lead stands from now on. One that waits needs `next_at`, and no other has one.
    pub fn turn(
        &self,
        lead: LeadId,
        state: LeadState,
        next_at: Option<i64>,
        at: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE leads SET state = ?2, next_at = ?3, turned_at = ?4 WHERE lead = ?1",
            )?
            .execute(params![lead.0, Word(state), next_at, at])?;
        Ok(())
    }

    /// Lets a lead wait for its turn at its place, as one that had none yet.
    pub fn reopen(&self, lead: LeadId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE leads SET state = 'open', next_at = NULL, turned_at = NULL
                 WHERE lead = ?1",
            )?
            .execute([lead.0])?;
        Ok(())
    }

    /// Says what came of a lead's latest dial. `at` is when it was said, which keeps its place among
    /// those that had their turn.
    pub fn tell(
        &self,
        lead: LeadId,
        outcome: Option<OutcomeId>,
        state: LeadState,
        next_at: Option<i64>,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE leads SET outcome = ?2, state = ?3, next_at = ?4,
                     hour = coalesce((
                         SELECT (at / 3600000 + 8) % 24 AS at_hour FROM calls
                         WHERE tel_b = leads.number AND status = 'connected'
                         GROUP BY at_hour ORDER BY count(*) DESC, at_hour LIMIT 1), hour)
                 WHERE lead = ?1",
            )?
            .execute(params![
                lead.0,
                outcome.map(|outcome| outcome.0),
                Word(state),
                next_at
            ])?;
        Ok(())
    }

    /// Puts a lead right before another one of its list, or before all others. `false` if the other
    /// is none of that list.
    pub fn put_before(&self, lead: &LeadRow, other: Option<LeadId>) -> Result<bool, StoreError> {
        let Some((below, above)) = self.gap(lead, other)? else {
            return Ok(false);
        };
        if above - below >= 2 {
            return self.put(lead, below + (above - below) / 2);
        }
        // Whoever put leads into one gap twenty times over has used it up.
        self.connection.execute(
            "UPDATE leads SET position = n.place * ?2 FROM (
                 SELECT lead, row_number() OVER (ORDER BY position, lead) AS place
                 FROM leads WHERE list = ?1
             ) n WHERE n.lead = leads.lead",
            params![lead.list.0, ROOM],
        )?;
        match self.gap(lead, other)? {
            Some((below, above)) => self.put(lead, below + (above - below) / 2),
            None => Ok(false),
        }
    }

    /// Erases every lead with a number.
    pub fn erase(&self, number: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM leads WHERE number = ?1", [number])?;
        Ok(())
    }

    fn put(&self, lead: &LeadRow, position: i64) -> Result<bool, StoreError> {
        self.connection.execute(
            "UPDATE leads SET position = ?2 WHERE lead = ?1",
            params![lead.lead.0, position],
        )?;
        Ok(true)
    }

    /// The places between which the lead comes to stand.
    fn gap(&self, lead: &LeadRow, other: Option<LeadId>) -> Result<Option<(i64, i64)>, StoreError> {
        let above: Option<i64> = match other {
            Some(other) => self
                .connection
                .prepare_cached("SELECT position FROM leads WHERE list = ?1 AND lead = ?2")?
                .query_row(params![lead.list.0, other.0], |row| row.get(0))
                .optional()?,
            None => self
                .connection
                .prepare_cached("SELECT min(position) FROM leads WHERE list = ?1 AND lead <> ?2")?
                .query_row(params![lead.list.0, lead.lead.0], |row| row.get(0))?,
        };
        let Some(above) = above else {
            return Ok(None);
        };
        let below: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT max(position) FROM leads
                 WHERE list = ?1 AND position < ?2 AND lead <> ?3",
            )?
            .query_row(params![lead.list.0, above, lead.lead.0], |row| row.get(0))?;
        Ok(Some((below.unwrap_or(above - 2 * ROOM), above)))
    }
}
