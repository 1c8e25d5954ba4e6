use crate::SheetError;
use crate::encoding::text_of;
use crate::json::Json;
use crate::table::Table;
use bohao_platform::Record;
use bohao_wire::{RejectedRow, RowFlaw};

/// The largest file that is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The largest cell of a row that is taken.
pub const MAX_CELL_BYTES: usize = 32 * 1024;
/// The most columns, or fields of one JSON object.
pub const MAX_COLUMNS: usize = 512;

/// One record of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet counts: the header is row 1, and so is the first record of a
    /// JSON array. In JSON lines it is the line's number.
    pub number: u32,
    /// What it says.
    pub record: Record,
}

/// A file's rows, read one by one. Rows without any content are passed over.
pub struct Sheet<'a>(Rows<'a>);

enum Rows<'a> {
    Table(Box<Table<'a>>),
    Json(Json<'a>),
}

/// Opens a file. What it is shows in its content; the ending of `name` only decides where content
/// leaves a doubt.
///
/// # Errors
/// [`SheetError`] if not even its rows can be told apart. Nothing that a file holds ends in a
/// panic, and memory stays within a small multiple of its size.
pub fn read<'a>(name: &str, bytes: &'a [u8]) -> Result<Sheet<'a>, SheetError> {
    if bytes.len() > MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    if is_workbook(bytes) {
        return Err(SheetError::Workbook);
    }
    let text = text_of(bytes)?;
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let named_json = matches!(ending.as_deref(), Some("json" | "jsonl" | "ndjson"));
    match text.trim_start().bytes().next() {
        None => Err(SheetError::Empty),
        Some(b'<') => Err(SheetError::WebPage),
        Some(b'{' | b'[') => Ok(Sheet(Rows::Json(Json::open(text)?))),
        _ if named_json => Ok(Sheet(Rows::Json(Json::open(text)?))),
        _ => Ok(Sheet(Rows::Table(Box::new(Table::open(text)?)))),
    }
}

impl Iterator for Sheet<'_> {
    type Item = Result<Row, RejectedRow>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Rows::Table(table) => table.next(),
            Rows::Json(json) => json.next(),
        }
    }
}

/// What every form of file says of a row that it can't take.
pub(crate) fn rejected(row: u32, column: Option<&str>, flaw: RowFlaw) -> RejectedRow {
    /// A stranger's header is repeated to the user, but not at any length.
    const SHOWN: usize = 64;
    RejectedRow {
        row,
        column: column.map(|name| name.trim().chars().take(SHOWN).collect()),
        flaw,
        reason: flaw.to_string(),
    }
}

/// XLSX and other zipped forms, and the old XLS.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}
