//! The hour and the day in Beijing, which is where the rules of the trade and the platform live.
//!
//! China keeps UTC+8 the whole year, so whole numbers are enough and no time zone data is asked.

/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const MINUTE_MS: i64 = 60_000;
const OFFSET_MS: i64 = 8 * 60 * MINUTE_MS;

/// When the Beijing day of this instant began, in Unix milliseconds.
pub fn day_start(now: i64) -> i64 {
    now - (now + OFFSET_MS).rem_euclid(DAY_MS)
}

/// Minutes since midnight in Beijing, 0 to 1439.
pub fn minute_of_day(now: i64) -> u32 {
    u32::try_from((now - day_start(now)) / MINUTE_MS).unwrap_or(0)
}

/// The next instant at which it is so many minutes after midnight in Beijing.
pub fn next_time(now: i64, minute: u32) -> i64 {
    let today = day_start(now) + i64::from(minute) * MINUTE_MS;
    if today > now { today } else { today + DAY_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-23 00:30 in Beijing, still the 22nd in UTC.
    const HALF_PAST_MIDNIGHT: i64 = 1_795_365_000_000;

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        assert_eq!(minute_of_day(HALF_PAST_MIDNIGHT), 30);
        assert_eq!(
            day_start(HALF_PAST_MIDNIGHT),
            HALF_PAST_MIDNIGHT - 30 * 60_000
        );
        assert_eq!(
            next_time(HALF_PAST_MIDNIGHT, 8 * 60),
            HALF_PAST_MIDNIGHT + (7 * 60 + 30) * 60_000
        );
        assert_eq!(
            next_time(HALF_PAST_MIDNIGHT, 15),
            HALF_PAST_MIDNIGHT + DAY_MS - 15 * 60_000
        );
    }
}
