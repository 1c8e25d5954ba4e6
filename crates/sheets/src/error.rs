use crate::read::{MAX_BYTES, MAX_COLUMNS};

/// Why a file as a whole can't be read. None of it holds a word of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is larger than [`MAX_BYTES`].
    #[error("the file is larger than {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a workbook of a spreadsheet program.
    #[error("the file is a workbook; save it as CSV and import that")]
    Workbook,
    /// It is a web page, whatever its name says.
    #[error("the file is a web page; open it in a spreadsheet, save it as CSV and import that")]
    WebPage,
    /// It is no text in any encoding that is understood.
    #[error("the file is no text in UTF-8, UTF-16 or GB18030")]
    NotText,
    /// No row among the first ones names the column of the calls' ids.
    #[error("no header names the column of the calls' ids (subid)")]
    NoHeader,
    /// It has more than [`MAX_COLUMNS`] columns.
    #[error("the file has more than {MAX_COLUMNS} columns")]
    TooManyColumns,
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
}

impl SheetError {
    /// A word for it that a screen can look its own words up by.
    pub fn code(self) -> &'static str {
        match self {
            SheetError::TooLarge => "too_large",
            SheetError::Empty => "empty",
            SheetError::Workbook => "workbook",
            SheetError::WebPage => "web_page",
            SheetError::NotText => "not_text",
            SheetError::NoHeader => "no_header",
            SheetError::TooManyColumns => "too_many_columns",
            SheetError::BrokenJson { .. } => "broken_json",
            SheetError::NoRecords => "no_records",
        }
    }
}
