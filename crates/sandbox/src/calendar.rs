//! Unix milliseconds as text.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// As Beijing's clocks and calendars have it.
pub(crate) fn beijing(at: i64, format: &str) -> String {
    let zone = TimeZone::fixed(Offset::constant(8));
    timestamp(at)
        .to_zoned_datetime(zone)
        .strftime(format)
        .to_string()
}

/// As HTTP's `Date` has it.
pub(crate) fn http_date(at: i64) -> String {
    timestamp(at)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn timestamp(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}
