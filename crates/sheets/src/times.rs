//! Instants in the spellings of spreadsheets and exports.

use crate::zone::Zone;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

/// The year 2000: no call of this trade is older, and smaller numbers mean something else.
const EARLIEST: i64 = 946_684_800_000;
/// The year 2100.
const LATEST: i64 = 4_102_444_800_000;

/// Reads an instant as Unix milliseconds: seconds, milliseconds, microseconds, `20261123140700`,
/// a spreadsheet's count of days with its fraction, or a date with its time of day. A zone that is
/// written out is honoured.
///
/// A date alone is no instant, nor is one whose day and month might change places.
pub(crate) fn instant(text: &str, zone: &Zone) -> Option<i64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let read = match plain {
        true => from_number(text, zone),
        false => from_date(text, zone),
    };
    read.filter(|instant| (EARLIEST..LATEST).contains(instant))
}

/// A number of a cell that is formatted as one.
pub(crate) fn instant_of_number(number: f64, zone: &Zone) -> Option<i64> {
    let read = match number.fract() == 0.0 {
        true => instant(&number.to_string(), zone),
        false => days(number).and_then(|moment| zone.unix_ms(moment)),
    };
    read.filter(|instant| (EARLIEST..LATEST).contains(instant))
}

/// The moment of a spreadsheet's count of days since the end of 1899, to the second.
pub(crate) fn days(count: f64) -> Option<DateTime> {
    const DAY: f64 = 86_400.0;
    // From the year 1900 to 9999.
    if !(1.0..2_958_466.0).contains(&count) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 3·10^11")]
    let seconds = (count * DAY).round() as i64;
    let begin = DateTime::constant(1899, 12, 30, 0, 0, 0, 0);
    begin
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()
}

fn from_number(text: &str, zone: &Zone) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        // Three digits of a day's fraction tell no minute.
        5 if fraction.len() >= 5 => zone.unix_ms(days(text.parse().ok()?)?),
        9 | 10 => {
            let milliseconds: i64 = format!("{fraction:0<3.3}").parse().ok()?;
            number.checked_mul(1000)?.checked_add(milliseconds)
        }
        12 | 14 if fraction.is_empty() => zone.unix_ms(compact(whole)?),
        13 => Some(number),
        16 => Some(number / 1000),
        _ => None,
    }
}

/// `20261123140700`, with or without its seconds.
fn compact(digits: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("0");
    moment([
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14),
    ])
}

fn from_date(text: &str, zone: &Zone) -> Option<i64> {
    // Digits, the signs between them, and at most a few words: no longer.
    if text.len() > 64 {
        return None;
    }
    if text.contains(['T', 't', 'Z', 'z', '+'])
        && let Ok(zoned) = text.parse::<Timestamp>()
    {
        return Some(zoned.as_millisecond());
    }
    let numbers: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third, hour, minute, rest @ ..] = &numbers[..] else {
        return None;
    };
    let seconds = match rest {
        [] => "0",
        [seconds] | [seconds, _] => *seconds,
        _ => return None,
    };
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1 | 2) => (*first, *second, *third),
        (1 | 2, 4) => {
            let (month, day) = month_and_day(first, second)?;
            (*third, month, day)
        }
        _ => return None,
    };
    let mut moment = moment([year, month, day, *hour, *minute, seconds])?;
    if let Some(half) = half_of_day(text) {
        moment = twelve_hours(moment, half)?;
    }
    zone.unix_ms(moment)
}

/// Where the year stands last, the day and the month stand in either order. Which one shows where
/// only one of them can be a month.
fn month_and_day<'t>(first: &'t str, second: &'t str) -> Option<(&'t str, &'t str)> {
    let (one, other): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
    match (one, other) {
        _ if one == other => Some((first, second)),
        (1..=12, 13..=31) => Some((first, second)),
        (13..=31, 1..=12) => Some((second, first)),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Before,
    After,
}

fn half_of_day(text: &str) -> Option<Half> {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match (
        has(&["am", "上午", "早上", "凌晨"]),
        has(&["pm", "下午", "晚上", "中午"]),
    ) {
        (true, false) => Some(Half::Before),
        (false, true) => Some(Half::After),
        _ => None,
    }
}

fn twelve_hours(moment: DateTime, half: Half) -> Option<DateTime> {
    let hour = match (half, moment.hour()) {
        (Half::Before, 12) => 0,
        (Half::After, hour @ 1..=11) => hour + 12,
        (_, hour) => hour,
    };
    moment.with().hour(hour).build().ok()
}

fn moment([year, month, day, hour, minute, second]: [&str; 6]) -> Option<DateTime> {
    let date = Date::new(
        year.parse()
            .ok()
            .filter(|year| (1970..=9999).contains(year))?,
        month.parse().ok()?,
        day.parse().ok()?,
    );
    let time = Time::new(
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
        0,
    );
    Some(date.ok()?.to_datetime(time.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const NOON: i64 = 1_795_414_020_000;

    #[rstest]
    #[case("1795414020", Some(NOON))]
    #[case("1795414020.5", Some(NOON + 500))]
    #[case("1795414020000", Some(NOON))]
    #[case("1795414020000000", Some(NOON))]
    #[case("20261123140700", Some(NOON))]
    #[case("202611231407", Some(NOON))]
    #[case("46349.588194", Some(NOON))]
    #[case("2026-11-23 14:07:00", Some(NOON))]
    #[case("2026/11/23 14:07", Some(NOON))]
    #[case("2026.11.23 14:07:00", Some(NOON))]
    #[case("2026年11月23日 14时07分00秒", Some(NOON))]
    #[case("2026/11/23 下午 2:07:00", Some(NOON))]
    #[case("2026-11-23 02:07:00 PM", Some(NOON))]
    #[case("11/23/2026 2:07:00 PM", Some(NOON))]
    #[case("23.11.2026 14:07", Some(NOON))]
    #[case("2026-11-23T06:07:00Z", Some(NOON))]
    #[case("2026-11-23T15:07:00+09:00", Some(NOON))]
    #[case("2026-11-23 12:07 AM", Some(NOON - 14 * 3_600_000))]
    #[case::day_and_month_may_change_places("11/10/2026 14:07", None)]
    #[case::a_date_alone("2026-11-23", None)]
    #[case::days_alone("46349", None)]
    #[case::days_too_coarse("46349.588", None)]
    #[case::before_telephony_of_this_kind("915148800", None)]
    #[case::a_phone_number("13800006620", None)]
    #[case("0", None)]
    #[case("yesterday", None)]
    #[case("2026-13-01 00:00:00", None)]
    fn an_instant_is_read_in_any_spelling(#[case] text: &str, #[case] read: Option<i64>) {
        assert_eq!(instant(text, &Zone::beijing()), read);
    }

    #[rstest]
    #[case("UTC", NOON + 8 * 3_600_000)]
    #[case("+09:00", NOON - 3_600_000)]
    #[case("-05:30", NOON + 8 * 3_600_000 + 5 * 3_600_000 + 1_800_000)]
    #[case("Asia/Shanghai", NOON)]
    fn a_zone_that_is_told_holds_for_times_without_one(#[case] zone: &str, #[case] read: i64) {
        let zone = Zone::named(zone).expect("a zone");
        assert_eq!(instant("2026-11-23 14:07:00", &zone), Some(read));
        assert_eq!(instant_of_number(46_349.588_194_444, &zone), Some(read));
        assert_eq!(instant("2026-11-23T14:07:00+08:00", &zone), Some(NOON));
        assert_eq!(instant("1795414020", &zone), Some(NOON));
    }

    #[rstest]
    #[case("Mars/Olympus")]
    #[case("+25:00")]
    #[case("+é")]
    fn what_is_no_zone_is_none(#[case] zone: &str) {
        assert_eq!(Zone::named(zone), None);
    }

    proptest! {
        #[test]
        fn promise_13_no_time_ends_in_a_panic(text in "\\PC{0,40}|[0-9:. /年月日T+Z-]{0,30}", number: f64) {
            let zone = Zone::beijing();
            let _ = instant(&text, &zone);
            let _ = instant_of_number(number, &zone);
            let _ = days(number);
            let _ = Zone::named(&text);
        }
    }
}
