//! How a staged file of leads would be read.

use super::Reading;
use crate::faults;
use crate::import::preview::{SHOWN, sample};
use crate::import::unreadable;
use bohao_store::Store;
use bohao_wire::{
    Fault, LeadColumn, LeadField, LeadPreviewRow, LeadsPreview, MadeBefore, ReadLead,
};
use std::ops::ControlFlow;

/// The columns of a file and its first rows, and the list that was made of it before.
///
/// # Errors
/// `UnreadableFile` if the file breaks off among them; a fault of the database.
pub fn preview(store: &Store, name: String, reading: Reading) -> Result<LeadsPreview, Fault> {
    let Reading {
        sheet,
        columns,
        remembered,
        digest,
    } = reading;
    let before = store.read_blocking(|db| db.lists().of_sheet(&digest));
    let before = before.map_err(faults::of_store)?;
    let mut preview = LeadsPreview {
        name,
        form: sheet.form(),
        encoding: sheet.encoding().map(str::to_owned),
        delimiter: sheet.delimiter().map(String::from),
        sheets: sheet.sheets().to_vec(),
        sheet: sheet.name().map(str::to_owned),
        columns: Vec::new(),
        remembered,
        usable: columns.mapping.has(LeadField::Number),
        rows: Vec::new(),
        made_before: before.map(|list| MadeBefore {
            list: list.list,
            name: list.name,
            made_at: list.made_at,
        }),
    };
    let mut samples = vec![String::new(); columns.headers.len()];
    sheet
        .each(|row| {
            sample(&mut samples, &row);
            preview.rows.push(match columns.read(&row) {
                Ok(lead) => LeadPreviewRow::Read {
                    row: row.number,
                    lead: ReadLead {
                        number: lead.number,
                        name: lead.name,
                        company: lead.company,
                        note: lead.note,
                    },
                },
                Err(rejected) => LeadPreviewRow::Rejected { rejected },
            });
            match preview.rows.len() < SHOWN {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })
        .map_err(unreadable)?;
    preview.columns = columns
        .headers
        .into_iter()
        .zip(columns.mapping.fields())
        .zip(samples)
        .map(|((header, field), sample)| LeadColumn {
            header,
            field: *field,
            sample,
        })
        .collect();
    Ok(preview)
}
