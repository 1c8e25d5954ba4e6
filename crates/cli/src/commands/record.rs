//! Waiting for what comes by itself: a record, a recording.

use crate::failure::Failure;
use bohao_engine::Desk;
use bohao_wire::{CallId, CallQuery, CallRow, Event, Queries};
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Instant, sleep_until, timeout_at};

/// Another process may be the one that hears of it, so the log is asked this often in any case.
const PAUSE: Duration = Duration::from_millis(500);

/// Watches one call. It begins to listen before it first looks, so that nothing is missed.
pub struct Watch<'a> {
    desk: &'a Desk,
    call: CallId,
    events: broadcast::Receiver<Event>,
}

impl<'a> Watch<'a> {
    /// Watches this call from now on.
    pub fn on(desk: &'a Desk, call: CallId) -> Self {
        Watch {
            desk,
            call,
            events: desk.events(),
        }
    }

    /// The call's row as soon as it is as wanted; nothing if the time is up before.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn until(
        &mut self,
        deadline: Instant,
        wanted: impl Fn(&CallRow) -> bool,
    ) -> Result<Option<CallRow>, Failure> {
        loop {
            let row = self.row().await?;
            if wanted(&row) {
                return Ok(Some(row));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            self.stir(deadline.min(Instant::now() + PAUSE)).await;
        }
    }

    /// The call's row now.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn row(&self) -> Result<CallRow, Failure> {
        let call = self.call.clone();
        Ok(self.desk.call(CallQuery { call }).await?.row)
    }

    /// Returns when something happened to the call, or at `at`.
    async fn stir(&mut self, at: Instant) {
        loop {
            match timeout_at(at, self.events.recv()).await {
                Err(_) | Ok(Err(RecvError::Lagged(_))) => return,
                Ok(Err(RecvError::Closed)) => return sleep_until(at).await,
                Ok(Ok(Event::CallChanged { row, .. })) if row.call == self.call => return,
                Ok(Ok(_)) => {}
            }
        }
    }
}
