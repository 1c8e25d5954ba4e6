use crate::limits::{MAX_BYTES, MAX_COLUMNS, MAX_ROWS};

/// Why a file as a whole can't be read. None of it holds a word of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is larger than a file of its form may be.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// What would be taken.
        limit: u64,
    },
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a web page, whatever its name says.
    #[error("the file is a web page; open it in a spreadsheet, save it as XLSX and import that")]
    WebPage,
    /// It is no text in any encoding that is understood, or not in the one that was named.
    #[error("the file is no text in UTF-8, UTF-16 or GB18030")]
    NotText,
    /// No row among the first ones names the columns by which a call is known.
    #[error(
        "no header names the column of the calls' ids (subid), nor those of number and beginning"
    )]
    NoHeader,
    /// It has more than [`MAX_COLUMNS`] columns.
    #[error("the file has more than {MAX_COLUMNS} columns")]
    TooManyColumns,
    /// It has more than [`MAX_ROWS`] rows.
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// It begins as JSON and breaks off or goes wrong.
    #[error("the JSON is broken in line {line}, column {column}")]
    BrokenJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is JSON without records in it.
    #[error("the JSON holds no list of records")]
    NoRecords,
    /// It begins as a workbook and is none, or is damaged.
    #[error("the workbook is damaged; open it in a spreadsheet and save it anew")]
    BrokenWorkbook,
    /// The workbook asks for a password.
    #[error("the workbook is protected by a password; save it without one")]
    Locked,
    /// The workbook would inflate to more than any real one does, or is built to exhaust a reader.
    #[error("the workbook would unpack to an unreasonable size")]
    Bomb,
    /// The workbook has no such sheet.
    #[error("the workbook has no sheet of this name")]
    NoSuchSheet,
    /// The file can't be read from the disk, or not any more.
    #[error("the file can't be read from the disk")]
    Disk,
}

impl SheetError {
    /// A word for it that a screen can look its own words up by.
    pub fn code(self) -> &'static str {
        match self {
            SheetError::TooLarge { .. } => "too_large",
            SheetError::Empty => "empty",
            SheetError::WebPage => "web_page",
            SheetError::NotText => "not_text",
            SheetError::NoHeader => "no_header",
            SheetError::TooManyColumns => "too_many_columns",
            SheetError::TooManyRows => "too_many_rows",
            SheetError::BrokenJson { .. } => "broken_json",
            SheetError::NoRecords => "no_records",
            SheetError::BrokenWorkbook => "broken_workbook",
            SheetError::Locked => "locked",
            SheetError::Bomb => "bomb",
            SheetError::NoSuchSheet => "no_such_sheet",
            SheetError::Disk => "disk",
        }
    }

    pub(crate) fn too_large() -> Self {
        SheetError::TooLarge { limit: MAX_BYTES }
    }
}

/// Errors of a sheet pass through readers as errors of a disk.
impl From<std::io::Error> for SheetError {
    fn from(error: std::io::Error) -> Self {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<SheetError>());
        inner.copied().unwrap_or(SheetError::Disk)
    }
}
