//! A staged file goes into the log, as a whole or not at all.
//!
//! It goes in portions, since the log is shared with dials, which can't wait for long. Each portion
//! bears the import's id; one that is cancelled, fails or loses its program is taken back by that
//! id, the last by the next who opens the log or imports.

use super::pace::Pace;
use super::reading::{self, Reading};
use super::staged::Staged;
use super::tally::Tally;
use super::{Around, failed, some_left, undo, unreadable};
use crate::faults;
use crate::intake::{self, Company};
use bohao_sheets::{SheetError, Who, read_record, read_who};
use bohao_store::{RecordFact, StoreError, Tx};
use bohao_wire::{
    CallId, Fault, ImportId, ImportOutcome, ImportPhase, ImportReading, RejectedRow, StagedId,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Rows of one transaction.
const PORTION: usize = 2_000;

/// After so many rows the index of searches learns of them later.
const INDEXED_AT_ONCE: u32 = 4_000;

/// What was done, and whose rows are to be shown anew: nothing if they are too many to be named.
pub type Ran = (ImportOutcome, Option<BTreeSet<CallId>>);

/// Takes a staged file in.
///
/// # Errors
/// As [`reading::open_usable`]; a fault of the database. Nothing is left of the import then.
pub fn run(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &ImportReading,
) -> Result<Ran, Fault> {
    let opened = reading::open_usable(&around.store, staged, asked)?;
    let (headers, mapping) = (opened.headers.clone(), opened.mapping.clone());
    let now = (around.clock)();
    let import = around
        .store
        .write_blocking(|tx| tx.imports().begin(&staged.name, now))
        .map_err(faults::of_store)?;
    let mut portions = Portions {
        around,
        import,
        now,
        rows: Vec::with_capacity(PORTION),
        tally: Tally::default(),
    };
    let pace = Pace::new(around, Some(id.clone()), ImportPhase::Writing);
    let ended = carry_out(&mut portions, opened, staged, pace);
    match ended {
        Ok(End::Done) => {}
        Ok(End::Stopped) => {
            undo::forget(around, import).map_err(some_left)?;
            return Ok((ImportOutcome::Cancelled, None));
        }
        Err(fault) => return Err(failed(fault, undo::forget(around, import))),
    }
    if asked.mapping.is_some() {
        // An import that is in the log is no worse for what could not be remembered.
        let _ = reading::remember(&around.store, &headers, &mapping, now);
    }
    let (report, changed) = portions.tally.report();
    Ok((ImportOutcome::Done { import, report }, changed))
}

enum End {
    Done,
    Stopped,
}

fn carry_out(
    portions: &mut Portions<'_>,
    opened: Reading,
    staged: &Staged,
    mut pace: Pace<'_>,
) -> Result<End, Fault> {
    let Reading {
        sheet,
        headers,
        mapping,
        zone,
        ..
    } = opened;
    let mut failed = None;
    let mut stopped = false;
    let read = sheet.each(|row| {
        portions.rows.push(
            read_record(&headers, &mapping, &row, &zone).map(|record| Told {
                fact: intake::fact(record),
                who: read_who(&mapping, &row),
            }),
        );
        if portions.rows.len() < PORTION {
            return ControlFlow::Continue(());
        }
        if let Err(error) = portions.write() {
            failed = Some(faults::of_store(error));
            return ControlFlow::Break(());
        }
        pace.tell(portions.tally.counts().rows, row.progress);
        stopped = staged.stop.is_said();
        match stopped {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    if let Some(fault) = failed {
        return Err(fault);
    }
    read.map_err(unreadable)?;
    if stopped || staged.stop.is_said() {
        return Ok(End::Stopped);
    }
    portions.write().map_err(faults::of_store)?;
    if portions.tally.counts().rows == 0 {
        return Err(unreadable(SheetError::Empty));
    }
    let (import, counts) = (portions.import, portions.tally.counts());
    let finished = portions
        .around
        .store
        .write_blocking(|tx| tx.imports().finish(import, counts));
    finished.map_err(faults::of_store)?;
    Ok(End::Done)
}

/// What a row tells: of a call, and of who was called.
struct Told {
    fact: RecordFact,
    who: Who,
}

/// Rows on their way into the log.
struct Portions<'a> {
    around: &'a Around,
    import: ImportId,
    now: i64,
    rows: Vec<Result<Told, RejectedRow>>,
    tally: Tally,
}

impl Portions<'_> {
    fn write(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.rows);
        self.around.store.make_room(rows.len())?;
        let late = self.tally.counts().rows >= INDEXED_AT_ONCE;
        let take = |tx: &Tx<'_>| take(tx, &rows, self.import, self.now);
        let taken = match late {
            true => self.around.store.write_in_bulk(take),
            false => self.around.store.write_blocking(take),
        }?;
        let mut taken = taken.into_iter();
        self.rows.reserve(PORTION);
        for row in rows {
            match row {
                Ok(_) => {
                    if let Some((row, changes)) = taken.next() {
                        self.tally.took(row, &changes);
                    }
                }
                Err(rejected) => self.tally.rejected(rejected),
            }
        }
        Ok(())
    }
}

fn take(
    tx: &Tx<'_>,
    rows: &[Result<Told, RejectedRow>],
    import: ImportId,
    now: i64,
) -> Result<Vec<(intake::Row, intake::Changes)>, StoreError> {
    let mut company = Company::of(tx)?;
    let mut taken = Vec::with_capacity(rows.len());
    for Told { fact, who } in rows.iter().flatten() {
        taken.push(intake::take_row(tx, fact, import, now, &mut company)?);
        if !company.is_deleted(tx, &fact.subid)? {
            meet(tx, fact, who, import, now)?;
        }
    }
    Ok(taken)
}

/// Gives a number the name and the company that a row tells, where nobody knew them. That the import
/// told of the customer is kept, so that undoing it takes the customer back.
fn meet(
    tx: &Tx<'_>,
    fact: &RecordFact,
    who: &Who,
    import: ImportId,
    now: i64,
) -> Result<(), StoreError> {
    let Some(number) = &fact.tel_b else {
        return Ok(());
    };
    if who.name.is_empty() && who.company.is_empty() {
        return Ok(());
    }
    let met = tx
        .customers()
        .meet(number, &who.name, &who.company, &[], now)?;
    if let Some(met) = met {
        tx.imports().note_met(&met, import)?;
    }
    Ok(())
}
