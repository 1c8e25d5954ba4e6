//! The rows that were not taken, as a sheet with the reason beside each: mended there, it can be
//! imported as it is.

use crate::export::{is_formula, without_controls};
use crate::row::SheetRow;
use bohao_wire::{Headings, RejectedRow, RowFlaw};
use std::io::{self, Write};

/// Such a sheet while it is written: CSV that a spreadsheet opens by a double click.
pub struct Rejects<W: Write> {
    out: W,
    headings: Headings,
    columns: usize,
}

impl<W: Write> Rejects<W> {
    /// Begins a sheet with these columns.
    pub fn new(mut out: W, headers: &[String], headings: Headings) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut cells = headers.to_vec();
        let (row, why) = match headings {
            Headings::Zh => ("原行号", "未导入的原因"),
            Headings::En => ("original row", "why it was not imported"),
        };
        cells.extend([row.to_owned(), why.to_owned()]);
        write_cells(&mut out, &cells)?;
        Ok(Rejects {
            out,
            headings,
            columns: headers.len(),
        })
    }

    /// Writes one row.
    pub fn row(&mut self, row: &SheetRow<'_>, rejected: &RejectedRow) -> io::Result<()> {
        let mut cells: Vec<String> = row
            .cells
            .iter()
            .map(|cell| cell.text().into_owned())
            .collect();
        cells.resize(self.columns, String::new());
        let reason = reason(rejected.flaw, self.headings);
        let why = match (&rejected.column, self.headings) {
            (None, _) => reason.to_owned(),
            (Some(column), Headings::Zh) => format!("{column}：{reason}"),
            (Some(column), Headings::En) => format!("{column}: {reason}"),
        };
        cells.extend([rejected.row.to_string(), why]);
        write_cells(&mut self.out, &cells)
    }

    /// Ends the sheet.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn write_cells(out: &mut impl Write, cells: &[String]) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let cell = &*without_controls(cell);
        let mark = if is_formula(cell) { "'" } else { "" };
        if cell.contains(['"', ',', '\n', '\r', ';', '\t']) {
            write!(out, "\"{mark}{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(out, "{mark}{cell}")?;
        }
    }
    out.write_all(b"\r\n")
}

/// What is wrong with a row, in a person's words.
pub fn reason(flaw: RowFlaw, headings: Headings) -> String {
    match headings {
        Headings::Zh => chinese(flaw).to_owned(),
        Headings::En => flaw.to_string(),
    }
}

fn chinese(flaw: RowFlaw) -> &'static str {
    match flaw {
        RowFlaw::NoSubid => "缺少通话标识（subid）",
        RowFlaw::Nameless => "缺少客户号码或开始时间，又没有通话标识（subid）",
        RowFlaw::Rounded => "表格软件把长数字变成了约数；请把这一列设为文本后重新导出",
        RowFlaw::BadSubid => "不是通话标识",
        RowFlaw::BadNumber => "不是电话号码",
        RowFlaw::BadTime => "不是时间；可以写 2026-11-23 14:07:00 或时间戳",
        RowFlaw::BadDuration => "不是时长；可以写秒数、3:12 或 00:03:12",
        RowFlaw::BadStatus => "不是通话状态；可以写 0 到 3 或它的名称",
        RowFlaw::TooLong => "单元格超过 32 KiB",
        RowFlaw::OpenQuote => "这里的引号没有闭合",
        RowFlaw::NoNumber => "缺少号码",
        RowFlaw::HiddenNumber => "号码中间几位已被遮住",
        RowFlaw::BadHash => "不是摘要；应为 64 位十六进制",
        RowFlaw::Repeated => "表中前面已有这个号码",
        RowFlaw::Barred => "号码在勿扰名单里，不能拨打",
        RowFlaw::Known => "已是客户",
        RowFlaw::NotARecord => "不是 JSON 通话记录",
    }
}
