//! How a staged file would be read.

use super::reading::Reading;
use super::unreadable;
use crate::intake;
use bohao_sheets::{SheetRow, Who, names_calls, read_record, read_who};
use bohao_store::is_nameless_key;
use bohao_wire::{Fault, ImportColumn, ImportPreview, PreviewRow, ReadRecord};
use std::ops::ControlFlow;

/// Rows that are shown.
pub const SHOWN: usize = 20;

/// A sample is no longer than so many characters.
const SAMPLE: usize = 40;

/// The columns of a file and its first rows.
///
/// # Errors
/// `UnreadableFile` if the file breaks off among them.
pub fn preview(name: String, reading: Reading) -> Result<ImportPreview, Fault> {
    let Reading {
        sheet,
        headers,
        mapping,
        remembered,
        zone,
    } = reading;
    let mut preview = ImportPreview {
        name,
        form: sheet.form(),
        encoding: sheet.encoding().map(str::to_owned),
        delimiter: sheet.delimiter().map(String::from),
        sheets: sheet.sheets().to_vec(),
        sheet: sheet.name().map(str::to_owned),
        zone: zone.to_string(),
        columns: Vec::new(),
        remembered,
        usable: names_calls(&mapping),
        rows: Vec::new(),
    };
    let mut samples = vec![String::new(); headers.len()];
    sheet
        .each(|row| {
            sample(&mut samples, &row);
            preview
                .rows
                .push(match read_record(&headers, &mapping, &row, &zone) {
                    Ok(record) => PreviewRow::Read {
                        row: row.number,
                        record: Box::new(shown(intake::fact(record), read_who(&mapping, &row))),
                    },
                    Err(rejected) => PreviewRow::Rejected { rejected },
                });
            match preview.rows.len() < SHOWN {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })
        .map_err(unreadable)?;
    preview.columns = headers
        .into_iter()
        .zip(mapping.fields())
        .zip(samples)
        .map(|((header, field), sample)| ImportColumn {
            header,
            field: *field,
            sample,
        })
        .collect();
    Ok(preview)
}

/// Keeps the first thing that each column holds.
pub fn sample(samples: &mut [String], row: &SheetRow<'_>) {
    for (sample, cell) in samples.iter_mut().zip(&row.cells) {
        if sample.is_empty() {
            *sample = cell.text().trim().chars().take(SAMPLE).collect();
        }
    }
}

fn shown(fact: bohao_store::RecordFact, who: Who) -> ReadRecord {
    ReadRecord {
        subid: Some(fact.subid).filter(|subid| !is_nameless_key(subid)),
        tel_a: fact.tel_a,
        tel_x: fact.tel_x,
        tel_b: fact.tel_b,
        started_at: fact.started_at,
        ended_at: fact.ended_at,
        duration: fact.duration,
        status: fact.status,
        reason: fact.reason,
        name: who.name,
        company: who.company,
    }
}
