//! One try to bring a recording here.

use super::custody::was_here;
use super::miss::{Miss, Next};
use super::part::{Begun, Brought, End, Part, Source};
use super::{Recordings, lock};
use crate::faults;
use crate::preferences::{Topic, decoded};
use bohao_platform::{LinkRules, RangeFrom, Recording, RecordingError};
use bohao_store::fold;
use bohao_wire::{CallId, CustodyRules, Event, Fault, FaultCode, RecordingDetail, RecordingState};

/// A screen needs no more than five steps a second.
const PROGRESS_MS: i64 = 200;

/// Parts that wait for a later try; more would hold too many files open.
const BEGUN: usize = 8;

/// Files of which it is remembered that their header counts more than came.
const SHORT: usize = 1_000;

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
    pub(super) async fn attempt(&self, call: &CallId, subid: &str) -> Result<(), Miss> {
        let brought = match self.bring(call, subid).await {
            Ok(brought) => self.book(call, brought).await,
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
    async fn bring(&self, call: &CallId, subid: &str) -> Result<Brought, Miss> {
        let wanted = self.wanted(subid).await?;
        let begun = lock(&self.inner.begun)
            .remove(call)
            .filter(|begun| begun.part.written() > 0);
        let range = begun.as_ref().map(|begun| RangeFrom {
            offset: begun.part.written(),
            validator: begun.validator.clone(),
            total: begun.total,
        });
        let resuming = range.is_some();
        let from = begun.as_ref().map_or(Source::Signed, |begun| begun.from);
        let asked = self.ask(&wanted, from, range).await;
        let (from, recording, mut part) = match (asked, begun) {
            (Ok(recording), Some(Begun { mut part, .. })) => {
                if recording.offset != part.written() {
                    part.restart().await?;
                }
                (from, recording, part)
            }
            (Ok(recording), None) => (from, recording, Part::begin(self.folder(), call).await?),
            // The server did not prove that it would go on with the same file.
            (Err(Miss::CutOff), Some(begun)) if resuming => {
                drop(begun);
                let recording = self.ask(&wanted, from, None).await?;
                (from, recording, Part::begin(self.folder(), call).await?)
            }
            (Err(miss), None) if from == Source::Signed && miss.sends_to_link() => {
                let recording = self.ask_link_after(&wanted, miss).await?;
                let part = Part::begin(self.folder(), call).await?;
                (Source::Link, recording, part)
            }
            (Err(miss), begun) => {
                self.keep_begun(call, begun);
                return Err(miss);
            }
        };
        if recording.offset != part.written() {
            return Err(Miss::CutOff);
        }
        let (validator, total) = (recording.validator().map(str::to_owned), recording.length);
        part.make_sure_of_room(total).await?;
        match self.receive(call, recording, &mut part).await {
            Ok(()) => self.finish(call, part, total).await,
            Err(miss) => {
                let cut = matches!(miss, Miss::CutOff | Miss::TimedOut);
                if let Some(validator) = validator.filter(|_| cut)
                    && part.settle().await.is_ok()
                {
                    let begun = Begun {
                        part,
                        from,
                        validator,
                        total,
                    };
                    self.keep_begun(call, Some(begun));
                }
                Err(miss)
            }
        }
    }

    /// A file that its header says is cut is fetched again. If the very same comes then, of the size
    /// that the server told, the header is wrong or the server has no more: better that than none.
    async fn finish(&self, call: &CallId, part: Part, total: Option<u64>) -> Result<Brought, Miss> {
        let digest = part.digest();
        let before = lock(&self.inner.short).remove(call);
        let end = match before {
            Some(before) if before == digest && total.is_some() => End::CameBefore,
            _ => End::ByHeader,
        };
        let finished = part.finish(end).await;
        if matches!(finished, Err(Miss::CutOff)) {
            let mut short = lock(&self.inner.short);
            if short.len() < SHORT {
                short.insert(call.clone(), digest);
            }
        }
        finished
    }

    async fn wanted(&self, subid: &str) -> Result<Wanted, Miss> {
        let id = subid.to_owned();
        let read = self.inner.store.read(move |db| {
            let link = fold(&db.facts().of(&id)?).download_url;
            let rules: CustodyRules = decoded(db.settings().get(Topic::Custody.key())?.as_deref());
            Ok((link, rules.link_hosts))
        });
        let (link, hosts) = read.await.map_err(Miss::Store)?;
        Ok(Wanted {
            subid: subid.to_owned(),
            link,
            rules: LinkRules { hosts },
        })
    }

    async fn ask(
        &self,
        wanted: &Wanted,
        from: Source,
        range: Option<RangeFrom>,
    ) -> Result<Recording, Miss> {
        let origin = &self.inner.origin;
        let asked = match (from, &wanted.link) {
            (Source::Link, Some(link)) => origin.linked(link, &wanted.rules, range),
            _ => origin.recording(&wanted.subid, range),
        };
        asked.await.map_err(|no| {
            let miss = Miss::from(no);
            if let Miss::TooMany { retry_after, .. } = &miss {
                self.leave_alone(*retry_after);
            }
            miss
        })
    }

    /// Asks the link in the call's record, if there is one, after the platform's own call had
    /// nothing to give. What that said is the reason that is told.
    async fn ask_link_after(&self, wanted: &Wanted, miss: Miss) -> Result<Recording, Miss> {
        if wanted.link.is_none() {
            return Err(miss);
        }
        let asked = self.ask(wanted, Source::Link, None).await;
        asked.map_err(|at_link| {
            tracing::info!(
                reason = at_link.reason(),
                "the record's link gave no recording"
            );
            miss
        })
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
    async fn book(&self, call: &CallId, brought: Brought) -> Result<(), Miss> {
        let Brought { folder, mut saved } = brought;
        let path = folder.join(&saved.file);
        // Another folder may have been chosen while it was on its way.
        if folder != self.inner.home {
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
        let was_here = was_here(known.detail.reason.as_deref());
        let next = miss.next(known.tries, now, known.detail.kept_until);
        let id = call.clone();
        let noted = store.write(move |tx| match next {
            Next::Again(at) => tx.recordings().try_again(&id, at, &reason, now),
            // It was here and was lost, which is another thing than never having come.
            Next::Gone if was_here => tx.recordings().mark_gone(&id, LOST, now),
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
        self.tell(Event::RecordingProgress {
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

/// Why a recording is gone whose file was lost after the platform had dropped its own.
const LOST: &str = "lost";

/// Where a recording may be asked for.
struct Wanted {
    subid: String,
    link: Option<String>,
    rules: LinkRules,
}
