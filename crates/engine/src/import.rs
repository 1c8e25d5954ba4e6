//! Records brought in by hand, and the log taken out.
//!
//! A row of a file goes the way of a pushed record, so an import can add to what is known and
//! never erase it, and importing a file again changes nothing.

use crate::faults;
use crate::intake;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_sheets::{MAX_BYTES, Row, SheetError};
use bohao_store::{Store, StoreError, Tx};
use bohao_wire::{CallId, Fault, FaultCode, ImportRecords, ImportReport, RejectedRow};
use std::collections::BTreeSet;

/// Rows of one transaction: an import shares the log with dials, which can't wait for long.
const BATCH: usize = 500;

/// Rejected rows that are listed.
const LISTED: usize = 10_000;

/// Calls that are named one by one after an import.
const NAMED: usize = 200;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The numbers.
    pub report: ImportReport,
    /// Whose rows are to be shown anew: nothing if they are too many to be named, and empty after
    /// a rehearsal.
    pub changed: Option<BTreeSet<CallId>>,
}

/// Reads a file's records into the log, or only tells what that would do.
///
/// A rehearsal does everything in one transaction and undoes it, so its numbers are those of the
/// real thing.
///
/// # Errors
/// `BadInput` if the content is no base64; `UnreadableFile` with a `reason` (a
/// [`SheetError::code`]) if it holds no records; a fault of the database.
pub async fn import(store: &Store, request: ImportRecords, now: i64) -> Result<Imported, Fault> {
    // Base64 is four letters for three bytes.
    if request.content.len() / 4 * 3 > MAX_BYTES + 3 {
        return Err(unreadable(SheetError::TooLarge));
    }
    let bytes = STANDARD.decode(request.content.trim()).map_err(|_| {
        Fault::new(FaultCode::BadInput, "the file's content is no base64").with("field", "content")
    })?;
    import_bytes(store, request.name, bytes, request.dry_run, now).await
}

/// As [`import`], for a host that has the file's bytes.
///
/// # Errors
/// As [`import`].
pub async fn import_bytes(
    store: &Store,
    name: String,
    bytes: Vec<u8>,
    dry_run: bool,
    now: i64,
) -> Result<Imported, Fault> {
    let done = if dry_run {
        store
            .rehearse(move |tx| Ok(rehearse(tx, &name, &bytes, now)))
            .await
            .map_err(faults::of_store)
    } else {
        let store = store.clone();
        tokio::task::spawn_blocking(move || carry_out(&store, &name, &bytes, now))
            .await
            .map_err(|_| Fault::new(FaultCode::Internal, "the import was interrupted"))
    };
    match done? {
        Ok(tally) => Ok(tally.imported(dry_run)),
        Err(Trouble::Sheet(error)) => Err(unreadable(error)),
        Err(Trouble::Store(error)) => Err(faults::of_store(error)),
    }
}

enum Trouble {
    Sheet(SheetError),
    Store(StoreError),
}

#[derive(Default)]
struct Tally {
    report: ImportReport,
    changed: BTreeSet<CallId>,
    too_many: bool,
}

fn rehearse(tx: &Tx<'_>, name: &str, bytes: &[u8], now: i64) -> Result<Tally, Trouble> {
    let mut tally = Tally::default();
    for row in bohao_sheets::read(name, bytes).map_err(Trouble::Sheet)? {
        tally.take(tx, row, now).map_err(Trouble::Store)?;
    }
    Ok(tally)
}

fn carry_out(store: &Store, name: &str, bytes: &[u8], now: i64) -> Result<Tally, Trouble> {
    let mut tally = Tally::default();
    let mut rows = bohao_sheets::read(name, bytes)
        .map_err(Trouble::Sheet)?
        .peekable();
    while rows.peek().is_some() {
        let batch = store.write_blocking(|tx| {
            rows.by_ref()
                .take(BATCH)
                .try_for_each(|row| tally.take(tx, row, now))
        });
        batch.map_err(Trouble::Store)?;
    }
    Ok(tally)
}

impl Tally {
    fn take(
        &mut self,
        tx: &Tx<'_>,
        row: Result<Row, RejectedRow>,
        now: i64,
    ) -> Result<(), StoreError> {
        let report = &mut self.report;
        report.rows = report.rows.saturating_add(1);
        let row = match row {
            Ok(row) => row,
            Err(rejected) => {
                if report.rejected.len() < LISTED {
                    report.rejected.push(rejected);
                }
                return Ok(());
            }
        };
        let changes = intake::take_records(tx, &[intake::fact(row.record)], now)?;
        let count = match (changes.new.is_empty(), changes.updated.is_empty()) {
            (false, _) => &mut report.new,
            (true, false) => &mut report.merged,
            (true, true) => &mut report.same,
        };
        *count += 1;
        for call in changes.shown() {
            if self.changed.len() < NAMED {
                self.changed.insert(call.clone());
            } else {
                self.too_many |= !self.changed.contains(call);
            }
        }
        Ok(())
    }

    fn imported(self, dry_run: bool) -> Imported {
        let changed = match (dry_run, self.too_many) {
            (true, _) => Some(BTreeSet::new()),
            (false, true) => None,
            (false, false) => Some(self.changed),
        };
        Imported {
            report: self.report,
            changed,
        }
    }
}

fn unreadable(error: SheetError) -> Fault {
    let fault =
        Fault::new(FaultCode::UnreadableFile, error.to_string()).with("reason", error.code());
    match error {
        SheetError::BrokenJson { line, column } => fault.with("line", line).with("column", column),
        _ => fault,
    }
}

#[cfg(test)]
mod tests;
