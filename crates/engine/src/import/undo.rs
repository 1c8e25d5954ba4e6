//! An import is taken out of the log again: what it alone told.

use super::Around;
use super::pace::Pace;
use crate::{faults, intake};
use bohao_store::{StoreError, Told, Tx};
use bohao_wire::{Fault, FaultCode, ImportId, ImportPhase, UndoneImport};

/// Subids of one transaction.
const PORTION: u32 = 500;

/// Undoes an import that is in the log.
///
/// # Errors
/// `NotFound` if there is no such import, or it was undone before; a fault of the database, after
/// which the next who opens the log goes on.
pub fn undo(around: &Around, import: ImportId) -> Result<UndoneImport, Fault> {
    let begun = around
        .store
        .write_blocking(|tx| tx.imports().begin_undo(import))
        .map_err(faults::of_store)?;
    if !begun {
        let fault = Fault::new(FaultCode::NotFound, "there is no such import to undo");
        return Err(fault.with("what", "import"));
    }
    forget(around, import)
}

/// Takes back whatever of an import is in the log.
///
/// # Errors
/// A fault of the database.
pub fn forget(around: &Around, import: ImportId) -> Result<UndoneImport, Fault> {
    let mut pace = Pace::new(around, None, ImportPhase::Undoing);
    let mut undone = UndoneImport::default();
    let mut after = String::new();
    loop {
        let subids = around.store.fitting(PORTION);
        let portion = around
            .store
            .write_in_bulk(|tx| portion(tx, import, &after, subids, &mut undone))
            .map_err(faults::of_store)?;
        match portion {
            Some(last) => after = last,
            None => break,
        }
        pace.tell(undone.removed.saturating_add(undone.reduced), 0);
    }
    loop {
        let customers = around.store.fitting(PORTION);
        let forgotten = around
            .store
            .write_in_bulk(|tx| tx.imports().forget_met(import, customers));
        if forgotten.map_err(faults::of_store)? == 0 {
            break;
        }
    }
    let now = (around.clock)();
    around
        .store
        .write_blocking(|tx| tx.imports().finish_undo(import, now))
        .map_err(faults::of_store)?;
    Ok(undone)
}

/// Undoes what did not come to its end: imports of a program that is gone.
///
/// # Errors
/// A fault of the database.
pub fn recover(around: &Around) -> Result<bool, Fault> {
    let unfinished = around
        .store
        .read_blocking(|db| db.imports().unfinished())
        .map_err(faults::of_store)?;
    for import in &unfinished {
        forget(around, *import)?;
    }
    Ok(!unfinished.is_empty())
}

/// Takes back the next subids, and names the last of them.
fn portion(
    tx: &Tx<'_>,
    import: ImportId,
    after: &str,
    subids: u32,
    undone: &mut UndoneImport,
) -> Result<Option<String>, StoreError> {
    let told = tx.facts().told_by(import, after, subids)?;
    for of_one in told.chunk_by(|one, next| one.subid == next.subid) {
        let subid = &of_one[0].subid;
        let of_one: Vec<&Told> = of_one.iter().collect();
        let taken = intake::take_back(tx, subid, &of_one, import)?;
        undone.removed = undone.removed.saturating_add(taken.removed);
        undone.kept = undone.kept.saturating_add(taken.kept);
        let reduced = u32::try_from(taken.changes.updated.len()).unwrap_or(u32::MAX);
        undone.reduced = undone.reduced.saturating_add(reduced);
    }
    Ok(told.last().map(|told| told.subid.clone()))
}
