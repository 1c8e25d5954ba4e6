//! The rows of a staged file of leads that are not taken, as a sheet with the reason beside each.

use super::{Judge, Reading, open_usable};
use crate::faults;
use crate::import::staged::Staged;
use crate::import::unreadable;
use bohao_sheets::Rejects;
use bohao_store::Store;
use bohao_wire::{Fault, Headings, LeadReading};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Writes them to `out`; returns how many they are.
///
/// # Errors
/// As [`open_usable`]; a fault of the database; what `out` says, inside.
pub fn write<W: Write>(
    store: &Store,
    staged: &Staged,
    asked: &LeadReading,
    headings: Headings,
    out: W,
) -> Result<io::Result<(W, u32)>, Fault> {
    let Reading { sheet, columns, .. } = open_usable(store, staged, asked)?;
    let mut rejects = match Rejects::new(out, &columns.headers, headings) {
        Ok(rejects) => rejects,
        Err(error) => return Ok(Err(error)),
    };
    let mut judge = Judge::new(asked);
    let mut written = Ok(0);
    let mut failed = None;
    sheet
        .each(|row| {
            let read = columns.read(&row);
            let judged = store.read_blocking(|db| judge.judge(db, row.number, read));
            let rejected = match judged.map(|judged| judged.lead) {
                Ok(Ok(_)) => return ControlFlow::Continue(()),
                Ok(Err(rejected)) => rejected,
                Err(error) => {
                    failed = Some(faults::of_store(error));
                    return ControlFlow::Break(());
                }
            };
            match rejects.row(&row, &rejected) {
                Ok(()) => {
                    written = written.as_ref().map_or(Ok(0), |count| Ok(count + 1));
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    written = Err(error);
                    ControlFlow::Break(())
                }
            }
        })
        .map_err(unreadable)?;
    match failed {
        Some(fault) => Err(fault),
        None => Ok(written.and_then(|count| rejects.finish().map(|out| (out, count)))),
    }
}
