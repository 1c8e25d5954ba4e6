use std::{
    sync::{
        atomic::Ordering::Relaxed,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Instant,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::{
    super::{DiskSpace, Ended, Push, PushAnswer, StoreError, Surroundings},
    batch,
    checkpoint::Checkpoints,
    known::Known,
    place::Place,
    serving::Serving,
};
use crate::Limits;

/// A batch ends at this many rows or bytes. It never waits for more to come.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 1024 * 1024;

/// Digests fall all over their table. Those of a million records are kept at hand, or each push would
/// have to read a page to be known for new. It is memory that only many pushes take.
const CACHE_KIB: i64 = 24 * 1024;

/// The way to the one thread that writes records.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: SyncSender<Job>,
}

enum Job {
    Push(Push),
    Change(Change),
    Stop,
}

/// Something else to do in a transaction; returns about how many rows it touched.
type Change = Box<dyn FnOnce(&mut Connection) -> rusqlite::Result<usize> + Send>;

impl Writer {
    /// Starts the thread. The receiver tells how it ended: well after [`Writer::stop`], with an
    /// error if the disk can't be trusted any more.
    pub(crate) fn start(
        connection: Connection,
        place: Place,
        serving: Serving,
        limits: &Limits,
        space: DiskSpace,
        surroundings: Surroundings,
    ) -> Result<(Self, Ended), StoreError> {
        let (jobs, queued) = sync_channel(limits.queue.max(1));
        let (end, ended) = oneshot::channel();
        let known = Known::load(&connection, limits)?;
        let mut thread = WriterThread {
            connection,
            known,
            place,
            queued,
            space,
            surroundings,
            checkpoints: Checkpoints::default(),
            is_storing: true,
            is_changing: true,
        };
        thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                let outcome = thread.run();
                // Whoever hears of the end may open the database anew.
                drop(thread);
                drop(serving);
                // Nobody listens any more if the relay was dropped.
                let _ = end.send(outcome);
            })?;
        Ok((Self { jobs }, ended))
    }

    /// Queues a push, or gives it up at once if the queue is full or the writer gone.
    pub(crate) fn push(&self, push: Push) {
        if let Err(
            TrySendError::Full(Job::Push(push)) | TrySendError::Disconnected(Job::Push(push)),
        ) = self.jobs.try_send(Job::Push(push))
        {
            // The sender may be gone as well.
            let _ = push.answer.send(PushAnswer::NotStored);
        }
    }

    /// Does something else in a transaction, after all that is queued. `make` returns what is
    /// asked for and about how many rows it touched.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        make: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<(T, usize)> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, made) = oneshot::channel();
        let change = Box::new(move |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (value, rows) = make(&transaction)?;
            transaction.commit()?;
            // Whoever asked may have gone.
            let _ = answer.send(value);
            Ok(rows)
        });
        let queued = self.jobs.try_send(Job::Change(change));
        queued.map_err(|_| StoreError::Busy)?;
        made.await.map_err(|_| StoreError::Busy)
    }

    /// Ends the thread once what is queued before is on disk.
    pub(crate) fn stop(&self) {
        // A full queue blocks for as long as the writer needs to drain it; one that is gone, never.
        let _ = self.jobs.send(Job::Stop);
    }
}

struct WriterThread {
    connection: Connection,
    known: Known,
    place: Place,
    queued: Receiver<Job>,
    space: DiskSpace,
    surroundings: Surroundings,
    checkpoints: Checkpoints,
    is_storing: bool,
    /// As for pushes, for anything else: a failure is told once.
    is_changing: bool,
}

impl WriterThread {
    fn run(&mut self) -> Result<(), StoreError> {
        self.connection
            .pragma_update(None, "cache_size", -CACHE_KIB)?;
        self.checkpoints.prepare(&self.connection)?;
        let mut next = None;
        loop {
            let job = match next.take() {
                Some(job) => job,
                None => match self.queued.recv() {
                    Ok(job) => job,
                    Err(_) => break,
                },
            };
            match job {
                Job::Push(first) => {
                    let (batch, after) = self.drain(first);
                    next = after;
                    self.store(batch)?;
                }
                Job::Change(change) => self.change(change)?,
                Job::Stop => break,
            }
            self.move_known()?;
            self.checkpoints.run_if_due(&self.connection)?;
        }
        self.checkpoints.finish(&self.connection)
    }

    /// What is queued right now, up to a batch's bounds, and a job of another kind that ended it.
    fn drain(&self, first: Push) -> (Vec<Push>, Option<Job>) {
        let mut bytes = first.body.len();
        let mut batch = vec![first];
        while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            match self.queued.try_recv() {
                Ok(Job::Push(push)) => {
                    bytes += push.body.len();
                    batch.push(push);
                }
                Ok(other) => return (batch, Some(other)),
                Err(_) => break,
            }
        }
        (batch, None)
    }

    /// Stores a batch as a whole or not at all, and answers each of its pushes. An error is
    /// returned only if nothing may be written any more.
    fn store(&mut self, mut batch: Vec<Push>) -> Result<(), StoreError> {
        let now = Instant::now();
        for late in batch.extract_if(.., |push| push.deadline <= now) {
            let _ = late.answer.send(PushAnswer::NotStored);
        }
        if batch.is_empty() {
            return Ok(());
        }
        if self.space.is_short() {
            self.note_failure("the disk is under its reserve");
            give_up(batch);
            return Ok(());
        }
        // A file that is not in its place takes no write: another one that lies there by now
        // would take this one's log for its own.
        if let Err(away) = self.place.check() {
            self.note_failure(&away.to_string());
            give_up(batch);
            return Ok(());
        }
        match self.commit(&batch) {
            Ok(answers) => {
                // Asked once more, since one that went during the commit has not kept it.
                if let Err(away) = self.place.check() {
                    self.note_failure(&away.to_string());
                    give_up(batch);
                    return Ok(());
                }
                self.note_success();
                self.answer(batch, answers);
                Ok(())
            }
            Err(error) => {
                give_up(batch);
                self.surroundings
                    .metrics
                    .failed_commits
                    .fetch_add(1, Relaxed);
                self.note_failure(&passing(error)?.to_string());
                Ok(())
            }
        }
    }

    fn commit(&mut self, batch: &[Push]) -> rusqlite::Result<Vec<PushAnswer>> {
        let began = Instant::now();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let batch::Inserted { answers, fresh } = batch::insert(&transaction, &self.known, batch)?;
        let inserted = Instant::now();
        transaction.commit()?;
        self.known.note(fresh);
        let (whole, sync) = (began.elapsed(), inserted.elapsed());
        let bytes = batch.iter().map(|push| push.body.len()).sum();
        self.checkpoints.note(batch.len(), bytes);
        self.surroundings
            .metrics
            .note_batch(batch.len(), whole, sync);
        Ok(answers)
    }

    fn answer(&self, batch: Vec<Push>, answers: Vec<PushAnswer>) {
        let mut seats = Vec::new();
        for (push, answer) in batch.into_iter().zip(answers) {
            if answer == PushAnswer::Stored && !seats.contains(&push.seat) {
                seats.push(push.seat);
            }
            // A sender that hung up will push again, and be told that it is stored.
            let _ = push.answer.send(answer);
        }
        for seat in seats {
            self.surroundings.waiters.ring(seat);
        }
    }

    /// Between batches, when all of what came is answered.
    fn move_known(&mut self) -> Result<(), StoreError> {
        if !self.known.is_to_move() || !self.is_storing {
            return Ok(());
        }
        if let Err(away) = self.place.check() {
            self.note_failure(&away.to_string());
            return Ok(());
        }
        match self.known.move_some(&mut self.connection) {
            Ok(rows) => self.checkpoints.note(rows, 0),
            Err(error) => self.note_failure(&passing(error)?.to_string()),
        }
        Ok(())
    }

    fn change(&mut self, change: Change) -> Result<(), StoreError> {
        if let Err(away) = self.place.check() {
            self.note_failure(&away.to_string());
            return Ok(());
        }
        match change(&mut self.connection) {
            Ok(rows) => {
                self.is_changing = true;
                self.checkpoints.note(rows, 0);
                Ok(())
            }
            Err(error) => {
                let reason = passing(error)?;
                if self.is_changing {
                    tracing::error!(%reason, "a sweep or another change could not be made");
                }
                self.is_changing = false;
                Ok(())
            }
        }
    }

    fn note_failure(&mut self, reason: &str) {
        if self.is_storing {
            tracing::error!(reason, "pushes are not stored for now");
        }
        self.is_storing = false;
    }

    fn note_success(&mut self) {
        if !self.is_storing {
            tracing::info!("pushes are stored again");
        }
        self.is_storing = true;
    }
}

/// A failure that a later try may not meet, such as a full disk; an error if nothing may be written
/// any more.
fn passing(error: rusqlite::Error) -> Result<StoreError, StoreError> {
    match StoreError::from(error) {
        fatal @ (StoreError::SyncFailed | StoreError::Damaged(_)) => Err(fatal),
        passing => Ok(passing),
    }
}

fn give_up(batch: Vec<Push>) {
    for push in batch {
        let _ = push.answer.send(PushAnswer::NotStored);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::sqlite::open;

    #[test]
    fn a_change_that_fails_says_nothing_of_pushes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db");
        let connection = open::open(&path).unwrap();
        let mut thread = WriterThread {
            known: Known::load(&connection, &Limits::default()).unwrap(),
            connection,
            place: Place::of(&path).unwrap(),
            queued: sync_channel(1).1,
            space: DiskSpace::new(&path, 0),
            surroundings: Surroundings {
                waiters: Arc::default(),
                metrics: Arc::default(),
            },
            checkpoints: Checkpoints::default(),
            is_storing: true,
            is_changing: true,
        };
        let fails = |connection: &mut Connection| connection.execute("DELETE FROM nowhere", []);
        thread.change(Box::new(fails)).unwrap();
        assert!(thread.is_storing && !thread.is_changing);
        thread.change(Box::new(|_| Ok(0))).unwrap();
        assert!(thread.is_changing, "the next failure is told again");
    }
}
