use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{mpsc, oneshot::error::TryRecvError},
    task::JoinHandle,
    time::sleep,
};

use super::{
    Ended, Push, PushAnswer, StoreError, Surroundings,
    batch::{self, Row},
    join,
    session::{Address, Session, within_patience},
    spool::{Slice, Spool, Spooled},
};

/// A batch ends at this many rows or bytes. It never waits for more to come.
pub(super) const BATCH_ROWS: usize = 256;
pub(super) const BATCH_BYTES: usize = 1024 * 1024;

/// Between two tries to reach the server, or to do with the spool what did not work.
const PAUSE: Duration = Duration::from_millis(500);

/// The way to the one task that writes records.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    is_degraded: Arc<AtomicBool>,
}

enum Job {
    Push(Push),
    Stop,
}

/// What the task writes to.
pub(super) struct Ends {
    pub(super) address: Address,
    /// The database that the spool belongs to.
    pub(super) identity: String,
    /// `None` if the server was out of reach at the start.
    pub(super) session: Option<Session>,
    pub(super) spool: Spool,
    pub(super) spool_ended: Ended,
    /// Whether pushes from before wait in the spool.
    pub(super) is_behind: bool,
}

enum Link {
    Up(Box<Session>),
    /// A task that tries for as long as it takes.
    Down(JoinHandle<Session>),
}

struct Task {
    ends: Ends,
    link: Link,
    is_degraded: Arc<AtomicBool>,
    /// Whether the log was told that pushes stay in the spool.
    is_told: bool,
    queued: mpsc::Receiver<Job>,
    surroundings: Surroundings,
}

impl Writer {
    /// Starts the task; the receiver tells how it ended.
    pub(super) fn start(mut ends: Ends, queue: usize, surroundings: Surroundings) -> (Self, Ended) {
        let (jobs, queued) = mpsc::channel(queue.max(1));
        let (end, ended) = tokio::sync::oneshot::channel();
        let session = ends.session.take();
        let is_degraded = Arc::new(AtomicBool::new(session.is_none() || ends.is_behind));
        let writer = Self {
            jobs,
            is_degraded: Arc::clone(&is_degraded),
        };
        let link = match session {
            Some(session) => Link::Up(Box::new(session)),
            None => reach(&ends),
        };
        let mut task = Task {
            ends,
            link,
            is_degraded,
            is_told: false,
            queued,
            surroundings,
        };
        tokio::spawn(async move {
            let outcome = task.run().await;
            drop(task);
            // Nobody listens any more if the relay was dropped.
            let _ = end.send(outcome);
        });
        (writer, ended)
    }

    /// Queues a push, or gives it up at once if the queue is full or the task gone.
    pub(super) fn push(&self, push: Push) {
        use mpsc::error::TrySendError::{Closed, Full};
        let queued = self.jobs.try_send(Job::Push(push));
        if let Err(Full(Job::Push(push)) | Closed(Job::Push(push))) = queued {
            // The sender may be gone as well.
            let _ = push.answer.send(PushAnswer::NotStored);
        }
    }

    /// Whether the server is away, or pushes from then are still on their way to it.
    pub(super) fn is_degraded(&self) -> bool {
        self.is_degraded.load(Relaxed)
    }

    /// Ends the task once what is queued before is stored. Blocks.
    pub(super) fn stop(&self) {
        // One that is gone needs no word.
        let _ = self.jobs.blocking_send(Job::Stop);
    }
}

impl Task {
    async fn run(&mut self) -> Result<(), StoreError> {
        loop {
            let is_following = self.ends.is_behind && matches!(self.link, Link::Up(_));
            let job = if is_following {
                self.follow().await;
                if let Some(reason) = self.spool_failure() {
                    return Err(reason);
                }
                self.queued.try_recv().ok()
            } else {
                self.wait().await?
            };
            match job {
                Some(Job::Push(first)) => {
                    let (batch, is_last) = self.drain(first);
                    self.store(batch).await;
                    if is_last {
                        break;
                    }
                }
                Some(Job::Stop) => break,
                None if self.queued.is_closed() => break,
                None => {}
            }
        }
        let spool = self.ends.spool.clone();
        // A stop that waits for the spool's queue must not hold up this thread.
        tokio::task::spawn_blocking(move || spool.stop());
        let ended = (&mut self.ends.spool_ended).await;
        ended.unwrap_or(Err(StoreError::WriterEnded))
    }

    /// The next job, or none when the server is there again. Ends with the spool: a disk that it
    /// can't trust is no place to keep a push.
    async fn wait(&mut self) -> Result<Option<Job>, StoreError> {
        let Self {
            ends, link, queued, ..
        } = self;
        let reached = async {
            match link {
                Link::Up(_) => std::future::pending().await,
                Link::Down(reaching) => reaching.await,
            }
        };
        tokio::select! {
            ended = &mut ends.spool_ended => {
                Err(ended.unwrap_or(Ok(())).err().unwrap_or(StoreError::WriterEnded))
            }
            session = reached => {
                self.link = match session {
                    Ok(session) => Link::Up(Box::new(session)),
                    Err(_) => reach(&self.ends),
                };
                Ok(None)
            }
            job = queued.recv() => Ok(job.or(Some(Job::Stop))),
        }
    }

    /// Why the spool has ended, if it has. To be asked wherever [`Self::wait`] is not.
    fn spool_failure(&mut self) -> Option<StoreError> {
        match self.ends.spool_ended.try_recv() {
            Err(TryRecvError::Empty) => None,
            Ok(Err(reason)) => Some(reason),
            Ok(Ok(())) | Err(TryRecvError::Closed) => Some(StoreError::WriterEnded),
        }
    }

    /// What is queued right now, up to a batch's bounds, and whether the end was asked for.
    fn drain(&mut self, first: Push) -> (Vec<Push>, bool) {
        let mut bytes = first.body.len();
        let mut batch = vec![first];
        while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            match self.queued.try_recv() {
                Ok(Job::Push(push)) => {
                    bytes += push.body.len();
                    batch.push(push);
                }
                Ok(Job::Stop) => return (batch, true),
                Err(_) => break,
            }
        }
        (batch, false)
    }

    /// Stores a batch on the server, or else in the spool.
    async fn store(&mut self, mut batch: Vec<Push>) {
        let now = Instant::now();
        for late in batch.extract_if(.., |push| push.deadline <= now) {
            let _ = late.answer.send(PushAnswer::NotStored);
        }
        if batch.is_empty() {
            return;
        }
        let Link::Up(session) = &mut self.link else {
            return self.spool(batch).await;
        };
        if self.ends.is_behind {
            // What is in the spool comes first.
            return self.spool(batch).await;
        }
        let began = Instant::now();
        let rows: Vec<Row<'_>> = batch.iter().map(Row::from).collect();
        match within_patience(batch::store(session, &rows)).await {
            Ok(answers) => {
                let took = began.elapsed();
                self.surroundings
                    .metrics
                    .note_batch(batch.len(), took, took);
                self.answer(batch, answers);
            }
            Err(error) => {
                self.surroundings
                    .metrics
                    .failed_commits
                    .fetch_add(1, Relaxed);
                // It may have been stored, and be stored again from the spool: that makes one.
                self.give_way(&error);
                self.spool(batch).await;
            }
        }
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

    /// Hands a batch to the spool's writer, which answers each push once it is on disk.
    async fn spool(&mut self, batch: Vec<Push>) {
        self.ends.is_behind = true;
        self.is_degraded.store(true, Relaxed);
        let mut seats: Vec<i64> = batch.iter().map(|push| push.seat).collect();
        seats.sort_unstable();
        seats.dedup();
        if self.ends.spool.expect_seats(seats).await.is_err() {
            for push in batch {
                let _ = push.answer.send(PushAnswer::NotStored);
            }
            return;
        }
        for push in batch {
            self.ends.spool.push(push);
        }
    }

    /// Brings one slice of the spool to the server.
    async fn follow(&mut self) {
        let Link::Up(session) = &mut self.link else {
            return;
        };
        let Ok(Slice { pushes, is_all }) = self.ends.spool.oldest().await else {
            return sleep(PAUSE).await;
        };
        let Some(last) = pushes.last() else {
            return self.catch_up();
        };
        let stranded = match within_patience(bring(session, &pushes)).await {
            Ok(stranded) => stranded,
            Err(error) => return self.give_way(&error),
        };
        for push in &pushes {
            self.surroundings.waiters.ring(push.seat);
        }
        let kept = stranded.len();
        if self.ends.spool.forget(last.row, stranded).await.is_err() {
            return sleep(PAUSE).await;
        }
        if kept > 0 {
            tracing::error!(
                kept,
                "pushes for seats that PostgreSQL does not know stay in the spool, in `stranded`"
            );
        }
        if is_all {
            // Only this task fills the spool. One that waited to find it empty would find the
            // batch in it that came meanwhile, for as long as pushes come.
            self.catch_up();
        }
    }

    /// The server has all; what comes next goes to it again.
    fn catch_up(&mut self) {
        self.ends.is_behind = false;
        self.is_degraded.store(false, Relaxed);
        self.is_told = false;
        tracing::info!("PostgreSQL has all that was pushed while it was away");
    }

    /// A server that answers and refuses to store is tried again and again: that is told once.
    fn give_way(&mut self, error: &StoreError) {
        if !self.is_told {
            tracing::error!(reason = %error, "pushes are kept in the spool for now");
            self.is_told = true;
        }
        self.is_degraded.store(true, Relaxed);
        self.link = reach(&self.ends);
    }
}

/// Stores what was in the spool. Returns the places there of pushes whose seat the database does not
/// know and that was never removed from it either: those of a database that was set back.
async fn bring(session: &mut Session, pushes: &[Spooled]) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<Row<'_>> = pushes.iter().map(Row::from).collect();
    let answers = batch::store(session, &rows).await?;
    let refused = pushes.iter().zip(answers);
    let refused: Vec<&Spooled> = refused
        .filter(|(_, answer)| *answer == PushAnswer::UnknownToken)
        .map(|(push, _)| push)
        .collect();
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let seats: Vec<i64> = refused.iter().map(|push| push.seat).collect();
    let removed = batch::removed(session, &seats).await?;
    let (dropped, stranded): (Vec<&Spooled>, Vec<&Spooled>) = refused
        .into_iter()
        .partition(|push| removed.contains(&push.seat));
    if !dropped.is_empty() {
        let dropped = dropped.len();
        tracing::warn!(dropped, "pushes for seats that were removed are dropped");
    }
    Ok(stranded.iter().map(|push| push.row).collect())
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Self::Down(reaching) = self {
            reaching.abort();
        }
    }
}

/// Tries to reach the server until it is there, and is the one that the spool belongs to.
fn reach(ends: &Ends) -> Link {
    let (address, identity) = (ends.address.clone(), ends.identity.clone());
    Link::Down(tokio::spawn(async move {
        let mut is_told = false;
        loop {
            sleep(PAUSE).await;
            match join(&address).await {
                Ok((session, reached)) if reached == identity => return session,
                Ok(_) if !is_told => {
                    tracing::error!("the address leads to another database than before");
                    is_told = true;
                }
                Ok(_) => {}
                Err(reason) => tracing::debug!(%reason, "PostgreSQL is still away"),
            }
        }
    }))
}
