//! A file of any form, opened: its headers, and its rows one by one.

use crate::SheetError;
use crate::encoding::{self, Text};
use crate::json;
use crate::limits::{MAX_BYTES, MAX_ROWS, MAX_XLS_BYTES};
use crate::row::SheetRow;
use crate::table::Table;
use crate::workbook::Workbook;
use bohao_wire::SheetKind;
use encoding_rs::Encoding;
use std::io::{BufRead, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// Where a file's bytes come from.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// How to open a file, where its content leaves a doubt or a user knows better.
#[derive(Debug, Clone, Default)]
pub struct Opening<'o> {
    /// The file's name: its ending is a hint and no more.
    pub name: &'o str,
    /// The sheet of a workbook; no other file has one of this name.
    pub sheet: Option<&'o str>,
    /// The encoding of a text, by a label such as `gbk`.
    pub encoding: Option<&'o str>,
    /// What parts the cells of a text.
    pub delimiter: Option<u8>,
}

/// An open file. Rows without any content are passed over.
pub struct Sheet {
    form: SheetKind,
    encoding: Option<&'static Encoding>,
    bytes: u64,
    rows: Rows,
}

enum Rows {
    Table(Box<Table<Box<dyn Source>>>),
    Whole(Box<json::Whole>),
    Lines(Box<json::Lines<Box<dyn Source>>>),
    Workbook(Box<Workbook>),
}

impl Sheet {
    /// Opens a file. What it is shows in its content. `known` tells whether a header names
    /// anything; the row with the most such names is the header.
    ///
    /// # Errors
    /// [`SheetError`] if not even its rows can be told apart. Nothing that a file holds ends in a
    /// panic, and memory stays within bounds whatever its size.
    pub fn open(
        mut source: Box<dyn Source>,
        opening: &Opening<'_>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Sheet, SheetError> {
        let bytes = source.seek(SeekFrom::End(0))?;
        if bytes > MAX_BYTES {
            return Err(SheetError::too_large());
        }
        source.rewind()?;
        let mut magic = Vec::new();
        source.by_ref().take(8).read_to_end(&mut magic)?;
        if magic.starts_with(b"PK\x03\x04") {
            let book = Workbook::open_xlsx(source, opening.sheet, known)?;
            return Ok(Sheet::of_workbook(SheetKind::Xlsx, bytes, book));
        }
        if magic.starts_with(b"\xd0\xcf\x11\xe0") {
            if bytes > MAX_XLS_BYTES {
                return Err(SheetError::TooLarge {
                    limit: MAX_XLS_BYTES,
                });
            }
            let book = Workbook::open_xls(source, opening.sheet, known)?;
            return Ok(Sheet::of_workbook(SheetKind::Xls, bytes, book));
        }
        Sheet::open_text(source, bytes, opening, known)
    }

    /// What the file is.
    pub fn form(&self) -> SheetKind {
        self.form
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The encoding of a text.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding.map(Encoding::name)
    }

    /// What parts the cells of a text.
    pub fn delimiter(&self) -> Option<char> {
        match &self.rows {
            Rows::Table(table) => Some(char::from(table.delimiter)),
            _ => None,
        }
    }

    /// The sheets of a workbook.
    pub fn sheets(&self) -> &[String] {
        match &self.rows {
            Rows::Workbook(book) => &book.sheets,
            _ => &[],
        }
    }

    /// Which of them this is.
    pub fn name(&self) -> Option<&str> {
        match &self.rows {
            Rows::Workbook(book) => Some(&book.sheet),
            _ => None,
        }
    }

    /// The columns' names, as they are written; empty where a column has none.
    pub fn headers(&self) -> &[String] {
        match &self.rows {
            Rows::Table(table) => &table.header.names,
            Rows::Whole(json) => json.names.list(),
            Rows::Lines(json) => json.names.list(),
            Rows::Workbook(book) => &book.header.names,
        }
    }

    /// Hands out one row below the header after the other, until `take` has enough.
    ///
    /// # Errors
    /// [`SheetError`] if the file turns out to be broken further on. Rows before that were handed
    /// out.
    pub fn each(
        self,
        mut take: impl FnMut(SheetRow<'_>) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let bytes = self.bytes.max(1);
        let progress = |read: u64| u16::try_from((read * 1000 / bytes).min(1000)).unwrap_or(1000);
        let mut rows = 0;
        let mut too_many = false;
        let mut counted = |row: SheetRow<'_>| {
            rows += 1;
            too_many = rows > MAX_ROWS;
            match too_many {
                true => ControlFlow::Break(()),
                false => take(row),
            }
        };
        match self.rows {
            Rows::Table(mut table) => loop {
                let done = progress(table.bytes_read());
                let Some(mut row) = table.next()? else { break };
                row.progress = done;
                if counted(row).is_break() {
                    break;
                }
            },
            Rows::Whole(mut json) => {
                while let Some(row) = json.next() {
                    if counted(row).is_break() {
                        break;
                    }
                }
            }
            Rows::Lines(mut json) => loop {
                let done = progress(json.bytes_read());
                let Some(mut row) = json.next()? else { break };
                row.progress = done;
                if counted(row).is_break() {
                    break;
                }
            },
            Rows::Workbook(book) => book.each(&mut counted)?,
        }
        match too_many {
            true => Err(SheetError::TooManyRows),
            false => Ok(()),
        }
    }

    fn of_workbook(form: SheetKind, bytes: u64, book: Workbook) -> Sheet {
        Sheet {
            form,
            encoding: None,
            bytes,
            rows: Rows::Workbook(Box::new(book)),
        }
    }

    fn open_text(
        mut source: Box<dyn Source>,
        bytes: u64,
        opening: &Opening<'_>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Sheet, SheetError> {
        if opening.sheet.is_some_and(|name| !name.is_empty()) {
            return Err(SheetError::NoSuchSheet);
        }
        let encoding = match opening.encoding {
            Some(label) => encoding::named(label).ok_or(SheetError::NotText)?,
            None => encoding::detect(&mut source)?,
        };
        source.rewind()?;
        let sign = first_sign(Text::new(&mut source, encoding))?;
        source.rewind()?;
        let named_json = opening
            .name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase())
            .is_some_and(|ending| matches!(&ending[..], "json" | "jsonl" | "ndjson"));
        let (form, rows) = match sign {
            None => return Err(SheetError::Empty),
            Some(b'<') => return Err(SheetError::WebPage),
            Some(b'{') if json::is_lines(Text::new(&mut source, encoding))? => {
                source.rewind()?;
                let names = json::Names::of_lines(Text::new(&mut source, encoding))?;
                source.rewind()?;
                let lines = json::Lines::new(Text::new(source, encoding), names);
                (SheetKind::JsonLines, Rows::Lines(Box::new(lines)))
            }
            Some(sign) if matches!(sign, b'{' | b'[') || named_json => {
                source.rewind()?;
                let json = json::Whole::open(Text::new(source, encoding), known)?;
                (SheetKind::Json, Rows::Whole(Box::new(json)))
            }
            Some(_) => {
                let table = Table::open(Text::new(source, encoding), opening.delimiter, known)?;
                (SheetKind::Csv, Rows::Table(Box::new(table)))
            }
        };
        Ok(Sheet {
            form,
            encoding: Some(encoding),
            bytes,
            rows,
        })
    }
}

/// The first sign of a text that is no blank.
fn first_sign(mut text: Text<impl Read>) -> Result<Option<u8>, SheetError> {
    loop {
        let piece = text.fill_buf()?;
        if piece.is_empty() {
            return Ok(None);
        }
        if let Some(sign) = piece.iter().find(|byte| !byte.is_ascii_whitespace()) {
            return Ok(Some(*sign));
        }
        let length = piece.len();
        text.consume(length);
    }
}
