//! `lists`: the calling lists with their figures; a sheet made into one, and what came of one.
//!
//! No list is worked from here: each of its dials begins with a key that somebody presses.

use super::{import::save_rejected, overwrite, rejected};
use crate::args::{ImportLeads, ListsCommand};
use crate::beijing;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::signals::told_to_end;
use crate::table;
use crate::words::Language;
use bohao_engine::Desk;
use bohao_wire::{
    CallList, CancelImport, ExportList, ExportedCalls, Fault, Headings, KnownRows, LeadReading,
    LeadsImported, LeadsReport, ListId, ListState, ListsQuery, LongNumbers, MadeBefore, Mutations,
    NumbersShown, PreviewLeads, Queries, RehearseLeads, SheetForm, SheetFormat, StagedId, StopJob,
    TextEncoding,
};
use serde::Serialize;
use std::path::Path;
use std::pin::pin;

/// A command does one job, so that any word will do.
const JOB: &str = "list";

/// What became of a sheet, and the list that it became.
#[derive(Serialize)]
struct Imported<'r> {
    #[serde(flatten)]
    report: &'r LeadsReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<ListId>,
    /// The latest list that was made of the same sheet before.
    made_before: Option<&'r MadeBefore>,
}

#[derive(Serialize)]
struct Exported {
    path: String,
    rows: u64,
}

/// Shows the lists, makes one, or writes one down.
///
/// # Errors
/// As of each; a fault of the database.
pub async fn run(
    desk: &Desk,
    output: Output,
    command: Option<ListsCommand>,
) -> Result<Exit, Failure> {
    match command {
        None => show(desk, output).await,
        Some(ListsCommand::Import(asked)) => import(desk, output, asked).await,
        Some(ListsCommand::Export {
            list,
            file,
            masked,
            force,
        }) => {
            let numbers = match masked {
                true => NumbersShown::Masked,
                false => NumbersShown::Whole,
            };
            let request = ExportList {
                job: JOB.to_owned(),
                list: ListId(list),
                sheet: form(&file, numbers, output.language.headings())?,
            };
            export(desk, output, request, &file, overwrite(force)).await
        }
    }
}

async fn show(desk: &Desk, output: Output) -> Result<Exit, Failure> {
    let lists = desk.lists(ListsQuery {}).await?.lists;
    output.answer(&lists, |language| shown(language, &lists))?;
    Ok(Exit::Done)
}

/// Makes a list of a sheet, as a whole or not at all; being told to end leaves nothing of it.
async fn import(desk: &Desk, output: Output, asked: ImportLeads) -> Result<Exit, Failure> {
    let name = asked.name.clone().unwrap_or_else(|| stem(&asked.file));
    let file = desk.imports().stage(&asked.file)?.file;
    let reading = LeadReading {
        sheet: asked.sheet.clone(),
        known: asked.new_only.then_some(KnownRows::LeaveOut),
        ..LeadReading::default()
    };
    let looked = PreviewLeads {
        file: file.clone(),
        reading: reading.clone(),
    };
    let before = desk.preview_leads(looked).await?.made_before;
    if let Some(path) = &asked.rejected {
        save_rejected(output, path, async |language| {
            let imports = desk.imports();
            let (file, reading) = (file.clone(), reading.clone());
            imports
                .save_rejected_leads(file, reading, language, path)
                .await
        })
        .await?;
    }
    let (mut report, list) = match asked.dry_run {
        true => (
            desk.rehearse_leads(RehearseLeads { file, reading }).await?,
            None,
        ),
        false => match taken_in(desk, file, reading, name).await? {
            LeadsImported::Done { list, report } => (report, Some(list)),
            LeadsImported::Cancelled => {
                return Err(Failure::Input {
                    code: "cancelled",
                    chinese: "已取消，没有留下任何改动".to_owned(),
                    english: "cancelled; nothing of it is left".to_owned(),
                });
            }
        },
    };
    rejected::told_in(output.language, &mut report.rejected);
    let imported = Imported {
        report: &report,
        list,
        made_before: before.as_ref(),
    };
    output.answer(&imported, |language| told(language, &imported))?;
    Ok(Exit::Done)
}

async fn taken_in(
    desk: &Desk,
    file: StagedId,
    reading: LeadReading,
    name: String,
) -> Result<LeadsImported, Fault> {
    let cancel = CancelImport { file: file.clone() };
    let request = bohao_wire::ImportLeads {
        file,
        reading,
        name,
    };
    let mut run = pin!(desk.import_leads(request));
    tokio::select! {
        outcome = &mut run => return outcome,
        () = told_to_end() => {
            desk.cancel_import(cancel).await?;
        }
    }
    run.await
}

async fn export(
    desk: &Desk,
    output: Output,
    request: ExportList,
    file: &Path,
    overwrite: bohao_engine::Overwrite,
) -> Result<Exit, Failure> {
    let mut exporting = pin!(desk.export_list(request, file.to_owned(), overwrite));
    let exported = tokio::select! {
        exported = &mut exporting => exported,
        () = told_to_end() => {
            let job = JOB.to_owned();
            desk.stop_job(StopJob { job }).await?;
            exporting.await
        }
    };
    let ExportedCalls::Saved { path, rows, .. } = exported? else {
        return Err(Failure::Input {
            code: "stopped",
            chinese: "已停止，没有留下任何文件".to_owned(),
            english: "stopped; nothing was left".to_owned(),
        });
    };
    let exported = Exported { path, rows };
    output.answer(&exported, |language| {
        let Exported { path, rows } = &exported;
        match language {
            Language::Zh => format!("已导出 {rows} 位：{path}"),
            Language::En => format!("{rows} leads are in {path}"),
        }
    })?;
    Ok(Exit::Done)
}

fn form(path: &Path, numbers: NumbersShown, headings: Headings) -> Result<SheetForm, Failure> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
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
    Ok(SheetForm {
        format,
        encoding: TextEncoding::Utf8,
        numbers,
        digits: LongNumbers::Plain,
        headings,
    })
}

/// A file's name without its ending, as long as a list's name may be.
fn stem(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    stem.trim().chars().take(60).collect()
}

fn shown(language: Language, lists: &[CallList]) -> String {
    if lists.is_empty() {
        return language.pick("没有名单。", "No lists.").to_owned();
    }
    let titles = match language {
        Language::Zh => [
            "编号",
            "名单",
            "状态",
            "客户",
            "待拨",
            "待再拨",
            "待选结果",
            "已结束",
            "已跳过",
            "勿扰",
            "拨打",
            "接通",
        ],
        Language::En => [
            "id",
            "list",
            "state",
            "leads",
            "open",
            "waiting",
            "called",
            "done",
            "skipped",
            "barred",
            "dials",
            "connected",
        ],
    };
    let mut cells = vec![titles.map(str::to_owned)];
    cells.extend(lists.iter().map(|one| {
        let state = match one.state {
            ListState::Open => ("进行中", "open"),
            ListState::Paused => ("已暂停", "paused"),
            ListState::Archived => ("已归档", "archived"),
        };
        let figures = &one.figures;
        [
            one.list.0.to_string(),
            table::cell(&one.name),
            language.pick(state.0, state.1).to_owned(),
            figures.leads.to_string(),
            figures.open.to_string(),
            figures.waiting.to_string(),
            figures.called.to_string(),
            figures.done.to_string(),
            figures.skipped.to_string(),
            figures.barred.to_string(),
            figures.dials.to_string(),
            figures.connected.to_string(),
        ]
    }));
    table::aligned(&cells)
}

fn told(language: Language, imported: &Imported<'_>) -> String {
    let Imported {
        report,
        list,
        made_before,
    } = imported;
    let (rows, taken, known) = (report.rows, report.taken, report.known);
    let refused = rows.saturating_sub(taken);
    let begin = match (language, *list) {
        (Language::Zh, None) => format!("试运行，没有改动：{rows} 行"),
        (Language::Zh, Some(list)) => format!("已导入为名单 {}：{rows} 行", list.0),
        (Language::En, None) => format!("Nothing was changed. {rows} rows"),
        (Language::En, Some(list)) => format!("This is list {} now: {rows} rows", list.0),
    };
    let counts = match language {
        Language::Zh => format!("，采用 {taken}，已是客户 {known}，未采用 {refused}\n"),
        Language::En => {
            format!(", {taken} taken, {known} customers already, {refused} not taken\n")
        }
    };
    let mut text = begin + &counts;
    if let Some(MadeBefore {
        list,
        name,
        made_at,
    }) = made_before
    {
        let (name, day) = (table::cell(name), beijing::format(*made_at));
        text.push_str(&match language {
            Language::Zh => format!("同一份表格在 {day} 已建成名单 {}：{name}\n", list.0),
            Language::En => format!("The same sheet became list {} on {day}: {name}\n", list.0),
        });
    }
    text + &rejected::shown_with_rest(language, &report.rejected)
}
