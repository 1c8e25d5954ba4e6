//! What came of a list, in a file of the user's choice.

use super::{Ended, TOLD, dated, ending, off_thread};
use crate::aside::{Aside, Overwrite};
use crate::faults;
use crate::jobs::Job;
use bohao_sheets::{LeadExport, LeadResult};
use bohao_store::{Db, LeadText, Store, StoreError};
use bohao_wire::{
    CallRow, ExportList, ExportedCalls, Fault, FaultCode, Headings, JobStep, LeadRow, ListId,
    SheetForm, SheetFormat,
};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Writes a list to a place of the user's choice. A job that is stopped leaves nothing there.
///
/// # Errors
/// `BadInput` for a format that is no table, `NotFound` without such a list; `FileExists`,
/// `NotWritable` and `DiskFull` with the path; a fault of the database. Whatever it is, the place is
/// as it was.
pub(crate) async fn to_file(
    store: Store,
    request: ExportList,
    target: PathBuf,
    overwrite: Overwrite,
    job: Job,
) -> Result<ExportedCalls, Fault> {
    check(&store, &request).await?;
    let (list, form, place) = (request.list, request.sheet, target.clone());
    let written = off_thread(move || {
        let mut aside = Aside::begin(&place).map_err(Ended::Disk)?;
        let out = BufWriter::new(aside.file().map_err(Ended::Disk)?);
        let rows = write(&store, list, form, &job, out)?.1;
        aside.name(&place, overwrite).map_err(Ended::Disk)?;
        Ok(rows)
    });
    match written.await {
        Err(Ended::Stopped) => Ok(ExportedCalls::Cancelled),
        Err(ended) => Err(ended.fault(&target)),
        Ok(rows) => Ok(ExportedCalls::Saved {
            path: target.display().to_string(),
            rows,
            recordings: None,
        }),
    }
}

/// The same into a file without a name, which is gone with its handle, for a host that hands it on;
/// and how many leads it holds. Nothing if the job was stopped.
///
/// # Errors
/// As [`to_file`].
pub(crate) async fn to_hand_out(
    store: Store,
    request: ExportList,
    data_dir: PathBuf,
    job: Job,
) -> Result<Option<(File, u64)>, Fault> {
    check(&store, &request).await?;
    let (list, form, dir) = (request.list, request.sheet, data_dir.clone());
    let written = off_thread(move || {
        let file = tempfile::tempfile_in(&dir).map_err(Ended::Disk)?;
        let (out, rows) = write(&store, list, form, &job, BufWriter::new(file))?;
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

async fn check(store: &Store, request: &ExportList) -> Result<(), Fault> {
    if !matches!(request.sheet.format, SheetFormat::Xlsx | SheetFormat::Csv) {
        let fault = Fault::new(FaultCode::BadInput, "a list is written as XLSX or CSV");
        return Err(fault.with("field", "format"));
    }
    let list = request.list;
    let known = store.read(move |db| db.lists().get(list)).await;
    match known.map_err(faults::of_store)? {
        Some(_) => Ok(()),
        None => Err(Fault::new(FaultCode::NotFound, "there is no such list")),
    }
}

/// Writes a list as it stands at one instant. Takes as long as a disk takes: call it off the async
/// threads.
fn write<W: Write>(
    store: &Store,
    list: ListId,
    form: SheetForm,
    job: &Job,
    out: W,
) -> Result<(W, u64), Ended> {
    let mut ended = None;
    let written = store.read_blocking(|db| {
        let total = db.lists().get(list)?.map_or(0, |list| list.figures.leads);
        let mut export = match LeadExport::new(out, form, db.leads().field_names(list)?) {
            Ok(export) => export,
            Err(error) => {
                ended = Some(Ended::Disk(error));
                return Ok(None);
            }
        };
        let mut done = 0;
        db.leads().each(list, |lead, text| {
            let taken = match job.is_stopped() {
                true => Err(Ended::Stopped),
                false => result(db, lead, text)
                    .map_err(Ended::Store)
                    .and_then(|lead| export.row(&lead).map_err(Ended::Disk)),
            };
            if let Err(early) = taken {
                ended = Some(early);
                return ControlFlow::Break(());
            }
            done += 1;
            if done % TOLD == 0 {
                job.tell(JobStep::Calls, done, u64::from(total));
            }
            ControlFlow::Continue(())
        })?;
        Ok(Some(export))
    });
    match (written.map_err(Ended::Store)?, ended) {
        (_, Some(ended)) => Err(ended),
        (Some(export), None) => export.finish().map_err(Ended::Disk),
        (None, None) => Err(Ended::Stopped),
    }
}

fn result(db: &Db<'_>, lead: LeadRow, text: LeadText) -> Result<LeadResult, StoreError> {
    let call: Option<CallRow> = match &lead.call {
        Some(call) => db.calls().get(call)?,
        None => None,
    };
    let (called_at, status, duration, call_note) = match call {
        Some(call) => (Some(call.at), call.status, call.duration, call.note),
        None => (None, None, None, String::new()),
    };
    Ok(LeadResult {
        number: lead.number,
        name: lead.name,
        company: lead.company,
        note: text.note,
        fields: text.fields,
        state: lead.state,
        outcome: lead.outcome,
        tries: lead.tries,
        next_at: lead.next_at,
        called_at,
        status,
        duration,
        call_note,
    })
}

/// `名单结果_2026-11-23.xlsx`.
pub(crate) fn default_name(form: SheetForm, now: i64) -> String {
    let what = match form.headings {
        Headings::Zh => "名单结果",
        Headings::En => "list-results",
    };
    dated(what, now, ending(form.format))
}
