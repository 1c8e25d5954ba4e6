//! `export FILE`: the log as a sheet, whole or absent.

use super::overwrite;
use crate::args;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::signals::told_to_end;
use crate::words::Language;
use bohao_engine::{Desk, Destination};
use bohao_wire::{
    CallsQuery, ExportCalls, ExportedCalls, ExportedRecordings, Headings, LongNumbers, Mutations,
    NumbersShown, SheetForm, SheetFormat, StopJob,
};
use serde::Serialize;
use std::path::Path;
use std::pin::pin;

/// A command does one job, so that any word will do.
const JOB: &str = "export";

#[derive(Debug, Serialize)]
struct Exported {
    path: String,
    rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordings: Option<ExportedRecordings>,
}

/// Writes the calls that fit the question, newest first. Ctrl-C ends it, and leaves nothing.
///
/// # Errors
/// `FileExists`, `NotWritable`, `DiskFull`, an ending of no known form, a template that can't be
/// read, or a fault of the database.
pub async fn run(desk: &Desk, output: Output, asked: args::Export) -> Result<Exit, Failure> {
    let to = Destination {
        file: asked.file.clone(),
        overwrite: overwrite(asked.force),
        recordings: asked.recordings.clone(),
    };
    let request = ExportCalls {
        query: CallsQuery {
            limit: asked.limit.unwrap_or(0),
            ..super::question(desk, &asked.filter).await?
        },
        ..request(&asked, output.language)?
    };
    let mut exporting = pin!(desk.export_calls(request, to));
    let exported = tokio::select! {
        exported = &mut exporting => exported,
        () = told_to_end() => {
            let job = JOB.to_owned();
            desk.stop_job(StopJob { job }).await?;
            exporting.await
        }
    };
    let ExportedCalls::Saved {
        path,
        rows,
        recordings,
    } = exported?
    else {
        return Err(Failure::Input {
            code: "stopped",
            chinese: "已停止，没有留下任何文件".to_owned(),
            english: "stopped; nothing was left".to_owned(),
        });
    };
    let exported = Exported {
        path,
        rows,
        recordings,
    };
    output.answer(&exported, |language| shown(language, &exported))?;
    Ok(Exit::Done)
}

fn request(asked: &args::Export, language: Language) -> Result<ExportCalls, Failure> {
    let format = match asked.format {
        Some(format) => format,
        None => format_of(&asked.file)?,
    };
    Ok(ExportCalls {
        job: JOB.to_owned(),
        query: CallsQuery::default(),
        calls: None,
        sheet: SheetForm {
            format,
            encoding: asked.encoding,
            numbers: match asked.masked {
                true => NumbersShown::Masked,
                false => NumbersShown::Whole,
            },
            digits: match asked.as_text {
                true => LongNumbers::AsText,
                false => LongNumbers::Plain,
            },
            headings: match language {
                Language::Zh => Headings::Zh,
                Language::En => Headings::En,
            },
        },
        recordings: asked.recordings.as_ref().map(|_| asked.name.clone()),
    })
}

fn format_of(path: &Path) -> Result<SheetFormat, Failure> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str().unwrap_or_default() {
        "csv" => Ok(SheetFormat::Csv),
        "xlsx" => Ok(SheetFormat::Xlsx),
        "json" => Ok(SheetFormat::Json),
        "jsonl" | "ndjson" => Ok(SheetFormat::JsonLines),
        _ => Err(Failure::input(
            "文件名要以 .csv、.xlsx、.json 或 .jsonl 结尾，或用 --format 指定格式",
            "the file's name has to end in .csv, .xlsx, .json or .jsonl, or --format says what it is",
        )),
    }
}

fn shown(language: Language, exported: &Exported) -> String {
    let Exported {
        path,
        rows,
        recordings,
    } = exported;
    let mut text = match language {
        Language::Zh => format!("已导出 {rows} 通电话：{path}"),
        Language::En => format!("{rows} calls are in {path}"),
    };
    if let Some(ExportedRecordings {
        folder,
        saved,
        missing,
    }) = recordings
    {
        text.push_str(&match language {
            Language::Zh => format!("\n{saved} 条录音：{folder}"),
            Language::En => format!("\n{saved} recordings are in {folder}"),
        });
        if *missing > 0 {
            text.push_str(&match language {
                Language::Zh => format!("；{missing} 条的文件不在或已损坏"),
                Language::En => format!("; the files of {missing} are gone or damaged"),
            });
        }
    }
    text
}
