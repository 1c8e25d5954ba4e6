//! Records on their way from the relay: asked for, stored with the cursor in one transaction, told.
//!
//! [`Sync::run`] waits at the relay for the next record and never gives up; [`Sync::once`] drains
//! it. Both may run at the same time, in one process or in several: a record that is stored twice
//! is one record, and the cursor only follows what is stored.

mod drain;
mod pace;

use crate::faults;
use crate::intake::{self, Changes};
use crate::notifier::Events;
use crate::surroundings::Clock;
use bohao_relay_api::{RelayClient, RelayError, UnexpectedAnswer};
use bohao_store::{Store, StoreError};
use bohao_wire::{CallId, Event, Fault, FaultCode, SyncPhase, SyncReport, SyncState, SyncTrouble};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use drain::Drain;
pub use pace::Pace;

/// How long the relay is asked to hold a poll.
const WAIT_SECONDS: u32 = 50;

/// Keeps the log in step with a relay. Clones share their state.
#[derive(Clone)]
pub struct Sync {
    around: Arc<Around>,
    state: Arc<Mutex<SyncState>>,
    woken: Arc<Notify>,
}

/// What a sync stands in.
pub struct Around {
    /// The log.
    pub store: Store,
    /// The hour.
    pub clock: Clock,
    /// Where a changed state is told.
    pub events: Events,
    /// Told of each call that changed.
    pub changed: Arc<dyn Fn(CallId) + Send + std::marker::Sync>,
    /// Told when there may be a recording to fetch.
    pub recordings_due: Arc<dyn Fn() + Send + std::marker::Sync>,
    /// A number from 0 to 1, a new one each time, so that desks don't come back all at once.
    pub jitter: Arc<dyn Fn() -> f64 + Send + std::marker::Sync>,
    /// How long to wait between tries.
    pub pace: Pace,
}

/// One seat at one relay.
pub struct Seat {
    client: RelayClient,
    key: String,
}

/// From where a relay is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// From the cursor on.
    New,
    /// From a little before the cursor: a relay that was restored from a backup while nobody
    /// looked has given out some numbers a second time.
    NewAndLately,
    /// Everything. It changes nothing that is known, and makes good what was missed if the relay
    /// still has it.
    All,
}

/// Why a sync ended early. What it had stored until then stays.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The relay did not answer as it should.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// What came could not be stored; the cursor stays before it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was told to stop.
    #[error("the sync was told to stop")]
    Stopped,
}

impl Sync {
    /// A sync that does nothing yet.
    pub fn new(around: Around) -> Self {
        let off = SyncState {
            phase: SyncPhase::Off,
            since: (around.clock)(),
            synced_at: None,
            trouble: None,
            unreadable: 0,
        };
        Sync {
            around: Arc::new(around),
            state: Arc::new(Mutex::new(off)),
            woken: Arc::default(),
        }
    }

    /// How it stands.
    pub fn state(&self) -> SyncState {
        self.lock().clone()
    }

    /// Tries again at once if it is waiting to try again.
    pub fn wake(&self) {
        self.woken.notify_waiters();
    }

    /// Reads what the relay has now.
    pub async fn once(&self, seat: &Seat, reading: Reading) -> Result<SyncReport, SyncError> {
        self.catch_up().await?;
        let drained = Drain::new(self, seat, CancellationToken::new())
            .run(reading, 0)
            .await?;
        let now = (self.around.clock)();
        self.change(|state| {
            state.synced_at = Some(now);
            // A sync by hand ends the only trouble that it can end by itself.
            if state.trouble == Some(SyncTrouble::Missed) && !drained.missed {
                state.trouble = None;
            }
        });
        Ok(drained.report())
    }

    /// Waits at the relay for records until it is stopped. Trouble is shown in the state and
    /// tried again; it never ends this and never pops up.
    pub async fn run(&self, seat: Seat, stop: CancellationToken) {
        self.show(SyncPhase::Connecting, None);
        let mut course = Course::default();
        while !stop.is_cancelled() {
            let pause = self.turn(&seat, &mut course, &stop).await;
            if let Some(pause) = pause {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = self.woken.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        }
        self.show(SyncPhase::Off, None);
    }

    /// Asks once, and says how long to pause before the next time.
    async fn turn(
        &self,
        seat: &Seat,
        course: &mut Course,
        stop: &CancellationToken,
    ) -> Option<Duration> {
        let (reading, wait) = match course.began {
            true => (Reading::New, course.wait),
            false => (Reading::NewAndLately, 0),
        };
        let asked = Instant::now();
        let outcome = match self.catch_up().await {
            Ok(()) => {
                Drain::new(self, seat, stop.clone())
                    .run(reading, wait)
                    .await
            }
            Err(error) => Err(error),
        };
        // A relay that forgets again and again would have everything read again and again.
        let outcome = outcome.and_then(|drained| match drained.rewound && course.rewound {
            true => Err(RelayError::Unexpected(UnexpectedAnswer::Cursor).into()),
            false => Ok(drained),
        });
        match outcome {
            Ok(drained) => {
                self.heard(drained.missed.then_some(SyncTrouble::Missed));
                let parked = asked.elapsed() >= self.around.pace.first;
                let hasty = wait > 0 && drained.received == 0 && !drained.rewound && !parked;
                *course = Course {
                    began: true,
                    wait: WAIT_SECONDS,
                    rewound: drained.rewound,
                    failures: 0,
                    hasty: if hasty {
                        course.hasty.saturating_add(1)
                    } else {
                        0
                    },
                };
                // A relay that does not hold polls is asked less and less often.
                hasty.then(|| self.around.pace.pause(course.hasty, (self.around.jitter)()))
            }
            Err(SyncError::Stopped) => None,
            Err(error) => {
                course.wait = 0;
                course.failures = course.failures.saturating_add(1);
                self.failed(&error);
                let jitter = (self.around.jitter)();
                Some(
                    self.around
                        .pace
                        .pause_after(&error, course.failures, jitter),
                )
            }
        }
    }

    /// What a newer reader can read, and what an earlier crash left open, comes first.
    async fn catch_up(&self) -> Result<(), SyncError> {
        loop {
            let store = &self.around.store;
            let (waiting, unreadable) = store
                .read(|db| {
                    let waiting = db.bodies().to_read_again(intake::READER_VERSION, 1)?;
                    Ok((!waiting.is_empty(), db.bodies().unreadable_count()?))
                })
                .await?;
            self.change(|state| state.unreadable = unreadable);
            if !waiting {
                return Ok(());
            }
            let (changes, _) = store
                .write(|tx| intake::read_again(tx, &intake::read, intake::READER_VERSION))
                .await?;
            self.tell(&changes);
        }
    }

    fn heard(&self, trouble: Option<SyncTrouble>) {
        let now = (self.around.clock)();
        self.change(|state| {
            state.synced_at = Some(now);
            turn_to(state, SyncPhase::Live, now);
            state.trouble = trouble;
        });
    }

    fn failed(&self, error: &SyncError) {
        let (phase, trouble) = trouble(error);
        if self.show(phase, Some(trouble)) {
            tracing::warn!(%error, "the sync with the relay is in trouble");
        }
    }

    /// Shows a phase and its trouble, and says whether that is news.
    fn show(&self, phase: SyncPhase, trouble: Option<SyncTrouble>) -> bool {
        let now = (self.around.clock)();
        self.change(|state| {
            turn_to(state, phase, now);
            state.trouble = trouble;
        })
    }

    fn change(&self, change: impl FnOnce(&mut SyncState)) -> bool {
        let mut state = self.lock();
        let before = state.clone();
        change(&mut state);
        if *state == before {
            return false;
        }
        // Sent under the lock, so that the last event is the last state. Nobody may be listening.
        let _ = self.around.events.send(Event::SyncChanged {
            sync: state.clone(),
        });
        true
    }

    fn tell(&self, changes: &Changes) {
        for call in changes.shown() {
            (self.around.changed)(call.clone());
        }
        if !changes.gone.is_empty() {
            // No event takes a row away; a screen that asks again does not find it.
            let _ = self.around.events.send(Event::DeskChanged);
        }
        if changes.shown().next().is_some() {
            (self.around.recordings_due)();
        }
    }

    fn lock(&self) -> MutexGuard<'_, SyncState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The seat that `token` reads at the relay at `url`.
    pub fn new(url: &str, token: SecretString) -> Result<Self, RelayError> {
        let mut hash = Sha256::new();
        hash.update(url.trim_end_matches('/'));
        hash.update([0]);
        hash.update(Sha256::digest(token.expose_secret()));
        Ok(Seat {
            key: hex::encode(hash.finalize()),
            client: RelayClient::new(url, token)?,
        })
    }
}

impl SyncError {
    /// The same in the words of the contract.
    pub fn fault(self) -> Fault {
        match self {
            SyncError::Relay(error) => faults::of_relay(error),
            SyncError::Store(error) => faults::of_store(error),
            SyncError::Stopped => Fault::new(FaultCode::Internal, self.to_string()),
        }
    }
}

/// What [`Sync::run`] remembers from one turn to the next.
#[derive(Default)]
struct Course {
    /// Whether the relay answered well before.
    began: bool,
    /// How long the next poll may be held: not at all after a failure, so that the first good
    /// answer is seen at once.
    wait: u32,
    /// Whether the relay had forgotten what it gave in the last turn.
    rewound: bool,
    failures: u32,
    hasty: u32,
}

fn turn_to(state: &mut SyncState, phase: SyncPhase, now: i64) {
    if state.phase != phase {
        state.phase = phase;
        state.since = now;
    }
}

fn trouble(error: &SyncError) -> (SyncPhase, SyncTrouble) {
    let SyncError::Relay(error) = error else {
        return (SyncPhase::Retrying, SyncTrouble::CannotStore);
    };
    match error {
        RelayError::Unauthorized | RelayError::MalformedToken => {
            (SyncPhase::Refused, SyncTrouble::TokenRefused)
        }
        RelayError::Unreachable(_) => (SyncPhase::Retrying, SyncTrouble::Unreachable),
        RelayError::Busy { .. } => (SyncPhase::Retrying, SyncTrouble::RelayIll),
        RelayError::Unexpected(UnexpectedAnswer::Status(500..)) => {
            (SyncPhase::Retrying, SyncTrouble::RelayIll)
        }
        RelayError::Unexpected(_) => (SyncPhase::Retrying, SyncTrouble::NotARelay),
        RelayError::Address(_) | RelayError::Client => (SyncPhase::Refused, SyncTrouble::NotARelay),
    }
}

#[cfg(test)]
mod tests;
