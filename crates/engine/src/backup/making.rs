//! A backup is written aside, read back, and only then named.

use super::manifest::{self, Entry, Manifest, copy};
use super::{DATABASE, Flaw, RECORDINGS, Trouble, off_thread};
use crate::aside::{self, Aside, AsideFolder, Overwrite};
use crate::jobs::Job;
use crate::preferences::{Topic, decoded, encoded};
use crate::recordings::Recordings;
use bohao_store::{SavedFile, Store};
use bohao_wire::{BackedUp, BackupContents, CallId, CallsQuery, Fault, JobStep, Settings};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Recordings that are looked up at once.
const BATCH: u32 = 200;

/// What a backup is made of.
pub(crate) struct Source {
    /// The database.
    pub store: Store,
    /// The recordings.
    pub recordings: Recordings,
}

/// Makes a backup. The desk goes on meanwhile: what changes after the database was copied is not in
/// it.
///
/// # Errors
/// `FileExists`, `NotWritable` and `DiskFull` with the path, or a fault of the database. Whatever it
/// is, the place is as it was.
pub(crate) async fn make(
    source: Source,
    target: PathBuf,
    overwrite: Overwrite,
    now: i64,
    job: Job,
) -> Result<BackedUp, Fault> {
    let place = target.clone();
    let checked = off_thread(move || aside::check(&place, overwrite).map_err(Trouble::Fault));
    checked.await.map_err(|trouble| trouble.fault(&target))?;
    if overwrite == Overwrite::Replace {
        source.recordings.spare_own(&target).await?;
    }
    let place = target.clone();
    let made = off_thread(move || {
        // The copy of the database lies beside the backup: there is to be room for both.
        let folder = AsideFolder::begin(&place)?;
        let copied = copied(&source, folder.path(), &job)?;
        let mut aside = Aside::begin(&place)?;
        let mut archive = Archive::begin(aside.file()?);
        let missing = archive.recordings(&source, &copied, &job)?;
        let contents = BackupContents {
            made_at: now,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            calls: copied.read_blocking(|db| db.calls().total(&CallsQuery::default()))?,
            recordings: archive.entries.len() as u64,
            missing,
        };
        // The last one to have it open puts everything into the one file.
        drop(copied);
        archive.database(&folder.path().join(DATABASE), &job)?;
        let manifest = archive.finish(contents)?;
        read_back(aside.file()?, &manifest, &job)?;
        let bytes = aside.file()?.metadata()?.len();
        aside.name(&place, overwrite)?;
        Ok((bytes, manifest.contents))
    });
    match made.await {
        Err(Trouble::Stopped) => Ok(BackedUp::Cancelled),
        Err(trouble) => Err(trouble.fault(&target)),
        Ok((bytes, holds)) => Ok(BackedUp::Saved {
            path: target.display().to_string(),
            bytes,
            holds,
        }),
    }
}

/// A copy of the database that knows of no folder of this machine.
fn copied(source: &Source, folder: &Path, job: &Job) -> Result<Store, Trouble> {
    job.tell(JobStep::Database, 0, 1);
    let path = folder.join(DATABASE);
    source.store.copy_into(&path)?;
    let copy = Store::open(&path, 0)?.store;
    copy.write_blocking(|tx| {
        let key = Topic::Settings.key();
        let mut settings: Settings = decoded(tx.settings().get(key)?.as_deref());
        if settings.recordings_dir.take().is_some() {
            tx.settings().set(key, &encoded(&settings))?;
        }
        Ok(())
    })?;
    job.tell(JobStep::Database, 1, 1);
    stop_here(job)?;
    Ok(copy)
}

/// The archive while it is written.
struct Archive<'a> {
    zip: ZipWriter<BufWriter<&'a mut File>>,
    entries: Vec<Entry>,
}

impl<'a> Archive<'a> {
    fn begin(file: &'a mut File) -> Self {
        Archive {
            zip: ZipWriter::new(BufWriter::new(file)),
            entries: Vec::new(),
        }
    }

    /// Writes every recording that the copy knows of, and has the copy know where it will lie.
    /// Returns how many were not to be had.
    fn recordings(&mut self, source: &Source, copied: &Store, job: &Job) -> Result<u64, Trouble> {
        let total = copied.read_blocking(|db| db.recordings().count_saved())?;
        let (mut done, mut missing) = (0, 0);
        let mut last = CallId(String::new());
        loop {
            let after = last.clone();
            let batch = copied.read_blocking(|db| db.recordings().saved_after(&after, BATCH))?;
            let Some((call, _)) = batch.last() else {
                return Ok(missing);
            };
            last = call.clone();
            let mut kept = Vec::new();
            for (call, saved) in batch {
                stop_here(job)?;
                let name = name_of(&call, &saved.format);
                match self.recording(&source.recordings.place_of(&saved.file), &name, &saved)? {
                    true => kept.push((call, name)),
                    false => missing += 1,
                }
                done += 1;
                job.tell(JobStep::Recordings, done, total);
            }
            copied.write_blocking(|tx| {
                let mut kept = kept.iter();
                kept.try_for_each(|(call, name)| tx.recordings().lies_at(call, name))
            })?;
        }
    }

    /// Writes one, if its file is what was saved.
    fn recording(&mut self, file: &Path, name: &str, saved: &SavedFile) -> Result<bool, Trouble> {
        let Ok(mut from) = File::open(file) else {
            return Ok(false);
        };
        let name = format!("{RECORDINGS}/{name}");
        self.zip
            .start_file(&name, options(CompressionMethod::Stored))?;
        let (bytes, sha256) = copy(&mut from, &mut self.zip, saved.bytes, |_| Ok(()))?;
        if bytes != saved.bytes || sha256 != saved.sha256 {
            self.zip.abort_file()?;
            return Ok(false);
        }
        self.entries.push(Entry {
            name,
            bytes,
            sha256,
        });
        Ok(true)
    }

    fn database(&mut self, copy_of: &Path, job: &Job) -> Result<(), Trouble> {
        let mut from = File::open(copy_of)?;
        let total = from.metadata()?.len();
        self.zip
            .start_file(DATABASE, options(CompressionMethod::Deflated))?;
        let mut done = 0;
        let (bytes, sha256) = copy(&mut from, &mut self.zip, u64::MAX - 1, |more| {
            done += more;
            job.tell(JobStep::Database, done, total);
            stop_here(job)
        })?;
        self.entries.push(Entry {
            name: DATABASE.to_owned(),
            bytes,
            sha256,
        });
        Ok(())
    }

    fn finish(mut self, contents: BackupContents) -> Result<Manifest, Trouble> {
        let manifest = Manifest::new(contents, self.entries);
        self.zip
            .start_file(manifest::NAME, options(CompressionMethod::Deflated))?;
        serde_json::to_writer_pretty(&mut self.zip, &manifest).map_err(io::Error::from)?;
        self.zip
            .start_file(manifest::NOTE, options(CompressionMethod::Deflated))?;
        self.zip.write_all(NOTE.as_bytes())?;
        self.zip.finish()?.flush()?;
        Ok(manifest)
    }
}

/// What was written is what is read: a stick that lies about it is found out while there still is
/// the desk.
fn read_back(file: &mut File, manifest: &Manifest, job: &Job) -> Result<(), Trouble> {
    file.sync_all()?;
    file.rewind()?;
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    let (mut done, total) = (0, manifest.bytes());
    for entry in &manifest.entries {
        let mut part = archive.by_name(&entry.name)?;
        let (bytes, sha256) = copy(&mut part, &mut io::sink(), entry.bytes, |more| {
            done += more;
            stop_here(job)
        })?;
        if bytes != entry.bytes || sha256 != entry.sha256 {
            return Err(Trouble::Bad(Flaw::Damaged));
        }
        job.tell(JobStep::Checking, done, total);
    }
    Ok(())
}

/// Recordings are packed already; the rest is text. Any part may be larger than four gigabytes.
fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(method)
        .large_file(true)
}

/// A name from the call's id alone, as in a folder of recordings.
fn name_of(call: &CallId, format: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    let stem = match (32..=36).contains(&call.0.len()) && call.0.bytes().all(plain) {
        true => call.0.clone(),
        false => hex::encode(&Sha256::digest(call.0.as_bytes())[..16]),
    };
    let ending: String = format
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(5)
        .collect();
    match ending.as_str() {
        "" => format!("{stem}.bin"),
        ending => format!("{stem}.{ending}"),
    }
}

fn stop_here(job: &Job) -> Result<(), Trouble> {
    match job.is_stopped() {
        true => Err(Trouble::Stopped),
        false => Ok(()),
    }
}

const NOTE: &str = "这是拨号（Bohao）的完整备份：bohao.db 是通话记录和设置，recordings 是录音，backup.json 记有每个文件的大小和 SHA-256。\r\n\
    恢复：设置 › 备份与恢复，或 bohao-cli restore 文件名。备份里没有任何密钥，恢复到另一台电脑后请重新填写平台账号和配对链接。\r\n\
    \r\n\
    This is a whole backup of Bohao: bohao.db holds the log and the settings, recordings the recordings, backup.json the size\r\n\
    and the SHA-256 of each file. To restore it: Settings, Backup and restore; or bohao-cli restore FILE. No secret is in it:\r\n\
    on another computer, enter the account and the pairing link again.\r\n";
