use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

/// Wakes the parked polls of a seat when a record of that seat is on disk.
#[derive(Default)]
pub(crate) struct Waiters {
    seats: Mutex<HashMap<i64, Arc<Notify>>>,
}

impl Waiters {
    /// The seat's bell. A poll must create its `notified()` before it reads the last time, or a
    /// commit between the two would go unnoticed.
    pub(crate) fn bell(&self, seat: i64) -> Arc<Notify> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() == seats.capacity() {
            // Before there is room for more, those that nobody waits for go: a seat may be removed.
            seats.retain(|_, bell| Arc::strong_count(bell) > 1);
        }
        Arc::clone(seats.entry(seat).or_default())
    }

    pub(crate) fn ring(&self, seat: i64) {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = seats.get(&seat) {
            bell.notify_waiters();
        }
    }

    /// For when something may have come that nobody told of.
    pub(crate) fn ring_all(&self) {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.values().for_each(|bell| bell.notify_waiters());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_that_nobody_waits_for_is_dropped_and_one_that_is_heard_stays() {
        let waiters = Waiters::default();
        let heard = waiters.bell(0);
        for seat in 1..1000 {
            waiters.bell(seat);
        }
        assert!(waiters.seats.lock().unwrap().len() < 100);
        assert!(Arc::ptr_eq(&heard, &waiters.bell(0)));
    }
}
