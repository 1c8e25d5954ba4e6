//! Follow-ups as a file that calendars take in.

use super::{shown, shown_why};
use crate::aside::{Aside, Overwrite};
use crate::faults;
use bohao_sheets::{Appointment, Calendar};
use bohao_store::Store;
use bohao_wire::{ExportFollowUps, ExportedFollowUps, Fault, FollowUpRow, Headings, NumbersShown};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// How the name of one ends.
pub const ENDING: &str = "ics";
/// More appointments than this help nobody.
const MAX: u32 = 10_000;

/// Writes the follow-ups of a kind that stand, to a place of the user's choice: whole or not at all.
///
/// # Errors
/// `FileExists`, `NotWritable` and `DiskFull` with the path, or a fault of the database. Whatever it
/// is, the place is as it was.
pub async fn to_file(
    store: &Store,
    request: ExportFollowUps,
    target: PathBuf,
    overwrite: Overwrite,
    now: i64,
) -> Result<ExportedFollowUps, Fault> {
    let rows = rows(store, &request).await?;
    let (count, place) = (rows.len() as u64, target.clone());
    let written = off_thread(move || {
        let mut aside = Aside::begin(&place)?;
        write(aside.file()?, &rows, &request, now)?;
        aside.name(&place, overwrite)
    });
    written
        .await
        .map_err(|error| faults::of_disk(&error, &target))?;
    Ok(ExportedFollowUps::Saved {
        path: target.display().to_string(),
        count,
    })
}

/// The same into a file without a name, for a host that hands it on; and how many it holds.
///
/// # Errors
/// `NotWritable` and `DiskFull`, or a fault of the database.
pub async fn to_hand_out(
    store: &Store,
    request: ExportFollowUps,
    data_dir: &Path,
    now: i64,
) -> Result<(File, u64), Fault> {
    let rows = rows(store, &request).await?;
    let (count, dir) = (rows.len() as u64, data_dir.to_owned());
    let written = off_thread(move || {
        let mut file = tempfile::tempfile_in(dir)?;
        write(&mut file, &rows, &request, now)?;
        file.rewind()?;
        Ok(file)
    });
    let file = written
        .await
        .map_err(|error| faults::of_disk(&error, data_dir))?;
    Ok((file, count))
}

async fn rows(store: &Store, request: &ExportFollowUps) -> Result<Vec<FollowUpRow>, Fault> {
    let kind = request.kind;
    let read = store.read(move |db| db.follow_ups().within(kind, i64::MIN..i64::MAX, MAX));
    read.await.map_err(faults::of_store)
}

fn write(
    file: &mut File,
    rows: &[FollowUpRow],
    request: &ExportFollowUps,
    now: i64,
) -> io::Result<()> {
    let mut calendar = Calendar::begin(BufWriter::new(file))?;
    for row in rows {
        calendar.add(&appointment(row, request), now)?;
    }
    calendar.end()?.flush()
}

fn appointment(row: &FollowUpRow, request: &ExportFollowUps) -> Appointment {
    let wish = &row.follow_up;
    let whole = request.numbers == NumbersShown::Whole;
    let number = match whole {
        true => wish.number.clone(),
        false => bohao_sheets::masked(&wish.number),
    };
    let why = match whole {
        true => wish.why.clone(),
        false => shown_why(row),
    };
    let who = match &row.customer {
        None => number.clone(),
        Some(_) => shown(row),
    };
    let summary = match request.words {
        Headings::Zh => format!("跟进：{who}"),
        Headings::En => format!("Follow up: {who}"),
    };
    let lines = [why.as_str(), number.as_str()];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    Appointment {
        // When it is due is no part of it: one that was put off is the same appointment.
        uid: format!("{}-{}@bohao.desk", wish.made_at, wish.follow_up),
        at: wish.due_at,
        summary,
        description: lines.collect::<Vec<_>>().join("\n"),
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(io::Error::other("the work was interrupted")),
    }
}
