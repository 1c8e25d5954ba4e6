//! What one call counts as. Whatever tells of sums comes by its figures here.

use std::collections::BTreeMap;

use bohao_wire::{CallFigures, CallState, CallStatus};
use rusqlite::{Connection, Row, params};

use super::{Totals, WeekHour, WhyNot};
use crate::{
    StoreError,
    calls::{PLACE_SLACK, place_of},
    words::Word,
};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// China keeps UTC+8 the whole year.
const BEIJING_MS: i64 = 8 * HOUR_MS;

/// No call lasts longer, whatever a record says: sums must not overflow.
const LONGEST: i64 = 1_000_000_000;
/// Characters of a reason that tell it from others.
const REASON: usize = 100;

/// By what calls are counted, as it stands in the column.
pub(super) const PARTS: [&str; 6] = [ALL, HOUR, OWN, OUTCOME, LIST, WHY];
const ALL: &str = "all";
const HOUR: &str = "hour";
const OWN: &str = "own";
const OUTCOME: &str = "outcome";
const LIST: &str = "list";
const WHY: &str = "why";

/// The day of an instant, counted from 1970 on in Beijing. As [`super::MIGRATION`] has it.
pub(super) fn day_of(at: i64) -> i64 {
    (at.clamp(0, 1 << 58) + BEIJING_MS) / DAY_MS
}

/// When a day begins.
pub(super) fn start_of(day: i64) -> i64 {
    day * DAY_MS - BEIJING_MS
}

/// Dialled, connected, billed seconds, billed minutes, not sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum(pub [i64; 5]);

impl Sum {
    /// From a row's first columns.
    pub fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Sum([
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ]))
    }

    pub fn figures(self) -> CallFigures {
        let [dialled, connected, talk_seconds, billed_minutes, unsent] = self.0;
        CallFigures {
            dialled,
            connected,
            talk_seconds,
            billed_minutes,
            unsent,
        }
    }

    fn add(&mut self, other: Sum, sign: i64) {
        for (figure, more) in self.0.iter_mut().zip(other.0) {
            *figure += sign * more;
        }
    }
}

/// Under what something is counted: a part, and its own key in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub part: &'static str,
    pub key: String,
}

impl Key {
    pub fn new(part: &'static str, key: String) -> Self {
        Key { part, key }
    }
}

/// Sums by their keys.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Tally(pub BTreeMap<Key, Sum>);

impl Tally {
    pub fn put(&mut self, key: Key, sum: Sum) {
        self.0.entry(key).or_default().add(sum, 1);
    }

    pub fn add(&mut self, other: Tally) {
        for (key, sum) in other.0 {
            self.put(key, sum);
        }
    }

    /// This less the other; what comes to nothing is left out.
    pub fn less(mut self, other: Tally) -> Self {
        for (key, sum) in other.0 {
            self.0.entry(key).or_default().add(sum, -1);
        }
        self.0.retain(|_, sum| *sum != Sum::default());
        self
    }

    pub fn all(&self) -> Sum {
        let key = Key::new(ALL, String::new());
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// The sums by what their keys mean.
    pub fn totals(self) -> Totals {
        let mut totals = Totals::default();
        for (Key { part, key }, sum) in self.0 {
            if sum == Sum::default() {
                continue;
            }
            let figures = sum.figures();
            match part {
                ALL => totals.all = figures,
                HOUR => totals.hours.extend(week_hour(&key).zip(Some(figures))),
                OWN => {
                    let number = Some(key).filter(|number| !number.is_empty());
                    totals.own_numbers.push((number, figures));
                }
                OUTCOME => totals.outcomes.push((key.parse().ok(), figures)),
                LIST => totals.lists.extend(key.parse().ok().zip(Some(figures))),
                _ => totals.reasons.extend(why_of(&key).zip(Some(figures))),
            }
        }
        totals
    }

    fn count(&mut self, call: &Call) {
        let sum = call.sum();
        if sum == Sum::default() {
            return;
        }
        self.put(Key::new(ALL, String::new()), sum);
        self.put(Key::new(HOUR, call.week_hour()), sum);
        let own = call.tel_a.clone().unwrap_or_default();
        self.put(Key::new(OWN, own), sum);
        if call.is_dialled() {
            let outcome = call.outcome.map(|outcome| outcome.to_string());
            self.put(Key::new(OUTCOME, outcome.unwrap_or_default()), sum);
        }
        if let Some(list) = call.list {
            self.put(Key::new(LIST, list.to_string()), sum);
        }
        if let Some(why) = call.why_not() {
            self.put(Key::new(WHY, why), sum);
        }
    }
}

/// What the rows of one day come to, and how many they are.
pub(super) struct Counted {
    pub tally: Tally,
    pub rows: u32,
}

/// Counts the rows of a day; only those before an instant, if one is told.
pub(super) fn of_day(
    connection: &Connection,
    day: i64,
    before: Option<i64>,
) -> Result<Counted, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, state, status, tel_a, duration, outcome, code, record_reason, placed_here, list
         FROM calls WHERE place >= ?1 AND place < ?2",
    )?;
    let (from, to) = places(day);
    let mut rows = statement.query([from, to])?;
    let mut counted = Counted {
        tally: Tally::default(),
        rows: 0,
    };
    while let Some(row) = rows.next()? {
        counted.rows = counted.rows.saturating_add(1);
        let at: i64 = row.get(0)?;
        if day_of(at) != day || before.is_some_and(|before| at >= before) {
            continue;
        }
        counted.tally.count(&Call {
            at,
            state: row.get::<_, Word<_>>(1)?.0,
            status: row.get::<_, Option<Word<_>>>(2)?.map(|word| word.0),
            tel_a: row.get(3)?,
            duration: row.get(4)?,
            outcome: row.get(5)?,
            code: row.get(6)?,
            reason: row.get(7)?,
            placed_here: row.get(8)?,
            list: row.get(9)?,
        });
    }
    Ok(counted)
}

/// How many rows have to be walked past for a day, or so many at least.
pub(super) fn rows_of_day(
    connection: &Connection,
    day: i64,
    limit: u32,
) -> Result<u32, StoreError> {
    let (from, to) = places(day);
    Ok(connection
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM calls WHERE place >= ?1 AND place < ?2 LIMIT ?3)",
        )?
        .query_row(params![from, to, limit], |row| row.get(0))?)
}

/// Where the calls of a day stand in the log, and some of the next day's.
fn places(day: i64) -> (i64, i64) {
    (
        place_of(start_of(day)),
        place_of(start_of(day + 1)) + PLACE_SLACK,
    )
}

/// What of a call is counted.
struct Call {
    at: i64,
    state: CallState,
    status: Option<CallStatus>,
    tel_a: Option<String>,
    duration: Option<i64>,
    outcome: Option<i64>,
    code: Option<i64>,
    reason: Option<String>,
    placed_here: bool,
    list: Option<i64>,
}

impl Call {
    /// It left this desk, or may have, or a record tells of it.
    fn is_dialled(&self) -> bool {
        let stayed = matches!(
            self.state,
            CallState::Planned | CallState::Refused | CallState::NotSent
        );
        self.status.is_some() || (self.placed_here && !stayed)
    }

    /// It was to be dialled, and never was.
    fn is_unsent(&self) -> bool {
        !self.is_dialled() && matches!(self.state, CallState::Refused | CallState::NotSent)
    }

    fn is_connected(&self) -> bool {
        self.status == Some(CallStatus::Connected)
    }

    fn sum(&self) -> Sum {
        let seconds = self.duration.unwrap_or(0).clamp(0, LONGEST);
        Sum([
            i64::from(self.is_dialled()),
            i64::from(self.is_connected()),
            seconds,
            // Each call is billed by minutes that have begun.
            (seconds + 59) / 60,
            i64::from(self.is_unsent()),
        ])
    }

    fn week_hour(&self) -> String {
        let day = day_of(self.at);
        let hour = (self.at.clamp(0, 1 << 58) - start_of(day)) / HOUR_MS;
        // 1970 began on a Thursday.
        ((day + 3) % 7 * 24 + hour).to_string()
    }

    fn why_not(&self) -> Option<String> {
        let reason = || {
            let reason = self.reason.as_deref().unwrap_or_default();
            reason.chars().take(REASON).collect::<String>()
        };
        match self.status {
            Some(CallStatus::Connected) => None,
            Some(CallStatus::NotConnected) => Some(format!("not_connected:{}", reason())),
            Some(CallStatus::Failed) => Some(format!("failed:{}", reason())),
            Some(CallStatus::Dialled) => Some("dialled:".to_owned()),
            None if self.is_dialled() => Some("no_record:".to_owned()),
            None if self.state == CallState::Refused => {
                let code = self.code.map(|code| code.to_string());
                Some(format!("refused:{}", code.unwrap_or_default()))
            }
            None if self.state == CallState::NotSent => Some("not_sent:".to_owned()),
            None => None,
        }
    }
}

fn week_hour(key: &str) -> Option<WeekHour> {
    let slot: u8 = key.parse().ok()?;
    Some(WeekHour {
        weekday: slot / 24,
        hour: slot % 24,
    })
}

fn why_of(key: &str) -> Option<WhyNot> {
    let (word, text) = key.split_once(':')?;
    Some(match word {
        "not_connected" => WhyNot::NotConnected(text.to_owned()),
        "failed" => WhyNot::Failed(text.to_owned()),
        "dialled" => WhyNot::Dialled,
        "no_record" => WhyNot::NoRecord,
        "refused" => WhyNot::Refused(text.parse().ok()),
        "not_sent" => WhyNot::NotSent,
        _ => return None,
    })
}
