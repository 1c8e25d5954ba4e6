use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::time::sleep;

use crate::{
    Settings,
    metrics::Metrics,
    store::{Store, StoreError},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Between two slices pushes go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Two clocks that are read further apart do not tell the same moment.
const HELD_UP_MS: i64 = 1000;

/// Deletes what is past its time, slice by slice, for as long as the relay runs.
pub(crate) async fn run(settings: Settings, store: Store, metrics: Arc<Metrics>) {
    let mut trust = None;
    let mut is_told = false;
    loop {
        match look_after(&settings, &store, &metrics, &mut trust).await {
            // Told once, and not again for each try.
            Err(reason) if !is_told => {
                tracing::warn!(%reason, "records past their time are not deleted for now");
                is_told = true;
            }
            Err(_) => {}
            Ok(()) => is_told = false,
        }
        sleep(settings.limits.sweep_every).await;
    }
}

async fn look_after(
    settings: &Settings,
    store: &Store,
    metrics: &Metrics,
    trust: &mut Option<Trust>,
) -> Result<(), StoreError> {
    let look = Look::take(settings);
    let trust = match trust {
        Some(trust) => trust,
        None => trust.insert(Trust::new(look, store.last_push().await?)),
    };
    let believed = trust.believe(look);
    if trust.is_anew {
        // The clock was wrong before, or may have been: what it dated as now may be long ago.
        store.date_anew(look.now).await?;
        trust.is_anew = false;
    }
    let older_than = believed - i64::from(settings.retain_days) * DAY_MS;
    sweep(store, metrics, older_than, look.now).await
}

/// Goes on until nothing is past its time.
async fn sweep(
    store: &Store,
    metrics: &Metrics,
    older_than: i64,
    now: i64,
) -> Result<(), StoreError> {
    loop {
        let deleted = store.sweep(older_than, now).await?;
        if deleted == 0 {
            return Ok(());
        }
        metrics.swept.fetch_add(deleted as u64, Relaxed);
        sleep(PAUSE).await;
    }
}

/// The clock, and the time that nobody sets, at one moment.
#[derive(Debug, Clone, Copy)]
struct Look {
    now: i64,
    uptime: i64,
}

impl Look {
    fn take(settings: &Settings) -> Self {
        loop {
            let uptime = (settings.uptime)();
            let now = (settings.clock)();
            if (settings.uptime)() - uptime < HELD_UP_MS {
                return Self { now, uptime };
            }
        }
    }
}

/// How far the clock is believed. By one that is set ahead all would be too old that nobody has read
/// yet, so it has to keep step for a day before anything is deleted by it.
struct Trust {
    last: Look,
    /// The latest time that was believed.
    believed: i64,
    /// Since which uptime the clock is not believed.
    doubted_since: Option<i64>,
    /// Whether it is believed for the first time, or again.
    is_anew: bool,
}

impl Trust {
    /// What a clock says at the start is held against when the last push came.
    fn new(first: Look, last_push: Option<i64>) -> Self {
        let ahead_of = last_push.filter(|push| first.now > push.saturating_add(DAY_MS));
        Self {
            last: first,
            believed: ahead_of.unwrap_or(first.now),
            doubted_since: ahead_of.map(|_| first.uptime),
            is_anew: true,
        }
    }

    /// The time by which records are old.
    fn believe(&mut self, look: Look) -> i64 {
        let passed = look.uptime - self.last.uptime;
        if look.now > self.last.now.saturating_add(passed).saturating_add(DAY_MS) {
            tracing::warn!("the clock jumped ahead; for a day nothing is deleted by it");
            self.doubted_since = Some(look.uptime);
        }
        self.last = look;
        if let Some(since) = self.doubted_since {
            if look.uptime - since < DAY_MS {
                return self.believed;
            }
            self.doubted_since = None;
            self.is_anew = true;
        }
        self.believed = look.now;
        self.believed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_764_000_000_000;

    /// So many days after the first look, by uptime and by the clock.
    fn look(uptime: i64, clock: i64) -> Look {
        Look {
            now: NOW + clock * DAY_MS,
            uptime: uptime * DAY_MS,
        }
    }

    fn believed(trust: &mut Trust, uptime: i64, clock: i64) -> i64 {
        (trust.believe(look(uptime, clock)) - NOW) / DAY_MS
    }

    #[test]
    fn a_clock_that_keeps_step_is_believed_however_long_nobody_looked() {
        let mut trust = Trust::new(look(0, 0), Some(NOW - 1));
        for day in [0, 1, 50, 51] {
            assert_eq!(believed(&mut trust, day, day), day);
        }
    }

    #[test]
    fn a_clock_that_jumped_ahead_is_believed_after_a_day_in_step() {
        let mut trust = Trust::new(look(0, 0), None);
        trust.is_anew = false;
        assert_eq!(believed(&mut trust, 3, 3), 3);
        assert_eq!(believed(&mut trust, 3, 400), 3);
        assert_eq!(believed(&mut trust, 3, 800), 3, "the day begins anew");
        assert!(!trust.is_anew);
        assert_eq!(believed(&mut trust, 4, 801), 801);
        assert!(trust.is_anew, "what it dated is dated again");
    }

    #[test]
    fn a_clock_that_was_set_right_again_is_believed_after_that_day() {
        let mut trust = Trust::new(look(0, 0), None);
        assert_eq!(believed(&mut trust, 0, 400), 0);
        assert_eq!(believed(&mut trust, 0, 0), 0);
        assert_eq!(believed(&mut trust, 1, 1), 1);
    }

    #[test]
    fn at_a_start_far_behind_the_last_push_the_clock_is_doubted_too() {
        let mut trust = Trust::new(look(0, 400), Some(NOW));
        assert_eq!(believed(&mut trust, 0, 400), 0);
        assert_eq!(believed(&mut trust, 1, 401), 401);
    }
}
