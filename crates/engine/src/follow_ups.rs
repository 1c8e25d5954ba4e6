//! Wishes to call a number again at some time: kept, put off, done, told of, written into a
//! calendar.
//!
//! What counts is an instant, so no change of zone moves one. Which days are today and tomorrow is
//! by the clock of whoever asks.

pub mod calendar;
pub mod reminder;
#[cfg(test)]
mod tests;

use crate::ground::Ground;
use crate::{faults, numbers, said_time};
use bohao_store::{Db, NewFollowUp, StoreError, Tx};
use bohao_wire::{
    AddFollowUp, ChangeFollowUp, Fault, FaultCode, FollowUpKept, FollowUpKind, FollowUpRow,
    FollowUpSection, FollowUpState, FollowUps, FollowUpsQuery, NumberFollowUps, SectionName,
    Snooze, SnoozeFollowUp, StandingFollowUps, WallTime, Zone,
};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::ops::Range;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Nothing is agreed on for so far away.
const TOO_FAR_MS: i64 = 5 * 366 * DAY_MS;
/// How many days after today are next.
const NEXT_DAYS: i64 = 7;
/// How long those that are done are shown.
const DONE_MS: i64 = 30 * DAY_MS;
/// The longest word why, in characters.
const MAX_WHY: usize = 200;
/// The most numbers that are asked about at once.
const MAX_NUMBERS: usize = 50;
/// The most rows of a section.
const MAX_ROWS: u32 = 1_000;
const ROWS: u32 = 100;
/// The hour to which one is put off until tomorrow.
const TOMORROW_AT: i8 = 9;

/// The follow-ups of a kind, by when they are due.
///
/// # Errors
/// A fault of the database.
pub async fn all(ground: &Ground, request: FollowUpsQuery, now: i64) -> Result<FollowUps, Fault> {
    let days = Days::of(now, &request.zone);
    let read = ground.store.read(move |db| sections(db, &request, &days));
    read.await.map_err(faults::of_store)
}

/// The follow-ups that stand for some numbers, the earliest first.
///
/// # Errors
/// `BadInput` for more than 50 numbers.
pub async fn of_numbers(
    ground: &Ground,
    request: NumberFollowUps,
) -> Result<StandingFollowUps, Fault> {
    if request.numbers.len() > MAX_NUMBERS {
        return Err(bad("numbers", "at most 50 numbers are asked about at once"));
    }
    let read = ground.store.read(move |db| {
        let mut follow_ups = Vec::new();
        for number in &request.numbers {
            follow_ups.extend(db.follow_ups().of_number(number)?);
        }
        follow_ups.sort_by_key(|wish| (wish.due_at, wish.follow_up));
        Ok(StandingFollowUps { follow_ups })
    });
    read.await.map_err(faults::of_store)
}

/// Keeps a wish to call a number; for the number alone, if its call is not in the log any more.
///
/// # Errors
/// `BadNumber`; `BadInput` for a word why that is too long, a time that is too far away, or a clock
/// that shows another one.
pub async fn add(ground: &Ground, request: AddFollowUp, now: i64) -> Result<FollowUpKept, Fault> {
    let number = numbers::read(&request.number).map_err(faults::bad_number)?;
    let why = short(request.why.as_deref().unwrap_or_default())?;
    check(request.at, request.meant.as_ref(), now)?;
    let wish = NewFollowUp {
        number: number.digits,
        call: request.call,
        kind: FollowUpKind::FollowUp,
        due_at: request.at,
        meant: request.meant,
        why,
        by_hand: true,
    };
    write(ground, move |tx| {
        if wish.due_at <= now {
            return Ok(Some(FollowUpKept::Past));
        }
        if let Some(do_not_call) = tx.do_not_call().of(&wish.number)? {
            return Ok(Some(FollowUpKept::Barred { do_not_call }));
        }
        // Its call may have been deleted while somebody wrote.
        let call = match &wish.call {
            Some(call) => tx.calls().get(call)?.map(|row| row.call),
            None => None,
        };
        let id = tx.follow_ups().add(&NewFollowUp { call, ..wish }, now)?;
        kept(tx, id)
    })
    .await
}

/// Changes a follow-up that stands.
///
/// # Errors
/// `NotFound` if it does not stand; `BadInput` as for [`add`].
pub async fn change(
    ground: &Ground,
    request: ChangeFollowUp,
    now: i64,
) -> Result<FollowUpKept, Fault> {
    let why = request.why.as_deref().map(short).transpose()?;
    if let Some(at) = request.at {
        check(at, request.meant.as_ref(), now)?;
    }
    let id = request.follow_up;
    write(ground, move |tx| {
        if !stands(tx, id)? {
            return Ok(None);
        }
        if request.at.is_some_and(|at| at <= now) {
            return Ok(Some(FollowUpKept::Past));
        }
        if let Some(at) = request.at {
            tx.follow_ups()
                .move_to(id, at, request.meant.as_ref(), now)?;
        }
        if let Some(why) = &why {
            tx.follow_ups().rename(id, why, now)?;
        }
        kept(tx, id)
    })
    .await
}

/// Puts a follow-up off.
///
/// # Errors
/// `NotFound` if it does not stand.
pub async fn snooze(
    ground: &Ground,
    request: SnoozeFollowUp,
    now: i64,
) -> Result<FollowUpKept, Fault> {
    let zone = said_time::zone(&request.zone);
    let at = match request.until {
        Snooze::TenMinutes => now + 10 * MINUTE_MS,
        Snooze::Hour => now + 60 * MINUTE_MS,
        Snooze::Tomorrow => tomorrow(now, &zone),
    };
    let id = request.follow_up;
    write(ground, move |tx| {
        if !stands(tx, id)? {
            return Ok(None);
        }
        let meant = said_time::on_the_wall(at, &zone);
        tx.follow_ups().move_to(id, at, Some(&meant), now)?;
        kept(tx, id)
    })
    .await
}

/// Ends a follow-up that stands.
///
/// # Errors
/// `NotFound` without such a follow-up.
pub async fn end(
    ground: &Ground,
    id: i64,
    state: FollowUpState,
    now: i64,
) -> Result<FollowUpKept, Fault> {
    write(ground, move |tx| {
        if stands(tx, id)? {
            tx.follow_ups().set_state(id, state, now)?;
        }
        kept(tx, id)
    })
    .await
}

/// Lets a follow-up stand again, unless its number is not to be called any more.
///
/// # Errors
/// `NotFound` without such a follow-up.
pub async fn reopen(ground: &Ground, id: i64, now: i64) -> Result<FollowUpKept, Fault> {
    write(ground, move |tx| {
        let Some(row) = tx.follow_ups().get(id)? else {
            return Ok(None);
        };
        if let Some(do_not_call) = tx.do_not_call().of(&row.follow_up.number)? {
            return Ok(Some(FollowUpKept::Barred { do_not_call }));
        }
        tx.follow_ups().set_state(id, FollowUpState::Open, now)?;
        kept(tx, id)
    })
    .await
}

/// Whom a follow-up is about, for where anybody may look: no number is whole in it.
pub fn shown(row: &FollowUpRow) -> String {
    let known = row.customer.as_ref().map(|who| {
        let parts = [who.name.as_str(), who.company.as_str()];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    });
    match known.filter(|line| !line.is_empty()) {
        Some(line) => bohao_sheets::masked_text(&line).into_owned(),
        None => bohao_sheets::masked(&row.follow_up.number),
    }
}

/// Why to follow up, for the same places.
pub fn shown_why(row: &FollowUpRow) -> String {
    bohao_sheets::masked_text(&row.follow_up.why).into_owned()
}

/// Where today and the days after it end, by somebody's clock.
struct Days {
    now: i64,
    tomorrow: i64,
    later: i64,
}

impl Days {
    fn of(now: i64, zone: &Zone) -> Self {
        let zone = said_time::zone(zone);
        Days {
            now,
            tomorrow: midnight(now, 1, &zone),
            later: midnight(now, 1 + NEXT_DAYS, &zone),
        }
    }

    /// What is due within a section of those that stand.
    fn within(&self, name: SectionName) -> Range<i64> {
        let soon = self.now.saturating_add(1);
        match name {
            SectionName::Overdue | SectionName::Done => i64::MIN..soon,
            SectionName::Today => soon..self.tomorrow,
            SectionName::Next => self.tomorrow..self.later,
            SectionName::Later => self.later..i64::MAX,
        }
    }
}

fn sections(db: &Db<'_>, asked: &FollowUpsQuery, days: &Days) -> Result<FollowUps, StoreError> {
    let (wishes, kind) = (db.follow_ups(), asked.kind);
    let limit = match asked.limit {
        0 => ROWS,
        limit => limit.min(MAX_ROWS),
    };
    let mut sections = Vec::new();
    for name in [
        SectionName::Overdue,
        SectionName::Today,
        SectionName::Next,
        SectionName::Later,
    ] {
        let within = days.within(name);
        sections.push(FollowUpSection {
            name,
            total: wishes.count_within(kind, within.clone())?,
            rows: wishes.within(kind, within, limit)?,
        });
    }
    let since = days.now - DONE_MS;
    sections.push(FollowUpSection {
        name: SectionName::Done,
        total: wishes.count_done(kind, since)?,
        rows: wishes.done(kind, since, limit)?,
    });
    let overdue = days.within(SectionName::Overdue);
    let mut changes_at = days.tomorrow;
    for kind in [FollowUpKind::FollowUp, FollowUpKind::Again] {
        changes_at = changes_at.min(wishes.next_due(kind, days.now)?.unwrap_or(changes_at));
    }
    Ok(FollowUps {
        sections,
        due: wishes.count_within(FollowUpKind::FollowUp, overdue.clone())?,
        due_again: wishes.count_within(FollowUpKind::Again, overdue)?,
        changes_at,
    })
}

/// When the day so many days from this one begins by a clock.
fn midnight(now: i64, days: i64, zone: &TimeZone) -> i64 {
    at_hour(now, days, 0, zone)
}

fn tomorrow(now: i64, zone: &TimeZone) -> i64 {
    at_hour(now, 1, TOMORROW_AT, zone)
}

/// An instant beyond the calendar is answered as if each day had 24 hours.
fn at_hour(now: i64, days: i64, hour: i8, zone: &TimeZone) -> i64 {
    let known = || -> Result<i64, jiff::Error> {
        let today = zone.to_datetime(Timestamp::from_millisecond(now)?).date();
        let day = today.checked_add(Span::new().try_days(days)?)?;
        Ok(zone.to_timestamp(day.at(hour, 0, 0, 0))?.as_millisecond())
    };
    known().unwrap_or_else(|_| now.saturating_add(days * DAY_MS))
}

/// Changes follow-ups in one transaction, and tells of it. Nothing stands for one that is not there.
async fn write(
    ground: &Ground,
    change: impl FnOnce(&Tx<'_>) -> Result<Option<FollowUpKept>, StoreError> + Send + 'static,
) -> Result<FollowUpKept, Fault> {
    let written = ground.store.write(change).await.map_err(faults::of_store)?;
    let kept =
        written.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such follow-up"))?;
    if let FollowUpKept::Kept { row } = &kept {
        ground.follow_ups_changed();
        // Its call's screen shows it too.
        if let Some(call) = &row.follow_up.call {
            (ground.changed)(call.clone());
        }
    }
    Ok(kept)
}

fn kept(tx: &Tx<'_>, id: i64) -> Result<Option<FollowUpKept>, StoreError> {
    let row = tx.follow_ups().get(id)?;
    Ok(row.map(|row| FollowUpKept::Kept { row: Box::new(row) }))
}

fn stands(tx: &Tx<'_>, id: i64) -> Result<bool, StoreError> {
    let row = tx.follow_ups().get(id)?;
    Ok(row.is_some_and(|row| row.follow_up.state == FollowUpState::Open))
}

fn check(at: i64, meant: Option<&WallTime>, now: i64) -> Result<(), Fault> {
    if at > now.saturating_add(TOO_FAR_MS) {
        return Err(bad("at", "a follow-up is at most five years away"));
    }
    match meant {
        Some(meant) if !said_time::agrees(meant, at) => {
            Err(bad("meant", "the clock shows another time"))
        }
        _ => Ok(()),
    }
}

fn short(why: &str) -> Result<String, Fault> {
    let why = why.trim();
    match why.chars().count() <= MAX_WHY {
        true => Ok(why.to_owned()),
        false => Err(bad("why", "the word why has at most 200 characters")),
    }
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
