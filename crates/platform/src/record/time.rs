//! The document's "timestamp string", in whatever form it comes.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Beijing has had no summer time since 1991.
const BEIJING: Offset = Offset::constant(8);

/// Reads an instant as Unix milliseconds. A zone that is written out is honoured; zero and what
/// lies before it mean "never".
pub fn unix_ms(text: &str) -> Option<i64> {
    let instant = match text.parse::<f64>() {
        Ok(number) => from_number(number)?,
        Err(_) => from_date(text)?,
    };
    (instant > 0).then_some(instant)
}

fn from_number(number: f64) -> Option<i64> {
    /// As seconds this is the year 5138, as milliseconds it is 1973.
    const SECONDS_END: f64 = 1e11;
    const MILLISECONDS_END: f64 = 1e14;
    if !(0.0..MILLISECONDS_END).contains(&number) {
        return None;
    }
    let milliseconds = if number < SECONDS_END {
        number * 1_000.0
    } else {
        number
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the number lies between 0 and 10^14"
    )]
    let whole = milliseconds.round() as i64;
    Some(whole)
}

fn from_date(text: &str) -> Option<i64> {
    if let Ok(zoned) = text.parse::<Timestamp>() {
        return Some(zoned.as_millisecond());
    }
    let numbers: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let (year, month, day, hour, minute, second) = match numbers[..] {
        [year, month, day, hour, minute] => (year, month, day, hour, minute, "0"),
        [year, month, day, hour, minute, second] | [year, month, day, hour, minute, second, _] => {
            (year, month, day, hour, minute, second)
        }
        _ => return None,
    };
    let date = DateTime::new(
        year.parse()
            .ok()
            .filter(|year| (1970..=9999).contains(year))?,
        month.parse().ok()?,
        day.parse().ok()?,
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
        0,
    );
    Some(BEIJING.to_timestamp(date.ok()?).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1764000000", Some(1_764_000_000_000))]
    #[case("1764000000123", Some(1_764_000_000_123))]
    #[case("1764000000.5", Some(1_764_000_000_500))]
    #[case("1.764e9", Some(1_764_000_000_000))]
    #[case("2025-11-25 00:00:00", Some(1_764_000_000_000))]
    #[case("2025/11/25 00:00:00", Some(1_764_000_000_000))]
    #[case("2025-11-25T00:00:00", Some(1_764_000_000_000))]
    #[case("2025-11-25 00:00:00.000", Some(1_764_000_000_000))]
    #[case("2025/11/25 0:00", Some(1_764_000_000_000))]
    #[case("2025年11月25日 00时00分00秒", Some(1_764_000_000_000))]
    #[case("2025-11-24T16:00:00Z", Some(1_764_000_000_000))]
    #[case("2025-11-25T00:00:00+08:00", Some(1_764_000_000_000))]
    #[case("0", None)]
    #[case("-1", None)]
    #[case("NaN", None)]
    #[case("inf", None)]
    #[case("1e300", None)]
    #[case("0000-00-00 00:00:00", None)]
    #[case("1970-01-01 08:00:00", None)]
    #[case("2025-13-01 00:00:00", None)]
    #[case("2025-02-30 00:00:00", None)]
    #[case("2025-11-25", None)]
    #[case("soon", None)]
    fn an_instant_is_read_in_any_spelling(#[case] text: &str, #[case] instant: Option<i64>) {
        assert_eq!(unix_ms(text), instant);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,40}") {
            let _ = unix_ms(&text);
        }
    }
}
