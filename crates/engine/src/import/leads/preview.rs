//! How a staged file of leads would be read.

use super::Reading;
use crate::import::preview::{SHOWN, sample};
use crate::import::unreadable;
use bohao_wire::{Fault, LeadColumn, LeadField, LeadPreviewRow, LeadsPreview, ReadLead};
use std::ops::ControlFlow;

/// The columns of a file and its first rows.
///
/// # Errors
/// `UnreadableFile` if the file breaks off among them.
pub fn preview(name: String, reading: Reading) -> Result<LeadsPreview, Fault> {
    let Reading {
        sheet,
        columns,
        remembered,
    } = reading;
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
