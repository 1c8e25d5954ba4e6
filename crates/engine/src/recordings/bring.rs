//! One try to bring a recording here.

use super::miss::{Miss, Next};
use super::part::{Begun, Part};
use super::{Recordings, lock};
use crate::faults;
use bohao_platform::{RangeFrom, Recording, RecordingError};
use bohao_store::SavedFile;
use bohao_wire::{CallId, Event, Fault, FaultCode, RecordingDetail, RecordingState};

/// A screen needs no more than five steps a second.
const PROGRESS_MS: i64 = 200;

/// Parts that wait for a later try; more would hold too many files open.
const BEGUN: usize = 8;

impl Recordings {
    /// Fetches a call's recording now, whatever became of it before, and tells where it is then.
    /// That the platform has none to give is an answer, with its reason in it.
    ///
    /// # Errors
    /// `NotFound` without such a call, `RecordingUnavailable` for one that the platform never
    /// took, `NotSetUp`, `DiskFull`, `NotWritable`.
    pub async fn fetch(&self, call: &CallId) -> Result<RecordingDetail, Fault> {
        let subid = self.subid(call).await?;
        let _turn = self.turn(call).await;
        if self.kept(call).await?.is_some() {
            return self.detail(call).await;
        }
        let (id, now) = (call.clone(), self.now());
        let store = &self.inner.store;
        store
            .write(move |tx| tx.recordings().fetch_anew(&id, now))
            .await
            .map_err(faults::of_store)?;
        (self.inner.changed)(call.clone());
        let missed = self.attempt(call, &subid).await.err();
        match missed.and_then(Miss::fault) {
            Some(fault) => Err(fault),
            None => self.detail(call).await,
        }
    }

    /// Where a call's recording is.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn detail(&self, call: &CallId) -> Result<RecordingDetail, Fault> {
        let call = call.clone();
        let read = self
            .inner
            .store
            .read(move |db| db.recordings().detail(&call))
            .await;
        read.map_err(faults::of_store)
    }

    /// A try for a recording whose time has come, unless somebody else brought or postponed it.
    pub(super) async fn attempt_if_due(&self, call: &CallId, subid: &str) -> Result<(), Miss> {
        let _turn = self.turn(call).await;
        let id = call.clone();
        let read = self
            .inner
            .store
            .read(move |db| db.recordings().detail(&id))
            .await;
        let detail = read.map_err(Miss::Store)?;
        let due = detail.next_try_at.is_some_and(|at| at <= self.now());
        if detail.state != RecordingState::Waiting || !due {
            return Ok(());
        }
        self.attempt(call, subid).await
    }

    /// One try, and its outcome in the store.
    async fn attempt(&self, call: &CallId, subid: &str) -> Result<(), Miss> {
        let brought = match self.bring(call, subid).await {
            Ok(saved) => self.book(call, saved).await,
            Err(miss) => Err(miss),
        };
        let noted = match &brought {
            Ok(()) => Ok(()),
            Err(miss) => self.postpone(call, miss).await,
        };
        (self.inner.changed)(call.clone());
        noted.and(brought)
    }

    /// Fetches the file and gives it its name.
    async fn bring(&self, call: &CallId, subid: &str) -> Result<SavedFile, Miss> {
        let begun = lock(&self.inner.begun)
            .remove(call)
            .filter(|begun| begun.part.written() > 0);
        let range = begun.as_ref().map(|begun| RangeFrom {
            offset: begun.part.written(),
            validator: begun.etag.clone(),
        });
        let resuming = range.is_some();
        let asked = self
            .inner
            .origin
            .recording(subid, range)
            .await
            .map_err(Miss::from);
        let (recording, mut part) = match (asked, begun) {
            (Ok(recording), Some(Begun { mut part, .. })) => {
                if recording.offset != part.written() {
                    part.restart().await?;
                }
                (recording, part)
            }
            (Ok(recording), None) => (recording, Part::begin(self.folder(), call).await?),
            // The server did not prove that it would go on with the same file.
            (Err(Miss::CutOff), Some(begun)) if resuming => {
                drop(begun);
                let recording = self.inner.origin.recording(subid, None).await?;
                (recording, Part::begin(self.folder(), call).await?)
            }
            (Err(miss), begun) => {
                self.keep_begun(call, begun);
                return Err(miss);
            }
        };
        if recording.offset != part.written() {
            return Err(Miss::CutOff);
        }
        let etag = strong(recording.etag.clone());
        match self.receive(call, recording, &mut part).await {
            Ok(()) => part.finish().await,
            Err(miss) => {
                let cut = matches!(miss, Miss::CutOff | Miss::TimedOut);
                if let Some(etag) = etag.filter(|_| cut)
                    && part.settle().await.is_ok()
                {
                    self.keep_begun(call, Some(Begun { part, etag }));
                }
                Err(miss)
            }
        }
    }

    /// Writes what comes, and tells how far it is.
    async fn receive(
        &self,
        call: &CallId,
        mut recording: Recording,
        part: &mut Part,
    ) -> Result<(), Miss> {
        let total = recording.length;
        let mut told = i64::MIN;
        loop {
            let now = self.now();
            if now.saturating_sub(told) >= PROGRESS_MS {
                told = now;
                self.tell_progress(call, part.written(), total);
            }
            match recording.chunk().await.map_err(cut_or)? {
                Some(bytes) => part.write(&bytes).await?,
                None => break,
            }
        }
        if total.is_some_and(|total| total != part.written()) {
            return Err(Miss::CutOff);
        }
        self.tell_progress(call, part.written(), total);
        Ok(())
    }

    /// The file is there; now the store learns of it.
    async fn book(&self, call: &CallId, mut saved: SavedFile) -> Result<(), Miss> {
        let path = self.folder().join(&saved.file);
        if self.folder() != self.inner.home {
            saved.file = path.display().to_string();
        }
        let (id, now) = (call.clone(), self.now());
        let store = &self.inner.store;
        let booked = store
            .write(move |tx| tx.recordings().mark_saved(&id, &saved, now))
            .await;
        if !booked.map_err(Miss::Store)? {
            // The record went to another call while its recording was on the way: that call
            // fetches its own.
            let _ = tokio::fs::remove_file(path).await;
            self.inner.wake.notify_one();
        }
        Ok(())
    }

    async fn postpone(&self, call: &CallId, miss: &Miss) -> Result<(), Miss> {
        let reason = miss.reason();
        tracing::info!(call = %call.0, reason = reason.split(':').next(), "a recording did not come");
        let (id, now) = (call.clone(), self.now());
        let store = &self.inner.store;
        let known = store
            .read(move |db| db.recordings().get(&id))
            .await
            .map_err(Miss::Store)?;
        let Some(known) = known else { return Ok(()) };
        let next = miss.next(known.tries, now, known.detail.kept_until);
        let id = call.clone();
        let noted = store.write(move |tx| match next {
            Next::Again(at) => tx.recordings().try_again(&id, at, &reason, now),
            Next::Gone => tx.recordings().mark_gone(&id, &reason, now),
            Next::Failed => tx.recordings().mark_failed(&id, &reason, now),
        });
        noted.await.map(drop).map_err(Miss::Store)
    }

    async fn subid(&self, call: &CallId) -> Result<String, Fault> {
        let id = call.clone();
        let row = self.inner.store.read(move |db| db.calls().get(&id)).await;
        let row = row
            .map_err(faults::of_store)?
            .ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such call"))?;
        row.subid.ok_or_else(|| unavailable("no_subid"))
    }

    fn keep_begun(&self, call: &CallId, begun: Option<Begun>) {
        let mut kept = lock(&self.inner.begun);
        if let Some(begun) = begun.filter(|_| kept.len() < BEGUN) {
            kept.insert(call.clone(), begun);
        }
    }

    fn tell_progress(&self, call: &CallId, received: u64, total: Option<u64>) {
        // Nobody may be listening, which is no fault.
        let _ = self.inner.events.send(Event::RecordingProgress {
            call: call.clone(),
            received,
            total,
        });
    }
}

/// That a recording is not here, and why.
pub(super) fn unavailable(reason: &str) -> Fault {
    Fault::new(
        FaultCode::RecordingUnavailable,
        "the recording is not on this computer",
    )
    .with("reason", reason)
}

fn cut_or(error: RecordingError) -> Miss {
    error.into()
}

/// Only a strong validator promises the same bytes.
fn strong(etag: Option<String>) -> Option<String> {
    etag.filter(|etag| etag.starts_with('"') && etag.len() > 2)
}
