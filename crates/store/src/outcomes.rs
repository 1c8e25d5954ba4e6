//! Which outcomes there are, and every choice of one.
//!
//! A call's outcome is the latest choice that was made for it. `calls.outcome` repeats it, so that
//! the log can be narrowed by it; no record touches either.

use bohao_wire::{
    CallId, Outcome, OutcomeChange, OutcomeColour, OutcomeEffect, OutcomeId, OutcomeMark,
};
use rusqlite::{OptionalExtension, Row, params};

use crate::{StoreError, store::handles, words::Word};

pub(crate) const MIGRATION: &str = "
CREATE TABLE outcomes (
    outcome  INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL,
    -- Which of the first ones it is, as long as it bears the name it began with.
    word     TEXT UNIQUE CHECK (word IN
        ('interested', 'later', 'not_interested', 'no_answer', 'dead_number', 'do_not_call')),
    colour   TEXT NOT NULL CHECK (colour IN ('jade', 'amber', 'red', 'grey')),
    effect   TEXT NOT NULL CHECK (effect IN ('done', 'again', 'follow_up', 'do_not_call')),
    hours    INTEGER CHECK ((hours IS NOT NULL) = (effect = 'again')),
    position INTEGER NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;
INSERT INTO outcomes (name, word, colour, effect, hours, position) VALUES
    ('意向', 'interested', 'jade', 'follow_up', NULL, 1),
    ('稍后再拨', 'later', 'amber', 'again', 2, 2),
    ('无意向', 'not_interested', 'grey', 'done', NULL, 3),
    ('未接', 'no_answer', 'grey', 'again', 2, 4),
    ('空号', 'dead_number', 'grey', 'done', NULL, 5),
    ('勿扰', 'do_not_call', 'red', 'do_not_call', NULL, 6);

CREATE TABLE outcome_changes (
    id      INTEGER PRIMARY KEY,
    call    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    -- NULL takes the choice back.
    outcome INTEGER REFERENCES outcomes (outcome),
    chooser TEXT NOT NULL
) STRICT;
CREATE INDEX outcome_changes_of_call ON outcome_changes (call, at, id);
CREATE INDEX outcome_changes_of_outcome ON outcome_changes (outcome);

ALTER TABLE calls ADD COLUMN outcome INTEGER;
CREATE INDEX calls_of_outcome ON calls (outcome, place, at);
-- The last dial is asked for before each further one.
CREATE INDEX calls_dialled_here ON calls (place) WHERE placed_here = 1;
";

handles!(OutcomesOf, OutcomesMut, "outcomes and choices of them");

/// The columns of an [`OutcomeMark`], from `outcomes o`.
pub(crate) const MARK: &str = "o.outcome, o.name, o.word, o.colour";

impl OutcomesOf<'_> {
    /// All outcomes in their order, archived ones last.
    pub fn all(&self) -> Result<Vec<Outcome>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {MARK}, o.effect, o.hours, o.archived FROM outcomes o
             ORDER BY o.archived, o.position, o.outcome"
        ))?;
        let outcomes = statement.query_map([], outcome)?;
        Ok(outcomes.collect::<Result<_, _>>()?)
    }

    /// One outcome.
    pub fn get(&self, id: OutcomeId) -> Result<Option<Outcome>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT {MARK}, o.effect, o.hours, o.archived FROM outcomes o WHERE o.outcome = ?1"
            ))?
            .query_row([id.0], outcome)
            .optional()?)
    }

    /// Every choice that was made for a call, the latest first.
    pub fn changes(&self, call: &CallId) -> Result<Vec<OutcomeChange>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {MARK}, c.at, c.chooser
             FROM outcome_changes c LEFT JOIN outcomes o USING (outcome)
             WHERE c.call = ?1 ORDER BY c.at DESC, c.id DESC"
        ))?;
        let changes = statement.query_map([&call.0], |row| {
            Ok(OutcomeChange {
                outcome: mark(row, 0)?,
                at: row.get(4)?,
                by: row.get(5)?,
            })
        })?;
        Ok(changes.collect::<Result<_, _>>()?)
    }

    /// The last outcome of any call with these numbers.
    pub fn latest_of(&self, numbers: &[String]) -> Result<Option<OutcomeMark>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {MARK}, c.place FROM calls c JOIN outcomes o ON o.outcome = c.outcome
             WHERE c.tel_b = ?1 AND c.outcome IS NOT NULL ORDER BY c.place DESC LIMIT 1"
        ))?;
        let mut latest: Option<(i64, Option<OutcomeMark>)> = None;
        for number in numbers {
            let found = statement
                .query_row([number], |row| Ok((row.get(4)?, mark(row, 0)?)))
                .optional()?;
            let later = |found: &(i64, _)| latest.as_ref().is_none_or(|one| one.0 < found.0);
            if let Some(found) = found.filter(later) {
                latest = Some(found);
            }
        }
        Ok(latest.and_then(|(_, mark)| mark))
    }

    /// The last dial that left this desk, or may have, if it has no outcome. Refused ones and those
    /// that never left have none to ask for.
    pub fn unasked(&self) -> Result<Option<CallId>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT call FROM (
                     SELECT call, outcome FROM calls
                     WHERE placed_here = 1 AND state NOT IN ('planned', 'refused', 'not_sent')
                     ORDER BY place DESC LIMIT 1
                 ) WHERE outcome IS NULL",
            )?
            .query_row([], |row| row.get(0).map(CallId))
            .optional()?)
    }
}

impl OutcomesMut<'_> {
    /// Adds an outcome behind all others.
    pub fn add(
        &self,
        name: &str,
        colour: OutcomeColour,
        effect: OutcomeEffect,
    ) -> Result<OutcomeId, StoreError> {
        let (effect, hours) = columns(effect);
        self.connection.execute(
            "INSERT INTO outcomes (name, colour, effect, hours, position)
             SELECT ?1, ?2, ?3, ?4, coalesce(max(position), 0) + 1 FROM outcomes",
            params![name, Word(colour), effect, hours],
        )?;
        Ok(OutcomeId(self.connection.last_insert_rowid()))
    }

    /// Writes an outcome as it is to be. A new name ends its being one of the first.
    pub fn change(&self, outcome: &Outcome) -> Result<(), StoreError> {
        let (effect, hours) = columns(outcome.effect);
        self.connection.execute(
            "UPDATE outcomes SET word = iif(name = ?2, word, NULL), name = ?2, colour = ?3,
                 effect = ?4, hours = ?5, archived = ?6
             WHERE outcome = ?1",
            params![
                outcome.outcome.0,
                outcome.name,
                Word(outcome.colour),
                effect,
                hours,
                outcome.archived,
            ],
        )?;
        Ok(())
    }

    /// Puts these first, in this order; the others follow as they stood.
    pub fn order(&self, first: &[OutcomeId]) -> Result<(), StoreError> {
        let behind = i64::try_from(first.len()).unwrap_or(i64::MAX);
        self.connection
            .execute("UPDATE outcomes SET position = position + ?1 + 1", [behind])?;
        for (position, outcome) in (1_i64..).zip(first) {
            self.connection.execute(
                "UPDATE outcomes SET position = ?2 WHERE outcome = ?1",
                params![outcome.0, position],
            )?;
        }
        Ok(())
    }

    /// Removes an outcome; one that was ever chosen is archived instead.
    pub fn remove(&self, outcome: OutcomeId) -> Result<(), StoreError> {
        let used: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM outcome_changes WHERE outcome = ?1)",
            [outcome.0],
            |row| row.get(0),
        )?;
        let sql = match used {
            true => "UPDATE outcomes SET archived = 1 WHERE outcome = ?1",
            false => "DELETE FROM outcomes WHERE outcome = ?1",
        };
        self.connection.execute(sql, [outcome.0])?;
        Ok(())
    }

    /// Keeps a choice for a call, unless it is the one that stands. `false` if it is.
    pub fn choose(
        &self,
        call: &CallId,
        outcome: Option<OutcomeId>,
        at: i64,
        chooser: &str,
    ) -> Result<bool, StoreError> {
        let standing: Option<i64> = self
            .connection
            .prepare_cached("SELECT outcome FROM calls WHERE call = ?1")?
            .query_row([&call.0], |row| row.get(0))
            .optional()?
            .flatten();
        let outcome = outcome.map(|outcome| outcome.0);
        if standing == outcome {
            return Ok(false);
        }
        // A clock that was set back must not put this choice below an earlier one.
        self.connection
            .prepare_cached(
                "INSERT INTO outcome_changes (call, at, outcome, chooser)
                 SELECT ?1, max(?2, coalesce(max(at), ?2)), ?3, ?4
                 FROM outcome_changes WHERE call = ?1",
            )?
            .execute(params![call.0, at, outcome, chooser])?;
        show(self.connection, call)?;
        Ok(true)
    }
}

/// Repeats the latest choice in the call's own row.
pub(crate) fn show(connection: &rusqlite::Connection, call: &CallId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE calls SET outcome = (
                 SELECT outcome FROM outcome_changes WHERE call = ?1
                 ORDER BY at DESC, id DESC LIMIT 1
             ) WHERE call = ?1",
        )?
        .execute([&call.0])?;
    Ok(())
}

/// A row's outcome, whose columns begin at `first`.
pub(crate) fn mark(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<OutcomeMark>> {
    let Some(outcome) = row.get(first)? else {
        return Ok(None);
    };
    Ok(Some(OutcomeMark {
        outcome: OutcomeId(outcome),
        name: row.get(first + 1)?,
        word: row.get::<_, Option<Word<_>>>(first + 2)?.map(|word| word.0),
        colour: row.get::<_, Word<_>>(first + 3)?.0,
    }))
}

fn outcome(row: &Row<'_>) -> rusqlite::Result<Outcome> {
    let effect = match row.get_ref(4)?.as_str()? {
        "again" => OutcomeEffect::Again { hours: row.get(5)? },
        "follow_up" => OutcomeEffect::FollowUp,
        "do_not_call" => OutcomeEffect::DoNotCall,
        _ => OutcomeEffect::Done,
    };
    Ok(Outcome {
        outcome: OutcomeId(row.get(0)?),
        name: row.get(1)?,
        word: row.get::<_, Option<Word<_>>>(2)?.map(|word| word.0),
        colour: row.get::<_, Word<_>>(3)?.0,
        effect,
        archived: row.get(6)?,
    })
}

fn columns(effect: OutcomeEffect) -> (&'static str, Option<u32>) {
    match effect {
        OutcomeEffect::Done => ("done", None),
        OutcomeEffect::Again { hours } => ("again", Some(hours)),
        OutcomeEffect::FollowUp => ("follow_up", None),
        OutcomeEffect::DoNotCall => ("do_not_call", None),
    }
}
