//! How far the platform's clock is from ours, learnt from its answers.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap};

/// Tells the present in Unix milliseconds. It is called anew for each attempt, because each is
/// signed with its own timestamp.
pub type Clock<'a> = &'a (dyn Fn() -> i64 + Send + Sync);

/// A `Date` has whole seconds and travels for a while: a smaller distance is no evidence.
const TOLERANCE_MS: i64 = 2_000;

/// The years 2020 to 2099. A clock that tells another one was never set, and no call is to be signed
/// or dated by it.
const PLAUSIBLE: std::ops::Range<i64> = 1_577_836_800_000..4_102_444_800_000;

/// The platform's time minus ours, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Offset(AtomicI64);

impl Offset {
    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Learns from the `Date` of an answer to a request that was sent and answered at the given
    /// moments. An answer without a readable `Date`, or with one that no clock tells that was ever
    /// set, teaches nothing.
    pub(crate) fn learn(&self, headers: &HeaderMap, sent: i64, answered: i64) {
        let Some(date) = date_ms(headers) else { return };
        let current = self.get();
        let learnt = learnt(current, date, sent, answered);
        if learnt != current {
            tracing::info!(
                offset_ms = learnt,
                "the platform's clock differs from this one"
            );
            self.0.store(learnt, Ordering::Relaxed);
        }
    }
}

/// The true offset lies between the two ends that the travel time leaves open. What is believed
/// already stays while it fits, then no offset at all, and only then the middle of the two ends.
fn learnt(current: i64, date: i64, sent: i64, answered: i64) -> i64 {
    let low = date.saturating_sub(answered).saturating_sub(TOLERANCE_MS);
    let high = date
        .saturating_add(1_000)
        .saturating_sub(sent)
        .saturating_add(TOLERANCE_MS);
    if (low..=high).contains(&current) {
        return current;
    }
    if (low..=high).contains(&0) {
        return 0;
    }
    low.midpoint(high)
}

fn date_ms(headers: &HeaderMap) -> Option<i64> {
    instant_ms(headers.get(DATE)?.to_str().ok()?).filter(|date| PLAUSIBLE.contains(date))
}

/// An instant as HTTP writes it, in Unix milliseconds.
pub(crate) fn instant_ms(text: &str) -> Option<i64> {
    let timestamp = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(timestamp.as_millisecond())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use rstest::rstest;

    use super::*;

    const NOON: i64 = 1_764_000_000_000;

    #[rstest]
    #[case::same_second(0, NOON, NOON + 300, NOON + 400, 0)]
    #[case::a_little_behind(0, NOON, NOON - 1_900, NOON - 1_800, 0)]
    #[case::a_little_ahead(0, NOON, NOON + 3_500, NOON + 3_600, 3_500 - 7_000)]
    #[case::an_hour_behind(0, NOON + 3_600_000, NOON, NOON + 200, 3_600_400)]
    #[case::known_already(3_600_000, NOON + 3_600_000, NOON, NOON + 200, 3_600_000)]
    #[case::set_right_since(3_600_000, NOON, NOON, NOON + 200, 0)]
    #[case::a_slow_answer_is_no_evidence(0, NOON, NOON - 9_000, NOON + 100, 0)]
    fn an_offset_is_learnt_only_from_evidence(
        #[case] current: i64,
        #[case] date: i64,
        #[case] sent: i64,
        #[case] answered: i64,
        #[case] offset: i64,
    ) {
        let learnt = learnt(current, date, sent, answered);

        assert!(
            (learnt - offset).abs() <= 600,
            "learnt {learnt}, not {offset}"
        );
    }

    #[rstest]
    #[case("Mon, 24 Nov 2025 16:00:00 GMT", 1_764_000_000_000)]
    #[case("Thu, 01 Jan 1970 00:00:10 GMT", 0)]
    #[case("Fri, 31 Dec 9999 23:59:59 GMT", 0)]
    #[case("yesterday", 0)]
    #[case("", 0)]
    fn a_date_that_cannot_be_read_or_be_true_teaches_nothing(
        #[case] date: &str,
        #[case] offset: i64,
    ) {
        let learnt = Offset::default();
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_str(date).expect("a header value"));

        learnt.learn(&headers, 0, 0);

        assert!(
            (learnt.get() - offset).abs() <= 500,
            "learnt {}",
            learnt.get()
        );
    }
}
