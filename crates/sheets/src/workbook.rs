//! Workbooks of Excel. A formula is the value that was kept beside it; macros and the values of
//! other workbooks are never followed.

use crate::SheetError;
use crate::header::{Header, ROWS_ABOVE};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS};
use crate::row::{Cell, SheetRow};
use crate::sheet::Source;
use crate::{archive, biff, times};
use bohao_wire::RowFlaw;
use calamine::{
    Data, DataRef, ExcelDateTime, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx,
    XlsxError,
};
use std::borrow::Cow;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A workbook, opened.
pub(crate) struct Workbook {
    kind: Kind,
    pub sheets: Vec<String>,
    pub sheet: String,
    pub header: Header,
}

enum Kind {
    /// Of 2007 or later: read cell by cell.
    Xlsx(Box<Xlsx<BufReader<Box<dyn Source>>>>),
    /// Of an older one: in memory.
    Xls(Box<Range<Data>>),
}

impl Workbook {
    /// Opens a workbook at the sheet of this name, or else at the first one that holds anything.
    pub fn open_xlsx(
        mut source: Box<dyn Source>,
        sheet: Option<&str>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Self, SheetError> {
        archive::check(&mut source)?;
        contained(|| {
            let mut book = Xlsx::new(BufReader::new(source)).map_err(of_xlsx)?;
            let sheets = names(&book);
            let mut found = None;
            for name in wanted(&sheets, sheet)? {
                let mut rows = Vec::new();
                each_xlsx(&mut book, name, &mut |row| {
                    rows.push(
                        row.cells
                            .iter()
                            .map(|cell| cell.text().into_owned())
                            .collect(),
                    );
                    match rows.len() < ROWS_ABOVE {
                        true => ControlFlow::Continue(()),
                        false => ControlFlow::Break(()),
                    }
                })?;
                if !rows.is_empty() {
                    found = Some((name.clone(), Header::find(&rows, known)?));
                    break;
                }
            }
            let (sheet, header) = found.ok_or(SheetError::Empty)?;
            Ok(Workbook {
                kind: Kind::Xlsx(Box::new(book)),
                sheets,
                sheet,
                header,
            })
        })
    }

    /// As [`Workbook::open_xlsx`].
    pub fn open_xls(
        mut source: Box<dyn Source>,
        sheet: Option<&str>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Self, SheetError> {
        biff::check(&mut source)?;
        contained(|| {
            let mut book = Xls::new(BufReader::new(source)).map_err(of_xls)?;
            let sheets = names(&book);
            let mut found = None;
            for name in wanted(&sheets, sheet)? {
                let range = book.worksheet_range(name).map_err(of_xls)?;
                let rows: Vec<Vec<String>> = rows_of(&range)
                    .take(ROWS_ABOVE)
                    .map(|(_, cells)| cells.iter().map(|cell| cell.text().into_owned()).collect())
                    .collect();
                if !rows.is_empty() {
                    found = Some((name.clone(), range, Header::find(&rows, known)?));
                    break;
                }
            }
            let (sheet, range, header) = found.ok_or(SheetError::Empty)?;
            Ok(Workbook {
                kind: Kind::Xls(Box::new(range)),
                sheets,
                sheet,
                header,
            })
        })
    }

    /// Hands out one row below the header after the other, those that hold anything.
    pub fn each(
        self,
        take: &mut dyn FnMut(SheetRow<'_>) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        let mut above = self.header.rows;
        let columns = self.header.names.len();
        let mut below_header = |mut row: SheetRow<'_>| {
            if above > 0 {
                above -= 1;
                return ControlFlow::Continue(());
            }
            row.cells.truncate(columns);
            let long =
                |cell: &Cell<'_>| matches!(cell, Cell::Text(it) if it.len() > MAX_CELL_BYTES);
            if let Some(column) = row.cells.iter().position(long) {
                row.flaw = Some((RowFlaw::TooLong, Some(column)));
            }
            take(row)
        };
        match self.kind {
            Kind::Xlsx(mut book) => {
                contained(|| each_xlsx(&mut book, &self.sheet, &mut below_header))
            }
            Kind::Xls(range) => contained(|| {
                let last = range.end().map_or(1, |(row, _)| u64::from(row) + 1);
                for (number, cells) in rows_of(&range) {
                    let row = row_at(number, cells, last);
                    if below_header(row).is_break() {
                        break;
                    }
                }
                Ok(())
            }),
        }
    }
}

/// The reader of workbooks is not ours: should a damaged one make it panic, the file is at fault
/// and nothing else is lost.
fn contained<T>(read: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(SheetError::BrokenWorkbook))
}

/// The names of sheets that hold cells, those first that are not hidden.
fn names<RS: std::io::Read + std::io::Seek>(book: &impl Reader<RS>) -> Vec<String> {
    let sheets = book.sheets_metadata().iter();
    let mut sheets: Vec<_> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .collect();
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    sheets.iter().map(|sheet| sheet.name.clone()).collect()
}

/// The sheets to be looked at, in turn.
fn wanted<'s>(
    sheets: &'s [String],
    sheet: Option<&str>,
) -> Result<impl Iterator<Item = &'s String>, SheetError> {
    if let Some(sheet) = sheet
        && !sheets.iter().any(|name| name == sheet)
    {
        return Err(SheetError::NoSuchSheet);
    }
    let sheet = sheet.map(str::to_owned);
    Ok(sheets
        .iter()
        .filter(move |name| sheet.as_ref().is_none_or(|sheet| *name == sheet)))
}

fn each_xlsx(
    book: &mut Xlsx<BufReader<Box<dyn Source>>>,
    sheet: &str,
    take: &mut dyn FnMut(SheetRow<'_>) -> ControlFlow<()>,
) -> Result<(), SheetError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(of_xlsx)?;
    let last = u64::from(cells.dimensions().end.0) + 1;
    let mut number = 0;
    let mut row: Vec<Cell<'_>> = Vec::new();
    loop {
        let next = cells.next_cell().map_err(of_xlsx)?;
        let place = next.as_ref().map(|cell| cell.get_position());
        if place.is_none_or(|(at, _)| at != number) {
            if row.iter().any(|cell| !cell.is_blank()) {
                let whole = row_at(number, std::mem::take(&mut row), last);
                if take(whole).is_break() {
                    return Ok(());
                }
            }
            row.clear();
        }
        let (Some(cell), Some((at, column))) = (next, place) else {
            return Ok(());
        };
        number = at;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let content = cell_of_xlsx(cell.get_value().clone());
        if content == Cell::Empty {
            continue;
        }
        // One more than there may be, so that a header of too many columns shows.
        if column > MAX_COLUMNS {
            continue;
        }
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        row[column] = content;
    }
}

fn rows_of(range: &Range<Data>) -> impl Iterator<Item = (u32, Vec<Cell<'_>>)> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let indent = usize::try_from(first_column).unwrap_or(0).min(MAX_COLUMNS);
    let rows = range.rows().enumerate();
    rows.filter_map(move |(index, row)| {
        let mut cells = vec![Cell::Empty; indent];
        cells.extend(row.iter().take(MAX_COLUMNS + 1).map(cell_of_xls));
        let number = first_row.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        cells
            .iter()
            .any(|cell| !cell.is_blank())
            .then_some((number, cells))
    })
}

fn row_at(index: u32, cells: Vec<Cell<'_>>, last: u64) -> SheetRow<'_> {
    let number = u64::from(index) + 1;
    let progress = (number * 1000 / last.max(1)).min(1000);
    SheetRow {
        number: index.saturating_add(1),
        cells,
        flaw: None,
        progress: u16::try_from(progress).unwrap_or(1000),
    }
}

fn cell_of_xlsx<'a>(cell: DataRef<'a>) -> Cell<'a> {
    match cell {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => text_cell(Cow::Owned(text)),
        DataRef::SharedString(text) => text_cell(Cow::Borrowed(text)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text_cell(Cow::Owned(text)),
        #[expect(
            clippy::cast_precision_loss,
            reason = "digits that are lost show as lost"
        )]
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => number_cell(number),
        DataRef::DateTime(moment) => moment_cell(&moment),
        DataRef::Bool(truth) => Cell::Text(truth.to_string().into()),
        DataRef::Error(error) => Cell::Text(error.to_string().into()),
    }
}

fn cell_of_xls(cell: &Data) -> Cell<'_> {
    match cell {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text_cell(Cow::Borrowed(text))
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "digits that are lost show as lost"
        )]
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => number_cell(*number),
        Data::DateTime(moment) => moment_cell(moment),
        Data::Bool(truth) => Cell::Text(truth.to_string().into()),
        Data::Error(error) => Cell::Text(error.to_string().into()),
    }
}

fn text_cell(text: Cow<'_, str>) -> Cell<'_> {
    match text.is_empty() {
        true => Cell::Empty,
        false => Cell::Text(text),
    }
}

fn number_cell<'a>(number: f64) -> Cell<'a> {
    match number.is_finite() {
        true => Cell::Number(number),
        false => Cell::Text(number.to_string().into()),
    }
}

/// A time of day without a date is a span of time as well.
fn moment_cell<'a>(moment: &ExcelDateTime) -> Cell<'a> {
    /// Between the two beginnings that a workbook may count its days from.
    const DAYS_TO_1904: f64 = 1_462.0;
    let count = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&count) {
        let seconds = (count * 86_400.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast of a float saturates"
        )]
        return Cell::Seconds(seconds as i64);
    }
    // Counts are only handed out as they are written: a workbook that begins in 1904 shows by the
    // year that the library itself makes of them.
    let since_1900 = times::days(count);
    let told = moment.to_ymd_hms_milli().0;
    match since_1900 {
        Some(read) if i64::from(read.year()) + 3 < i64::from(told) => {
            times::days(count + DAYS_TO_1904).map_or(Cell::Number(count), Cell::Moment)
        }
        Some(read) => Cell::Moment(read),
        None => Cell::Number(count),
    }
}

fn of_xlsx(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::Locked,
        XlsxError::Io(error) => error.into(),
        _ => SheetError::BrokenWorkbook,
    }
}

fn of_xls(error: XlsError) -> SheetError {
    match error {
        XlsError::Password => SheetError::Locked,
        XlsError::Io(error) => error.into(),
        _ => SheetError::BrokenWorkbook,
    }
}
