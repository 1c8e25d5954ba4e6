//! What becomes of a lead, by the rules of its list alone: no database, no clock.

use bohao_wire::{CallList, LeadState, Outcome, OutcomeEffect, OutcomeWord};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// "Later today" is so much later, if the day lasts.
const LATER_MS: i64 = 2 * HOUR_MS;

/// The rules by which a list tries leads again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How often a lead is dialled at most.
    pub tries: u32,
    /// How long it rests when nobody answered, in milliseconds.
    pub apart_ms: i64,
}

/// How a lead stands, and when it is to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How it stands.
    pub state: LeadState,
    /// When it is to be tried again; only of one that waits.
    pub next_at: Option<i64>,
}

impl From<&CallList> for Rules {
    fn from(list: &CallList) -> Self {
        Rules {
            tries: list.tries,
            apart_ms: i64::from(list.apart_minutes) * MINUTE_MS,
        }
    }
}

/// What becomes of a lead that was dialled so often, once somebody says what came of it: nothing is
/// said if the outcome was taken back.
///
/// An hour that was agreed on is kept among the follow-ups, which remind of it, and the list is
/// done with the lead.
pub fn after(
    rules: Rules,
    chosen: Option<&Outcome>,
    agreed: Option<i64>,
    tries: u32,
    now: i64,
) -> Standing {
    let Some(chosen) = chosen else {
        return standing(LeadState::Called, None);
    };
    match (chosen.effect, agreed) {
        (OutcomeEffect::Again { hours }, None) if tries < rules.tries => {
            let rest = match chosen.word {
                Some(OutcomeWord::NoAnswer) => rules.apart_ms,
                _ => i64::from(hours) * HOUR_MS,
            };
            standing(LeadState::Waiting, Some(now + rest))
        }
        _ => standing(LeadState::Done, None),
    }
}

/// When "later today" is: two hours from now, or half-way to the hour at which calls end.
pub fn later_today(now: i64, closes_at: Option<i64>) -> i64 {
    let half_way = closes_at
        .filter(|closes_at| *closes_at > now)
        .map(|closes_at| now + (closes_at - now) / 2);
    half_way.map_or(now + LATER_MS, |half_way| half_way.min(now + LATER_MS))
}

fn standing(state: LeadState, next_at: Option<i64>) -> Standing {
    Standing { state, next_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::{OutcomeColour, OutcomeId};
    use proptest::prelude::*;
    use rstest::rstest;

    const NOW: i64 = 1_795_365_000_000;
    const RULES: Rules = Rules {
        tries: 3,
        apart_ms: 2 * HOUR_MS,
    };

    fn outcome(effect: OutcomeEffect, word: Option<OutcomeWord>) -> Outcome {
        Outcome {
            outcome: OutcomeId(1),
            name: "未接".to_owned(),
            word,
            colour: OutcomeColour::Grey,
            effect,
            archived: false,
        }
    }

    fn no_answer() -> Outcome {
        outcome(
            OutcomeEffect::Again { hours: 24 },
            Some(OutcomeWord::NoAnswer),
        )
    }

    #[rstest]
    #[case::first(1, LeadState::Waiting, Some(NOW + 2 * HOUR_MS))]
    #[case::second(2, LeadState::Waiting, Some(NOW + 2 * HOUR_MS))]
    #[case::third(3, LeadState::Done, None)]
    fn whoever_does_not_answer_is_tried_three_times_two_hours_apart(
        #[case] tries: u32,
        #[case] state: LeadState,
        #[case] next_at: Option<i64>,
    ) {
        let after = after(RULES, Some(&no_answer()), None, tries, NOW);
        assert_eq!(after, Standing { state, next_at });
    }

    #[rstest]
    #[case::again_by_its_own_hours(OutcomeEffect::Again { hours: 24 }, None, Some(NOW + 24 * HOUR_MS))]
    #[case::again_at_an_agreed_hour(OutcomeEffect::Again { hours: 24 }, Some(NOW + HOUR_MS), None)]
    #[case::follow_up(OutcomeEffect::FollowUp, None, None)]
    #[case::done(OutcomeEffect::Done, None, None)]
    #[case::do_not_call(OutcomeEffect::DoNotCall, None, None)]
    fn other_outcomes_do_what_they_say(
        #[case] effect: OutcomeEffect,
        #[case] agreed: Option<i64>,
        #[case] next_at: Option<i64>,
    ) {
        let after = after(RULES, Some(&outcome(effect, None)), agreed, 1, NOW);
        assert_eq!(after.next_at, next_at);
    }

    #[test]
    fn an_outcome_that_is_taken_back_asks_for_another() {
        let after = after(RULES, None, None, 1, NOW);
        assert_eq!(after, standing(LeadState::Called, None));
    }

    #[rstest]
    #[case::the_day_is_long(Some(NOW + 9 * HOUR_MS), NOW + 2 * HOUR_MS)]
    #[case::the_day_is_short(Some(NOW + HOUR_MS), NOW + HOUR_MS / 2)]
    #[case::no_end_is_known(None, NOW + 2 * HOUR_MS)]
    fn later_today_is_before_calls_end(#[case] closes_at: Option<i64>, #[case] expected: i64) {
        assert_eq!(later_today(NOW, closes_at), expected);
    }

    proptest! {
        /// However long nobody answers, the tries come to an end, each as far apart as the rule says.
        #[test]
        fn tries_come_to_an_end(tries in 1u32..=20, apart in 5i64..10_000, slow in 0i64..1000) {
            let rules = Rules { tries, apart_ms: apart * MINUTE_MS };
            let (mut now, mut dialled) = (NOW, 0);
            loop {
                dialled += 1;
                let after = after(rules, Some(&no_answer()), None, dialled, now);
                prop_assert_eq!(after.next_at.is_some(), after.state == LeadState::Waiting);
                let Some(next_at) = after.next_at else {
                    prop_assert_eq!(after.state, LeadState::Done);
                    break;
                };
                prop_assert_eq!(next_at - now, rules.apart_ms);
                now = next_at + slow;
            }
            prop_assert_eq!(dialled, tries);
        }
    }
}
