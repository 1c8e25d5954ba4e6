//! `import FILE`.

use super::unreadable;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::Language;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_engine::Desk;
use bohao_wire::{Fault, FaultCode, ImportRecords, ImportReport, Mutations, RowFlaw};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The contract's limit for one file.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// So many rejected rows are shown to a person.
const SHOWN: usize = 20;

/// Brings records in. Rows that can't be taken are told one by one, and keep no other row out.
///
/// # Errors
/// `NotFound` without such a file, `UnreadableFile`, or a fault of the database.
pub async fn run(desk: &Desk, output: Output, path: &Path, dry_run: bool) -> Result<Exit, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let request = ImportRecords {
        name: name.into_owned(),
        content: STANDARD.encode(content(path)?),
        dry_run,
    };
    let report = desk.import_records(request).await?;
    output.answer(&report, |language| shown(language, &report, dry_run))?;
    Ok(Exit::Done)
}

fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    let kind = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if kind.is_dir() {
        return Err(no_sheet(path, "folder"));
    }
    // A pipe without a writer is waited for without end, and a device may have no end.
    if !kind.is_file() {
        return Err(no_sheet(path, "not_a_file"));
    }
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut content))
        .map_err(|error| unreadable(path, &error))?;
    if u64::try_from(content.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(no_sheet(path, "too_large"));
    }
    Ok(content)
}

fn no_sheet(path: &Path, reason: &str) -> Failure {
    Fault::new(FaultCode::UnreadableFile, "the file is no sheet")
        .with("reason", reason)
        .with("path", path.display().to_string())
        .into()
}

fn shown(language: Language, report: &ImportReport, dry_run: bool) -> String {
    let ImportReport {
        rows,
        new,
        merged,
        same,
        rejected,
    } = report;
    let refused = rejected.len();
    let mut text = match (language, dry_run) {
        (Language::Zh, true) => format!("试运行，没有改动：{rows} 行"),
        (Language::Zh, false) => format!("已导入：{rows} 行"),
        (Language::En, true) => format!("Nothing was changed. {rows} rows"),
        (Language::En, false) => format!("Imported: {rows} rows"),
    };
    text.push_str(&match language {
        Language::Zh => format!("，新通话 {new}，有补充 {merged}，已知 {same}，未采用 {refused}\n"),
        Language::En => {
            format!(", {new} new, {merged} merged, {same} known, {refused} not taken\n")
        }
    });
    for row in rejected.iter().take(SHOWN) {
        let column = row.column.as_deref().map(table::cell).unwrap_or_default();
        text.push_str(&match language {
            Language::Zh => format!("  第 {} 行 {column}：{}\n", row.row, chinese(row.flaw)),
            Language::En => format!("  row {} {column}: {}\n", row.row, row.reason),
        });
    }
    if refused > SHOWN {
        text.push_str(language.pick("  ……（--json 列出全部）\n", "  … (--json lists all)\n"));
    }
    text
}

fn chinese(flaw: RowFlaw) -> &'static str {
    match flaw {
        RowFlaw::NoSubid => "缺少通话标识（subid）",
        RowFlaw::Rounded => "表格软件把长数字变成了约数；请把这一列设为文本后重新导出",
        RowFlaw::BadSubid => "不是通话标识",
        RowFlaw::BadNumber => "不是电话号码",
        RowFlaw::BadTime => "不是时间；可以写 2026-11-23 14:07:00 或时间戳",
        RowFlaw::BadDuration => "不是时长；可以写秒数、3:12 或 00:03:12",
        RowFlaw::BadStatus => "不是通话状态；可以写 0 到 3 或它的名称",
        RowFlaw::TooLong => "单元格超过 32 KiB",
        RowFlaw::OpenQuote => "这里的引号没有闭合",
        RowFlaw::NotARecord => "不是 JSON 话单",
    }
}
