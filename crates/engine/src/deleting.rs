//! Calls taken out of the log: for a moment, in which it can be undone, and then for good.
//!
//! What is gone for good is in no row, no body, no file, no index, and not in what a disk keeps of
//! them. Every step of it can be done again: a program that ends half-way goes on at its next
//! start. A digest of each call's identity stays, so that no record brings it back.

mod bodies;
mod copies;

use crate::faults;
use crate::intake;
use crate::notifier::Events;
use crate::recordings::Recordings;
use crate::selection;
use crate::surroundings::Clock;
use bohao_store::{Deletion, Depth, Person, Store, StoreError};
use bohao_wire::{
    CallId, CallsQuery, Erasure, Event, Fault, FaultCode, RecordingState, Selection, Undone,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How long a deletion can be undone.
pub const MOMENT_MS: i64 = 10_000;

/// Calls of one transaction: a deletion shares the log with dials, which can't wait for long.
const BATCH: usize = 200;

/// After a deletion could not be carried out.
const RECOVERY: Duration = Duration::from_secs(30);

/// The deletions of one ground. Clones are the same.
#[derive(Clone)]
pub struct Deleting {
    /// The log.
    pub store: Store,
    /// Whose files go with their calls.
    pub recordings: Recordings,
    /// Who hears that a person is gone.
    pub events: Events,
    /// The hour.
    pub clock: Clock,
    wake: Arc<Notify>,
}

/// For how long a deletion can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// For as long as it takes to see that it was a mistake.
    Given,
    /// Not at all: whoever asks was asked before.
    None,
}

impl Deleting {
    /// Deletions of this log.
    pub fn new(store: Store, recordings: Recordings, events: Events, clock: Clock) -> Self {
        Deleting {
            store,
            recordings,
            events,
            clock,
            wake: Arc::default(),
        }
    }

    /// Takes calls out of the log. A call that is on its way to the platform stays.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn delete(&self, selection: Selection, moment: Moment) -> Result<Deletion, Fault> {
        let calls = selection::calls(&self.store, selection).await?;
        self.take(calls, None, moment).await
    }

    /// Takes everything of one person out of the log.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn erase(&self, person: Person, moment: Moment) -> Result<Deletion, Fault> {
        let calls = selection::calls(&self.store, of_number(&person.number)).await?;
        self.take(calls, Some(person), moment).await
    }

    /// What [`Self::erase`] would take, and what it can't reach.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn erasure(&self, number: String) -> Result<Erasure, Fault> {
        let (store, digits) = (self.store.clone(), number.clone());
        let counted = self.store.read(move |db| {
            let of_number = |recording| CallsQuery {
                tel_b: Some(digits.clone()),
                recording,
                ..CallsQuery::default()
            };
            Ok((
                db.calls().total(&of_number(None))?,
                db.calls().total(&of_number(Some(RecordingState::Saved)))?,
            ))
        });
        let (calls, recordings) = counted.await.map_err(faults::of_store)?;
        let digits = number.clone();
        let copies = tokio::task::spawn_blocking(move || copies::of(store.path(), &digits))
            .await
            .map_err(|_| interrupted())?;
        Ok(Erasure {
            number,
            calls,
            recordings,
            backups: u32::try_from(copies.backups.len()).unwrap_or(u32::MAX),
            set_aside: copies
                .set_aside
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
        })
    }

    /// Puts everything back, if the moment is not over. Names the calls that are back.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn undo(&self, deletion: i64) -> Result<(Undone, Vec<CallId>), Fault> {
        let now = (self.clock)();
        let undone = self.store.write(move |tx| {
            let Some(back) = tx.deletions().undo(deletion, now)? else {
                return Ok(None);
            };
            // A record that came meanwhile may settle a dial that is back, or tell of its call.
            intake::settle_all(tx)?;
            let mut numbers = BTreeSet::new();
            for call in &back {
                numbers.extend(tx.calls().get(call)?.and_then(|row| row.tel_b));
            }
            for number in numbers {
                if tx.nameless().has_number(&number)? {
                    intake::settle(tx, &number)?;
                }
            }
            Ok(Some(back))
        });
        Ok(match undone.await.map_err(faults::of_store)? {
            Some(back) => {
                self.recordings.wake();
                let calls = back.len() as u64;
                (Undone::Restored { calls }, back)
            }
            None => (Undone::TooLate, Vec::new()),
        })
    }

    /// Carries out what is due, for as long as it is let.
    pub async fn run(&self) {
        loop {
            let due = self.finish((self.clock)()).await;
            let sleep = match due.and(self.wait().await) {
                Ok(sleep) => sleep,
                Err(fault) => {
                    tracing::warn!(%fault, "a deletion could not be carried out yet");
                    RECOVERY
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    /// Carries out every deletion whose moment is over at `now`, for good.
    ///
    /// # Errors
    /// `NotWritable` if a file can't be removed; a fault of the database.
    pub async fn finish(&self, now: i64) -> Result<(), Fault> {
        loop {
            let due = self.store.read(move |db| db.deletions().due(now)).await;
            let Some(deletion) = due.map_err(faults::of_store)? else {
                return Ok(());
            };
            self.carry_out(deletion).await?;
        }
    }

    async fn wait(&self) -> Result<Duration, Fault> {
        const LONGEST: Duration = Duration::from_secs(60);
        let next = self.store.read(|db| db.deletions().next_due_at()).await;
        let next = next.map_err(faults::of_store)?;
        let left = next.map_or(i64::MAX, |at| at.saturating_sub((self.clock)()));
        Ok(Duration::from_millis(left.max(0).unsigned_abs()).min(LONGEST))
    }

    async fn take(
        &self,
        calls: Vec<CallId>,
        person: Option<Person>,
        moment: Moment,
    ) -> Result<Deletion, Fault> {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let taken = tokio::task::spawn_blocking(move || -> Result<Deletion, StoreError> {
            let id = store.write_blocking(|tx| tx.deletions().open(person.as_ref()))?;
            let mut taken = 0;
            for batch in calls.chunks(BATCH) {
                let now = clock();
                taken += store.write_blocking(|tx| tx.deletions().take(id, batch, now))?;
            }
            let undo_until = match moment {
                Moment::Given => clock().saturating_add(MOMENT_MS),
                Moment::None => 0,
            };
            store.write_blocking(|tx| tx.deletions().close(id, undo_until))?;
            Ok(Deletion {
                id,
                undo_until,
                calls: taken,
                person,
            })
        });
        let deletion = taken
            .await
            .map_err(|_| interrupted())?
            .map_err(faults::of_store)?;
        self.wake.notify_one();
        Ok(deletion)
    }

    /// Files first and the rows that name them last, so that a program which ends in between still
    /// knows what is left to do.
    async fn carry_out(&self, deletion: Deletion) -> Result<(), Fault> {
        let id = deletion.id;
        let begun = self.store.write(move |tx| tx.deletions().begin(id)).await;
        begun.map_err(faults::of_store)?;
        self.remove_files(id).await?;
        // What was decoded for the player is made anew when it is asked for.
        self.recordings.empty_renditions().await;
        let (store, now) = (self.store.clone(), (self.clock)());
        let erased = deletion.person.is_some();
        let done = tokio::task::spawn_blocking(move || -> Result<(), Fault> {
            bodies::clear(&store, &deletion).map_err(faults::of_store)?;
            bury(&store, id).map_err(faults::of_store)?;
            if let Some(person) = &deletion.person {
                store
                    .write_without_trace(|tx| tx.deletions().forget_person(person, now))
                    .map_err(faults::of_store)?;
                copies::remove(store.path(), &person.number)?;
            }
            let depth = match deletion.person {
                Some(_) => Depth::Gaps,
                None => Depth::Pages,
            };
            store.wipe_traces(depth).map_err(faults::of_store)?;
            // The number of an erased person stands in this row, and goes with it.
            store
                .write_without_trace(|tx| tx.deletions().end(id))
                .and_then(|()| store.wipe_log())
                .map_err(faults::of_store)
        });
        done.await.map_err(|_| interrupted())??;
        if erased {
            // Calls left the screens when the deletion began, and the rest only now.
            for gone in [
                Event::CustomersChanged,
                Event::FollowUpsChanged,
                Event::ListsChanged,
            ] {
                // Nobody may be listening.
                let _ = self.events.send(gone);
            }
        }
        Ok(())
    }

    async fn remove_files(&self, deletion: i64) -> Result<(), Fault> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let read = self
                .store
                .read(move |db| db.deletions().leaving(deletion, &from, BATCH as u32));
            let leaving = read.await.map_err(faults::of_store)?;
            let Some(last) = leaving.last() else {
                return Ok(());
            };
            after = last.call.0.clone();
            for one in &leaving {
                self.recordings
                    .erase(&one.call, one.file.as_deref())
                    .await?;
            }
        }
    }
}

fn of_number(number: &str) -> Selection {
    Selection::Fitting {
        query: Box::new(CallsQuery {
            tel_b: Some(number.to_owned()),
            ..CallsQuery::default()
        }),
        except: Vec::new(),
    }
}

fn bury(store: &Store, deletion: i64) -> Result<(), StoreError> {
    loop {
        let left = store.write_without_trace(|tx| {
            let leaving = tx.deletions().leaving(deletion, "", BATCH as u32)?;
            tx.deletions().bury(&leaving)?;
            Ok(leaving.len())
        })?;
        if left == 0 {
            return Ok(());
        }
    }
}

fn interrupted() -> Fault {
    Fault::new(FaultCode::Internal, "a deletion was interrupted")
}

#[cfg(test)]
mod tests;
