//! `import FILE`: a sheet into the log, or what it would do, or out of the log again.

use super::rejected;
use crate::args::Import;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::signals::told_to_end;
use crate::table;
use crate::words::Language;
use bohao_engine::Desk;
use bohao_wire::{
    CancelImport, Fault, FaultCode, ImportId, ImportOutcome, ImportPreview, ImportReading,
    ImportReport, ImportsQuery, Mutations, PreviewImport, Queries, RecordField, RehearseImport,
    RunImport, StagedId, UndoImport,
};
use serde::Serialize;
use std::path::Path;

/// A report, and by what it can be undone.
#[derive(Serialize)]
struct Told<'r> {
    #[serde(flatten)]
    report: &'r ImportReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<ImportId>,
}

/// Brings records in. Rows that can't be taken are told one by one, and keep no other row out.
///
/// # Errors
/// `NotFound` without such a file or import, `UnreadableFile`, `InUse`, or a fault of the database.
pub async fn run(desk: &Desk, output: Output, asked: Import) -> Result<Exit, Failure> {
    if let Some(import) = asked.undo {
        return undo(desk, output, ImportId(import)).await;
    }
    let Some(path) = asked.file.as_deref() else {
        return list(desk, output).await;
    };
    let file = desk.imports().stage(path)?.file;
    let reading = reading(desk, &file, &asked).await?;
    if let Some(path) = &asked.rejected {
        save_rejected(output, path, async |language| {
            let imports = desk.imports();
            let (file, reading) = (file.clone(), reading.clone());
            imports.save_rejected(file, reading, language, path).await
        })
        .await?;
    }
    let (mut report, import) = match asked.dry_run {
        true => (
            desk.rehearse_import(RehearseImport { file, reading })
                .await?,
            None,
        ),
        false => match taken_in(desk, file, reading).await? {
            ImportOutcome::Done { import, report } => (report, Some(import)),
            ImportOutcome::Cancelled => {
                return Err(Failure::Input {
                    code: "cancelled",
                    chinese: "已取消，没有留下任何改动".to_owned(),
                    english: "cancelled; nothing of it is left".to_owned(),
                });
            }
        },
    };
    rejected::told_in(output.language, &mut report.rejected);
    let told = Told {
        report: &report,
        import,
    };
    output.answer(&told, |language| shown(language, &report, import))?;
    // Nobody waits for this: the answer is out.
    let _ = desk.build_index().await;
    Ok(Exit::Done)
}

/// Takes a file in; being told to end cancels it, and leaves nothing behind.
async fn taken_in(
    desk: &Desk,
    file: StagedId,
    reading: ImportReading,
) -> Result<ImportOutcome, Fault> {
    let cancel = CancelImport { file: file.clone() };
    let mut run = std::pin::pin!(desk.run_import(RunImport { file, reading }));
    tokio::select! {
        outcome = &mut run => return outcome,
        () = told_to_end() => {
            desk.cancel_import(cancel).await?;
        }
    }
    run.await
}

/// How the file is to be read: as it would be by itself, but for what was asked.
async fn reading(desk: &Desk, file: &StagedId, asked: &Import) -> Result<ImportReading, Failure> {
    let mut reading = ImportReading {
        sheet: asked.sheet.clone(),
        encoding: asked.encoding.clone(),
        delimiter: asked.delimiter.clone(),
        zone: asked.zone.clone(),
        mapping: None,
    };
    if asked.map.is_empty() {
        return Ok(reading);
    }
    let file = file.clone();
    let preview = desk
        .preview_import(PreviewImport {
            file,
            reading: reading.clone(),
        })
        .await?;
    let mut mapping: Vec<_> = preview.columns.iter().map(|column| column.field).collect();
    for pair in &asked.map {
        let (column, field) = mapped(pair, &preview).ok_or_else(|| unmappable(pair, &preview))?;
        // A field that was found elsewhere is told by this column now.
        for other in &mut mapping {
            if field.is_some() && *other == field {
                *other = None;
            }
        }
        mapping[column] = field;
    }
    reading.mapping = Some(mapping);
    Ok(reading)
}

/// `COLUMN=FIELD`: a header or a column's number, and a field, or nothing for none.
fn mapped(pair: &str, preview: &ImportPreview) -> Option<(usize, Option<RecordField>)> {
    let (column, field) = pair.rsplit_once('=')?;
    let named = preview
        .columns
        .iter()
        .position(|it| it.header == column.trim());
    let column = match named {
        Some(column) => column,
        None => column.trim().parse::<usize>().ok()?.checked_sub(1)?,
    };
    if column >= preview.columns.len() {
        return None;
    }
    let field = match field.trim() {
        "" | "-" => None,
        word => {
            let word = serde_json::Value::String(word.replace('-', "_"));
            Some(serde_json::from_value(word).ok()?)
        }
    };
    Some((column, field))
}

fn unmappable(pair: &str, preview: &ImportPreview) -> Failure {
    let headers: Vec<&str> = preview
        .columns
        .iter()
        .map(|column| &column.header[..])
        .collect();
    let headers = table::cell(&headers.join(", "));
    let pair = table::cell(pair);
    Failure::input(
        format!("--map {pair} 无法使用；表中的列：{headers}"),
        format!("--map {pair} can't be used; the columns are: {headers}"),
    )
}

/// Has rows that can't be taken written to a file that is not there yet, in the language of the output.
///
/// # Errors
/// `FileExists`; what `save` says.
pub async fn save_rejected(
    output: Output,
    path: &Path,
    save: impl AsyncFnOnce(bohao_wire::Language) -> Result<(), Fault>,
) -> Result<(), Failure> {
    if path.exists() {
        let fault = Fault::new(FaultCode::FileExists, "the file exists");
        return Err(fault.with("path", path.display().to_string()).into());
    }
    let language = match output.language {
        Language::Zh => bohao_wire::Language::Zh,
        Language::En => bohao_wire::Language::En,
    };
    Ok(save(language).await?)
}

async fn undo(desk: &Desk, output: Output, import: ImportId) -> Result<Exit, Failure> {
    let undone = desk.undo_import(UndoImport { import }).await?;
    let (removed, reduced, kept) = (undone.removed, undone.reduced, undone.kept);
    output.answer(&undone, |language| match language {
        Language::Zh => {
            let mut text = format!("已撤销：移除 {removed} 通，还原 {reduced} 通\n");
            if kept > 0 {
                text += &format!("{kept} 通有备注、结果、跟进或已存录音，保留在记录里\n");
            }
            text
        }
        Language::En => {
            let mut text = format!("Undone: {removed} calls removed, {reduced} restored\n");
            if kept > 0 {
                text += &format!(
                    "{kept} calls stay: they have a note, an outcome, a follow-up or a saved recording\n"
                );
            }
            text
        }
    })?;
    let _ = desk.build_index().await;
    Ok(Exit::Done)
}

async fn list(desk: &Desk, output: Output) -> Result<Exit, Failure> {
    let past = desk.past_imports(ImportsQuery {}).await?;
    output.answer(&past.imports, |language| {
        let mut text = String::new();
        for import in &past.imports {
            let name = table::cell(&import.name);
            let (id, new, merged) = (import.import.0, import.new, import.merged);
            let undone = match import.undone_at {
                Some(_) => language.pick("，已撤销", ", undone"),
                None => "",
            };
            text += &match language {
                Language::Zh => format!("{id}  {name}：新通话 {new}，有补充 {merged}{undone}\n"),
                Language::En => format!("{id}  {name}: {new} new, {merged} merged{undone}\n"),
            };
        }
        match text.is_empty() {
            true => language
                .pick("还没有导入过\n", "Nothing was imported yet\n")
                .to_owned(),
            false => text,
        }
    })?;
    Ok(Exit::Done)
}

fn shown(language: Language, report: &ImportReport, import: Option<ImportId>) -> String {
    let ImportReport {
        rows,
        new,
        merged,
        same,
        rejected: rows_left_out,
    } = report;
    let refused = rows.saturating_sub(new + merged + same);
    let mut text = match (language, import) {
        (Language::Zh, None) => format!("试运行，没有改动：{rows} 行"),
        (Language::Zh, Some(_)) => format!("已导入：{rows} 行"),
        (Language::En, None) => format!("Nothing was changed. {rows} rows"),
        (Language::En, Some(_)) => format!("Imported: {rows} rows"),
    };
    text.push_str(&match language {
        Language::Zh => format!("，新通话 {new}，有补充 {merged}，已知 {same}，未采用 {refused}\n"),
        Language::En => {
            format!(", {new} new, {merged} merged, {same} known, {refused} not taken\n")
        }
    });
    if let Some(ImportId(import)) = import {
        text.push_str(&match language {
            Language::Zh => format!("整体撤销：bohao-cli import --undo {import}\n"),
            Language::En => format!("To undo it: bohao-cli import --undo {import}\n"),
        });
    }
    text + &rejected::shown_with_rest(language, rows_left_out)
}
