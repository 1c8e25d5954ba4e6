//! XLSX, written cell by cell into its compressed file: no row is held in memory and nothing
//! uncompressed comes to lie on the disk.
//!
//! It is written here and not by a library because the one that streams panics where the disk is
//! full, and a full disk is to end in a clear word.

use super::book::{Book, serial, style};
use super::columns::{Cell, Plan, beijing};
use std::io::{self, Write};

/// What one sheet may hold; whatever comes then goes into a further one.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Rows, its header among them. A spreadsheet reads no more.
    rows: u32,
    /// Bytes before they are compressed. Beyond four gigabytes a file would need a form of archive
    /// that not every spreadsheet reads.
    bytes: u64,
}

const LIMITS: Limits = Limits {
    rows: 1_048_576,
    bytes: 3 << 30,
};

pub(super) struct Workbook<W: Write> {
    book: Book<W>,
    plan: Plan,
    limits: Limits,
    sheets: u32,
}

impl<W: Write> Workbook<W> {
    pub fn new(out: W, plan: Plan) -> io::Result<Self> {
        Self::within(LIMITS, out, plan)
    }

    fn within(limits: Limits, out: W, plan: Plan) -> io::Result<Self> {
        let mut workbook = Workbook {
            book: Book::new(out)?,
            plan,
            limits,
            sheets: 0,
        };
        workbook.begin_sheet()?;
        Ok(workbook)
    }

    pub fn row<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> io::Result<()> {
        if self.book.rows >= self.limits.rows || self.book.bytes >= self.limits.bytes {
            self.book.end_sheet()?;
            self.begin_sheet()?;
        }
        self.book.begin_row();
        for (place, cell) in cells.enumerate() {
            match cell {
                Cell::Nothing => {}
                Cell::Text(text) => self.book.text(place, style::TEXT, &text),
                Cell::Digits(digits) => self.book.text(place, style::TEXT, digits),
                Cell::Figure(figure) => self.book.number(place, style::FIGURE, figure),
                Cell::Instant(instant) => match serial(instant) {
                    Some(days) => self.book.number(place, style::INSTANT, days),
                    None => {
                        let spelled = beijing(instant).unwrap_or_default();
                        self.book.text(place, style::TEXT, &spelled);
                    }
                },
            }
        }
        self.book.end_row()
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.book.end_sheet()?;
        self.book.finish()
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.plan.name.to_owned(),
            number => format!("{} {number}", self.plan.name),
        };
        let columns: Vec<(&str, u8)> = self
            .plan
            .columns
            .iter()
            .map(|column| (&*column.heading, column.width))
            .collect();
        self.book.begin_sheet(&name, &columns)
    }
}

#[cfg(test)]
mod tests;
