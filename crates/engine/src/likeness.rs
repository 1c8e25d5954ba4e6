//! Which call a record of a sheet without ids tells of: the one that it fits by numbers and
//! beginning.
//!
//! All such records of one customer's number are matched at once with all calls that the platform
//! has named, so the outcome hangs on what is known and not on the order in which it became known.

use bohao_store::{Db, Nameless, StoreError, fold};
use std::collections::{BTreeMap, BTreeSet};

/// How far the beginning in a sheet may lie from the one that the platform tells: sheets are
/// rounded to the minute, and clocks differ.
pub const TOLERANCE_MS: i64 = 2 * 60_000;

/// A call that a record may tell of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The platform's identity of it.
    pub subid: String,
    /// The own number, if it is known.
    pub tel_a: Option<String>,
    /// When it began, or else left this desk.
    pub began_at: i64,
}

/// The calls with this customer that a record may tell of.
pub fn candidates(db: &Db<'_>, tel_b: &str) -> Result<Vec<Candidate>, StoreError> {
    let mut candidates = Vec::new();
    for call in db.nameless().named_calls(tel_b)? {
        // What joined records tell of a call is no reason to join them to it.
        let told = fold(&db.facts().of_itself(&call.subid)?);
        let Some(began_at) = told.started_at.or(call.sent_at) else {
            continue;
        };
        candidates.push(Candidate {
            subid: call.subid,
            tel_a: call.tel_a.or(told.tel_a),
            began_at,
        });
    }
    Ok(candidates)
}

/// The subid of the call that each record tells of, by the record's key; records that fit none are
/// absent. The nearest pair is joined first, then the nearest of the rest, each once.
pub fn matching(records: &[Nameless], candidates: &[Candidate]) -> BTreeMap<String, String> {
    let mut pairs: Vec<(i64, &str, &str)> = Vec::new();
    for record in records {
        for call in candidates {
            let apart = record.started_at.abs_diff(call.began_at);
            let same_desk = match (&record.tel_a, &call.tel_a) {
                (Some(told), Some(known)) => told == known,
                _ => true,
            };
            if let Ok(apart @ ..=TOLERANCE_MS) = i64::try_from(apart)
                && same_desk
            {
                pairs.push((apart, &record.key, &call.subid));
            }
        }
    }
    pairs.sort_unstable();
    let mut taken = BTreeSet::new();
    let mut joined = BTreeMap::new();
    for (_, key, subid) in pairs {
        if !joined.contains_key(key) && taken.insert(subid) {
            joined.insert(key.to_owned(), subid.to_owned());
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const BEGAN: i64 = 1_795_414_020_000;

    fn record(key: &str, started_at: i64) -> Nameless {
        Nameless {
            key: key.to_owned(),
            tel_a: Some("13800006620".to_owned()),
            started_at,
            joined: None,
        }
    }

    fn call(subid: &str, began_at: i64) -> Candidate {
        Candidate {
            subid: subid.to_owned(),
            tel_a: Some("13800006620".to_owned()),
            began_at,
        }
    }

    #[rstest]
    #[case::to_the_second(0, true)]
    #[case::rounded_to_the_minute(-59_000, true)]
    #[case::at_the_edge(TOLERANCE_MS, true)]
    #[case::beyond_it(TOLERANCE_MS + 1, false)]
    #[case::before_it(-TOLERANCE_MS - 1, false)]
    #[case::the_end_of_time(i64::MAX - BEGAN, false)]
    fn a_record_tells_of_the_call_that_began_then(#[case] off: i64, #[case] joins: bool) {
        let joined = matching(&[record("k", BEGAN + off)], &[call("s", BEGAN)]);
        assert_eq!(joined.contains_key("k"), joins);
    }

    #[test]
    fn a_redial_goes_to_the_second_call() {
        let calls = [call("s1", BEGAN), call("s2", BEGAN + 60_000)];
        let records = [record("k2", BEGAN + 59_000), record("k1", BEGAN + 2_000)];
        let joined = matching(&records, &calls);
        assert_eq!((&joined["k1"][..], &joined["k2"][..]), ("s1", "s2"));
        assert_eq!(
            matching(&records, &calls[..1]).len(),
            1,
            "one call is told of once"
        );
    }

    #[test]
    fn another_own_number_is_another_call() {
        let mut colleague = record("k", BEGAN);
        colleague.tel_a = Some("13800006621".to_owned());
        assert!(matching(&[colleague.clone()], &[call("s", BEGAN)]).is_empty());
        colleague.tel_a = None;
        assert_eq!(matching(&[colleague], &[call("s", BEGAN)]).len(), 1);
    }
}
