//! The log, or part of it, in a file of the user's choice, with its recordings beside it.
//!
//! Calls are written as they are read, in one transaction: no more of them is in memory than their
//! places in the log. Recordings follow once the transaction is over, by a list on disk, into a
//! folder aside. Only when all of it is whole do folder and file get their names.

mod beside;
pub(crate) mod leads;
mod naming;
mod template;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use naming::Naming;
pub use template::Template;

use crate::aside::{self, Aside, Overwrite};
use crate::faults;
use crate::jobs::Job;
use crate::recordings::Recordings;
use beside::Beside;
use bohao_sheets::{Export, Files};
use bohao_store::{Db, Store, StoreError};
use bohao_wire::{
    CallId, CallRow, CallsQuery, ExportCalls, ExportedCalls, Fault, FaultCode, Headings, JobStep,
    RecordingState, SheetForm, SheetFormat,
};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Progress is told once for so many calls.
const TOLD: u64 = 2_000;

/// Calls that may be named one by one.
const MAX_CHOSEN: usize = 100_000;

/// Which calls.
enum Selection {
    Fitting(CallsQuery),
    These(Vec<CallId>),
}

/// Why no calls were written.
pub(crate) enum Ended {
    Stopped,
    Disk(io::Error),
    Store(StoreError),
}

/// Where an export comes to lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The file.
    pub file: PathBuf,
    /// What to do with a file that lies there.
    pub overwrite: Overwrite,
    /// The folder of recordings, if they are asked for: it is made. Without one it lies beside the
    /// file and bears its name.
    pub recordings: Option<PathBuf>,
}

/// What an export that is under way needs to know of the ground.
pub(crate) struct Source {
    /// Whose calls.
    pub store: Store,
    /// Their recordings.
    pub recordings: Recordings,
}

/// Writes calls, and their recordings if they are asked for, to a place of the user's choice. A job
/// that is stopped leaves nothing there.
///
/// # Errors
/// `BadInput` for a template or a list that can't be used; `FileExists`, `NotWritable` and
/// `DiskFull` with the path; a fault of the database. Whatever it is, the place is as it was.
pub(crate) async fn to_file(
    source: Source,
    request: ExportCalls,
    to: Destination,
    job: Job,
) -> Result<ExportedCalls, Fault> {
    let naming = naming(&request)?;
    let selection = selection(request.query, request.calls)?;
    check(&source.recordings, &to).await?;
    let (target, overwrite) = (to.file.clone(), to.overwrite);
    let (form, store, place) = (request.sheet, source.store.clone(), target.clone());
    let written = off_thread(move || {
        let mut beside = naming
            .map(|naming| Beside::begin(&to, form.headings, naming))
            .transpose()
            .map_err(Ended::Disk)?;
        let mut aside = Aside::begin(&place).map_err(Ended::Disk)?;
        let out = BufWriter::new(aside.file().map_err(Ended::Disk)?);
        let rows = write(&store, &selection, form, beside.as_mut(), &job, out)?.1;
        Ok((aside, beside, rows, job))
    });
    let (mut aside, beside, rows, job) = match written.await {
        Err(Ended::Stopped) => return Ok(ExportedCalls::Cancelled),
        written => written.map_err(|ended| ended.fault(&target))?,
    };
    let mut recordings = match beside {
        None => None,
        Some(beside) => match beside.fill(&source.recordings, &job).await? {
            None => return Ok(ExportedCalls::Cancelled),
            Some(filled) => Some(filled),
        },
    };
    let place = target.clone();
    let named = off_thread(move || {
        if let Some(filled) = &mut recordings {
            filled.name()?;
        }
        if let Err(error) = aside.name(&place, overwrite) {
            // A folder of recordings without its sheet would be half of what was asked for.
            recordings.iter_mut().for_each(beside::Filled::take_back);
            return Err(Ended::Disk(error));
        }
        Ok(recordings.map(|filled| filled.report()))
    });
    let recordings = named.await.map_err(|ended| ended.fault(&target))?;
    Ok(ExportedCalls::Saved {
        path: target.display().to_string(),
        rows,
        recordings,
    })
}

/// Writes calls into a file without a name, which is gone with its handle: for a host that hands
/// it on. Nothing if the job was stopped.
///
/// # Errors
/// As [`to_file`]; `NotHere` if recordings are asked for, which need a folder.
pub(crate) async fn to_hand_out(
    source: Source,
    request: ExportCalls,
    data_dir: PathBuf,
    job: Job,
) -> Result<Option<(File, u64)>, Fault> {
    if request.recordings.is_some() {
        return Err(Fault::new(
            FaultCode::NotHere,
            "a browser can't make a folder of recordings",
        ));
    }
    let selection = selection(request.query, request.calls)?;
    let (form, store, dir) = (request.sheet, source.store, data_dir.clone());
    let written = off_thread(move || {
        let file = tempfile::tempfile_in(&dir).map_err(Ended::Disk)?;
        let (out, rows) = write(&store, &selection, form, None, &job, BufWriter::new(file))?;
        let mut file = out
            .into_inner()
            .map_err(|error| Ended::Disk(error.into_error()))?;
        file.rewind().map_err(Ended::Disk)?;
        Ok((file, rows))
    });
    match written.await {
        Err(Ended::Stopped) => Ok(None),
        written => written.map(Some).map_err(|ended| ended.fault(&data_dir)),
    }
}

/// Writes the selected calls to `out`, as they stand at one instant, and puts the recordings that
/// are here on a list. Returns how many calls they were.
///
/// Takes as long as a disk takes: call it off the async threads.
fn write<W: Write>(
    store: &Store,
    selection: &Selection,
    form: SheetForm,
    mut beside: Option<&mut Beside>,
    job: &Job,
    out: W,
) -> Result<(W, u64), Ended> {
    let files = match beside {
        Some(_) => Files::Beside,
        None => Files::None,
    };
    let mut export = Export::new(out, form, files).map_err(Ended::Disk)?;
    let mut done = 0;
    let mut ended = None;
    store
        .read_blocking(|db| {
            let mut take = |row: CallRow, total: u64| {
                if job.is_stopped() {
                    return Err(Ended::Stopped);
                }
                let file = match beside.as_deref_mut() {
                    Some(beside) => listed(db, &row, beside)?,
                    None => None,
                };
                export.row(&row, file.as_deref()).map_err(Ended::Disk)?;
                done += 1;
                if done % TOLD == 0 {
                    job.tell(JobStep::Calls, done, total);
                }
                Ok(())
            };
            let tell = |row: CallRow, total: u64| match take(row, total) {
                Ok(()) => ControlFlow::Continue(()),
                Err(early) => {
                    ended = Some(early);
                    ControlFlow::Break(())
                }
            };
            match selection {
                Selection::These(calls) => db.calls().each_of(calls, tell),
                Selection::Fitting(query) => db.calls().each(query, limit(query), tell),
            }
        })
        .map_err(Ended::Store)?;
    match ended {
        Some(ended) => Err(ended),
        None => export.finish().map_err(Ended::Disk),
    }
}

/// The name that a call's recording gets beside the file, if it is here.
fn listed(db: &Db<'_>, row: &CallRow, beside: &mut Beside) -> Result<Option<String>, Ended> {
    if row.recording != RecordingState::Saved {
        return Ok(None);
    }
    let detail = db.recordings().detail(&row.call).map_err(Ended::Store)?;
    let ending = detail.format.unwrap_or_else(|| "bin".to_owned());
    beside.list(row, &ending).map(Some).map_err(Ended::Disk)
}

/// All of them without a limit.
fn limit(query: &CallsQuery) -> u64 {
    match query.limit {
        0 => u64::MAX,
        limit => u64::from(limit),
    }
}

fn naming(request: &ExportCalls) -> Result<Option<Naming>, Fault> {
    let sheet = request.sheet;
    let template = request.recordings.as_deref().map(Template::read);
    let template = template.transpose().map_err(|flaw| {
        Fault::new(FaultCode::BadInput, "the template of names can't be read")
            .with("field", "recordings")
            .with("part", flaw.field)
    })?;
    Ok(template.map(|template| Naming::new(template, sheet.numbers, sheet.headings)))
}

fn selection(query: CallsQuery, calls: Option<Vec<CallId>>) -> Result<Selection, Fault> {
    match calls {
        None => Ok(Selection::Fitting(query)),
        Some(calls) if calls.len() <= MAX_CHOSEN => Ok(Selection::These(calls)),
        Some(_) => Err(Fault::new(
            FaultCode::BadInput,
            "at most 100,000 calls are named one by one",
        )
        .with("field", "calls")),
    }
}

async fn check(recordings: &Recordings, to: &Destination) -> Result<(), Fault> {
    let places = to.clone();
    let checked = off_thread(move || {
        let folder = places.recordings.as_deref();
        Ok(aside::check(&places.file, places.overwrite).and(folder.map_or(Ok(()), check_folder)))
    });
    checked.await.map_err(|ended| ended.fault(&to.file))??;
    match to.overwrite {
        Overwrite::Refuse => Ok(()),
        Overwrite::Replace => recordings.spare_own(&to.file).await,
    }
}

/// A folder that is there already may hold anything, and is left alone.
fn check_folder(folder: &Path) -> Result<(), Fault> {
    match folder.symlink_metadata() {
        Ok(_) => Err(aside::fault(&io::ErrorKind::AlreadyExists.into(), folder)),
        Err(_) => aside::check(folder, Overwrite::Refuse),
    }
}

impl Ended {
    fn fault(self, target: &Path) -> Fault {
        match self {
            Ended::Disk(error) => aside::fault(&error, target),
            Ended::Store(error) => faults::of_store(error),
            Ended::Stopped => Fault::new(FaultCode::Internal, "the export was stopped"),
        }
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Ended> + Send + 'static,
) -> Result<T, Ended> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Ended::Disk(io::Error::other(error))),
    }
}

/// `通话记录_2026-11-23.xlsx`.
pub(crate) fn default_name(form: SheetForm, now: i64) -> String {
    let what = match form.headings {
        Headings::Zh => "通话记录",
        Headings::En => "calls",
    };
    dated(what, now, ending(form.format))
}

/// A name with the day in Beijing.
pub(crate) fn dated(what: &str, now: i64, ending: &str) -> String {
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    let day = Offset::constant(8)
        .to_datetime(now)
        .strftime("%Y-%m-%d")
        .to_string();
    format!("{what}_{day}.{ending}")
}

/// How a file of this format ends.
pub fn ending(format: SheetFormat) -> &'static str {
    match format {
        SheetFormat::Csv => "csv",
        SheetFormat::Xlsx => "xlsx",
        SheetFormat::Json => "json",
        SheetFormat::JsonLines => "jsonl",
    }
}

/// A name as a template makes it of the newest call with a recording, or of a made-up one.
pub(crate) fn example(
    newest: Option<(CallRow, String)>,
    template: Template,
    request: &bohao_wire::RecordingNameQuery,
) -> String {
    let (row, ending) = newest.unwrap_or_else(|| (made_up(), "mp3".to_owned()));
    Naming::new(template, request.numbers, request.headings).name(&row, &ending)
}

fn made_up() -> CallRow {
    CallRow {
        call: CallId("00000000-0000-7000-8000-000000000000".to_owned()),
        subid: Some("04202611231407000001".to_owned()),
        state: bohao_wire::CallState::Recorded,
        status: Some(bohao_wire::CallStatus::Connected),
        tel_a: Some("13800000000".to_owned()),
        tel_x: None,
        tel_b: Some("13900001234".to_owned()),
        customer: None,
        at: 1_795_414_020_000,
        started_at: Some(1_795_414_020_000),
        ended_at: None,
        duration: Some(192),
        reason: None,
        code: None,
        recording: RecordingState::Saved,
        note: String::new(),
        outcome: None,
        placed_here: true,
        recording_leaves_at: None,
        starred: false,
        by_hand: false,
    }
}
