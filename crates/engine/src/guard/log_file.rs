//! The guard's log in a file of its own: written, and checked wherever it lies.

use crate::sheet_file::Failed;
use bohao_sheets::{GuardLogWriter, LogFileError, LogLine, Said, read_guard_log};
use bohao_store::{Chain, ChainWalk, GuardEntry, Store};
use bohao_wire::{Fault, FaultCode, GuardLogForm};
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

/// What a check of such a file found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogCheck {
    /// Whether everything in it is as it was written.
    pub whole: bool,
    /// Entries in it.
    pub entries: u64,
    /// The first entry that does not follow from those before it.
    pub broken_at: Option<i64>,
    /// The first line that is none of such a file; what follows it was not looked at.
    pub unreadable_line: Option<u64>,
    /// Whether its last line is missing, or says something else than the entries.
    pub cut_off: bool,
    /// The digest of the last entry, in hex. A file of which entries were dropped from its end, and
    /// whose last line was written anew, has another one than was written down elsewhere.
    pub head: Option<String>,
}

/// Writes all of the log as it stands at one instant. Returns how many entries there are.
pub(crate) fn write<W: Write>(
    store: &Store,
    form: GuardLogForm,
    now: i64,
    out: W,
) -> Result<u64, Failed> {
    let mut file = GuardLogWriter::new(out, form)?;
    let mut written = Ok(());
    let chain: Chain = store.read_blocking(|db| {
        db.guard_log().walk(|entry| {
            if written.is_ok() {
                written = file.line(&line(entry));
            }
        })
    })?;
    written?;
    file.finish(now)?;
    Ok(chain.entries)
}

/// Checks such a file, whichever form it has. It needs no desk.
///
/// # Errors
/// `NotFound`; `UnreadableFile` with the reason `disk` if it can't be read.
pub fn check(path: &Path) -> Result<LogCheck, Fault> {
    let file = File::open(path).map_err(|error| unreadable(&error, path))?;
    let mut walk = ChainWalk::default();
    let mut end: Option<LogLine> = None;
    let mut behind_the_end = false;
    let mut misspelt = None;
    let read = read_guard_log(BufReader::new(file), |said| match said {
        Said::End(line) => {
            behind_the_end |= end.is_some();
            end = Some(line);
        }
        Said::Entry(line) => {
            behind_the_end |= end.is_some();
            match entry(&line) {
                Some(entry) => walk.see(&entry),
                None => misspelt = misspelt.or(Some(line.id)),
            }
        }
    });
    let unreadable_line = match read {
        Ok(()) => None,
        Err(LogFileError::Line { line }) => Some(line),
        Err(LogFileError::Disk(error)) => return Err(unreadable(&error, path)),
    };
    let found = walk.found();
    let head = found.head.map(hex::encode);
    let entries = i64::try_from(found.entries).unwrap_or(i64::MAX);
    let ended = end.is_some_and(|end| end.id == entries && end.chain == head);
    let broken_at = match (found.broken_at, misspelt) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let cut_off = !ended || behind_the_end;
    Ok(LogCheck {
        whole: broken_at.is_none() && unreadable_line.is_none() && !cut_off,
        entries: found.entries,
        broken_at,
        unreadable_line,
        cut_off,
        head,
    })
}

fn line(entry: &GuardEntry) -> LogLine {
    LogLine {
        id: entry.id,
        at: entry.at,
        kind: entry.kind.clone(),
        change: entry.change.clone(),
        reason: entry.reason.clone(),
        chain: entry.chain.map(hex::encode),
    }
}

/// Nothing if its digest is none.
fn entry(line: &LogLine) -> Option<GuardEntry> {
    let chain = match &line.chain {
        None => None,
        Some(chain) => {
            let mut digest = [0; 32];
            hex::decode_to_slice(chain, &mut digest).ok()?;
            Some(digest)
        }
    };
    Some(GuardEntry {
        id: line.id,
        at: line.at,
        kind: line.kind.clone(),
        change: line.change.clone(),
        reason: line.reason.clone(),
        chain,
    })
}

fn unreadable(error: &io::Error, path: &Path) -> Fault {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound => {
            Fault::new(FaultCode::NotFound, "there is no such file").with("path", path)
        }
        _ => Fault::new(FaultCode::UnreadableFile, "the file can't be read")
            .with("reason", "disk")
            .with("path", path),
    }
}

#[cfg(test)]
mod tests;
