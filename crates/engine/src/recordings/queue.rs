//! The queue: what is due is fetched, two at a time. Its state is the store's, so it survives the
//! program.

use super::fetch_all::ABREAST;
use super::miss::{Miss, SET_UP_REASONS};
use super::{Recordings, part};
use crate::faults;
use crate::preferences::{Topic, decoded};
use bohao_store::StoreError;
use bohao_wire::{CallId, CustodyRules, Fault};
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

/// The queue looks up at least this often, for clocks that jump and rows of other programs.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// After the database could not be read.
const RECOVERY: Duration = Duration::from_secs(5);

impl Recordings {
    /// Fetches what is due until it is dropped, which may be at any moment: a file that is on its
    /// way then is not there.
    pub async fn run(&self) {
        self.sweep().await;
        let mut under_way = JoinSet::new();
        let mut calls = HashSet::new();
        loop {
            let sleep = match self.send_out(&mut under_way, &mut calls).await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::warn!(%error, "the queue of recordings could not be read");
                    RECOVERY
                }
            };
            tokio::select! {
                () = self.inner.wake.notified() => {}
                () = tokio::time::sleep(sleep) => {}
                Some(done) = under_way.join_next() => self.welcome(done, &mut calls).await,
            }
        }
    }

    /// Something may be due now: a record came in, the network is back.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Credentials or addresses changed: what was refused for them is due again.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn credentials_changed(&self) -> Result<(), Fault> {
        let now = self.now();
        let retried = self
            .inner
            .store
            .write(move |tx| tx.recordings().retry_where(&SET_UP_REASONS, now))
            .await
            .map_err(faults::of_store)?;
        retried
            .into_iter()
            .for_each(|call| (self.inner.changed)(call));
        self.wake();
        Ok(())
    }

    /// Removes what a program that ended in the middle of a fetch left behind.
    pub(super) async fn sweep(&self) {
        let (folder, home) = (self.folder(), self.inner.home.clone());
        let swept = part::off_thread(move || {
            let elsewhere = if folder == home {
                0
            } else {
                part::sweep(&folder)?
            };
            Ok(elsewhere + part::sweep(&home)?)
        });
        match swept.await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "removed unfinished recordings"),
            Err(error) => tracing::warn!(%error, "unfinished recordings could not be removed"),
        }
        if let Err(error) = self.sweep_moved().await {
            tracing::warn!(%error, "what a move left could not be removed");
        }
        if let Err(error) = self.sweep_dropped().await {
            tracing::warn!(%error, "files of dropped recordings could not be removed");
        }
    }

    /// Begins what is due, as far as there is room, and tells how long nothing more will be.
    async fn send_out(
        &self,
        under_way: &mut JoinSet<(CallId, Result<(), Miss>)>,
        calls: &mut HashSet<CallId>,
    ) -> Result<Duration, StoreError> {
        let read = self.inner.store.read(|db| {
            let rules = db.settings().get(Topic::Custody.key())?;
            Ok(decoded::<CustodyRules>(rules.as_deref()))
        });
        let rules = read.await?;
        self.keep_rule(&rules).await?;
        let now = self.now();
        let pause = self.pause(&rules, now).await;
        self.note_pause(pause).await?;
        if let Some(pause) = pause {
            return Ok(until(pause.until.unwrap_or(i64::MAX), now));
        }
        if under_way.len() >= ABREAST {
            return Ok(LONGEST_SLEEP);
        }
        let read = self.inner.store.read(move |db| {
            // Those under way are still due, and so may come first.
            let due = db.recordings().due(now, 2 * ABREAST as u32)?;
            Ok((due, db.recordings().next_due_at()?))
        });
        let (due, next) = read.await?;
        for due in due {
            if under_way.len() >= ABREAST || !calls.insert(due.call.clone()) {
                continue;
            }
            let recordings = self.clone();
            let line = self.inner.abreast.clone();
            under_way.spawn(async move {
                let _line = line.acquire_owned().await;
                let done = recordings.attempt_if_due(&due.call, &due.subid).await;
                (due.call, done)
            });
        }
        Ok(until(next.unwrap_or(i64::MAX), now))
    }

    async fn welcome(
        &self,
        done: Result<(CallId, Result<(), Miss>), tokio::task::JoinError>,
        calls: &mut HashSet<CallId>,
    ) {
        match done {
            Ok((call, outcome)) => {
                calls.remove(&call);
                if let Err(Miss::Store(error)) = outcome {
                    // The row is as due as before; without a pause it would be tried at once.
                    tracing::warn!(%error, "a recording's row could not be written");
                    tokio::time::sleep(RECOVERY).await;
                }
            }
            Err(_) => {
                // The error's own words quote the panic's, which may hold anything.
                tracing::error!("fetching a recording ended in a panic");
                calls.clear();
                tokio::time::sleep(RECOVERY).await;
            }
        }
    }
}

/// How long to sleep until an instant. What is due already is under way, and its end wakes the
/// queue.
fn until(at: i64, now: i64) -> Duration {
    match u64::try_from(at.saturating_sub(now)) {
        Err(_) | Ok(0) => LONGEST_SLEEP,
        Ok(ms) => Duration::from_millis(ms).min(LONGEST_SLEEP),
    }
}
