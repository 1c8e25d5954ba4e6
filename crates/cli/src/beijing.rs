//! Instants as a terminal shows and takes them: Beijing time, whatever this machine's zone is.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// China keeps UTC+8 the whole year.
const BEIJING: Offset = Offset::constant(8);

/// Why a text is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoInstant;

impl std::fmt::Display for NoInstant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unix milliseconds, YYYY-MM-DD[ HH:MM[:SS]] in Beijing time, or with an offset as in 2026-11-23T14:07:00Z")
    }
}

impl std::error::Error for NoInstant {}

/// Unix milliseconds, or `YYYY-MM-DD[ HH:MM[:SS]]` in Beijing time, or as RFC 3339 has it with an
/// offset of its own.
pub fn parse(text: &str) -> Result<i64, NoInstant> {
    let text = text.trim();
    if let Ok(milliseconds) = text.parse() {
        return Ok(milliseconds);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant.as_millisecond());
    }
    let whole = match text.replacen('T', " ", 1) {
        day if day.len() == 10 => format!("{day} 00:00:00"),
        minute if minute.len() == 16 => format!("{minute}:00"),
        second => second,
    };
    let local = DateTime::strptime("%Y-%m-%d %H:%M:%S", &whole).map_err(|_| NoInstant)?;
    let instant = BEIJING.to_timestamp(local).map_err(|_| NoInstant)?;
    Ok(instant.as_millisecond())
}

/// `2026-11-23 14:07:00`, to the second; the bare milliseconds if the calendar does not reach there.
pub fn format(instant: i64) -> String {
    match Timestamp::from_millisecond(instant) {
        Ok(instant) => BEIJING
            .to_datetime(instant)
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => instant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1795365000000", 1_795_365_000_000)]
    #[case("0", 0)]
    #[case("2026-11-23", 1_795_363_200_000)]
    #[case("2026-11-23 00:30", 1_795_365_000_000)]
    #[case("2026-11-23T00:30:00", 1_795_365_000_000)]
    #[case(" 2026-11-23 00:30:01 ", 1_795_365_001_000)]
    #[case("2026-11-22T16:30:00Z", 1_795_365_000_000)]
    #[case("2026-11-23T00:30:00.5+08:00", 1_795_365_000_500)]
    #[case("-1000", -1000)]
    fn an_instant_is_read_in_beijing(#[case] text: &str, #[case] instant: i64) {
        assert_eq!(parse(text), Ok(instant));
    }

    #[rstest]
    #[case("")]
    #[case("yesterday")]
    #[case("2026-13-01")]
    #[case("2026-11-23 25:00")]
    #[case("23.11.2026")]
    #[case("99999999999999999999")]
    fn what_is_no_instant_is_refused(#[case] text: &str) {
        assert_eq!(parse(text), Err(NoInstant));
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        assert_eq!(parse(&format(1_795_365_001_000)), Ok(1_795_365_001_000));
    }
}
