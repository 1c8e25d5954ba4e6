//! The rows of a staged file that can't be taken, as a sheet with the reason beside each.

use super::reading::{self, Reading};
use super::staged::Staged;
use super::unreadable;
use bohao_sheets::{Rejects, read_record};
use bohao_store::Store;
use bohao_wire::{Fault, Headings, ImportReading};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// Writes them to `out`; returns how many they are.
///
/// # Errors
/// As [`reading::open_usable`]; what `out` says, inside.
pub fn write<W: Write>(
    store: &Store,
    staged: &Staged,
    asked: &ImportReading,
    headings: Headings,
    out: W,
) -> Result<io::Result<(W, u32)>, Fault> {
    let Reading {
        sheet,
        headers,
        mapping,
        zone,
        ..
    } = reading::open_usable(store, staged, asked)?;
    let mut rejects = match Rejects::new(out, &headers, headings) {
        Ok(rejects) => rejects,
        Err(error) => return Ok(Err(error)),
    };
    let mut written = Ok(0);
    sheet
        .each(|row| {
            let Err(rejected) = read_record(&headers, &mapping, &row, &zone) else {
                return ControlFlow::Continue(());
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
    Ok(written.and_then(|count| rejects.finish().map(|out| (out, count))))
}
