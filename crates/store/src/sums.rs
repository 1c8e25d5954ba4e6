//! What the log comes to, day by day: how many calls were dialled and connected and how long they
//! talked, in all and by hour, own number, outcome, list and reason.
//!
//! Counting a million rows takes longer than a screen may wait, and a trigger that counts makes
//! an import half as fast. So a trigger only notes which days changed. Days that rest are summed
//! ([`settling`]); the few that changed since are counted from their rows whenever somebody asks.
//! Both are counted by [`counting`] alone, so that it does not matter which it was.

mod counting;
mod settling;

use std::collections::BTreeMap;

use bohao_wire::CallFigures;
use rusqlite::{Connection, params};

use crate::{StoreError, store::handles};
use counting::{Key, Sum, Tally};

pub(crate) use settling::{catch_up, settle_all};

/// The day in Beijing of a row's instant. No calendar is needed, only days that are counted on.
macro_rules! day_of_row {
    ($row:literal) => {
        concat!(
            "(min(max(",
            $row,
            ".at, 0), 1 << 58) + 28800000) / 86400000"
        )
    };
}

/// A block repeats the sums of its days, so that years are not much more to read than weeks.
pub(crate) const MIGRATION: &str = concat!(
    "
CREATE TABLE sums (
    span      TEXT NOT NULL CHECK (span IN ('day', 'block')),
    part      TEXT NOT NULL,
    -- Days since 1970 in Beijing, or blocks of them.
    start     INTEGER NOT NULL,
    key       TEXT NOT NULL,
    dialled   INTEGER NOT NULL,
    connected INTEGER NOT NULL,
    seconds   INTEGER NOT NULL,
    minutes   INTEGER NOT NULL,
    unsent    INTEGER NOT NULL,
    PRIMARY KEY (span, part, start, key)
) STRICT, WITHOUT ROWID;
-- Days whose rows have changed since they were summed.
CREATE TABLE sums_due (day INTEGER PRIMARY KEY NOT NULL) STRICT;
INSERT INTO sums_due SELECT DISTINCT ",
    day_of_row!("calls"),
    " FROM calls;

CREATE TRIGGER calls_counted_in AFTER INSERT ON calls BEGIN
    INSERT OR IGNORE INTO sums_due VALUES (",
    day_of_row!("new"),
    ");
END;
CREATE TRIGGER calls_counted_anew
AFTER UPDATE OF at, state, status, tel_a, duration, outcome, code, record_reason, placed_here
ON calls BEGIN
    INSERT OR IGNORE INTO sums_due VALUES (",
    day_of_row!("old"),
    ");
    INSERT OR IGNORE INTO sums_due VALUES (",
    day_of_row!("new"),
    ");
END;
CREATE TRIGGER calls_counted_out AFTER DELETE ON calls BEGIN
    INSERT OR IGNORE INTO sums_due VALUES (",
    day_of_row!("old"),
    ");
END;
"
);

/// Calls are counted by the list of which they were as well, which none was before. A copy that lost
/// the number of its version has the trigger already, which no table tells of.
pub(crate) const LISTS_MIGRATION: &str = concat!(
    "
CREATE TRIGGER IF NOT EXISTS calls_counted_by_list AFTER UPDATE OF list ON calls BEGIN
    INSERT OR IGNORE INTO sums_due VALUES (",
    day_of_row!("new"),
    ");
END;
"
);

/// Days of a block: as many as make years the fewest rows to read.
const BLOCK: i64 = 64;

handles!(Sums, SumsMut, "what the log comes to by days");

/// What the calls of some days come to. It names own numbers and reasons, so no log shows it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All of them.
    pub all: CallFigures,
    /// By the day on which they were dialled or began: the instant at which it began in Beijing.
    /// Days without any are left out.
    pub days: Vec<(i64, CallFigures)>,
    /// By hour. Together they are all.
    pub hours: Vec<(WeekHour, CallFigures)>,
    /// By own number, or none. Together they are all.
    pub own_numbers: Vec<(Option<String>, CallFigures)>,
    /// By outcome, or none. Together they are all that were dialled.
    pub outcomes: Vec<(Option<i64>, CallFigures)>,
    /// By calling list. Calls of none are left out, and those of one that is there no more are not.
    pub lists: Vec<(i64, CallFigures)>,
    /// By why they were not connected, or not sent. Together they are all that were not.
    pub reasons: Vec<(WhyNot, CallFigures)>,
}

/// An hour of a week in Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekHour {
    /// 0 is Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

/// Why a call was not connected, as far as anybody told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyNot {
    /// The record says not connected, for this reason; it may be empty.
    NotConnected(String),
    /// The record says failed, for this reason; it may be empty.
    Failed(String),
    /// The record says dialled, and nothing of its end.
    Dialled,
    /// It has no record yet, or never gets one.
    NoRecord,
    /// The platform refused it with this code: it was never dialled.
    Refused(Option<i64>),
    /// It never left: it was never dialled.
    NotSent,
}

impl Sums<'_> {
    /// What the calls from `since`, the beginning of a day in Beijing, until before `until` come to.
    pub fn between(&self, since: i64, until: i64) -> Result<Totals, StoreError> {
        let (first, end) = (counting::day_of(since), counting::day_of(until));
        let mut tally = Tally::default();
        let mut days = self.days(first, end)?;
        self.add_stored(&mut tally, first, end)?;
        for day in self.due(first, end)? {
            let (rows, stored) = (
                counting::of_day(self.connection, day, None)?.tally,
                self.stored(day)?,
            );
            days.insert(day, rows.all());
            tally.add(rows.less(stored));
        }
        if counting::start_of(end) < until {
            let rows = counting::of_day(self.connection, end, Some(until))?.tally;
            days.insert(end, rows.all());
            tally.add(rows);
        }
        let mut totals = tally.totals();
        totals.days = days
            .into_iter()
            .filter(|(_, sum)| *sum != Sum::default())
            .map(|(day, sum)| (counting::start_of(day), sum.figures()))
            .collect();
        Ok(totals)
    }

    /// Whether more days than the newest wait to be summed. What is asked takes longer meanwhile.
    pub fn is_settled(&self) -> Result<bool, StoreError> {
        Ok(settling::oldest_due(self.connection)?.is_none())
    }

    /// What is summed of each day from `first` to before `end`.
    fn days(&self, first: i64, end: i64) -> Result<BTreeMap<i64, Sum>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT dialled, connected, seconds, minutes, unsent, start FROM sums
             WHERE span = 'day' AND part = 'all' AND start >= ?1 AND start < ?2",
        )?;
        let days = statement.query_map([first, end], |row| Ok((row.get(5)?, Sum::of_row(row)?)))?;
        Ok(days.collect::<Result<_, _>>()?)
    }

    /// What is summed of these days by every key, read off whole blocks where there are any.
    fn add_stored(&self, tally: &mut Tally, first: i64, end: i64) -> Result<(), StoreError> {
        let (from, to) = (
            first.div_euclid(BLOCK) + i64::from(first.rem_euclid(BLOCK) > 0),
            end.div_euclid(BLOCK),
        );
        let stretches = match from < to {
            true => vec![
                ("day", first, from * BLOCK),
                ("block", from, to),
                ("day", to * BLOCK, end),
            ],
            false => vec![("day", first, end)],
        };
        let mut statement = self.connection.prepare_cached(
            "SELECT sum(dialled), sum(connected), sum(seconds), sum(minutes), sum(unsent), key
             FROM sums WHERE span = ?1 AND part = ?2 AND start >= ?3 AND start < ?4 GROUP BY key",
        )?;
        for part in counting::PARTS {
            for (span, from, to) in &stretches {
                let mut rows = statement.query(params![span, part, from, to])?;
                while let Some(row) = rows.next()? {
                    tally.put(Key::new(part, row.get(5)?), Sum::of_row(row)?);
                }
            }
        }
        Ok(())
    }

    /// What is summed of one day.
    fn stored(&self, day: i64) -> Result<Tally, StoreError> {
        stored(self.connection, day)
    }

    fn due(&self, first: i64, end: i64) -> Result<Vec<i64>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT day FROM sums_due WHERE day >= ?1 AND day < ?2")?;
        let days = statement.query_map([first, end], |row| row.get(0))?;
        Ok(days.collect::<Result<_, _>>()?)
    }
}

fn stored(connection: &Connection, day: i64) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    let mut statement = connection.prepare_cached(
        "SELECT dialled, connected, seconds, minutes, unsent, key FROM sums
         WHERE span = 'day' AND part = ?1 AND start = ?2",
    )?;
    for part in counting::PARTS {
        let mut rows = statement.query(params![part, day])?;
        while let Some(row) = rows.next()? {
            tally.put(Key::new(part, row.get(5)?), Sum::of_row(row)?);
        }
    }
    Ok(tally)
}
