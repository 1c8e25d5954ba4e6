//! Recordings that are here: found, checked, and put aside when they are not what they were.

use super::Recordings;
use super::bring::unavailable;
use super::checking::Condition;
use super::part::off_thread;
use crate::audio::{self, Format};
use crate::faults;
use bohao_store::{Recording, StoreError};
use bohao_wire::{CallId, Fault, FaultCode, NumbersShown, RecordingState, Waveform};
use std::io;
use std::path::{Path, PathBuf};

/// A recording on this computer, for a host to play or to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What a player is told that it is, by its content.
    pub content_type: String,
    /// A name for it that every system takes.
    pub suggested_name: String,
    /// The same with the number's middle hidden, for whoever shows it.
    pub masked_name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A recording that the store says is here, and its file has the size that the store says.
pub(super) struct Kept {
    pub path: PathBuf,
    pub format: Format,
    pub bytes: u64,
    pub sha256: String,
}

impl Recordings {
    /// A call's recording as a file. One that vanished or changed its size is fetched again.
    ///
    /// # Errors
    /// `RecordingUnavailable` with its reason if it is not here.
    pub async fn open(&self, call: &CallId) -> Result<RecordingFile, Fault> {
        let kept = match self.kept(call).await? {
            Some(kept) => kept,
            None => return Err(self.why_not(call).await?),
        };
        Ok(RecordingFile {
            path: kept.path,
            content_type: kept.format.content_type().to_owned(),
            suggested_name: self.default_file_name(call, NumbersShown::Whole).await?,
            masked_name: self.default_file_name(call, NumbersShown::Masked).await?,
            bytes: kept.bytes,
        })
    }

    /// The shape of a recording in so many bars, 1 to 2000.
    ///
    /// # Errors
    /// `BadInput` for other numbers of bars, and as [`Recordings::open`].
    pub async fn waveform(&self, call: &CallId, bars: u32) -> Result<Waveform, Fault> {
        if !(1..=2000).contains(&bars) {
            return Err(
                Fault::new(FaultCode::BadInput, "a waveform has 1 to 2000 bars")
                    .with("field", "bars"),
            );
        }
        let path = self.open(call).await?.path;
        let place = path.clone();
        let drawn = off_thread(move || audio::waveform(&mut std::fs::File::open(place)?, bars));
        drawn.await.map_err(|error| faults::of_disk(&error, &path))
    }

    /// What the store says is here, if it is. What is not is fetched again by the queue.
    pub(super) async fn kept(&self, call: &CallId) -> Result<Option<Kept>, Fault> {
        let Some(known) = self.placed(call).await.map_err(faults::of_store)? else {
            return Ok(None);
        };
        let path = known.path.clone();
        let size = off_thread(move || Ok(std::fs::metadata(path)?.len())).await;
        match size {
            Ok(size) if size == known.bytes => Ok(Some(known)),
            Err(error) if !self.is_gone(&error, &known.path) => {
                Err(faults::of_disk(&error, &known.path))
            }
            Ok(_) => {
                self.set_aside(call, known, Condition::Damaged).await?;
                Ok(None)
            }
            Err(_) => {
                self.set_aside(call, known, Condition::Missing).await?;
                Ok(None)
            }
        }
    }

    /// What the store says is here, whether or not it is.
    pub(super) async fn placed(&self, call: &CallId) -> Result<Option<Kept>, StoreError> {
        let id = call.clone();
        let known = self
            .inner
            .store
            .read(move |db| db.recordings().get(&id))
            .await?;
        Ok(known.as_ref().and_then(|known| self.place(known)))
    }

    /// Puts a file that is not what was saved out of the way, and has the recording fetched anew.
    /// It is not removed: the platform may have dropped its own by now.
    pub(super) async fn set_aside(
        &self,
        call: &CallId,
        kept: Kept,
        condition: Condition,
    ) -> Result<(), Fault> {
        tracing::warn!(call = %call.0, ?condition, "a recording's file is not what was saved");
        let reason = match condition {
            Condition::Missing => MISSING,
            Condition::Sound | Condition::Damaged => DAMAGED,
        };
        let aside = kept.path.with_extension("damaged");
        // A file that vanished can't be put anywhere.
        let _ = off_thread(move || std::fs::rename(kept.path, aside)).await;
        let (id, now) = (call.clone(), self.now());
        let store = &self.inner.store;
        let anew = store.write(move |tx| {
            tx.recordings().fetch_anew(&id, now)?;
            tx.recordings().try_again(&id, now, reason, now)
        });
        anew.await.map_err(faults::of_store)?;
        (self.inner.changed)(call.clone());
        self.inner.wake.notify_one();
        Ok(())
    }

    /// Why a recording is not here, for someone who asked for it.
    pub(super) async fn why_not(&self, call: &CallId) -> Result<Fault, Fault> {
        let detail = self.detail(call).await?;
        let state = match detail.state {
            RecordingState::None => "none",
            RecordingState::Gone => "gone",
            RecordingState::Waiting => "waiting",
            RecordingState::Dropped => "dropped",
            RecordingState::Saved | RecordingState::Failed => "failed",
        };
        Ok(unavailable(detail.reason.as_deref().unwrap_or(state)).with("state", state))
    }

    /// Whether a file is not there, rather than out of reach: a folder that the user chose may be on
    /// a drive that is unplugged, with the file on it as it was.
    fn is_gone(&self, error: &io::Error, path: &Path) -> bool {
        let in_reach =
            path.starts_with(&self.inner.home) || path.parent().is_some_and(Path::is_dir);
        error.kind() == io::ErrorKind::NotFound && in_reach
    }

    fn place(&self, known: &Recording) -> Option<Kept> {
        let detail = &known.detail;
        if detail.state != RecordingState::Saved {
            return None;
        }
        Some(Kept {
            // A file in a folder that the user chose has its whole path, and stays where it is.
            path: self.inner.home.join(known.file.as_deref()?),
            format: detail
                .format
                .as_deref()
                .and_then(Format::named)
                .unwrap_or(Format::Bin),
            bytes: detail.bytes?,
            sha256: detail.sha256.clone()?,
        })
    }
}

/// Why a recording is fetched once more that was here already.
const DAMAGED: &str = "damaged";
const MISSING: &str = "missing";

/// Whether a recording that was tried for the last time for this reason had been here.
pub(super) fn was_here(reason: Option<&str>) -> bool {
    matches!(reason, Some(DAMAGED | MISSING))
}
