//! Whether every file is still what was fetched, and what to do where it is not.

use super::custody::Kept;
use super::fetch_all::Abreast;
use super::miss::Miss;
use super::part::{self, off_thread};
use super::task::Work;
use super::{Recordings, lock};
use crate::faults;
use bohao_store::Held;
use bohao_wire::{CallId, CustodyTask, Fault, FilesChecked, RecordingState, TaskKind};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Recordings whose rows are read at a time.
const PAGE: u32 = 200;

/// Names of files that no recording knows, as many as a screen shows.
const STRAYS: usize = 100;

/// What the last check found.
pub(super) struct Checked {
    summary: FilesChecked,
    wanting: Vec<CallId>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// What was fetched.
    Sound,
    /// Not there.
    Missing,
    /// Another one, or one that can't be read.
    Damaged,
}

impl Recordings {
    /// What the last check found since the program began.
    pub fn checked(&self) -> Option<FilesChecked> {
        let checked = lock(&self.inner.checked);
        checked.as_ref().map(|checked| checked.summary.clone())
    }

    /// Begins to compare every file with what was fetched. It changes nothing.
    ///
    /// # Errors
    /// `TaskRunning`; a fault of the database.
    pub async fn check_all(&self) -> Result<CustodyTask, Fault> {
        let total = self.held().await?.0;
        let recordings = self.clone();
        self.carry_out(TaskKind::Check, total, |work| async move {
            recordings.check_everything(&work).await
        })
    }

    /// Begins to fetch anew what the last check found missing or damaged. A damaged file is put
    /// aside and not removed.
    ///
    /// # Errors
    /// `TaskRunning`.
    pub async fn repair(&self) -> Result<CustodyTask, Fault> {
        let wanting = match &*lock(&self.inner.checked) {
            Some(checked) => checked.wanting.clone(),
            None => Vec::new(),
        };
        let recordings = self.clone();
        self.carry_out(TaskKind::Repair, wanting.len() as u64, |work| async move {
            let mut abreast = Abreast::new(work.clone());
            for call in wanting {
                abreast.make_room().await?;
                if work.is_cancelled() {
                    return Ok(());
                }
                let recordings = recordings.clone();
                abreast.bring(async move { recordings.mend(&call).await });
            }
            abreast.end().await
        })
    }

    /// How many recordings are here, and their size in bytes.
    pub(super) async fn held(&self) -> Result<(u64, u64), Fault> {
        let tallies = self.inner.store.read(|db| db.custody().tallies()).await;
        let tallies = tallies.map_err(faults::of_store)?;
        Ok(tallies
            .iter()
            .filter(|tally| tally.state == RecordingState::Saved)
            .fold((0, 0), |(count, bytes), tally| {
                (count + tally.recordings, bytes + tally.bytes)
            }))
    }

    /// The next recordings that are here, behind this one.
    pub(super) async fn held_after(&self, after: CallId) -> Result<Vec<Held>, Fault> {
        let read = self
            .inner
            .store
            .read(move |db| db.custody().held_after(&after, PAGE));
        read.await.map_err(faults::of_store)
    }

    async fn check_everything(&self, work: &Arc<Work>) -> Result<(), Fault> {
        let mut summary = FilesChecked {
            at: 0,
            sound: 0,
            missing: 0,
            damaged: 0,
            to_be_had: 0,
            strays: Vec::new(),
            stray_files: 0,
        };
        let (mut wanting, mut known) = (Vec::new(), HashSet::new());
        let mut after = CallId(String::new());
        loop {
            let page = self.held_after(after).await?;
            let Some(last) = page.last() else { break };
            after = last.call.clone();
            for held in page {
                if work.is_cancelled() {
                    return Ok(());
                }
                let path = self.inner.home.join(&held.file);
                known.insert(path.clone());
                let condition = self.condition_now(&held, path).await?;
                if condition == Condition::Sound {
                    summary.sound += 1;
                    work.one_done(held.bytes);
                    continue;
                }
                match condition {
                    Condition::Missing => summary.missing += 1,
                    _ => summary.damaged += 1,
                }
                summary.to_be_had += u64::from(held.kept_until.is_some_and(|at| at > self.now()));
                wanting.push(held.call);
                work.one_left();
            }
        }
        let folders = self.folders();
        let strays = off_thread(move || strays(&folders, &known)).await;
        let strays = strays.map_err(|error| faults::of_disk(&error, &self.folder()))?;
        summary.stray_files = strays.len() as u64;
        summary.strays = strays.into_iter().take(STRAYS).collect();
        summary.at = self.now();
        *lock(&self.inner.checked) = Some(Checked { summary, wanting });
        Ok(())
    }

    /// A file that went elsewhere, or was fetched anew, while it was looked at is sound.
    async fn condition_now(&self, held: &Held, path: PathBuf) -> Result<Condition, Fault> {
        let sha256 = held.sha256.clone();
        let condition = off_thread(move || Ok(condition(&path, &sha256)))
            .await
            .unwrap_or(Condition::Damaged);
        if condition == Condition::Sound {
            return Ok(condition);
        }
        let call = held.call.clone();
        let read = self.inner.store.read(move |db| db.recordings().get(&call));
        let now = read.await.map_err(faults::of_store)?;
        let same = now.is_some_and(|now| {
            now.file.as_deref() == Some(&held.file)
                && now.detail.sha256.as_deref() == Some(&held.sha256)
        });
        Ok(if same { condition } else { Condition::Sound })
    }

    /// Fetches a recording anew if its file is not what was fetched.
    async fn mend(&self, call: &CallId) -> Result<u64, Miss> {
        {
            let _turn = self.turn(call).await;
            if let Some(kept) = self.placed(call).await.map_err(Miss::Store)? {
                let Kept { path, sha256, .. } = &kept;
                let (path, sha256) = (path.clone(), sha256.clone());
                let condition = off_thread(move || Ok(condition(&path, &sha256))).await;
                let condition = condition.unwrap_or(Condition::Damaged);
                if condition == Condition::Sound {
                    return Ok(0);
                }
                self.set_aside(call, kept, condition)
                    .await
                    .map_err(Miss::NotSetUp)?;
            }
        }
        self.hurry(call).await
    }

    /// Where recordings are kept, or were before another folder was chosen.
    fn folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder()];
        if folders[0] != self.inner.home {
            folders.push(self.inner.home.clone());
        }
        folders
    }
}

/// What lies at a path, compared with what was fetched.
pub(super) fn condition(path: &Path, sha256: &str) -> Condition {
    match digest(path) {
        Ok(found) if found == sha256 => Condition::Sound,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Condition::Missing,
        _ => Condition::Damaged,
    }
}

/// A file's SHA-256 in hex.
pub(super) fn digest(path: &Path) -> io::Result<String> {
    const PIECE: usize = 128 * 1024;
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(hex::encode(hasher.finalize())),
            Ok(read) => hasher.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Files that no recording knows, in the order of their names. What is on its way is none of them.
fn strays(folders: &[PathBuf], known: &HashSet<PathBuf>) -> io::Result<Vec<String>> {
    let mut strays = Vec::new();
    for folder in folders {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let on_its_way = path.extension().is_some_and(|ending| ending == part::PART);
            if entry.file_type()?.is_file() && !on_its_way && !known.contains(&path) {
                strays.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    strays.sort();
    Ok(strays)
}
