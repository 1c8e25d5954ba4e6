//! The zone of times that name none.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use std::fmt;

/// A zone; Beijing's unless told.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// An offset that never changes, which costs no look-up.
    Fixed(Offset),
    /// A zone with rules.
    Ruled(TimeZone),
}

impl Zone {
    /// Beijing's. It has had no summer time since 1991.
    pub fn beijing() -> Self {
        Zone {
            name: "Asia/Shanghai".to_owned(),
            kind: Kind::Fixed(Offset::constant(8)),
        }
    }

    /// The zone of this name: an offset such as `+08:00`, `UTC`, or `Asia/Tokyo` where the system
    /// has a list of zones. Nothing if there is none.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        let kind = match name {
            "" => return Some(Self::beijing()),
            "Asia/Shanghai" | "Beijing" | "beijing" => return Some(Self::beijing()),
            "UTC" | "utc" | "Z" => Kind::Fixed(Offset::UTC),
            _ if name.starts_with(['+', '-']) => Kind::Fixed(offset(name)?),
            _ => Kind::Ruled(TimeZone::get(name).ok()?),
        };
        Some(Zone {
            name: name.to_owned(),
            kind,
        })
    }

    /// The instant in Unix milliseconds at which clocks here show this.
    pub(crate) fn unix_ms(&self, shown: DateTime) -> Option<i64> {
        let instant: Timestamp = match &self.kind {
            Kind::Fixed(offset) => offset.to_timestamp(shown).ok()?,
            // An hour that a change of clocks skips or repeats is read as before the change.
            Kind::Ruled(zone) => zone.to_timestamp(shown).ok()?,
        };
        Some(instant.as_millisecond())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::beijing()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn offset(name: &str) -> Option<Offset> {
    let (hours, minutes) = name[1..].split_once(':').unwrap_or((&name[1..], "0"));
    let hours: i32 = hours
        .parse()
        .ok()
        .filter(|hours| (0..=14).contains(hours))?;
    let minutes: i32 = minutes
        .parse()
        .ok()
        .filter(|minutes| (0..60).contains(minutes))?;
    let seconds = hours * 3600 + minutes * 60;
    let seconds = if name.starts_with('-') {
        -seconds
    } else {
        seconds
    };
    Offset::from_seconds(seconds).ok()
}
