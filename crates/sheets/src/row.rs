//! Rows and cells, whichever form of file they come from.

use bohao_wire::{RejectedRow, RowFlaw};
use jiff::civil::DateTime;
use std::borrow::Cow;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text, as it is written.
    Text(Cow<'a, str>),
    /// A number that a spreadsheet keeps as such: fifteen digits of it are true.
    Number(f64),
    /// A date and a time of day, in no zone.
    Moment(DateTime),
    /// A span of time, in seconds.
    Seconds(i64),
}

/// One row below the header.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow<'a> {
    /// Its number as a spreadsheet counts: the header is row 1, and so is the first record of a
    /// JSON array. In JSON lines it is the line's number.
    pub number: u32,
    /// Its cells, in the order of the headers; missing ones at the end are absent.
    pub cells: Vec<Cell<'a>>,
    /// Why it can't be taken as a whole, and in which column, if it can't.
    pub flaw: Option<(RowFlaw, Option<usize>)>,
    /// How much of the file lies before its end, in thousandths.
    pub progress: u16,
}

impl Cell<'_> {
    /// The cell as text: a number with the digits that are true, a moment as people write it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(digits(*number)),
            Cell::Moment(moment) => Cow::Owned(moment.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            Cell::Seconds(seconds) => Cow::Owned(seconds.to_string()),
        }
    }

    /// Whether there is nothing to be read in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
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

/// A whole number keeps its digits as far as a spreadsheet kept them; beyond, it is written in a
/// way that nobody takes for whole.
fn digits(number: f64) -> String {
    /// Fifteen digits.
    const TRUE_BELOW: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() >= TRUE_BELOW {
        let spelled = format!("{number:E}");
        return match spelled.split_once('E') {
            Some((mantissa, exponent)) => format!("{mantissa}E+{exponent}"),
            None => spelled,
        };
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(13_800_006_620.0, "13800006620")]
    #[case(192.0, "192")]
    #[case(0.5, "0.5")]
    #[case(4.202_107_251_831_297e24, "4.202107251831297E+24")]
    #[case(4e24, "4E+24")]
    fn numbers_keep_the_digits_that_are_true(#[case] number: f64, #[case] text: &str) {
        assert_eq!(Cell::Number(number).text(), text);
    }
}
