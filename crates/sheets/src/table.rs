//! Text in rows and cells: CSV with commas, semicolons, tabs or pipes.

use crate::SheetError;
use crate::cells::put;
use crate::columns::Column;
use crate::read::{MAX_CELL_BYTES, MAX_COLUMNS, Row, rejected};
use bohao_platform::Record;
use bohao_wire::{RejectedRow, RowFlaw};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::borrow::Cow;
use std::io::Cursor;

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Exports put a title or a hint such as `sep=;` above the header.
const ROWS_ABOVE: usize = 10;

pub(crate) struct Table<'a> {
    lines: Lines<Cow<'a, [u8]>>,
    /// Which cells of a row mean something, with their header as it is written.
    columns: Vec<(usize, Column, String)>,
}

impl<'a> Table<'a> {
    /// Finds the header, and with it the delimiter: the one that makes the most of the header.
    pub fn open(text: Cow<'a, str>) -> Result<Self, SheetError> {
        let headers = DELIMITERS
            .iter()
            .map(|&delimiter| Header::find(text.as_bytes(), delimiter));
        let mut best: Option<Header> = None;
        for header in headers {
            let Some(header) = header? else { continue };
            if best
                .as_ref()
                .is_none_or(|best| header.columns.len() > best.columns.len())
            {
                best = Some(header);
            }
        }
        let header = best.ok_or(SheetError::NoHeader)?;
        let bytes = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        let mut lines = Lines::new(bytes, header.delimiter);
        for _ in 0..header.rows {
            lines.advance();
        }
        Ok(Table {
            lines,
            columns: header.columns,
        })
    }

    pub fn next(&mut self) -> Option<Result<Row, RejectedRow>> {
        loop {
            if !self.lines.advance() {
                return None;
            }
            if self
                .lines
                .cells
                .iter()
                .any(|cell| !cell.trim_ascii().is_empty())
            {
                return Some(self.row());
            }
        }
    }

    fn row(&self) -> Result<Row, RejectedRow> {
        let number = self.lines.number;
        let whole = |column: Option<&str>, flaw| rejected(number, column, flaw);
        if self.lines.ends_in_open_quote() {
            return Err(whole(None, RowFlaw::OpenQuote));
        }
        if let Some(at) = self
            .lines
            .cells
            .iter()
            .position(|cell| cell.len() > MAX_CELL_BYTES)
        {
            let header = self.columns.iter().find(|(index, ..)| *index == at);
            return Err(whole(
                header.map(|(.., name)| name.as_str()),
                RowFlaw::TooLong,
            ));
        }
        let mut record = Record::default();
        for (index, column, header) in &self.columns {
            let cell = self.lines.cells.get(*index).unwrap_or_default();
            // The text was valid UTF-8, and cells are cut at ASCII only.
            let cell = String::from_utf8_lossy(cell);
            put(&mut record, *column, &cell).map_err(|flaw| whole(Some(header), flaw))?;
        }
        if record.subid.is_empty() {
            let header = self
                .columns
                .iter()
                .find(|(_, column, _)| *column == Column::Subid);
            return Err(whole(
                header.map(|(.., name)| name.as_str()),
                RowFlaw::NoSubid,
            ));
        }
        Ok(Row { number, record })
    }
}

struct Header {
    delimiter: u8,
    /// How many rows it takes to be past it.
    rows: usize,
    columns: Vec<(usize, Column, String)>,
}

impl Header {
    fn find(text: &[u8], delimiter: u8) -> Result<Option<Header>, SheetError> {
        let mut lines = Lines::new(text, delimiter);
        for rows in 1..=ROWS_ABOVE {
            if !lines.advance() {
                return Ok(None);
            }
            let columns: Vec<_> = lines
                .cells
                .iter()
                .enumerate()
                .take(MAX_COLUMNS)
                .filter_map(|(index, cell)| {
                    let name = std::str::from_utf8(cell)
                        .ok()
                        .filter(|name| name.len() < 256)?;
                    let name = name.trim_start_matches('\'');
                    Some((index, Column::named(name)?, name.to_owned()))
                })
                .collect();
            if columns
                .iter()
                .any(|(_, column, _)| *column == Column::Subid)
            {
                if lines.cells.len() > MAX_COLUMNS {
                    return Err(SheetError::TooManyColumns);
                }
                return Ok(Some(Header {
                    delimiter,
                    rows,
                    columns,
                }));
            }
        }
        Ok(None)
    }
}

/// Rows with the numbers that a spreadsheet gives them: an empty line counts, though the reader
/// passes over it, and a cell of several lines counts once.
struct Lines<T> {
    reader: Reader<Cursor<T>>,
    cells: ByteRecord,
    number: u32,
}

impl<T: AsRef<[u8]>> Lines<T> {
    fn new(text: T, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Cursor::new(text));
        Lines {
            reader,
            cells: ByteRecord::new(),
            number: 0,
        }
    }

    fn advance(&mut self) -> bool {
        // Memory can't fail to be read, and rows may have any length.
        if !self
            .reader
            .read_byte_record(&mut self.cells)
            .unwrap_or(false)
        {
            return false;
        }
        let empty_before = self.empty_lines_before();
        self.number = self.number.saturating_add(empty_before).saturating_add(1);
        true
    }

    fn empty_lines_before(&self) -> u32 {
        let text = self.text();
        let begin = self.begin();
        let mut rest = text.get(begin..).unwrap_or_default();
        // A row that ended in a carriage return may have left its line feed behind.
        if begin > 0 && text.get(begin - 1) == Some(&b'\r') && rest.first() == Some(&b'\n') {
            rest = &rest[1..];
        }
        let mut lines = 0;
        loop {
            rest = match rest {
                [b'\r', b'\n', rest @ ..] | [b'\n' | b'\r', rest @ ..] => rest,
                _ => return lines,
            };
            lines += 1;
        }
    }

    /// The last row of a file whose quotation marks don't come in pairs and which goes on over
    /// several lines is the whole rest of the file, swallowed.
    fn ends_in_open_quote(&self) -> bool {
        let text = self.text();
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        if end < text.len() {
            return false;
        }
        let row = text.get(self.begin()..).unwrap_or_default();
        let opened = row.iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        opened && row.trim_ascii().contains(&b'\n')
    }

    fn text(&self) -> &[u8] {
        self.reader.get_ref().get_ref().as_ref()
    }

    fn begin(&self) -> usize {
        let begin = self.cells.position().map_or(0, csv::Position::byte);
        usize::try_from(begin).unwrap_or(usize::MAX)
    }
}
