//! Everything that is not here, fetched now: those that leave the platform first come first.

use super::Recordings;
use super::miss::Miss;
use super::task::Work;
use crate::faults;
use bohao_wire::{CallId, CustodyTask, Fault, FaultCode, RecordingState, TaskKind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;

/// Calls whose names are read at a time.
const PAGE: u32 = 200;

/// Recordings on their way at a time; the queue shares the same line.
pub(super) const ABREAST: usize = 2;

/// So many in a row that could not be reached: the network is away, and the rest waits for it.
const UNREACHABLE: u32 = 4;

impl Recordings {
    /// Begins to fetch everything that is not here, whatever the rules say of the hour.
    ///
    /// # Errors
    /// `TaskRunning`; a fault of the database.
    pub async fn fetch_all(&self) -> Result<CustodyTask, Fault> {
        let tallies = self.inner.store.read(|db| db.custody().tallies()).await;
        let tallies = tallies.map_err(faults::of_store)?;
        let not_here = [RecordingState::Waiting, RecordingState::Failed];
        let total = tallies
            .iter()
            .filter(|tally| not_here.contains(&tally.state))
            .map(|tally| tally.recordings)
            .sum();
        let recordings = self.clone();
        self.carry_out(TaskKind::FetchAll, total, |work| async move {
            recordings.fetch_everything(&work).await
        })
    }

    async fn fetch_everything(&self, work: &Arc<Work>) -> Result<(), Fault> {
        let mut after: Option<(i64, CallId)> = None;
        let mut abreast = Abreast::new(work.clone());
        loop {
            let from = after.take();
            let page = self
                .inner
                .store
                .read(move |db| {
                    let from = from.as_ref().map(|(at, call)| (*at, call));
                    db.custody().not_here_after(from, PAGE)
                })
                .await
                .map_err(faults::of_store)?;
            let Some(last) = page.last() else {
                return abreast.end().await;
            };
            after = Some(last.clone());
            for (_, call) in page {
                abreast.make_room().await?;
                if work.is_cancelled() {
                    return Ok(());
                }
                let recordings = self.clone();
                abreast.bring(async move { recordings.hurry(&call).await });
            }
        }
    }

    /// One try for a recording that is not here. Returns its size once it is.
    pub(super) async fn hurry(&self, call: &CallId) -> Result<u64, Miss> {
        let _line = self.inner.abreast.clone().acquire_owned().await;
        self.wait_for_peace().await;
        let _turn = self.turn(call).await;
        let (id, now) = (call.clone(), self.now());
        let read = self.inner.store.read(move |db| {
            let subid = db.calls().get(&id)?.and_then(|row| row.subid);
            Ok(subid.map(|subid| (subid, db.recordings().detail(&id))))
        });
        let Some((subid, detail)) = read.await.map_err(Miss::Store)? else {
            return Err(Miss::Hopeless("bad_subid"));
        };
        match detail.map_err(Miss::Store)?.state {
            RecordingState::Waiting => {}
            RecordingState::Failed => {
                let id = call.clone();
                let anew = self
                    .inner
                    .store
                    .write(move |tx| tx.recordings().fetch_anew(&id, now));
                anew.await.map_err(Miss::Store)?;
            }
            // Somebody else brought it meanwhile, or it is gone.
            _ => return Ok(0),
        }
        self.attempt(call, &subid).await?;
        let id = call.clone();
        let detail = self.inner.store.read(move |db| db.recordings().detail(&id));
        Ok(detail.await.map_err(Miss::Store)?.bytes.unwrap_or(0))
    }

    /// The platform may have asked to be left alone.
    async fn wait_for_peace(&self) {
        loop {
            let until = self.inner.busy_until.load(Ordering::SeqCst);
            let Ok(wait @ 1..) = u64::try_from(until.saturating_sub(self.now())) else {
                return;
            };
            // The clock may be set meanwhile.
            let look_again = Duration::from_millis(wait).min(Duration::from_secs(1));
            tokio::time::sleep(look_again).await;
        }
    }
}

/// Fetches that are under way beside one another, and what becomes of them.
pub(super) struct Abreast {
    work: Arc<Work>,
    under_way: JoinSet<Result<u64, Miss>>,
    unreachable: u32,
}

impl Abreast {
    pub fn new(work: Arc<Work>) -> Self {
        Abreast {
            work,
            under_way: JoinSet::new(),
            unreachable: 0,
        }
    }

    /// Begins one more.
    pub fn bring(&mut self, fetch: impl Future<Output = Result<u64, Miss>> + Send + 'static) {
        self.under_way.spawn(fetch);
    }

    /// Waits until one more may begin, or the work is cancelled: then those under way are dropped.
    ///
    /// # Errors
    /// What stands in the way of all that are left.
    pub async fn make_room(&mut self) -> Result<(), Fault> {
        while self.under_way.len() >= ABREAST && !self.work.is_cancelled() {
            self.next().await?;
        }
        Ok(())
    }

    /// Waits for all.
    ///
    /// # Errors
    /// As [`Self::make_room`].
    pub async fn end(mut self) -> Result<(), Fault> {
        while !self.under_way.is_empty() && !self.work.is_cancelled() {
            self.next().await?;
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<(), Fault> {
        let work = self.work.clone();
        let done = tokio::select! {
            done = self.under_way.join_next() => done,
            () = work.cancelled() => None,
        };
        match done {
            None => Ok(()),
            Some(Ok(Ok(bytes))) => {
                self.unreachable = 0;
                self.work.one_done(bytes);
                Ok(())
            }
            Some(Ok(Err(miss))) => self.missed(miss),
            Some(Err(_)) => {
                tracing::error!("fetching a recording ended in a panic");
                self.work.one_left();
                Ok(())
            }
        }
    }

    fn missed(&mut self, miss: Miss) -> Result<(), Fault> {
        self.work.one_left();
        match miss {
            Miss::Unreachable => self.unreachable += 1,
            _ => self.unreachable = 0,
        }
        if self.unreachable >= UNREACHABLE {
            let message = "the platform's recordings can't be reached";
            return Err(Fault::new(FaultCode::PlatformUnreachable, message));
        }
        miss.fault().map_or(Ok(()), Err)
    }
}
