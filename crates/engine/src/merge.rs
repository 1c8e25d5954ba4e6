//! Which record settles which attempt, where the platform's answer never came.
//!
//! Such an attempt has no subid, so only likeness is left: the numbers and the time. All of them
//! for one customer's number are matched at once, so the outcome hangs on what is known and not on
//! the order in which it became known.

use bohao_store::{Attempt, UnsettledRecord};
use bohao_wire::CallId;
use std::collections::{BTreeMap, BTreeSet};

const MINUTE_MS: i64 = 60_000;

/// Clocks differ: a call may seem to begin a little before it was sent.
const BEFORE_MS: i64 = 2 * MINUTE_MS;

/// Ringing comes first, and a busy platform may take its time.
const AFTER_MS: i64 = 10 * MINUTE_MS;

/// How long after the dial a record without a beginning may come in.
const RECEIVED_AFTER_MS: i64 = 120 * MINUTE_MS;

/// What a platform that takes UTC for Beijing time, or the other way round, is off by.
const ZONE_MS: i64 = 8 * 60 * MINUTE_MS;

/// How far a record is from an attempt: the smaller, the likelier they are one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    /// The call began so many milliseconds after the dial, or a tenth of it before.
    Began(i64),
    /// The same, with a clock that is eight hours off.
    BeganInAnotherZone(i64),
    /// It is not known when the call began; its record came in so much later.
    Received(i64),
}

/// The subid that settles each attempt; attempts that nothing fits are absent. `tel_b` is the
/// number of all of the `attempts`.
///
/// The nearest pair is joined first, then the nearest of the rest, each call once.
pub fn settle(
    tel_b: &str,
    attempts: &[Attempt],
    records: &[UnsettledRecord],
) -> BTreeMap<CallId, String> {
    let mut pairs: Vec<(Distance, i64, &CallId, &str)> = Vec::new();
    for attempt in attempts {
        for record in records {
            if record.tel_b.as_deref() == Some(tel_b)
                && let Some(distance) = distance(attempt, record)
            {
                pairs.push((distance, attempt.sent_at, &attempt.call, &record.subid));
            }
        }
    }
    pairs.sort();
    let mut taken = BTreeSet::new();
    let mut settled = BTreeMap::new();
    for (_, _, call, subid) in pairs {
        if !settled.contains_key(call) && taken.insert(subid) {
            settled.insert(call.clone(), subid.to_owned());
        }
    }
    settled
}

fn distance(attempt: &Attempt, record: &UnsettledRecord) -> Option<Distance> {
    if record
        .tel_a
        .as_ref()
        .is_some_and(|tel_a| *tel_a != attempt.tel_a)
    {
        return None;
    }
    let Some(started_at) = record.started_at else {
        let later = record.recorded_at.saturating_sub(attempt.sent_at);
        let fits = (-BEFORE_MS..=RECEIVED_AFTER_MS).contains(&later);
        return fits.then_some(Distance::Received(later.abs()));
    };
    let later = started_at.saturating_sub(attempt.sent_at);
    near(later).map(Distance::Began).or_else(|| {
        [ZONE_MS, -ZONE_MS]
            .into_iter()
            .find_map(|off| near(later.saturating_add(off)))
            .map(Distance::BeganInAnotherZone)
    })
}

/// A call begins after its dial. One that began before it is rather the call of an earlier dial,
/// so the same time weighs ten times as much.
fn near(later: i64) -> Option<i64> {
    match later {
        0..=AFTER_MS => Some(later),
        _ if (-BEFORE_MS..0).contains(&later) => Some(later.saturating_mul(-10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const SENT: i64 = 1_764_000_000_000;
    const TEL_B: &str = "13922104471";

    fn attempt(call: &str, sent_at: i64) -> Attempt {
        Attempt {
            call: CallId(call.to_owned()),
            tel_a: "13800006620".to_owned(),
            sent_at,
            subid: None,
        }
    }

    fn record(subid: &str, started_at: Option<i64>) -> UnsettledRecord {
        UnsettledRecord {
            subid: subid.to_owned(),
            tel_a: Some("13800006620".to_owned()),
            tel_b: Some(TEL_B.to_owned()),
            started_at,
            recorded_at: SENT + 30 * MINUTE_MS,
        }
    }

    fn pairs(attempts: &[Attempt], records: &[UnsettledRecord]) -> Vec<String> {
        settle(TEL_B, attempts, records)
            .into_iter()
            .map(|(call, subid)| format!("{}={subid}", call.0))
            .collect()
    }

    #[rstest]
    #[case::at_once(Some(SENT), true)]
    #[case::after_ringing(Some(SENT + AFTER_MS), true)]
    #[case::too_late(Some(SENT + AFTER_MS + 1), false)]
    #[case::clocks_differ(Some(SENT - BEFORE_MS), true)]
    #[case::too_early(Some(SENT - BEFORE_MS - 1), false)]
    #[case::utc_taken_for_beijing(Some(SENT + 20_000 - ZONE_MS), true)]
    #[case::beijing_taken_for_utc(Some(SENT + 20_000 + ZONE_MS), true)]
    #[case::seven_hours_off(Some(SENT - 7 * 60 * MINUTE_MS), false)]
    #[case::no_beginning(None, true)]
    #[case::the_end_of_time(Some(i64::MAX), false)]
    #[case::the_beginning_of_time(Some(i64::MIN), false)]
    fn a_record_settles_an_attempt_of_its_time(
        #[case] started_at: Option<i64>,
        #[case] settles: bool,
    ) {
        let settled = pairs(&[attempt("c", SENT)], &[record("s", started_at)]);
        assert_eq!(settled.len(), usize::from(settles));
    }

    #[test]
    fn a_record_without_a_beginning_settles_for_two_hours() {
        let mut late = record("s", None);
        late.recorded_at = SENT + RECEIVED_AFTER_MS + 1;
        assert!(pairs(&[attempt("c", SENT)], &[late]).is_empty());
    }

    #[test]
    fn another_own_number_or_another_customer_settles_nothing() {
        let mut colleague = record("s", Some(SENT));
        colleague.tel_a = Some("13800006621".to_owned());
        let mut other = record("s", Some(SENT));
        other.tel_b = Some("13922104472".to_owned());
        let mut nobody = record("s", Some(SENT));
        nobody.tel_b = None;
        let mut unnamed = record("s", Some(SENT));
        unnamed.tel_a = None;

        for record in [colleague, other, nobody] {
            assert!(pairs(&[attempt("c", SENT)], &[record]).is_empty());
        }
        assert_eq!(pairs(&[attempt("c", SENT)], &[unnamed]), ["c=s"]);
    }

    #[test]
    fn each_call_goes_to_the_dial_it_followed() {
        let attempts = [attempt("c1", SENT), attempt("c2", SENT + 60_000)];
        let first = record("s1", Some(SENT + 50_000));
        let second = record("s2", Some(SENT + 70_000));

        assert_eq!(
            pairs(&attempts, &[second.clone(), first]),
            ["c1=s1", "c2=s2"]
        );
        assert_eq!(pairs(&attempts, &[second]), ["c2=s2"]);
    }

    #[test]
    fn one_record_settles_one_attempt() {
        let attempts = [attempt("c1", SENT), attempt("c2", SENT)];
        assert_eq!(pairs(&attempts, &[record("s", Some(SENT))]), ["c1=s"]);
    }
}
