use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How far the seats have read, as their own readers said since the relay started: whoever asks
/// for what comes after a record has it.
#[derive(Default)]
pub(crate) struct Reached {
    seats: Mutex<HashMap<i64, i64>>,
}

impl Reached {
    /// A reader that starts again from an earlier record is not further behind for that.
    pub(crate) fn note(&self, seat: i64, after: i64) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let reached = seats.entry(seat).or_insert(after);
        *reached = after.max(*reached);
    }

    /// How many records the slowest seat has not fetched, of those that asked for any. Seats that
    /// are gone are forgotten; `heads` has every seat with its highest number.
    pub(crate) fn slowest(&self, heads: &[(i64, i64)]) -> i64 {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let heads: HashMap<i64, i64> = heads.iter().copied().collect();
        seats.retain(|seat, _| heads.contains_key(seat));
        let lags = seats.iter().map(|(seat, reached)| heads[seat] - reached);
        lags.max().unwrap_or(0).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_is_the_one_with_most_to_fetch() {
        let reached = Reached::default();
        assert_eq!(reached.slowest(&[(1, 9)]), 0, "nobody has asked yet");
        reached.note(1, 4);
        reached.note(2, 9);
        reached.note(2, 0);
        assert_eq!(reached.slowest(&[(1, 9), (2, 10), (3, 50)]), 5);
        assert_eq!(reached.slowest(&[(2, 10)]), 1, "a removed seat has no lag");
        assert_eq!(
            reached.slowest(&[(1, 9), (2, 8)]),
            0,
            "nor a restored relay's reader"
        );
    }
}
