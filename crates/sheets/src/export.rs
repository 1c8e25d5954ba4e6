//! Rows of the log, written out one by one.

mod book;
mod columns;
mod leads;
mod numbers;
mod pages;
mod table;
mod workbook;

use crate::mask::masked_row;
use bohao_wire::{CallRow, Headings, NumbersShown, SheetForm, SheetFormat};
use std::borrow::Cow;
use std::io::{self, Write};
use table::Table;

pub(crate) use columns::beijing;
pub use leads::{LeadExport, LeadResult};
pub use numbers::NumbersSheet;
pub use pages::{Figure, Page, write_pages};
pub(crate) use table::{is_formula, without_controls};

use workbook::Workbook;

/// An export that is being written: any number of [`Export::row`], then [`Export::finish`]. No row
/// is kept once it is written.
pub struct Export<W: Write> {
    out: Out<W>,
    numbers: NumbersShown,
    headings: Headings,
    files: Files,
    rows: u64,
}

/// Whether a table has a column for the names of recordings that lie beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// There is none.
    None,
    /// The last one.
    Beside,
}

enum Out<W: Write> {
    Table(Table<W>),
    Workbook(Box<Workbook<W>>),
    Json(W),
    JsonLines(W),
}

impl<W: Write> Export<W> {
    /// Begins an export.
    ///
    /// # Errors
    /// What `out` says.
    pub fn new(mut out: W, form: SheetForm, files: Files) -> io::Result<Self> {
        let plan = columns::plan(form.headings, files);
        let out = match form.format {
            SheetFormat::Csv => Out::Table(Table::new(out, form, &plan)?),
            SheetFormat::Xlsx => Out::Workbook(Box::new(Workbook::new(out, plan)?)),
            SheetFormat::Json => {
                out.write_all(b"[")?;
                Out::Json(out)
            }
            SheetFormat::JsonLines => Out::JsonLines(out),
        };
        Ok(Export {
            out,
            numbers: form.numbers,
            headings: form.headings,
            files,
            rows: 0,
        })
    }

    /// Writes one row, and the name of its recording's file where files lie beside.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, row: &CallRow, file: Option<&str>) -> io::Result<()> {
        let row = match self.numbers {
            NumbersShown::Whole => Cow::Borrowed(row),
            NumbersShown::Masked => Cow::Owned(masked_row(row)),
        };
        let first = self.rows == 0;
        let cells = || columns::cells(&row, file, self.headings, self.files);
        match &mut self.out {
            Out::Table(table) => table.row(cells())?,
            Out::Workbook(workbook) => workbook.row(cells())?,
            Out::Json(out) => {
                let before: &[u8] = if first { b"\n" } else { b",\n" };
                out.write_all(before)?;
                json(out, &row, file, self.files)?;
            }
            Out::JsonLines(out) => {
                json(out, &row, file, self.files)?;
                out.write_all(b"\n")?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the export and hands out what it was written to, flushed, and the number of rows.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<(W, u64)> {
        let mut out = match self.out {
            Out::Table(table) => table.into_inner(),
            Out::Workbook(workbook) => workbook.finish()?,
            Out::Json(mut out) => {
                let end: &[u8] = if self.rows == 0 { b"]\n" } else { b"\n]\n" };
                out.write_all(end)?;
                out
            }
            Out::JsonLines(out) => out,
        };
        out.flush()?;
        Ok((out, self.rows))
    }
}

/// The contract's row; with a name beside it where files lie beside.
fn json(out: &mut impl Write, row: &CallRow, file: Option<&str>, files: Files) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct WithFile<'a> {
        #[serde(flatten)]
        row: &'a CallRow,
        recording_file: Option<&'a str>,
    }
    match files {
        Files::None => serde_json::to_writer(out, row)?,
        Files::Beside => serde_json::to_writer(
            out,
            &WithFile {
                row,
                recording_file: file,
            },
        )?,
    }
    Ok(())
}
