//! The do-not-call table, written out as a sheet that an import knows again.

use super::columns::{Cell, Plan, Planned};
use super::table::Table;
use super::workbook::Workbook;
use crate::do_not_call::HashScheme;
use bohao_wire::{
    DoNotCallSource, Headings, LongNumbers, NumbersShown, SheetForm, SheetFormat, TextEncoding,
};
use std::borrow::Cow;
use std::io::{self, Write};

/// Such a sheet while it is written: any number of [`NumbersSheet::row`], then
/// [`NumbersSheet::finish`].
pub struct NumbersSheet<W: Write> {
    out: Out<W>,
    headings: Headings,
    hashed: bool,
    rows: u64,
}

enum Out<W: Write> {
    Table(Table<W>),
    Workbook(Box<Workbook<W>>),
}

impl<W: Write> NumbersSheet<W> {
    /// Begins a workbook, or a table for every other format. With a scheme its first column holds
    /// hashes, and says so.
    ///
    /// # Errors
    /// What `out` says.
    pub fn new(
        out: W,
        format: SheetFormat,
        headings: Headings,
        scheme: Option<&HashScheme>,
    ) -> io::Result<Self> {
        let plan = plan(headings, scheme);
        let out = match format {
            SheetFormat::Xlsx => Out::Workbook(Box::new(Workbook::new(out, plan)?)),
            _ => Out::Table(Table::new(out, form(headings), &plan)?),
        };
        Ok(NumbersSheet {
            out,
            headings,
            hashed: scheme.is_some(),
            rows: 0,
        })
    }

    /// Writes one row: digits, or a hash in hex.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(
        &mut self,
        number: &str,
        since: i64,
        reason: &str,
        source: DoNotCallSource,
    ) -> io::Result<()> {
        let first = match self.hashed {
            true => Cell::Text(Cow::Borrowed(number)),
            false => Cell::Digits(number),
        };
        let cells = [
            first,
            Cell::Instant(since),
            Cell::Text(Cow::Borrowed(reason)),
            Cell::Text(Cow::Borrowed(source_words(source, self.headings))),
        ];
        self.rows += 1;
        match &mut self.out {
            Out::Table(table) => table.row(cells.into_iter()),
            Out::Workbook(workbook) => workbook.row(cells.into_iter()),
        }
    }

    /// Ends the sheet and hands out what it was written to, flushed, and the number of rows.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<(W, u64)> {
        let mut out = match self.out {
            Out::Table(table) => table.into_inner(),
            Out::Workbook(workbook) => workbook.finish()?,
        };
        out.flush()?;
        Ok((out, self.rows))
    }
}

fn plan(headings: Headings, scheme: Option<&HashScheme>) -> Plan {
    let pick = |chinese, english| match headings {
        Headings::Zh => chinese,
        Headings::En => english,
    };
    let column = |chinese, english, width| Planned {
        heading: Cow::Borrowed(pick(chinese, english)),
        width,
    };
    let first = match scheme {
        None => column("号码", "number", 15),
        Some(scheme) => Planned {
            heading: Cow::Owned(scheme.header()),
            width: 68,
        },
    };
    Plan {
        name: pick("勿扰名单", "Do not call"),
        columns: vec![
            first,
            column("登记时间", "since", 19),
            column("原因", "reason", 40),
            column("来源", "source", 12),
        ],
    }
}

fn form(headings: Headings) -> SheetForm {
    SheetForm {
        format: SheetFormat::Csv,
        encoding: TextEncoding::Utf8,
        numbers: NumbersShown::Whole,
        digits: LongNumbers::AsText,
        headings,
    }
}

fn source_words(source: DoNotCallSource, headings: Headings) -> &'static str {
    let (chinese, english) = match source {
        DoNotCallSource::Outcome => ("通话结果", "outcome"),
        DoNotCallSource::User => ("手动登记", "by hand"),
        DoNotCallSource::Import => ("表格导入", "import"),
        DoNotCallSource::Erasure => ("已抹除", "erasure"),
    };
    match headings {
        Headings::Zh => chinese,
        Headings::En => english,
    }
}
