//! Which row of a sheet names its columns.

use crate::SheetError;
use crate::limits::MAX_COLUMNS;

/// Exports put a title, or a hint such as `sep=;`, above the header.
pub(crate) const ROWS_ABOVE: usize = 20;

/// A sheet's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// How many rows it takes to be past it: none where the first row holds data already.
    pub rows: usize,
    /// The columns' names.
    pub names: Vec<String>,
    /// How many of them are known.
    pub known: usize,
}

impl Header {
    /// Finds the header among the first rows: the one with the most known names, or else the first
    /// that holds anything.
    pub fn find(rows: &[Vec<String>], known: &dyn Fn(&str) -> bool) -> Result<Header, SheetError> {
        let mut best: Option<Header> = None;
        for (above, row) in rows.iter().enumerate() {
            let header = Header::of(above, row, known);
            let better = best.as_ref().is_none_or(|best| header.known > best.known);
            if better && row.iter().any(|cell| !cell.trim().is_empty()) {
                best = Some(header);
            }
        }
        let mut header = best.ok_or(SheetError::Empty)?;
        while header
            .names
            .last()
            .is_some_and(|name| name.trim().is_empty())
        {
            header.names.pop();
        }
        if header.names.len() > MAX_COLUMNS {
            return Err(SheetError::TooManyColumns);
        }
        if header.known == 0 && header.names.iter().any(|name| is_data(name)) {
            header.rows -= 1;
            header.names.iter_mut().for_each(String::clear);
        }
        Ok(header)
    }

    fn of(above: usize, row: &[String], known: &dyn Fn(&str) -> bool) -> Header {
        /// A longer cell is a text and no name.
        const LONGEST: usize = 256;
        let names: Vec<String> = row
            .iter()
            .map(|name| match name.len() < LONGEST {
                true => name.trim().trim_start_matches('\'').to_owned(),
                false => String::new(),
            })
            .collect();
        Header {
            rows: above + 1,
            known: names.iter().filter(|name| known(name)).count(),
            names,
        }
    }
}

/// Whether this reading of a text is better than the other: it knows more names, or as many and
/// finds more columns.
pub(crate) fn is_better(header: &Header, than: &Header) -> bool {
    let rank = |header: &Header| (header.known, header.names.len());
    rank(header) > rank(than)
}

/// A number of seven digits or more names no column.
fn is_data(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let other = cell.chars().any(|c| c.is_alphabetic());
    digits >= 7 && !other
}
