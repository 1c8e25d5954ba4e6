use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Keys that are remembered at a time. A bucket that is full again is as good as none, so only
/// what asked lately is in here.
const MOST_KEYS: usize = 65_536;

/// How often something may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a second in the long run; 0 stands for no limit.
    pub per_second: u32,
    /// How many at once, after a while of fewer.
    pub burst: u32,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        per_second: 0,
        burst: 0,
    };
}

/// A token bucket for each key.
pub(crate) struct Buckets<K> {
    rate: Rate,
    /// For each key the instant, in Unix microseconds, at which its bucket is full again.
    full_at: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    /// Takes one token, or tells how long it is until there is one; `now` in Unix milliseconds.
    pub(crate) fn take(&self, key: K, now: i64) -> Result<(), Duration> {
        if self.rate.per_second == 0 {
            return Ok(());
        }
        let now = now.saturating_mul(1000);
        let cost = 1_000_000 / i64::from(self.rate.per_second).min(1_000_000);
        let room = cost * i64::from(self.rate.burst.max(1));
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= MOST_KEYS && !full_at.contains_key(&key) {
            full_at.retain(|_, full_at| *full_at > now);
            if full_at.len() >= MOST_KEYS {
                // Under so many at once a stranger more or less makes no difference; memory does.
                return Ok(());
            }
        }
        let bucket = full_at.entry(key).or_insert(now);
        // A clock that was set back must not close a bucket for longer than it takes to fill.
        let after = (*bucket).clamp(now, now.saturating_add(room)) + cost;
        if after > now.saturating_add(room) {
            let micros = after - now - room;
            return Err(Duration::from_micros(micros.unsigned_abs()));
        }
        *bucket = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_764_000_000_000;

    fn buckets(per_second: u32, burst: u32) -> Buckets<u32> {
        Buckets::new(Rate { per_second, burst })
    }

    #[test]
    fn after_a_burst_it_goes_on_at_the_rate() {
        let buckets = buckets(2, 3);
        for _ in 0..3 {
            assert_eq!(buckets.take(1, NOW), Ok(()));
        }
        assert_eq!(buckets.take(1, NOW), Err(Duration::from_millis(500)));
        assert_eq!(buckets.take(2, NOW), Ok(()), "another key has its own");
        assert_eq!(buckets.take(1, NOW + 500), Ok(()));
        assert!(buckets.take(1, NOW + 500).is_err());
        assert_eq!(
            buckets.take(1, NOW - 3_600_000),
            Err(Duration::from_millis(500))
        );
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let buckets = buckets(1, 1);
        for key in 0..MOST_KEYS as u32 + 9 {
            assert_eq!(buckets.take(key, NOW), Ok(()));
        }
        assert_eq!(buckets.full_at.lock().unwrap().len(), MOST_KEYS);
        assert_eq!(buckets.take(u32::MAX, NOW + 5000), Ok(()));
        assert_eq!(buckets.full_at.lock().unwrap().len(), 1);
    }

    proptest! {
        #[test]
        fn no_more_passes_than_burst_and_rate_allow(
            (per_second, burst) in (1..50_u32, 1..50_u32),
            steps in proptest::collection::vec(0..400_i64, 1..300),
        ) {
            let buckets = buckets(per_second, burst);
            let (mut now, mut passed) = (NOW, 0_u64);
            for step in steps {
                now += step;
                passed += u64::from(buckets.take(0, now).is_ok());
            }
            let elapsed = (now - NOW).unsigned_abs();
            // The cost of one is rounded down to whole microseconds.
            let allowed = u64::from(burst) + elapsed * u64::from(per_second) / 1000 + 1;
            prop_assert!(passed <= allowed, "{passed} of {allowed}");
        }
    }
}
