//! What became of the rows, counted.

use crate::intake::{Changes, Row};
use bohao_store::ImportCounts;
use bohao_wire::{CallId, ImportReport, RejectedRow};
use std::collections::BTreeSet;

/// Rejected rows that are listed.
const LISTED: usize = 10_000;

/// Calls that are named one by one after an import.
const NAMED: usize = 200;

/// Counts of rows, the first of those that were not taken, and whose rows changed.
#[derive(Debug, Default)]
pub struct Tally {
    counts: ImportCounts,
    rejected: Vec<RejectedRow>,
    changed: BTreeSet<CallId>,
    too_many: bool,
}

impl Tally {
    /// A row was taken.
    pub fn took(&mut self, row: Row, changes: &Changes) {
        self.counts.rows = self.counts.rows.saturating_add(1);
        let count = match row {
            Row::New => &mut self.counts.new,
            Row::Merged => &mut self.counts.merged,
            Row::Same => &mut self.counts.same,
        };
        *count = count.saturating_add(1);
        self.too_many |= !changes.gone.is_empty();
        for call in changes.shown() {
            if self.changed.len() < NAMED {
                self.changed.insert(call.clone());
            } else {
                self.too_many |= !self.changed.contains(call);
            }
        }
    }

    /// A row was not taken.
    pub fn rejected(&mut self, row: RejectedRow) {
        self.counts.rows = self.counts.rows.saturating_add(1);
        self.counts.rejected = self.counts.rejected.saturating_add(1);
        if self.rejected.len() < LISTED {
            self.rejected.push(row);
        }
    }

    /// The counts so far.
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// The report, and whose rows are to be shown anew: nothing if they are too many to be named.
    pub fn report(self) -> (ImportReport, Option<BTreeSet<CallId>>) {
        let report = ImportReport {
            rows: self.counts.rows,
            new: self.counts.new,
            merged: self.counts.merged,
            same: self.counts.same,
            rejected: self.rejected,
        };
        (report, (!self.too_many).then_some(self.changed))
    }
}
