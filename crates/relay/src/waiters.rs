use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use tokio::sync::Notify;

/// Wakes the parked polls of a seat when a record of that seat is on disk.
#[derive(Default)]
pub(crate) struct Waiters {
    seats: Mutex<HashMap<i64, Arc<Notify>>>,
    /// How often any bell was rung.
    rung: AtomicU64,
}

impl Waiters {
    /// Changes with every ring. What it was before a read tells later whether that read may have
    /// missed something: a ring comes after its commit.
    pub(crate) fn rung(&self) -> u64 {
        self.rung.load(SeqCst)
    }

    /// The seat's bell. A poll must create its `notified()` before it looks for the last time
    /// whether anything was [rung](Self::rung) since its read, or a commit between the two would go
    /// unnoticed.
    pub(crate) fn bell(&self, seat: i64) -> Arc<Notify> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() == seats.capacity() {
            // Before there is room for more, those that nobody waits for go: a seat may be removed.
            seats.retain(|_, bell| Arc::strong_count(bell) > 1);
        }
        Arc::clone(seats.entry(seat).or_default())
    }

    pub(crate) fn ring(&self, seat: i64) {
        self.rung.fetch_add(1, SeqCst);
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = seats.get(&seat) {
            bell.notify_waiters();
        }
    }

    /// For when something may have come that nobody told of.
    pub(crate) fn ring_all(&self) {
        self.rung.fetch_add(1, SeqCst);
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
