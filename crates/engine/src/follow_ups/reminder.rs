//! Tells when follow-ups that were agreed on are due: each once, whatever becomes of clocks,
//! zones and the program meanwhile.
//!
//! That one was told of is kept with it, before hosts hear of it. A timer alone would not do: it
//! stands still while the computer sleeps, and a clock may be set. So the clock is looked at again
//! and again.

use crate::notifier::Events;
use crate::surroundings::Clock;
use bohao_store::{Store, StoreError};
use bohao_wire::Event;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// After so long the clock is looked at again at the latest.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How many are told at a time.
const AT_ONCE: u32 = 100;

/// What it watches.
pub struct Around {
    /// Where the follow-ups are.
    pub store: Store,
    /// The hour.
    pub clock: Clock,
    /// To whom it is told.
    pub events: Events,
    /// Woken when follow-ups came or were put off.
    pub changed: Arc<Notify>,
    /// How long it looks away at most: [`LOOK_AGAIN`].
    pub look_again: Duration,
}

/// Tells of each follow-up when it is due. It never ends by itself.
pub async fn run(around: Around) {
    loop {
        let pause = match around.tell().await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "follow-ups that are due could not be read");
                around.look_again
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = around.changed.notified() => {}
        }
    }
}

impl Around {
    /// Tells of those that are due by now; returns how long it may look away.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn tell(&self) -> Result<Duration, StoreError> {
        let next = self.store.read(|db| db.follow_ups().next_untold()).await?;
        let now = (self.clock)();
        match next {
            None => return Ok(self.look_again),
            Some(due) if due > now => {
                let pause = Duration::from_millis(u64::try_from(due - now).unwrap_or(0));
                return Ok(pause.min(self.look_again));
            }
            // Whoever comes to listen later has to hear of it still.
            Some(_) if self.events.receiver_count() == 0 => return Ok(self.look_again),
            Some(_) => {}
        }
        let due = self
            .store
            .write(move |tx| tx.follow_ups().tell_due(now, AT_ONCE));
        let rows = due.await?;
        if !rows.is_empty() {
            // Nobody may be listening any more, which is no fault.
            let _ = self.events.send(Event::FollowUpsDue { rows });
        }
        // There may be more than are told at once.
        Ok(Duration::ZERO)
    }
}
