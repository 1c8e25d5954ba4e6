//! Another folder for all recordings.
//!
//! Each file is copied and compared with what was fetched (or linked, where the new folder is on
//! the same disk), and synced. Then one transaction names the new folder and each file's new place.
//! Only then the files at the old place go. So at every instant each row names a file that is whole,
//! whatever ends the program. Which folder holds copies that have to go is written down before there
//! is one: the next start removes what an ended program left, and nothing that is not a copy.

use super::Recordings;
use super::checking::{Condition, condition};
use super::fetch_all::ABREAST;
use super::part::{off_thread, sync_folder};
use super::room::{self, RESERVE};
use super::saving::{Copied, copy_checked};
use super::task::Work;
use crate::aside::Overwrite;
use crate::faults;
use crate::preferences::{Topic, decoded, encoded};
use bohao_store::Held;
use bohao_wire::{CallId, CustodyTask, Event, Fault, FaultCode, Settings, TaskKind};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// A recording whose file lies at the new place as well.
struct Moved {
    held: Held,
    /// What its row says from the switch on.
    file: String,
}

impl Recordings {
    /// Begins to keep recordings in another folder, and to bring all files there; an empty name
    /// stands for the desk's own folder. Files that are missing or damaged stay as they are, and
    /// are counted.
    ///
    /// # Errors
    /// `TaskRunning`; `BadInput` for a name that does not begin at the root; `NotWritable` with the
    /// reason `inside` or `own_folder`, or without; `DiskFull`.
    pub async fn move_to(&self, folder: &str) -> Result<CustodyTask, Fault> {
        let (count, bytes) = self.held().await?;
        let target = match folder.trim() {
            "" => self.inner.home.clone(),
            folder => PathBuf::from(folder),
        };
        let asked = Target {
            folder: target.clone(),
            from: self.folder(),
            home: self.inner.home.clone(),
            data_dir: self.inner.data_dir.clone(),
            bytes,
        };
        let shown = target.clone();
        off_thread(move || Ok(asked.check()))
            .await
            .map_err(|error| faults::of_disk(&error, &shown))??;
        let recordings = self.clone();
        self.carry_out(TaskKind::Move, count, |work| async move {
            let moved = recordings.move_everything(&work, &target).await;
            if moved.is_err() || work.is_cancelled() {
                // Nothing was switched, unless the switch itself was waited for in vain: the rows
                // tell which of the two files is theirs.
                recordings.sweep_moved().await?;
            }
            moved
        })
    }

    async fn move_everything(&self, work: &Work, target: &Path) -> Result<(), Fault> {
        self.leave_later(vec![target.to_owned()]).await?;
        let moved = self.copy_everything(work, target).await?;
        if work.is_cancelled() {
            return Ok(());
        }
        reached("copied_all");
        let left = self.switch_to(target, moved).await?;
        reached("switched");
        // What came in while the others were copied still lies at the old place, and so will what is
        // on its way there.
        let abreast = u32::try_from(ABREAST).unwrap_or(1);
        let _line = self.inner.abreast.acquire_many(abreast).await;
        let late = self.copy_everything(&Quiet, target).await?;
        let left = left.into_iter().chain(self.switch_to(target, late).await?);
        self.leave_later(left.collect()).await?;
        self.sweep_moved().await?;
        self.tell(Event::CustodyChanged);
        Ok(())
    }

    /// Brings to the target what is not there yet.
    async fn copy_everything(
        &self,
        count: &impl Count,
        target: &Path,
    ) -> Result<Vec<Moved>, Fault> {
        let mut moved = Vec::new();
        let mut after = CallId(String::new());
        loop {
            let page = self.held_after(after).await?;
            let Some(last) = page.last() else { break };
            after = last.call.clone();
            for held in page {
                if count.is_cancelled() {
                    return Ok(moved);
                }
                let source = self.inner.home.join(&held.file);
                if source.parent() == Some(target) {
                    count.one_done(0);
                    continue;
                }
                match self.bring_over(&held, source, target).await? {
                    Some(file) => {
                        count.one_done(held.bytes);
                        moved.push(Moved { held, file });
                        reached("copied_one");
                    }
                    None => count.one_left(),
                }
            }
        }
        let folder = target.to_owned();
        off_thread(move || sync_folder(&folder))
            .await
            .map_err(|error| faults::of_disk(&error, target))?;
        Ok(moved)
    }

    /// Puts one file into the target as well. Returns what its row has to say then; nothing if
    /// there is no file to bring, or another one than was fetched.
    async fn bring_over(
        &self,
        held: &Held,
        source: PathBuf,
        target: &Path,
    ) -> Result<Option<String>, Fault> {
        let Some(name) = source.file_name().map(ToOwned::to_owned) else {
            return Ok(None);
        };
        let place = target.join(&name);
        let file = match target == self.inner.home {
            true => name.to_string_lossy().into_owned(),
            false => place.display().to_string(),
        };
        let _turn = self.turn(&held.call).await;
        let sha256 = held.sha256.clone();
        let shown = place.clone();
        let brought = off_thread(move || put(&source, &place, &sha256)).await;
        let there = brought.map_err(|error| faults::of_disk(&error, &shown))?;
        Ok(there.then_some(file))
    }

    /// Names the new folder and the new places in one transaction. Returns the folders that the
    /// files may be removed from now.
    async fn switch_to(
        &self,
        target: &Path,
        moved: Vec<Moved>,
    ) -> Result<BTreeSet<PathBuf>, Fault> {
        let home = &self.inner.home;
        let chosen = (target != home).then(|| target.to_owned());
        let left: BTreeSet<PathBuf> = moved
            .iter()
            .filter_map(|moved| home.join(&moved.held.file).parent().map(Path::to_owned))
            .collect();
        let (recordings_dir, leaving) = (
            chosen.as_ref().map(|dir| dir.display().to_string()),
            encoded(&left),
        );
        let store = &self.inner.store;
        let switched = store.write(move |tx| {
            let known = tx.settings().get(Topic::Settings.key())?;
            let mut settings: Settings = decoded(known.as_deref());
            settings.recordings_dir = recordings_dir;
            tx.settings()
                .set(Topic::Settings.key(), &encoded(&settings))?;
            tx.settings().set(Topic::MovedFrom.key(), &leaving)?;
            for Moved { held, file } in &moved {
                tx.custody().relocate(held, file)?;
            }
            Ok(())
        });
        switched.await.map_err(faults::of_store)?;
        self.choose_folder(chosen);
        Ok(left)
    }

    /// Writes down that copies in these folders have to go.
    async fn leave_later(&self, folders: Vec<PathBuf>) -> Result<(), Fault> {
        let text = encoded(&folders);
        let store = &self.inner.store;
        let noted = store.write(move |tx| tx.settings().set(Topic::MovedFrom.key(), &text));
        noted.await.map_err(faults::of_store)
    }

    /// Removes what a move left at the place where no row looks for it: files that bear a
    /// recording's name and have its very bytes, while its own file is whole elsewhere.
    pub(super) async fn sweep_moved(&self) -> Result<(), Fault> {
        let read = self.inner.store.read(|db| {
            Ok(decoded::<Vec<PathBuf>>(
                db.settings().get(Topic::MovedFrom.key())?.as_deref(),
            ))
        });
        let folders = read.await.map_err(faults::of_store)?;
        if folders.is_empty() {
            return Ok(());
        }
        let mut after = CallId(String::new());
        loop {
            let page = self.held_after(after).await?;
            let Some(last) = page.last() else { break };
            after = last.call.clone();
            for held in page {
                let (path, folders) = (self.inner.home.join(&held.file), folders.clone());
                let _turn = self.turn(&held.call).await;
                let swept = off_thread(move || remove_twins(&path, &folders, &held.sha256)).await;
                if let Err(error) = swept {
                    tracing::warn!(%error, "a copy that a move left could not be removed");
                }
                reached("removed_one");
            }
        }
        let store = &self.inner.store;
        let noted = store.write(|tx| tx.settings().remove(Topic::MovedFrom.key()));
        noted.await.map_err(faults::of_store)
    }
}

/// Who counts what is copied.
trait Count: Sync {
    fn is_cancelled(&self) -> bool;
    fn one_done(&self, bytes: u64);
    fn one_left(&self);
}

/// Nobody: it was counted already, or came too late to be.
struct Quiet;

impl Count for Quiet {
    fn is_cancelled(&self) -> bool {
        false
    }
    fn one_done(&self, _: u64) {}
    fn one_left(&self) {}
}

impl Count for Work {
    fn is_cancelled(&self) -> bool {
        Work::is_cancelled(self)
    }
    fn one_done(&self, bytes: u64) {
        Work::one_done(self, bytes);
    }
    fn one_left(&self) {
        Work::one_left(self);
    }
}

/// Where recordings shall go, and where they come from.
struct Target {
    folder: PathBuf,
    from: PathBuf,
    home: PathBuf,
    data_dir: PathBuf,
    bytes: u64,
}

impl Target {
    /// Whether the folder can take them all. It is made if it is not there.
    fn check(&self) -> Result<(), Fault> {
        let Target { folder, from, .. } = self;
        if !folder.is_absolute() {
            let message = "the folder is named from the root on";
            return Err(Fault::new(FaultCode::BadInput, message).with("field", "recordings_dir"));
        }
        let really = real_place(folder);
        if really != real_place(from) && really.starts_with(real_place(from)) {
            return Err(refused(folder, "inside"));
        }
        if really != real_place(&self.home) && really.starts_with(real_place(&self.data_dir)) {
            return Err(refused(folder, "own_folder"));
        }
        let trouble = |error: io::Error| faults::of_disk(&error, folder);
        std::fs::create_dir_all(folder).map_err(trouble)?;
        tempfile::tempfile_in(folder).map_err(trouble)?;
        let same_disk = from.is_dir() && can_link(from, folder);
        // Where the system does not tell, the copies themselves will.
        let free = room::free_blocking(folder).unwrap_or(u64::MAX);
        if !same_disk && free < self.bytes.saturating_add(RESERVE) {
            return Err(trouble(io::ErrorKind::StorageFull.into()).with("bytes", self.bytes));
        }
        Ok(())
    }
}

/// A folder's place with every link in its path followed, as far as there is any of it.
fn real_place(folder: &Path) -> PathBuf {
    for there in folder.ancestors() {
        if let Ok(real) = there.canonicalize() {
            let rest = folder.strip_prefix(there).unwrap_or(Path::new(""));
            return real.join(rest);
        }
    }
    folder.to_owned()
}

fn can_link(from: &Path, to: &Path) -> bool {
    let Ok(probe) = tempfile::NamedTempFile::new_in(from) else {
        return false;
    };
    let Some(name) = probe.path().file_name() else {
        return false;
    };
    let link = to.join(name);
    let linked = std::fs::hard_link(probe.path(), &link).is_ok();
    // One that was not made can't be removed.
    let _ = std::fs::remove_file(link);
    linked
}

/// Puts a file that is what was fetched at another place as well. `false` if it is not, or not
/// there.
fn put(source: &Path, place: &Path, sha256: &str) -> io::Result<bool> {
    if condition(place, sha256) == Condition::Sound {
        // An earlier move was ended.
        return Ok(true);
    }
    if condition(source, sha256) != Condition::Sound {
        return Ok(false);
    }
    match std::fs::hard_link(source, place) {
        Ok(()) => return Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        // Another disk, or one that knows no links.
        Err(_) => {}
    }
    let copied = copy_checked(source, sha256, place, Overwrite::Refuse)?;
    Ok(copied == Copied::Whole)
}

fn remove_twins(path: &Path, folders: &[PathBuf], sha256: &str) -> io::Result<()> {
    let Some(name) = path.file_name() else {
        return Ok(());
    };
    for folder in folders {
        let twin = folder.join(name);
        let same_place = real_place(&twin) == real_place(path);
        if same_place || condition(&twin, sha256) != Condition::Sound {
            continue;
        }
        if condition(path, sha256) == Condition::Sound {
            std::fs::remove_file(twin)?;
        }
    }
    Ok(())
}

fn refused(folder: &Path, reason: &str) -> Fault {
    Fault::new(FaultCode::NotWritable, "recordings can't be kept there")
        .with("path", folder.display().to_string())
        .with("reason", reason)
}

/// A step of a move, at which a test may end the program.
fn reached(_step: &str) {
    #[cfg(test)]
    super::tests::reached(_step);
}
