//! Rows of a sheet that can't be taken, as a program and as a person is told of them.

use crate::table;
use crate::words::Language;
use bohao_sheets::reason;
use bohao_wire::RejectedRow;

/// So many of them are shown to a person.
const SHOWN: usize = 20;

/// Gives each row its reason in words of this language; its flaw is the word for programs.
pub fn told_in(language: Language, rows: &mut [RejectedRow]) {
    for row in rows {
        row.reason = reason(row.flaw, language.headings());
    }
}

/// The first of them, a line each.
pub fn shown(language: Language, rows: &[RejectedRow]) -> String {
    let lines = rows.iter().take(SHOWN).map(|row| {
        let column = match &row.column {
            Some(column) if !column.is_empty() => format!(" {}", table::cell(column)),
            _ => String::new(),
        };
        let reason = reason(row.flaw, language.headings());
        match language {
            Language::Zh => format!("  第 {} 行{column}：{reason}\n", row.row),
            Language::En => format!("  row {}{column}: {reason}\n", row.row),
        }
    });
    lines.collect()
}

/// The same, and where the rest of them is to be had.
pub fn shown_with_rest(language: Language, rows: &[RejectedRow]) -> String {
    let mut text = shown(language, rows);
    if rows.len() > SHOWN {
        text.push_str(language.pick(
            "  ……（--json 列出全部，--rejected 存成表格）\n",
            "  … (--json lists all, --rejected saves them as a sheet)\n",
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::RowFlaw;
    use rstest::rstest;

    #[rstest]
    #[case(Language::Zh, None, "  第 4 行：缺少号码\n")]
    #[case(Language::Zh, Some(""), "  第 4 行：缺少号码\n")]
    #[case(Language::Zh, Some("手机号"), "  第 4 行 手机号：缺少号码\n")]
    #[case(Language::En, None, "  row 4: the number is missing\n")]
    fn a_row_is_told_with_its_column_if_it_has_one(
        #[case] language: Language,
        #[case] column: Option<&str>,
        #[case] line: &str,
    ) {
        let row = RejectedRow {
            row: 4,
            column: column.map(str::to_owned),
            flaw: RowFlaw::NoNumber,
            reason: String::new(),
        };
        assert_eq!(shown(language, &[row]), line);
    }
}
