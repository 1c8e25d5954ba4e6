//! A staged file of leads becomes a list, or tells what list it would become.
//!
//! Nobody sees the list before its last lead is there. One that is cancelled, fails or loses its
//! program is removed, the last by the next who opens the log or imports.

use super::{Columns, Judge, Judged, KIND, PORTION, Reading, count, open_usable};
use crate::import::pace::Pace;
use crate::import::staged::Staged;
use crate::import::{Around, failed, reading, some_left, unreadable};
use crate::{faults, lists};
use bohao_sheets::{SheetError, SheetLead};
use bohao_store::{NewLead, StoreError, Tx};
use bohao_wire::{
    Fault, ImportPhase, LeadReading, LeadsImported, LeadsReport, ListId, RejectedRow, StagedId,
};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

/// Tells what [`run`] would report. `None` if it was stopped.
///
/// # Errors
/// As [`run`].
pub fn rehearse(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &LeadReading,
) -> Result<Option<LeadsReport>, Fault> {
    let opened = open_usable(&around.store, staged, asked)?;
    let mut judge = Judge::new(asked);
    let mut report = LeadsReport::default();
    let pace = Pace::new(around, Some(id.clone()), ImportPhase::Rehearsing);
    let end = each(opened, staged, pace, |rows| {
        let asked = around.store.read_blocking(|db| {
            for (row, lead) in rows {
                let judged = judge.judge(db, row, lead)?;
                count(&mut report, db, row, &judged)?;
            }
            Ok(report.rows)
        });
        asked.map_err(faults::of_store)
    })?;
    Ok(match end {
        End::Done => Some(report),
        End::Stopped => None,
    })
}

/// Makes a list of a staged file.
///
/// # Errors
/// As [`open_usable`]; `UnreadableFile` with the reason `empty` if no row is taken; a fault of the
/// database. Nothing is left of the list then.
pub fn run(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &LeadReading,
    name: &str,
) -> Result<LeadsImported, Fault> {
    let opened = open_usable(&around.store, staged, asked)?;
    let (columns, digest) = (opened.columns.clone(), opened.digest);
    let now = (around.clock)();
    let begun = around.store.write_blocking(|tx| {
        let list = tx.lists().begin(name, now)?;
        tx.lists().note_sheet(list, &digest)?;
        Ok(list)
    });
    let list = begun.map_err(faults::of_store)?;
    let mut report = LeadsReport::default();
    let pace = Pace::new(around, Some(id.clone()), ImportPhase::Writing);
    let end = take_all(around, list, opened, staged, asked, pace, &mut report);
    match end {
        Ok(End::Done) if report.taken > 0 => {}
        Ok(End::Done) => {
            lists::remove_whole(&around.store, list)?;
            return Err(unreadable(SheetError::Empty));
        }
        Ok(End::Stopped) => {
            lists::remove_whole(&around.store, list).map_err(some_left)?;
            return Ok(LeadsImported::Cancelled);
        }
        Err(fault) => return Err(failed(fault, lists::remove_whole(&around.store, list))),
    }
    around
        .store
        .write_blocking(|tx| tx.lists().finish(list))
        .map_err(faults::of_store)?;
    if asked.mapping.is_some() {
        remember(around, &columns, now);
    }
    Ok(LeadsImported::Done { list, report })
}

enum End {
    Done,
    Stopped,
}

fn take_all(
    around: &Around,
    list: ListId,
    opened: Reading,
    staged: &Staged,
    asked: &LeadReading,
    pace: Pace<'_>,
    report: &mut LeadsReport,
) -> Result<End, Fault> {
    let mut judge = Judge::new(asked);
    each(opened, staged, pace, |rows| {
        let written = around.store.make_room(rows.len()).and_then(|()| {
            around.store.write_in_bulk(|tx| {
                for (row, lead) in rows {
                    take(tx, list, row, judge.judge(&tx.db(), row, lead)?, report)?;
                }
                Ok(report.rows)
            })
        });
        written.map_err(faults::of_store)
    })
}

fn take(
    tx: &Tx<'_>,
    list: ListId,
    row: u32,
    judged: Judged,
    report: &mut LeadsReport,
) -> Result<(), StoreError> {
    let index = report.rows;
    count(report, &tx.db(), row, &judged)?;
    let Ok(lead) = judged.lead else {
        return Ok(());
    };
    let shuffle = chance(list, &lead.number);
    let SheetLead {
        number,
        name,
        company,
        note,
        fields,
    } = lead;
    let lead = NewLead {
        number,
        name,
        company,
        note,
        fields,
        shuffle,
    };
    tx.leads().add(list, &lead, index).map(drop)
}

/// A lead's place in the random order: as good as by chance, and the same whenever it is asked.
fn chance(list: ListId, number: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    (list.0, number).hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// A list that is there is no worse for what could not be remembered.
fn remember(around: &Around, columns: &Columns, now: i64) {
    let Columns { headers, mapping } = columns;
    let _ = reading::remember_kind(&around.store, KIND, headers, mapping, now);
}

/// A row's number in its sheet, and what it tells.
type Row = (u32, Result<SheetLead, RejectedRow>);

/// Hands out the rows of a file in portions, each of which answers how many rows were done.
fn each(
    opened: Reading,
    staged: &Staged,
    mut pace: Pace<'_>,
    mut take: impl FnMut(Vec<Row>) -> Result<u32, Fault>,
) -> Result<End, Fault> {
    let Reading { sheet, columns, .. } = opened;
    let mut portion = Vec::with_capacity(PORTION);
    let mut failed = None;
    let read = sheet.each(|row| {
        portion.push((row.number, columns.read(&row)));
        if portion.len() < PORTION {
            return ControlFlow::Continue(());
        }
        match take(std::mem::replace(&mut portion, Vec::with_capacity(PORTION))) {
            Ok(rows) => pace.tell(rows, row.progress),
            Err(fault) => {
                failed = Some(fault);
                return ControlFlow::Break(());
            }
        }
        match staged.stop.is_said() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    if let Some(fault) = failed {
        return Err(fault);
    }
    read.map_err(unreadable)?;
    if staged.stop.is_said() {
        return Ok(End::Stopped);
    }
    take(portion)?;
    match staged.stop.is_said() {
        true => Ok(End::Stopped),
        false => Ok(End::Done),
    }
}
