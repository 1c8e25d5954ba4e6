//! The guard: what may not be dialled now, and when it may be again.
//!
//! It is asked in the very transaction that writes the attempt down, so two clicks can't both
//! slip under one limit. It counts calls that left this desk or may have left it.

pub mod log;
pub mod log_file;
pub mod loss;
mod patterns;

use crate::beijing::{DAY_MS, day_start, minute_of_day, next_time};
use bohao_wire::{
    Block, CallId, Fault, FaultCode, GuardCounter, GuardRule, GuardRules, GuardVerdict, SetGuard,
};

/// Five minutes, the shorter window.
const SHORT_WINDOW_MS: i64 = 5 * 60_000;
/// 24 hours, the longer window.
pub const LONG_WINDOW_MS: i64 = DAY_MS;
/// What the guard needs to know of the past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// When this number was dialled since [`LONG_WINDOW_MS`] ago, newest first. Attempts that seem
    /// to lie in the future belong to it: a clock that was set back must not open the guard.
    pub to_number: Vec<i64>,
    /// How many calls this desk dialled in the current Beijing day.
    pub today: u32,
    /// Whether the database before was lost, and nobody has acknowledged that yet.
    pub lost: bool,
    /// Whether the number is on the do-not-call table.
    pub barred: bool,
    /// The last call, if it needs an outcome before the next dial.
    pub without_outcome: Option<CallId>,
}

/// Whether a number may be dialled now, and how near its limits are.
pub fn judge(rules: &GuardRules, digits: &str, history: &History, now: i64) -> GuardVerdict {
    let counter = |rule, count, limit| GuardCounter { rule, count, limit };
    let within = |window| count(&history.to_number, now - window);
    GuardVerdict {
        block: first_block(rules, digits, history, now),
        counters: vec![
            counter(GuardRule::Per5min, within(SHORT_WINDOW_MS), rules.per_5min),
            counter(GuardRule::Per24h, within(LONG_WINDOW_MS), rules.per_24h),
            counter(GuardRule::PerDay, history.today, rules.per_day),
        ],
    }
}

/// When the hours end in which calls may be placed, if it is within them now.
pub fn closes_at(rules: &GuardRules, now: i64) -> Option<i64> {
    let hours = Hours::parse(&rules.hours)?;
    let within = hours.include(minute_of_day(now));
    within.then(|| next_time(now, hours.to))
}

/// The rules after a change, or why the change can't be.
pub fn changed(rules: &GuardRules, change: &SetGuard) -> Result<GuardRules, Fault> {
    let reason = change.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(bad(
            "reason",
            "a change of the guard needs a reason of 1 to 500 characters",
        ));
    }
    let rules = GuardRules {
        hours: change.hours.clone().unwrap_or_else(|| rules.hours.clone()),
        gap: change.gap.unwrap_or(rules.gap),
        per_5min: change.per_5min.unwrap_or(rules.per_5min),
        per_24h: change.per_24h.unwrap_or(rules.per_24h),
        per_day: change.per_day.unwrap_or(rules.per_day),
        blocked: match &change.blocked {
            Some(blocked) => patterns::checked(blocked)?,
            None => rules.blocked.clone(),
        },
    };
    if Hours::parse(&rules.hours).is_none() {
        return Err(bad(
            "hours",
            "hours are written like 08:00-21:00; all day is 00:00-24:00",
        ));
    }
    if i64::from(rules.gap) * 1000 > LONG_WINDOW_MS {
        return Err(bad(
            "gap",
            "the gap between two calls is at most 86400 seconds",
        ));
    }
    Ok(rules)
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}

fn first_block(rules: &GuardRules, digits: &str, history: &History, now: i64) -> Option<Block> {
    loss(history)
        .or_else(|| do_not_call(history))
        .or_else(|| no_outcome(history))
        .or_else(|| never_dialled(rules, digits))
        .or_else(|| outside_hours(rules, now))
        .or_else(|| too_soon(rules, history, now))
        .or_else(|| {
            let (limit, window) = (rules.per_5min, SHORT_WINDOW_MS);
            too_many(GuardRule::Per5min, &history.to_number, limit, window, now)
        })
        .or_else(|| {
            let (limit, window) = (rules.per_24h, LONG_WINDOW_MS);
            too_many(GuardRule::Per24h, &history.to_number, limit, window, now)
        })
        .or_else(|| too_many_today(rules, history, now))
}

fn loss(history: &History) -> Option<Block> {
    history.lost.then_some(Block {
        rule: GuardRule::Loss,
        count: 0,
        limit: 0,
        frees_at: None,
        call: None,
        why: None,
    })
}

fn do_not_call(history: &History) -> Option<Block> {
    history.barred.then_some(Block {
        rule: GuardRule::DoNotCall,
        count: 0,
        limit: 0,
        frees_at: None,
        call: None,
        why: None,
    })
}

fn no_outcome(history: &History) -> Option<Block> {
    let call = history.without_outcome.clone()?;
    Some(Block {
        rule: GuardRule::Outcome,
        count: 0,
        limit: 0,
        frees_at: None,
        call: Some(call),
        why: None,
    })
}

fn never_dialled(rules: &GuardRules, digits: &str) -> Option<Block> {
    let fitting = patterns::first_fit(&rules.blocked, digits)?;
    Some(Block {
        rule: GuardRule::Pattern,
        count: 0,
        limit: 0,
        frees_at: None,
        call: None,
        why: Some(fitting.why.clone()).filter(|why| !why.is_empty()),
    })
}

fn outside_hours(rules: &GuardRules, now: i64) -> Option<Block> {
    // Hours that can't be read close the guard: it fails on the safe side.
    let hours = Hours::parse(&rules.hours);
    if hours.is_some_and(|hours| hours.include(minute_of_day(now))) {
        return None;
    }
    Some(Block {
        rule: GuardRule::Hours,
        count: 0,
        limit: 0,
        frees_at: hours.map(|hours| next_time(now, hours.from)),
        call: None,
        why: None,
    })
}

fn too_soon(rules: &GuardRules, history: &History, now: i64) -> Option<Block> {
    let frees_at = history.to_number.first()? + i64::from(rules.gap) * 1000;
    (rules.gap > 0 && now < frees_at).then_some(Block {
        rule: GuardRule::Gap,
        count: 1,
        limit: 1,
        frees_at: Some(frees_at),
        call: None,
        why: None,
    })
}

fn too_many(rule: GuardRule, times: &[i64], limit: u32, window: i64, now: i64) -> Option<Block> {
    let count = count(times, now - window);
    if limit == 0 || count < limit {
        return None;
    }
    // Times are newest first: it frees up when the limit-th newest leaves the window.
    let oldest_that_counts = times.get(usize::try_from(limit).ok()? - 1);
    Some(Block {
        rule,
        count,
        limit,
        frees_at: oldest_that_counts.map(|at| at + window),
        call: None,
        why: None,
    })
}

fn too_many_today(rules: &GuardRules, history: &History, now: i64) -> Option<Block> {
    (rules.per_day > 0 && history.today >= rules.per_day).then(|| Block {
        rule: GuardRule::PerDay,
        count: history.today,
        limit: rules.per_day,
        frees_at: Some(day_start(now) + DAY_MS),
        call: None,
        why: None,
    })
}

fn count(times: &[i64], after: i64) -> u32 {
    u32::try_from(times.iter().filter(|at| **at > after).count()).unwrap_or(u32::MAX)
}

/// Minutes of the day in which one may dial: from the first, before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    from: u32,
    to: u32,
}

impl Hours {
    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let hours = Hours {
            from: minute(from)?,
            to: minute(to)?,
        };
        (hours.from < 24 * 60 && hours.from != hours.to).then_some(hours)
    }

    fn include(self, minute: u32) -> bool {
        if self.from < self.to {
            return (self.from..self.to).contains(&minute);
        }
        minute >= self.from || minute < self.to
    }
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |part: &str| -> Option<u32> {
        let plain = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 24 * 60).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    // 2026-11-23 12:00 in Beijing.
    const NOON: i64 = 1_795_365_000_000 + 11 * 3_600_000 + 1_800_000;
    const SECOND: i64 = 1000;
    const CUSTOMER: &str = "13922104471";

    fn dialled(ago_seconds: &[i64]) -> History {
        History {
            to_number: ago_seconds.iter().map(|s| NOON - s * SECOND).collect(),
            today: u32::try_from(ago_seconds.len()).unwrap(),
            ..History::default()
        }
    }

    fn block(rules: &GuardRules, history: &History, now: i64) -> Option<(GuardRule, Option<i64>)> {
        judge(rules, CUSTOMER, history, now)
            .block
            .map(|b| (b.rule, b.frees_at))
    }

    #[test]
    fn the_first_call_in_working_hours_goes_through() {
        assert_eq!(
            block(&GuardRules::default(), &History::default(), NOON),
            None
        );
    }

    #[rstest]
    #[case(-5 * 3600, 8 - 12)] // 07:00 → today 08:00
    #[case(9 * 3600, 8 + 12)] // 21:00 → tomorrow 08:00
    #[case(-4 * 3600 - 1, 8 - 12)] // one second before eight
    fn outside_the_hours_it_names_the_next_opening(#[case] seconds: i64, #[case] opens_in: i64) {
        let now = NOON + seconds * SECOND;
        let frees_at = NOON + opens_in * 3600 * SECOND;
        assert_eq!(
            block(&GuardRules::default(), &History::default(), now),
            Some((GuardRule::Hours, Some(frees_at)))
        );
    }

    #[test]
    fn a_number_rests_between_two_calls() {
        let found = block(&GuardRules::default(), &dialled(&[59]), NOON);
        assert_eq!(found, Some((GuardRule::Gap, Some(NOON + SECOND))));
        assert_eq!(block(&GuardRules::default(), &dialled(&[60]), NOON), None);
    }

    #[test]
    fn three_in_five_minutes_free_up_when_the_oldest_leaves() {
        let found = block(&GuardRules::default(), &dialled(&[70, 140, 250]), NOON);
        assert_eq!(found, Some((GuardRule::Per5min, Some(NOON + 50 * SECOND))));
    }

    #[test]
    fn five_in_a_day_free_up_when_the_oldest_leaves() {
        let history = dialled(&[4000, 8000, 12000, 16000, 20000]);
        let found = block(&GuardRules::default(), &history, NOON);
        let frees_at = NOON - 20000 * SECOND + DAY_MS;
        assert_eq!(found, Some((GuardRule::Per24h, Some(frees_at))));
    }

    #[test]
    fn a_clock_set_back_does_not_open_it() {
        let history = History {
            to_number: vec![NOON + 3600 * SECOND],
            today: 1,
            ..History::default()
        };
        let found = block(&GuardRules::default(), &history, NOON);
        assert_eq!(found, Some((GuardRule::Gap, Some(NOON + 3660 * SECOND))));
    }

    #[rstest]
    #[case("24:00-08:00")]
    #[case("8-21")]
    #[case("08:00-25:00")]
    #[case("08:60-21:00")]
    #[case("08:00")]
    #[case("")]
    #[case("+8:00-21:00")]
    fn hours_that_are_none_are_refused_and_close_the_guard(#[case] hours: &str) {
        let change = SetGuard {
            hours: Some(hours.to_owned()),
            reason: "night shift".to_owned(),
            ..SetGuard::default()
        };
        assert!(changed(&GuardRules::default(), &change).is_err());
        let rules = GuardRules {
            hours: hours.to_owned(),
            ..GuardRules::default()
        };
        assert!(block(&rules, &History::default(), NOON).is_some());
    }

    #[test]
    fn a_change_needs_a_reason() {
        let change = SetGuard {
            gap: Some(0),
            ..SetGuard::default()
        };
        assert!(changed(&GuardRules::default(), &change).is_err());
    }

    proptest! {
        /// Whatever the order of clicks, the limits hold in every window.
        #[test]
        fn no_sequence_of_clicks_passes_the_limits(
            steps in proptest::collection::vec(0i64..400, 1..200),
            per_5min in 1u32..5,
            per_24h in 1u32..12,
            gap in 0u32..120,
        ) {
            let rules = GuardRules { hours: "00:00-24:00".into(), gap, per_5min, per_24h, per_day: 0, ..GuardRules::default() };
            let (mut now, mut history) = (NOON, History::default());
            for step in steps {
                now += step * SECOND;
                let verdict = judge(&rules, CUSTOMER, &history, now);
                if let Some(block) = verdict.block {
                    let free = block.frees_at.unwrap();
                    prop_assert!(free > now);
                    prop_assert_ne!(judge(&rules, CUSTOMER, &history, free).block.map(|b| b.rule), Some(block.rule));
                    continue;
                }
                history.to_number.insert(0, now);
                prop_assert!(count(&history.to_number, now - SHORT_WINDOW_MS) <= per_5min);
                prop_assert!(count(&history.to_number, now - LONG_WINDOW_MS) <= per_24h);
            }
        }
    }
}
