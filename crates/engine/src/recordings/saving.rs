//! A recording at the place of the user's choice: whole or not at all.

use super::Recordings;
use super::checking::Condition;
use super::custody::Kept;
use super::part::off_thread;
use crate::aside::{self, Aside, Overwrite, folder_of};
use crate::faults;
use bohao_wire::{CallId, CallRow, Fault, FaultCode, NumbersShown};
use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

impl Recordings {
    /// Copies a recording to `target`, and checks on the way that it is what was fetched. If it is
    /// not here yet, or damaged, it is fetched first. Whatever fails, `target` is as it was.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path, `RecordingUnavailable` with its
    /// reason, and as [`Recordings::fetch`]. `NotWritable` has the reason `own_file` for a file of
    /// Bohao's own, which nothing replaces.
    pub async fn save_as(
        &self,
        call: &CallId,
        target: PathBuf,
        overwrite: Overwrite,
    ) -> Result<PathBuf, Fault> {
        let place = target.clone();
        let checked = off_thread(move || Ok(aside::check(&place, overwrite))).await;
        checked.map_err(|error| faults::of_disk(&error, &target))??;
        if overwrite == Overwrite::Replace {
            self.spare_own(&target).await?;
        }
        for _ in 0..2 {
            let kept = match self.kept(call).await? {
                Some(kept) => kept,
                None => {
                    self.fetch(call).await?;
                    match self.kept(call).await? {
                        Some(kept) => kept,
                        None => return Err(self.why_not(call).await?),
                    }
                }
            };
            match copy_out(&kept, target.clone(), overwrite).await? {
                Copied::Whole => {
                    self.mark_heard(call).await?;
                    return Ok(target);
                }
                Copied::Damaged => {
                    let _turn = self.turn(call).await;
                    self.set_aside(call, kept, Condition::Damaged).await?;
                }
            }
        }
        Err(self.why_not(call).await?)
    }

    /// Copies a recording that is on this computer into a folder that is not whole itself yet, so
    /// that it need not be written aside. It is not fetched: tells whether it was to be had, whole.
    ///
    /// # Errors
    /// `FileExists`, `NotWritable` and `DiskFull` with the path, or a fault of the database.
    pub(crate) async fn copy_kept(&self, call: &CallId, target: PathBuf) -> Result<bool, Fault> {
        let Some(kept) = self.kept(call).await? else {
            return Ok(false);
        };
        let (source, sha256) = (kept.path.clone(), kept.sha256.clone());
        let place = target.clone();
        let copied = off_thread(move || {
            let mut file = File::create_new(&place)?;
            match fill(&mut file, &source, &sha256).and_then(|()| file.sync_all()) {
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    std::fs::remove_file(&place).map(|()| Copied::Damaged)
                }
                filled => filled.map(|()| Copied::Whole),
            }
        });
        match copied.await {
            Ok(Copied::Whole) => Ok(true),
            Ok(Copied::Damaged) => {
                let _turn = self.turn(call).await;
                self.set_aside(call, kept, Condition::Damaged).await?;
                Ok(false)
            }
            Err(error) => Err(aside::fault(&error, &target)),
        }
    }

    /// Refuses to put anything in the place of a file of Bohao's own.
    ///
    /// # Errors
    /// `NotWritable` with the reason `own_file`.
    pub(crate) async fn spare_own(&self, target: &Path) -> Result<(), Fault> {
        match self.is_own(target).await? {
            true => Err(own_file(target)),
            false => Ok(()),
        }
    }

    /// A name for the save dialog: the day, the time and the customer's number, whole or with its
    /// middle hidden. It holds nothing that any file system minds.
    ///
    /// # Errors
    /// `NotFound` without such a call.
    pub async fn default_file_name(
        &self,
        call: &CallId,
        numbers: NumbersShown,
    ) -> Result<String, Fault> {
        let id = call.clone();
        let read = self
            .inner
            .store
            .read(move |db| Ok((db.calls().get(&id)?, db.recordings().detail(&id)?.format)));
        let (row, format) = read.await.map_err(faults::of_store)?;
        let row = row.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such call"))?;
        let ending = format.as_deref().unwrap_or("wav");
        Ok(default_file_name(&row, ending, numbers))
    }

    /// Whether a file lies there that is Bohao's: anything in its folder, or a recording that is
    /// kept in one that the user chose.
    async fn is_own(&self, target: &Path) -> Result<bool, Fault> {
        let (place, data_dir) = (target.to_owned(), self.inner.data_dir.clone());
        let looked = off_thread(move || {
            let place = real_place(&place)?;
            let data_dir = data_dir.canonicalize()?;
            Ok((place.starts_with(data_dir), place))
        });
        let (in_our_folder, place) = match looked.await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            looked => looked.map_err(|error| faults::of_disk(&error, target))?,
        };
        if in_our_folder {
            return Ok(true);
        }
        // A recording's file bears its call's id.
        let Some(call) = place.file_stem().and_then(|stem| stem.to_str()) else {
            return Ok(false);
        };
        let kept = self.kept(&CallId(call.to_owned())).await?;
        Ok(kept.is_some_and(|kept| kept.path.canonicalize().is_ok_and(|kept| kept == place)))
    }
}

/// `2026-11-23_140700_13922104471.wav`.
pub(super) fn default_file_name(row: &CallRow, ending: &str, numbers: NumbersShown) -> String {
    let began = Timestamp::from_millisecond(row.started_at.unwrap_or(row.at)).unwrap_or_default();
    let began = Offset::constant(8)
        .to_datetime(began)
        .strftime("%Y-%m-%d_%H%M%S");
    let number = row.tel_b.as_deref().unwrap_or_default();
    let digits: String = number
        .chars()
        .filter(char::is_ascii_digit)
        .take(20)
        .collect();
    let number = match numbers {
        _ if digits.is_empty() => "recording".to_owned(),
        NumbersShown::Whole => digits,
        NumbersShown::Masked => bohao_sheets::masked(&digits).replace('*', "x"),
    };
    let ending: String = ending
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(4)
        .collect();
    format!("{began}_{number}.{ending}")
}

/// What became of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copied {
    /// It lies there, synced.
    Whole,
    /// The file here is not the one that was fetched.
    Damaged,
}

async fn copy_out(kept: &Kept, target: PathBuf, overwrite: Overwrite) -> Result<Copied, Fault> {
    let (source, sha256) = (kept.path.clone(), kept.sha256.clone());
    let place = target.clone();
    let copied = off_thread(move || copy_checked(&source, &sha256, &place, overwrite));
    copied.await.map_err(|error| aside::fault(&error, &target))
}

/// Copies a file whole or not at all, if it has these bytes.
pub(super) fn copy_checked(
    source: &Path,
    sha256: &str,
    target: &Path,
    overwrite: Overwrite,
) -> io::Result<Copied> {
    let mut aside = Aside::begin(target)?;
    let damaged = |error: &io::Error| error.kind() == io::ErrorKind::InvalidData;
    match fill(aside.file()?, source, sha256) {
        Err(error) if damaged(&error) => return Ok(Copied::Damaged),
        filled => filled?,
    }
    aside.name(target, overwrite)?;
    Ok(Copied::Whole)
}

fn fill(file: &mut File, source: &Path, sha256: &str) -> io::Result<()> {
    const PIECE: usize = 128 * 1024;
    let mut source = File::open(source)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        let read = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&piece[..read]);
        file.write_all(&piece[..read])?;
    }
    match hex::encode(hasher.finalize()) == sha256 {
        true => Ok(()),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Where a file really lies, links in its folder's path followed. Fails with `NotFound` if there
/// is none. A link in its own place is what would be replaced, not what it points to.
fn real_place(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::NotFound)?;
    let place = folder_of(target).canonicalize()?.join(name);
    place.symlink_metadata()?;
    Ok(place)
}

fn own_file(target: &Path) -> Fault {
    Fault::new(
        FaultCode::NotWritable,
        "the file is Bohao's own, and nothing replaces it",
    )
    .with("path", target.display().to_string())
    .with("reason", "own_file")
}
