//! Times as people say them, in Chinese and English: 周四上午十点, tomorrow 3pm, 三天后.
//!
//! A text is taken apart into words ([`words`]). Together they mean a day, an hour, or a stretch of
//! time from now ([`meaning`]), which is then looked up on the calendar ([`calendar`]). Nothing in
//! a text is passed over that was not understood, and one that may mean several times is answered
//! with all of them. Holidays are not guessed.

mod calendar;
mod meaning;
mod numerals;
#[cfg(test)]
mod tests;
mod words;

use bohao_wire::{TimeFlaw, TimeRead, WallTime, Zone};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// The longest text that is read, in characters.
const MAX_TEXT: usize = 100;
/// No clock on earth is further from UTC, in minutes.
const MAX_OFFSET: i32 = 18 * 60;
/// How a time on the wall is written down.
const LOCAL: &str = "%Y-%m-%dT%H:%M";

/// What a text means at an instant in Unix milliseconds, to somebody in this zone.
pub fn read(text: &str, now: i64, zone: &TimeZone) -> TimeRead {
    match understood(text, now, zone) {
        Ok(times) => TimeRead { times, flaw: None },
        Err(flaw) => TimeRead {
            times: Vec::new(),
            flaw: Some(flaw),
        },
    }
}

/// The zone that was named: by its name where that is known, else by its distance from UTC.
pub fn zone(named: &Zone) -> TimeZone {
    let by_name = match named.name.is_empty() {
        true => None,
        false => TimeZone::get(&named.name).ok(),
    };
    by_name.unwrap_or_else(|| TimeZone::fixed(offset(named.offset_minutes)))
}

/// What a clock in this zone shows at an instant; the epoch for one beyond the calendar.
pub fn on_the_wall(at: i64, zone: &TimeZone) -> WallTime {
    let instant = Timestamp::from_millisecond(at).unwrap_or_default();
    WallTime {
        local: zone.to_datetime(instant).strftime(LOCAL).to_string(),
        offset_minutes: zone.to_offset(instant).seconds() / 60,
    }
}

/// Whether a clock that shows this shows it at that very minute.
pub fn agrees(meant: &WallTime, at: i64) -> bool {
    let known = DateTime::strptime(LOCAL, &meant.local).ok();
    let offset = meant.offset_minutes;
    let instant = known
        .filter(|_| (-MAX_OFFSET..=MAX_OFFSET).contains(&offset))
        .and_then(|local| {
            Offset::from_seconds(offset * 60)
                .ok()?
                .to_timestamp(local)
                .ok()
        });
    // To the minute, and written the one way in which it is written here.
    meant.local.len() == 16
        && instant.is_some_and(|instant| {
            instant.as_millisecond().div_euclid(60_000) == at.div_euclid(60_000)
        })
}

fn understood(
    text: &str,
    now: i64,
    zone: &TimeZone,
) -> Result<Vec<bohao_wire::ReadInstant>, TimeFlaw> {
    if text.chars().count() > MAX_TEXT {
        return Err(TimeFlaw::Unknown);
    }
    let words = words::of(text)?;
    if words.is_empty() {
        return Err(TimeFlaw::Empty);
    }
    let meaning = meaning::of(&words)?;
    let now = Timestamp::from_millisecond(now).map_err(|_| TimeFlaw::Impossible)?;
    calendar::look_up(&meaning, now, zone)
}

fn offset(minutes: i32) -> Offset {
    let minutes = minutes.clamp(-MAX_OFFSET, MAX_OFFSET);
    Offset::from_seconds(minutes * 60).unwrap_or(Offset::UTC)
}
