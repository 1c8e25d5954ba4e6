//! `export FILE`: the log as a sheet, whole or absent.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::{Desk, Overwrite};
use bohao_sheets::{Form, Headings};
use bohao_wire::{CallsQuery, Fault, FaultCode};
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;
use tempfile::NamedTempFile;

#[derive(Debug, Serialize)]
struct Exported {
    path: String,
    rows: u64,
}

/// Writes the calls that fit the question, newest first.
///
/// # Errors
/// `FileExists`, `NotWritable`, `DiskFull`, an ending of no known form, or a fault of the database.
pub async fn run(
    desk: &Desk,
    output: Output,
    path: &Path,
    query: CallsQuery,
    limit: Option<u32>,
    overwrite: Overwrite,
) -> Result<Exit, Failure> {
    let form = form(path, output.language)?;
    if overwrite == Overwrite::Refuse && path.exists() {
        return Err(unwritable(path, &ErrorKind::AlreadyExists.into()));
    }
    let failed = |error: io::Error| unwritable(path, &error);
    let aside = NamedTempFile::new_in(folder(path)).map_err(failed)?;
    let query = CallsQuery {
        limit: limit.unwrap_or(0),
        ..query
    };
    let written = desk.export(query, form, BufWriter::new(aside)).await;
    let (written, rows) = written.map_err(failed)?;
    let aside = written
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    aside.as_file().sync_all().map_err(failed)?;
    put(aside, path, overwrite)?;
    let exported = Exported {
        path: path.display().to_string(),
        rows,
    };
    output.answer(&exported, |language| match language {
        Language::Zh => format!("已导出 {rows} 通电话：{}", exported.path),
        Language::En => format!("{rows} calls are in {}", exported.path),
    })?;
    Ok(Exit::Done)
}

fn form(path: &Path, language: Language) -> Result<Form, Failure> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str().unwrap_or_default() {
        "csv" => Ok(Form::Csv(match language {
            Language::Zh => Headings::Chinese,
            Language::En => Headings::English,
        })),
        "json" => Ok(Form::Json),
        "jsonl" | "ndjson" => Ok(Form::JsonLines),
        "xlsx" => Err(Failure::input(
            "还不能导出 xlsx；请用 .csv（表格软件可以直接打开）、.json 或 .jsonl",
            "xlsx can't be written yet; use .csv, which spreadsheets open, .json or .jsonl",
        )),
        _ => Err(Failure::input(
            "文件名要以 .csv、.json 或 .jsonl 结尾",
            "the file's name has to end in .csv, .json or .jsonl",
        )),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn put(aside: NamedTempFile, path: &Path, overwrite: Overwrite) -> Result<(), Failure> {
    let put = match overwrite {
        Overwrite::Refuse => aside.persist_noclobber(path),
        Overwrite::Replace => aside.persist(path),
    };
    put.map(drop)
        .map_err(|error| unwritable(path, &error.error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        ErrorKind::AlreadyExists => FaultCode::FileExists,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FaultCode::DiskFull,
        _ => FaultCode::NotWritable,
    };
    Fault::new(code, format!("the file can't be written: {error}"))
        .with("path", path.display().to_string())
        .into()
}
