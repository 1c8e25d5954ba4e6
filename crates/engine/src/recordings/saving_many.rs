//! Many recordings at once, into a folder of the user's choice.

use super::Recordings;
use super::custody::Kept;
use super::part::off_thread;
use super::saving::{Copied, copy_checked};
use super::task::Work;
use crate::aside::Overwrite;
use crate::export::{Naming, Template};
use crate::faults;
use bohao_wire::{CallId, CustodyTask, Fault, FaultCode, Headings, NumbersShown, TaskKind};
use std::io;
use std::path::{Path, PathBuf};

/// More in one go are not chosen by hand.
const CALLS: usize = 100_000;

/// Names that are tried for one file: `a.wav`, `a (2).wav` and so on.
const NAMES: u32 = 1000;

impl Recordings {
    /// Begins to copy recordings into a folder, under names made from a template; a file that is
    /// there keeps its name, and the copy gets a number. Recordings that are not here, and damaged
    /// ones, are counted.
    ///
    /// # Errors
    /// `TaskRunning`; `BadInput` for too many calls, or a folder that is not named from the
    /// root on; `NotWritable` and `DiskFull` with the path.
    pub async fn save_many(
        &self,
        calls: Vec<CallId>,
        folder: &str,
        template: &str,
    ) -> Result<CustodyTask, Fault> {
        let folder = PathBuf::from(folder.trim());
        if calls.len() > CALLS {
            let message = "at most 100,000 recordings are saved at a time";
            return Err(bad("selection", message));
        }
        if !folder.is_absolute() {
            return Err(bad("folder", "the folder is named from the root on"));
        }
        let Ok(template) = Template::read(template) else {
            return Err(bad("template", "there is no such field in a name"));
        };
        let place = folder.clone();
        let there = off_thread(move || {
            std::fs::create_dir_all(&place)?;
            tempfile::tempfile_in(&place).map(drop)
        });
        there
            .await
            .map_err(|error| faults::of_disk(&error, &folder))?;
        let recordings = self.clone();
        self.carry_out(TaskKind::Save, calls.len() as u64, |work| async move {
            let mut naming = Naming::new(template, NumbersShown::Whole, Headings::Zh);
            for call in calls {
                if work.is_cancelled() {
                    return Ok(());
                }
                recordings
                    .save_one(&work, &call, &folder, &mut naming)
                    .await?;
            }
            Ok(())
        })
    }

    async fn save_one(
        &self,
        work: &Work,
        call: &CallId,
        folder: &Path,
        naming: &mut Naming,
    ) -> Result<(), Fault> {
        let id = call.clone();
        let row = self.inner.store.read(move |db| db.calls().get(&id)).await;
        let row = row.map_err(faults::of_store)?;
        let (Some(row), Some(kept)) = (row, self.kept(call).await?) else {
            work.one_left();
            return Ok(());
        };
        let Kept {
            path,
            sha256,
            bytes,
            format,
        } = kept;
        let mut copied = Err(io::ErrorKind::AlreadyExists.into());
        for _ in 0..NAMES {
            let target = folder.join(naming.name(&row, format.extension()));
            let (source, sha256) = (path.clone(), sha256.clone());
            copied = off_thread(move || copy_beneath(&source, &sha256, &target)).await;
            let taken =
                matches!(&copied, Err(error) if error.kind() == io::ErrorKind::AlreadyExists);
            if !taken {
                break;
            }
        }
        match copied.map_err(|error| faults::of_disk(&error, folder))? {
            Copied::Damaged => work.one_left(),
            Copied::Whole => {
                self.mark_heard(call).await?;
                work.one_done(bytes);
            }
        }
        Ok(())
    }
}

fn copy_beneath(source: &Path, sha256: &str, target: &Path) -> io::Result<Copied> {
    // A template may lay folders.
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent)?;
    }
    copy_checked(source, sha256, target, Overwrite::Refuse)
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
