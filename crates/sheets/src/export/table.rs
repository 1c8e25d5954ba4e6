//! CSV that a spreadsheet opens by a double click.

use super::columns::{Cell, Plan, beijing};
use bohao_wire::{LongNumbers, SheetForm, TextEncoding};
use encoding_rs::GB18030;
use std::borrow::Cow;
use std::io::{self, Write};

pub(super) struct Table<W> {
    out: W,
    form: SheetForm,
    /// The line that is being put together.
    line: String,
}

impl<W: Write> Table<W> {
    pub fn new(out: W, form: SheetForm, plan: &Plan) -> io::Result<Self> {
        let mut table = Table {
            out,
            form,
            line: String::new(),
        };
        if form.encoding == TextEncoding::Utf8 {
            table.out.write_all("\u{feff}".as_bytes())?;
        }
        for column in &plan.columns {
            table.add(&column.heading);
        }
        table.end()?;
        Ok(table)
    }

    pub fn row<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> io::Result<()> {
        for cell in cells {
            match cell {
                Cell::Nothing => self.add(""),
                Cell::Text(text) => self.add(&text),
                Cell::Figure(figure) => self.add(&figure.to_string()),
                Cell::Instant(instant) => self.add(&beijing(instant).unwrap_or_default()),
                Cell::Digits(digits) => match self.form.digits {
                    LongNumbers::Plain => self.add(digits),
                    LongNumbers::AsText => self.add(&format!("{digits}\t")),
                },
            }
        }
        self.end()
    }

    pub fn into_inner(self) -> W {
        self.out
    }

    fn add(&mut self, cell: &str) {
        let cell = &*without_controls(cell);
        let mark = if is_formula(cell) { "'" } else { "" };
        self.line.push_str(mark);
        if cell.contains(['"', ',', '\n', '\r', ';', '\t']) {
            let start = self.line.len() - mark.len();
            self.line.insert(start, '"');
            self.line.push_str(&cell.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(cell);
        }
        self.line.push(',');
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.pop();
        self.line.push_str("\r\n");
        match self.form.encoding {
            TextEncoding::Utf8 => self.out.write_all(self.line.as_bytes())?,
            // GB18030 writes what GBK has as GBK does, and has four bytes for all else.
            TextEncoding::Gbk => self.out.write_all(&GB18030.encode(&self.line).0)?,
        }
        self.line.clear();
        Ok(())
    }
}

/// A cell without the signs that ring a terminal's bell, steer it, or end a text too early. CSV has no
/// other way to write them, and nobody means them.
pub(crate) fn without_controls(cell: &str) -> Cow<'_, str> {
    let meant = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    match cell.chars().all(meant) {
        true => Cow::Borrowed(cell),
        false => cell.chars().filter(|c| meant(*c)).collect(),
    }
}

/// A spreadsheet would run it. A plain number, or a phone number with its country, is none: an
/// apostrophe would spoil it for every other program.
pub(crate) fn is_formula(cell: &str) -> bool {
    let Some(sign) = cell
        .chars()
        .next()
        .filter(|c| "=+-@\t\r\n＝＋－＠".contains(*c))
    else {
        return false;
    };
    // A tab behind a number says that it is text.
    let digits = cell[sign.len_utf8()..].trim_end_matches('\t');
    let plain = !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|&byte| byte == b'.').count() <= 1;
    !(plain && matches!(sign, '+' | '-'))
}
