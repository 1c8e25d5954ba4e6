//! A backup takes the desk's place in two steps, and a program that is killed anywhere between them
//! leaves the old desk or the new one, whole.
//!
//! First all of it is unpacked beside the desk, under a name that nothing reads, checked against the
//! manifest, opened and brought up to date; then the folder gets the name of one that is ready. The
//! next to open the desk, if nobody else has it open, moves the old desk into a folder of its own and
//! the new one into its place, name by name. Each move is one rename, and what has been moved shows
//! what is still to be: whoever comes after a killed program goes on where it stopped.

use super::manifest::{self, Manifest, copy};
use super::{DATABASE, Flaw, RECORDINGS, Trouble, open};
use crate::aside::sync_folder;
use crate::jobs::Job;
use crate::presence::create_private;
use bohao_store::{Store, StoreError};
use bohao_wire::{BackupContents, Fault, JobStep};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// What is being unpacked.
const PART: &str = "restore.part";
/// What is whole, and is to take the desk's place.
const READY: &str = "restore.ready";
/// Where the old desk goes.
const PLAN: &str = "plan.json";

#[derive(Serialize, Deserialize)]
struct Plan {
    /// The name of the folder in the data folder.
    set_aside: String,
}

/// Unpacks a backup beside the desk and checks all of it. Nothing if the job was stopped. `now`
/// names the folder that the old desk will be put into.
///
/// # Errors
/// As [`super::contents`]; `DatabaseNewer` if a newer Bohao wrote it; `DiskFull` and `NotWritable`
/// with the path. Whatever it is, nothing has changed.
pub(crate) async fn stage(
    backup: PathBuf,
    data_dir: PathBuf,
    now: i64,
    job: Job,
) -> Result<Option<BackupContents>, Fault> {
    let (file, dir) = (backup.clone(), data_dir.clone());
    let staged = super::off_thread(move || {
        let part = dir.join(PART);
        let staged = unpack(&file, &dir, &part, now, &job);
        if staged.is_err() {
            // What can't be removed is so the next time.
            let _ = std::fs::remove_dir_all(&part);
        }
        staged
    });
    match staged.await {
        Err(Trouble::Stopped) => Ok(None),
        Err(Trouble::Bad(flaw)) => Err(Trouble::Bad(flaw).fault(&backup)),
        Err(trouble) => Err(trouble.fault(&data_dir)),
        Ok(contents) => Ok(Some(contents)),
    }
}

/// Whether a backup is ready to take the desk's place.
pub(crate) fn pending(data_dir: &Path) -> bool {
    data_dir.join(READY).is_dir()
}

/// Forgets a backup that is ready.
pub(crate) fn give_up(data_dir: &Path) -> io::Result<()> {
    match std::fs::rename(data_dir.join(READY), data_dir.join(PART)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => remove_if_there(&data_dir.join(PART)),
    }
}

/// Puts the backup that is ready into the desk's place, and says where the old desk lies now; nothing
/// if there is none. Only for whoever has the desk alone, and before anything in it is opened.
pub(crate) fn take_over(data_dir: &Path) -> io::Result<Option<PathBuf>> {
    remove_if_there(&data_dir.join(PART))?;
    let ready = data_dir.join(READY);
    if !ready.is_dir() {
        return Ok(None);
    }
    let plan: Plan = serde_json::from_slice(&std::fs::read(ready.join(PLAN))?)?;
    let aside = data_dir.join(plan.set_aside);
    create_private(&aside)?;
    // The log that SQLite keeps beside a database goes with it, and before the new one comes: as
    // long as that is not in its place, what lies there is the old one's.
    if ready.join(DATABASE).exists() {
        for ending in ["", "-wal", "-shm"] {
            let name = format!("{DATABASE}{ending}");
            move_if_there(&data_dir.join(&name), &aside.join(&name))?;
        }
        sync_folder(&aside)?;
        std::fs::rename(ready.join(DATABASE), data_dir.join(DATABASE))?;
    }
    if ready.join(RECORDINGS).exists() {
        move_if_there(&data_dir.join(RECORDINGS), &aside.join(RECORDINGS))?;
        std::fs::rename(ready.join(RECORDINGS), data_dir.join(RECORDINGS))?;
    }
    sync_folder(&aside)?;
    sync_folder(data_dir)?;
    // A folder that is half removed must not look like one that is ready.
    give_up(data_dir)?;
    match std::fs::remove_dir(&aside) {
        // There was no desk.
        Ok(()) => Ok(None),
        Err(_) => Ok(Some(aside)),
    }
}

fn unpack(
    backup: &Path,
    data_dir: &Path,
    part: &Path,
    now: i64,
    job: &Job,
) -> Result<BackupContents, Trouble> {
    let mut archive = open(backup).map_err(Trouble::Fault)?;
    let manifest = manifest::of(&mut archive)?;
    create_private(data_dir)?;
    remove_if_there(part)?;
    create_private(&part.join(RECORDINGS))?;
    if manifest.bytes() > fs4::available_space(part)? {
        return Err(Trouble::Disk(io::ErrorKind::StorageFull.into()));
    }
    files(&mut archive, &manifest, part, job)?;
    bring_up_to_date(part, now)?;
    let plan = Plan {
        set_aside: free_name(data_dir, now),
    };
    let mut file = File::create_new(part.join(PLAN))?;
    serde_json::to_writer(&mut file, &plan).map_err(io::Error::from)?;
    file.sync_all()?;
    sync_folder(&part.join(RECORDINGS))?;
    sync_folder(part)?;
    // A backup that was made ready before gives way to this one.
    remove_if_there(&data_dir.join(READY))?;
    std::fs::rename(part, data_dir.join(READY))?;
    sync_folder(data_dir)?;
    Ok(manifest.contents)
}

/// Every file, as large as the manifest says and with its SHA-256.
fn files(
    archive: &mut ZipArchive<File>,
    manifest: &Manifest,
    part: &Path,
    job: &Job,
) -> Result<(), Trouble> {
    let (mut done, total) = (0, manifest.bytes());
    for entry in &manifest.entries {
        let damaged = |error: io::Error| match error.kind() {
            // The checksum of the archive's own, or a stream that breaks off.
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => Trouble::Bad(Flaw::Damaged),
            _ => Trouble::Disk(error),
        };
        let mut from = archive.by_name(&entry.name)?;
        let mut file = File::create_new(part.join(&entry.name))?;
        let copied = copy(&mut from, &mut file, entry.bytes, |more| {
            done += more;
            job.tell(JobStep::Checking, done, total);
            match job.is_stopped() {
                true => Err(Trouble::Stopped),
                false => Ok(()),
            }
        });
        let (bytes, sha256) = copied.map_err(|trouble| match trouble {
            Trouble::Disk(error) => damaged(error),
            other => other,
        })?;
        if bytes != entry.bytes || sha256 != entry.sha256 {
            return Err(Trouble::Bad(Flaw::Damaged));
        }
        file.sync_all()?;
    }
    Ok(())
}

/// Opens the database where it was unpacked: one of a newer Bohao is refused, one of an older is
/// migrated, and one that is not whole is found out, before the desk is touched.
fn bring_up_to_date(part: &Path, now: i64) -> Result<(), Trouble> {
    let path = part.join(DATABASE);
    let opened = Store::open(&path, now).map_err(|error| match error {
        StoreError::Foreign => Trouble::Bad(Flaw::NotABackup),
        StoreError::Damaged { .. } => Trouble::Bad(Flaw::Damaged),
        other => Trouble::Store(other),
    })?;
    if opened.lost.is_some() {
        return Err(Trouble::Bad(Flaw::Damaged));
    }
    opened
        .store
        .check()
        .map_err(|_| Trouble::Bad(Flaw::Damaged))?;
    // The last one to have it open puts everything into the one file.
    drop(opened);
    for beside in ["bohao.db-wal", "bohao.db-shm", "bohao.db.opening"] {
        if beside.ends_with("-wal") && part.join(beside).metadata().is_ok_and(|log| log.len() > 0) {
            return Err(Trouble::Disk(io::Error::other(
                "the database could not be closed",
            )));
        }
        match std::fs::remove_file(part.join(beside)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    // What it was before is still in the backup.
    remove_if_there(&part.join("backups"))?;
    File::options().write(true).open(&path)?.sync_all()?;
    Ok(())
}

/// `replaced-1795414020000`.
fn free_name(data_dir: &Path, now: i64) -> String {
    let mut name = format!("replaced-{now}");
    let mut number = 1;
    while data_dir.join(&name).exists() {
        number += 1;
        name = format!("replaced-{now}-{number}");
    }
    name
}

fn move_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
