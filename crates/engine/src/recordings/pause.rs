//! When the queue rests: by the user's wish, for want of room, or because the platform asked.

use super::room::{self, RESERVE};
use super::{Recordings, lock};
use crate::beijing;
use bohao_store::StoreError;
use bohao_wire::{CustodyRules, Event, FetchWhen, PauseReason, QueuePause};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long a server is left alone that asked for it without saying how long.
const UNTOLD: Duration = Duration::from_secs(60);

/// Nobody is believed who asks for more: recordings leave the platform meanwhile.
const LONGEST: Duration = Duration::from_secs(3600);

impl Recordings {
    /// Why nothing is begun by itself at this instant, if it is so.
    pub(super) async fn pause(&self, rules: &CustodyRules, now: i64) -> Option<QueuePause> {
        let wished = wished(rules, now);
        if wished.is_some() {
            return wished;
        }
        let free = room::free(self.folder()).await;
        if free.is_some_and(|free| free < RESERVE) {
            return Some(QueuePause {
                why: PauseReason::DiskFull,
                until: None,
            });
        }
        let until = self.inner.busy_until.load(Ordering::SeqCst);
        (until > now).then_some(QueuePause {
            why: PauseReason::PlatformBusy,
            until: Some(until),
        })
    }

    /// The platform asked to be left alone. Returns until when it is.
    pub(super) fn leave_alone(&self, retry_after: Option<Duration>) -> i64 {
        let pause = retry_after.unwrap_or(UNTOLD).min(LONGEST);
        let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        let until = self.now().saturating_add(pause);
        self.inner.busy_until.fetch_max(until, Ordering::SeqCst);
        until
    }

    /// Tells when the queue begins to rest and when it goes on. What failed for want of room is due
    /// again once there is some.
    pub(super) async fn note_pause(&self, pause: Option<QueuePause>) -> Result<(), StoreError> {
        let before = std::mem::replace(&mut *lock(&self.inner.paused), pause);
        let why = |pause: Option<QueuePause>| pause.map(|pause| pause.why);
        if why(before) == why(pause) {
            return Ok(());
        }
        tracing::info!(pause = ?why(pause), "the queue of recordings rests or goes on");
        let full = Some(PauseReason::DiskFull);
        if why(before) == full && why(pause) != full {
            let now = self.now();
            let store = &self.inner.store;
            let retried = store
                .write(move |tx| tx.recordings().retry_where(&["disk_full"], now))
                .await?;
            retried
                .into_iter()
                .for_each(|call| (self.inner.changed)(call));
        }
        self.tell(Event::CustodyChanged);
        Ok(())
    }
}

/// What the user's rules say of the hour.
fn wished(rules: &CustodyRules, now: i64) -> Option<QueuePause> {
    match rules.fetch {
        FetchWhen::Always => None,
        FetchWhen::ByHand => Some(QueuePause {
            why: PauseReason::ByHand,
            until: None,
        }),
        FetchWhen::AtNight if is_night(rules, beijing::minute_of_day(now)) => None,
        FetchWhen::AtNight => Some(QueuePause {
            why: PauseReason::Day,
            until: Some(beijing::next_time(now, rules.night_from)),
        }),
    }
}

/// A night from one minute to the same is the whole day.
fn is_night(rules: &CustodyRules, minute: u32) -> bool {
    let (from, until) = (rules.night_from, rules.night_until);
    match from < until {
        true => (from..until).contains(&minute),
        false => minute >= from || minute < until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Midnight in Beijing.
    const MIDNIGHT: i64 = 1_795_363_200_000;
    const HOUR: i64 = 3_600_000;

    #[rstest]
    #[case::past_midnight_late(22 * 60, 7 * 60, 23, None)]
    #[case::past_midnight_early(22 * 60, 7 * 60, 3, None)]
    #[case::past_midnight_day(22 * 60, 7 * 60, 12, Some(22))]
    #[case::its_end_is_day(22 * 60, 7 * 60, 7, Some(22))]
    #[case::within_a_day(60, 5 * 60, 2, None)]
    #[case::within_a_day_after(60, 5 * 60, 6, Some(25))]
    #[case::all_day(0, 0, 15, None)]
    fn a_night_is_where_the_user_set_it(
        #[case] night_from: u32,
        #[case] night_until: u32,
        #[case] hour: i64,
        #[case] until: Option<i64>,
    ) {
        let rules = CustodyRules {
            fetch: FetchWhen::AtNight,
            night_from,
            night_until,
            ..CustodyRules::default()
        };

        let pause = wished(&rules, MIDNIGHT + hour * HOUR);

        let expected = until.map(|hour| QueuePause {
            why: PauseReason::Day,
            until: Some(MIDNIGHT + hour * HOUR),
        });
        assert_eq!(pause, expected);
    }
}
