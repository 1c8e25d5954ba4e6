//! Tables for a terminal, aligned by the columns that letters really take there.

use bohao_engine::plain_words;
use unicode_width::UnicodeWidthStr;

const GAP: &str = "  ";

/// In characters: no number, and no identity that a platform gave, is longer.
const LONGEST_CELL: usize = 48;

/// Rows in columns as wide as their widest cell. The last column is left ragged.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.width()));
            line.push_str(GAP);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A cell without anything that could move the cursor or break the row: notes and reasons were
/// written by others.
pub fn cell(text: &str) -> String {
    plain_words(text)
}

/// The same, cut where it would push everything beside it out of sight.
pub fn short_cell(text: &str) -> String {
    let plain = cell(text);
    if plain.chars().count() <= LONGEST_CELL {
        return plain;
    }
    let kept: String = plain.chars().take(LONGEST_CELL - 1).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_letters_take_two_columns() {
        let rows = [
            ["状态".to_owned(), "x".to_owned()],
            ["ok".to_owned(), "y".to_owned()],
        ];
        assert_eq!(aligned(&rows), "状态  x\nok    y\n");
    }

    #[test]
    fn a_cell_can_not_steer_the_terminal() {
        assert_eq!(cell("a\u{1b}[2Jb\nc\u{202e}d"), "a [2Jb cd");
    }

    #[test]
    fn a_cell_without_end_is_cut() {
        assert_eq!(short_cell("13922104471"), "13922104471");
        assert_eq!(short_cell(&"1".repeat(9_000)).chars().count(), 48);
    }
}
