//! The folder of recordings beside an exported file.

use super::naming::Naming;
use super::{Destination, Ended};
use crate::aside::{self, AsideFolder, folder_of};
use crate::jobs::Job;
use crate::recordings::Recordings;
use bohao_wire::{CallId, CallRow, ExportedRecordings, Fault, Headings, JobStep};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// So many names are read off the list at once.
const BATCH: usize = 200;

/// Folders that are tried before one gives up looking for a name that is free.
const NAMES: u32 = 1_000;

/// A folder that is to be filled once the calls are written.
pub(super) struct Beside {
    target: PathBuf,
    /// The target as the sheet names it.
    shown: String,
    folder: AsideFolder,
    naming: Naming,
    list: BufWriter<File>,
    listed: u64,
}

/// Recordings in the order of the calls: on disk, because there may be a million.
struct List {
    lines: BufReader<File>,
}

/// A folder with all its recordings.
pub(super) struct Filled {
    target: PathBuf,
    folder: AsideFolder,
    saved: u64,
    missing: u64,
}

impl Beside {
    pub fn begin(to: &Destination, headings: Headings, naming: Naming) -> io::Result<Self> {
        let target = match &to.recordings {
            Some(folder) => folder.clone(),
            None => free_name(&to.file, headings)?,
        };
        let shown = match &to.recordings {
            Some(folder) => folder.as_os_str(),
            None => target.file_name().unwrap_or_default(),
        };
        Ok(Beside {
            shown: shown.to_string_lossy().into_owned(),
            folder: AsideFolder::begin(&target)?,
            naming,
            list: BufWriter::new(tempfile::tempfile_in(folder_of(&target))?),
            listed: 0,
            target,
        })
    }

    /// Puts a call's recording on the list; returns where it will lie, as seen from the sheet.
    pub fn list(&mut self, row: &CallRow, ending: &str) -> io::Result<String> {
        let name = self.naming.name(row, ending);
        serde_json::to_writer(&mut self.list, &(&row.call, &name))?;
        self.list.write_all(b"\n")?;
        self.listed += 1;
        Ok(format!("{}/{name}", self.shown))
    }

    /// Copies what is on the list. Nothing if the job was stopped.
    pub async fn fill(self, recordings: &Recordings, job: &Job) -> Result<Option<Filled>, Fault> {
        let Beside {
            target,
            folder,
            list,
            listed,
            ..
        } = self;
        let at = |error: io::Error| aside::fault(&error, &target);
        let mut list = List::of(list).map_err(at)?;
        let (mut saved, mut missing) = (0, 0);
        loop {
            let batch = list.next_batch().map_err(at)?;
            if batch.is_empty() {
                break;
            }
            for (call, name) in batch {
                if job.is_stopped() {
                    return Ok(None);
                }
                let place = folder.path().join(&name);
                if name.contains('/') {
                    let made = tokio::fs::create_dir_all(folder_of(&place)).await;
                    made.map_err(at)?;
                }
                match recordings.copy_kept(&call, place).await? {
                    true => saved += 1,
                    false => missing += 1,
                }
                job.tell(JobStep::Recordings, saved + missing, listed);
            }
        }
        Ok(Some(Filled {
            target,
            folder,
            saved,
            missing,
        }))
    }
}

impl List {
    fn of(mut written: BufWriter<File>) -> io::Result<Self> {
        written.rewind()?;
        let lines = BufReader::new(written.into_inner()?);
        Ok(List { lines })
    }

    fn next_batch(&mut self) -> io::Result<Vec<(CallId, String)>> {
        let lines = (&mut self.lines).lines().take(BATCH);
        lines
            .map(|line| Ok(serde_json::from_str(&line?)?))
            .collect()
    }
}

impl Filled {
    pub fn name(&mut self) -> Result<(), Ended> {
        self.folder.name(&self.target).map_err(Ended::Disk)
    }

    /// Removes what was named already.
    pub fn take_back(&mut self) {
        // The sheet's own fault is what is told.
        let _ = std::fs::remove_dir_all(&self.target);
    }

    pub fn report(self) -> ExportedRecordings {
        ExportedRecordings {
            folder: self.target.display().to_string(),
            saved: self.saved,
            missing: self.missing,
        }
    }
}

/// `log.xlsx` gets `log_录音` beside it, or `log_录音 (2)` where that is taken.
fn free_name(sheet: &Path, headings: Headings) -> io::Result<PathBuf> {
    let mut name = sheet.file_stem().unwrap_or_default().to_owned();
    name.push(match headings {
        Headings::Zh => "_录音",
        Headings::En => "_recordings",
    });
    for number in 1..=NAMES {
        let mut numbered = name.clone();
        if number > 1 {
            numbered.push(format!(" ({number})"));
        }
        let place = folder_of(sheet).join(numbered);
        if place.symlink_metadata().is_err() {
            return Ok(place);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
