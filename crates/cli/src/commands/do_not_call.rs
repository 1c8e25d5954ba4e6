//! `do-not-call show`, `add`, `import`, `export` and `lift`.

use super::{overwrite, rejected};
use crate::args::DoNotCallCommand;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::{Desk, numbers};
use bohao_wire::{
    BarNumber, DoNotCallField, DoNotCallImported, DoNotCallQuery, DoNotCallReading,
    ExportDoNotCall, ExportedDoNotCall, ExportedSheet, Hashes, ImportDoNotCall, LiftDoNotCall,
    ListedAs, Mutations, PreviewDoNotCall, Queries, RehearseDoNotCall, SheetFormat, StagedId,
};
use std::path::Path;

/// Shows or changes the table.
///
/// # Errors
/// A number that is none, a reason that is missing, a file that can't be read or written, or a fault
/// of the database.
pub async fn run(desk: &Desk, output: Output, command: DoNotCallCommand) -> Result<Exit, Failure> {
    match command {
        DoNotCallCommand::Show => {}
        DoNotCallCommand::Add { number, reason } => {
            desk.bar_number(BarNumber { number, reason }).await?;
        }
        DoNotCallCommand::Lift { number, reason } => {
            let number = numbers::read(&number).map_err(bohao_engine::faults::bad_number)?;
            let number = number.digits;
            desk.lift_do_not_call(LiftDoNotCall { number, reason })
                .await?;
        }
        DoNotCallCommand::Import {
            file,
            reason,
            dry_run,
            key,
            column,
            sheet,
        } => {
            let reason = reason.filter(|_| !dry_run);
            let reading = DoNotCallReading {
                sheet,
                key,
                ..DoNotCallReading::default()
            };
            return import(desk, output, &file, reading, column, reason).await;
        }
        DoNotCallCommand::Export {
            file,
            listed_as,
            force,
        } => return export(desk, output, &file, listed_as, force).await,
    }
    let count = desk.do_not_call(DoNotCallQuery {}).await?;
    output.answer(&count, |language| match language {
        Language::Zh => format!(
            "勿扰号码 {} 个，另有 {} 个只知摘要",
            count.numbers, count.hashes
        ),
        Language::En => format!(
            "{} numbers are not to be called, and {} known by their hashes alone",
            count.numbers, count.hashes
        ),
    })?;
    Ok(Exit::Done)
}

async fn import(
    desk: &Desk,
    output: Output,
    path: &Path,
    mut reading: DoNotCallReading,
    column: Option<u32>,
    reason: Option<String>,
) -> Result<Exit, Failure> {
    let file = desk.imports().stage(path)?.file;
    if let Some(column) = column {
        reading.mapping = Some(mapped(desk, &file, &reading, column).await?);
    }
    let asked = PreviewDoNotCall {
        file: file.clone(),
        reading: reading.clone(),
    };
    let preview = desk.preview_do_not_call(asked).await?;
    if !preview.usable {
        return Err(unusable(preview.hashes));
    }
    let mut done = match &reason {
        None => {
            desk.rehearse_do_not_call(RehearseDoNotCall { file, reading })
                .await?
        }
        Some(reason) => {
            let reason = reason.clone();
            desk.import_do_not_call(ImportDoNotCall {
                file,
                reading,
                reason,
            })
            .await?
        }
    };
    rejected::told_in(output.language, &mut done.rejected);
    output.answer(&done, |language| shown(language, &done, reason.is_none()))?;
    Ok(Exit::Done)
}

/// The numbers stand in this column, and in no other.
async fn mapped(
    desk: &Desk,
    file: &StagedId,
    reading: &DoNotCallReading,
    column: u32,
) -> Result<Vec<Option<DoNotCallField>>, Failure> {
    let asked = PreviewDoNotCall {
        file: file.clone(),
        reading: reading.clone(),
    };
    let columns = desk.preview_do_not_call(asked).await?.columns;
    let place = usize::try_from(column).unwrap_or(usize::MAX) - 1;
    if place >= columns.len() {
        let count = columns.len();
        return Err(Failure::input(
            format!("表里只有 {count} 列"),
            format!("the sheet has {count} columns"),
        ));
    }
    let others = columns.iter().map(|column| column.field);
    let mut mapping: Vec<_> = others
        .map(|field| field.filter(|field| *field != DoNotCallField::Number))
        .collect();
    mapping[place] = Some(DoNotCallField::Number);
    Ok(mapping)
}

fn unusable(hashes: Hashes) -> Failure {
    match hashes {
        Hashes::KeyWanted => Failure::input(
            "这份名单是带密钥的摘要，请用 --key 给出密钥",
            "this list is of keyed hashes; give their key with --key",
        ),
        Hashes::WrongKey => Failure::input("密钥不是这份名单的", "the key is another list's"),
        Hashes::Unknown => Failure::input(
            "看不懂摘要的算法：表头应写明 hmac-sha256 salt=… 或 key=…",
            "how the hashes were made is not told: their header has to say hmac-sha256 salt=… or key=…",
        ),
        Hashes::None | Hashes::Readable => Failure::input(
            "认不出哪一列是号码，请用 --column 指定",
            "no column is known to hold numbers; name it with --column",
        ),
    }
}

fn shown(language: Language, done: &DoNotCallImported, dry_run: bool) -> String {
    let DoNotCallImported {
        rows,
        new,
        known,
        invalid,
        rejected: left_out,
    } = done;
    let mut text = match (language, dry_run) {
        (Language::Zh, true) => format!("试运行，没有改动：{rows} 行"),
        (Language::Zh, false) => format!("已列为勿扰：{rows} 行"),
        (Language::En, true) => format!("Nothing was changed. {rows} rows"),
        (Language::En, false) => format!("Put on the table: {rows} rows"),
    };
    text += &match language {
        Language::Zh => format!("，新增 {new}，已在名单 {known}，无效 {invalid}\n"),
        Language::En => format!(", {new} new, {known} known, {invalid} invalid\n"),
    };
    text + &rejected::shown(language, left_out)
}

async fn export(
    desk: &Desk,
    output: Output,
    file: &Path,
    numbers: ListedAs,
    force: bool,
) -> Result<Exit, Failure> {
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    let format = match ending.to_str().unwrap_or_default() {
        "csv" => SheetFormat::Csv,
        "xlsx" => SheetFormat::Xlsx,
        _ => {
            return Err(Failure::input(
                "文件名要以 .csv 或 .xlsx 结尾",
                "the file's name has to end in .csv or .xlsx",
            ));
        }
    };
    let request = ExportDoNotCall {
        job: "do-not-call".to_owned(),
        format,
        numbers,
        headings: output.language.headings(),
    };
    let exported = desk
        .export_do_not_call(request, file, overwrite(force))
        .await?;
    output.answer(&exported, |language| written(language, &exported))?;
    Ok(Exit::Done)
}

fn written(language: Language, exported: &ExportedDoNotCall) -> String {
    let ExportedSheet::Saved { path, rows } = &exported.sheet else {
        return String::new();
    };
    let mut text = match language {
        Language::Zh => format!("已导出 {rows} 个号码：{path}\n"),
        Language::En => format!("{rows} numbers are in {path}\n"),
    };
    let left_out = exported.left_out;
    if left_out > 0 {
        text += &match language {
            Language::Zh => format!("另有 {left_out} 个只知摘要，没有导出\n"),
            Language::En => {
                format!("{left_out} that are known by their hashes alone were left out\n")
            }
        };
    }
    if let Some(key) = &exported.key {
        text += &match language {
            Language::Zh => format!("密钥（请用别的途径告诉收件人）：{key}\n"),
            Language::En => format!("key, to be told by another way: {key}\n"),
        };
    }
    text
}
