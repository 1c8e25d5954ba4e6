//! Text in rows and cells: CSV, whatever parts its cells.

use crate::SheetError;
use crate::encoding::Text;
use crate::header::{Header, is_better};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROW_BYTES};
use crate::row::{Cell, SheetRow};
use bohao_wire::RowFlaw;
use csv_core::{ReadRecordResult, ReaderBuilder};
use std::borrow::Cow;
use std::io::{BufRead, Chain, Cursor, Read};

/// Text that is looked at to find the header and the delimiter.
const HEAD: u64 = 256 * 1024;

/// Delimiters that people use, the likeliest first; any other sign may be one too.
const USUAL: [u8; 4] = [b',', b'\t', b';', b'|'];

pub(crate) struct Table<R> {
    lines: Lines<Chain<Cursor<Vec<u8>>, Text<R>>>,
    pub delimiter: u8,
    pub header: Header,
}

impl<R: Read> Table<R> {
    /// Finds the header, and with it the delimiter unless it is told: the one that makes the most
    /// of the header.
    pub fn open(
        mut text: Text<R>,
        delimiter: Option<u8>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Self, SheetError> {
        let mut head = Vec::new();
        text.by_ref().take(HEAD).read_to_end(&mut head)?;
        let candidates = match delimiter.or_else(|| told_delimiter(&head)) {
            Some(delimiter) => vec![delimiter],
            None => candidates(&head),
        };
        let mut best: Option<(u8, Header)> = None;
        for delimiter in candidates {
            let header = Header::find(&first_rows(&head, delimiter)?, known)?;
            if best
                .as_ref()
                .is_none_or(|(_, best)| is_better(&header, best))
            {
                best = Some((delimiter, header));
            }
        }
        let (delimiter, header) = best.ok_or(SheetError::Empty)?;
        let mut lines = Lines::new(Cursor::new(head).chain(text), delimiter);
        for _ in 0..header.rows {
            lines.advance()?;
        }
        Ok(Table {
            lines,
            delimiter,
            header,
        })
    }

    /// The next row that holds anything.
    pub fn next(&mut self) -> Result<Option<SheetRow<'_>>, SheetError> {
        loop {
            if !self.lines.advance()? {
                return Ok(None);
            }
            if !self.lines.is_blank() {
                break;
            }
        }
        Ok(Some(self.lines.row(self.header.names.len())))
    }

    pub fn bytes_read(&self) -> u64 {
        self.lines.text.get_ref().1.bytes_read()
    }
}

/// `sep=;` in the first line.
fn told_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|&byte| byte == b'\n').next()?;
    match line.strip_prefix(b"sep=")? {
        [delimiter] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// Signs of the first lines that may part cells.
fn candidates(head: &[u8]) -> Vec<u8> {
    const LINES: usize = 24;
    let mut found = USUAL.to_vec();
    let lines = head.split(|&byte| byte == b'\n').take(LINES);
    for &byte in lines.flatten() {
        let sign = byte.is_ascii_punctuation() || (byte.is_ascii_control() && byte != b'\n');
        if sign && !b"\"'_-.()[]+/%#@*".contains(&byte) && !found.contains(&byte) {
            found.push(byte);
        }
    }
    found
}

fn first_rows(head: &[u8], delimiter: u8) -> Result<Vec<Vec<String>>, SheetError> {
    let mut lines = Lines::new(head, delimiter);
    let mut rows = Vec::new();
    while rows.len() < crate::header::ROWS_ABOVE && lines.advance()? {
        rows.push(lines.cells().map(str::to_owned).collect());
    }
    Ok(rows)
}

/// Rows with the numbers that a spreadsheet gives them: an empty line counts, though the reader
/// passes over it, and a cell of several lines counts once.
struct Lines<T> {
    text: T,
    core: Box<csv_core::Reader>,
    cells: Vec<u8>,
    length: usize,
    ends: Vec<usize>,
    count: usize,
    number: u32,
    too_long: bool,
    /// Quotation marks of the row.
    quotes: usize,
    ended: bool,
}

impl<T: BufRead> Lines<T> {
    fn new(text: T, delimiter: u8) -> Self {
        Lines {
            text,
            core: Box::new(ReaderBuilder::new().delimiter(delimiter).build()),
            cells: vec![0; 4096],
            length: 0,
            ends: vec![0; 64],
            count: 0,
            number: 0,
            too_long: false,
            quotes: 0,
            ended: false,
        }
    }

    /// Reads the next row. What does not fit into the room for one is passed over.
    fn advance(&mut self) -> Result<bool, SheetError> {
        const MOST_CELLS: usize = 8 * MAX_COLUMNS;
        let (mut passed_text, mut passed_ends) = ([0; 4096], [0; 64]);
        let line_before = self.core.line();
        (self.length, self.count, self.quotes) = (0, 0, 0);
        self.too_long = false;
        loop {
            let input = self.text.fill_buf()?;
            self.ended = input.is_empty();
            let cells = match self.too_long {
                true => &mut passed_text[..],
                false => &mut self.cells[self.length..],
            };
            let surplus = self.count == MOST_CELLS;
            let ends = match surplus {
                true => &mut passed_ends[..],
                false => &mut self.ends[self.count..],
            };
            let (result, read, written, ended) = self.core.read_record(input, cells, ends);
            self.quotes += input[..read].iter().filter(|&&byte| byte == b'"').count();
            self.text.consume(read);
            self.length += if self.too_long { 0 } else { written };
            self.count += if surplus { 0 } else { ended };
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.cells.len() < MAX_ROW_BYTES => {
                    self.cells.resize(self.cells.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => self.too_long = true,
                ReadRecordResult::OutputEndsFull if !surplus => {
                    let room = (self.ends.len() * 2).min(MOST_CELLS);
                    self.ends.resize(room, 0);
                }
                ReadRecordResult::OutputEndsFull => {}
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(false),
            }
        }
        let lines = self.core.line() - line_before;
        let within = match self.too_long {
            true => lines.saturating_sub(1),
            false => self.lines_within(),
        };
        let passed = u32::try_from(lines.saturating_sub(within)).unwrap_or(u32::MAX);
        self.number = self.number.saturating_add(passed.max(1));
        Ok(true)
    }

    fn lines_within(&self) -> u64 {
        let content = &self.cells[..self.length];
        content.iter().filter(|&&byte| byte == b'\n').count() as u64
    }

    fn cells(&self) -> impl Iterator<Item = &str> {
        // The text is valid UTF-8, and cells are cut at ASCII only.
        let text = std::str::from_utf8(&self.cells[..self.length]).unwrap_or_default();
        let mut begin = 0;
        self.ends[..self.count].iter().map(move |&end| {
            let cell = text.get(begin..end).unwrap_or_default();
            begin = end;
            cell
        })
    }

    fn is_blank(&self) -> bool {
        !self.too_long && self.cells[..self.length].trim_ascii().is_empty()
    }

    fn row(&self, columns: usize) -> SheetRow<'_> {
        let mut flaw = None;
        if self.ends_in_open_quote() {
            flaw = Some((RowFlaw::OpenQuote, None));
        } else if self.too_long {
            flaw = Some((RowFlaw::TooLong, None));
        }
        let mut cells = Vec::new();
        if flaw.is_none() {
            cells.reserve(columns.min(self.count));
            for (column, cell) in self.cells().take(columns).enumerate() {
                if cell.len() > MAX_CELL_BYTES {
                    flaw = Some((RowFlaw::TooLong, Some(column)));
                }
                cells.push(match cell {
                    "" => Cell::Empty,
                    cell => Cell::Text(Cow::Borrowed(cell)),
                });
            }
        }
        SheetRow {
            number: self.number,
            cells,
            flaw,
            progress: 0,
        }
    }

    /// The last row of a file whose quotation marks don't come in pairs and which goes on over
    /// several lines is the whole rest of the file, swallowed.
    fn ends_in_open_quote(&self) -> bool {
        let several = self.too_long || self.cells[..self.length].trim_ascii().contains(&b'\n');
        self.ended && self.quotes % 2 == 1 && several
    }
}
