//! The hour by which the guard judges and dials are written down.
//!
//! A computer's clock can be wrong, or be set back so that the guard opens. The platform's answers
//! tell the true time; what they told last is kept, and the hour never falls behind it again. A clock
//! that was set ahead is found out by the platform itself, which refuses the dial for its timestamp,
//! and the guard is then asked once more.

use crate::surroundings::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// The computer's clock, corrected by what the platform told. Clones are the same clock.
#[derive(Clone)]
pub struct TrueClock {
    wall: Clock,
    /// The platform's time minus the computer's, in milliseconds.
    offset: Arc<AtomicI64>,
    /// The true time when the platform last told it.
    told: Arc<AtomicI64>,
}

/// What the platform told of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// The true time, in Unix milliseconds.
    pub now: i64,
    /// The true time minus what the clock said before.
    pub off_by: i64,
    offset: i64,
}

impl TrueClock {
    /// A clock that goes on from the true time that was told last.
    pub fn new(wall: Clock, told: i64) -> Self {
        TrueClock {
            wall,
            offset: Arc::default(),
            told: Arc::new(AtomicI64::new(told)),
        }
    }

    /// The hour in Unix milliseconds.
    pub fn now(&self) -> i64 {
        let corrected = (self.wall)().saturating_add(self.offset.load(Relaxed));
        corrected.max(self.told.load(Relaxed))
    }

    /// What is to be learnt if the platform told just now how far its clock is from the computer's.
    pub fn news(&self, offset: i64) -> News {
        News {
            offset,
            now: (self.wall)().saturating_add(offset),
            // What was written down with the hour as it stood is off by so much.
            off_by: (self.wall)().saturating_add(offset) - self.now(),
        }
    }

    /// Goes by the news from now on.
    pub fn learn(&self, news: News) {
        self.offset.store(news.offset, Relaxed);
        // Not the greater of the two: an answer that once told a wrong time must not hold for ever.
        self.told.store(news.now, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_hour_follows_the_platform_and_never_falls_behind_what_it_told() {
        let wall = Arc::new(AtomicI64::new(100 * HOUR));
        let hand = wall.clone();
        let clock = TrueClock::new(Arc::new(move || wall.load(Relaxed)), 0);
        assert_eq!(clock.now(), 100 * HOUR);

        let news = clock.news(2 * HOUR);
        assert_eq!((news.now, news.off_by), (102 * HOUR, 2 * HOUR));
        clock.learn(news);
        assert_eq!(clock.now(), 102 * HOUR);
        hand.store(101 * HOUR, Relaxed);
        assert_eq!(clock.now(), 103 * HOUR);

        hand.store(50 * HOUR, Relaxed);
        assert_eq!(clock.now(), 102 * HOUR, "set back");
        let after_a_restart = TrueClock::new(Arc::new(move || hand.load(Relaxed)), news.now);
        assert_eq!(after_a_restart.now(), 102 * HOUR);
        after_a_restart.learn(after_a_restart.news(0));
        assert_eq!(
            after_a_restart.now(),
            50 * HOUR,
            "the platform says otherwise"
        );
    }
}
