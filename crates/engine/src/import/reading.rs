//! A staged file, opened the way it is to be read.

use super::staged::Staged;
use super::unreadable;
use crate::faults;
use bohao_sheets::{Field, Mapping, Opening, Sheet, SheetError, Zone, headers_key, names_calls};
use bohao_store::Store;
use bohao_wire::{Fault, FaultCode, ImportReading, RecordField};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;

/// The kind of sheet, in the memory of what columns tell.
const KIND: &str = "calls";

/// An open sheet of calls.
pub struct Reading {
    /// Its rows.
    pub sheet: Sheet,
    /// Its columns' names.
    pub headers: Vec<String>,
    /// What they tell.
    pub mapping: Mapping<RecordField>,
    /// Whether the user decided that the last time a sheet had these headers.
    pub remembered: bool,
    /// The zone of times that name none.
    pub zone: Zone,
}

/// How a file is to be opened, whatever its rows tell; what is absent or empty is found out.
#[derive(Debug, Clone, Copy)]
pub struct How<'r> {
    /// The sheet of a workbook.
    pub sheet: Option<&'r str>,
    /// The encoding of a text.
    pub encoding: Option<&'r str>,
    /// What parts the cells of a text.
    pub delimiter: Option<&'r str>,
}

/// Opens a staged file of any kind of rows. `known` tells whether a header names anything.
///
/// # Errors
/// `BadInput` for a delimiter that is none; `UnreadableFile` with a `reason` (a
/// [`SheetError::code`]).
pub fn open_sheet(
    staged: &Staged,
    how: How<'_>,
    known: &dyn Fn(&str) -> bool,
) -> Result<Sheet, Fault> {
    let delimiter = match how.delimiter {
        None | Some("") => None,
        Some(sign) => match sign.as_bytes() {
            [sign] if sign.is_ascii() && !b"\"\r\n".contains(sign) => Some(*sign),
            _ => return Err(bad("delimiter", "a delimiter is one ASCII sign")),
        },
    };
    let opening = Opening {
        name: &staged.name,
        sheet: how.sheet,
        encoding: how.encoding.filter(|label| !label.is_empty()),
        delimiter,
    };
    let file = File::open(&staged.path).map_err(|_| unreadable(SheetError::Disk))?;
    Sheet::open(Box::new(file), &opening, known).map_err(unreadable)
}

/// Opens a staged file of calls.
///
/// # Errors
/// `BadInput` naming the field of `reading` that is out of its range; `UnreadableFile` with a
/// `reason` (a [`SheetError::code`]).
pub fn open(store: &Store, staged: &Staged, reading: &ImportReading) -> Result<Reading, Fault> {
    let zone = Zone::named(reading.zone.as_deref().unwrap_or_default())
        .ok_or_else(|| bad("zone", "there is no such time zone"))?;
    let how = How {
        sheet: reading.sheet.as_deref(),
        encoding: reading.encoding.as_deref(),
        delimiter: reading.delimiter.as_deref(),
    };
    let sheet = open_sheet(staged, how, &|header| RecordField::named(header).is_some())?;
    let headers = sheet.headers().to_vec();
    let remembered = match &reading.mapping {
        Some(_) => None,
        None => remembered(store, KIND, &headers)?,
    };
    let mapping = match (&reading.mapping, &remembered) {
        (Some(chosen), _) | (None, Some(chosen)) => Mapping::chosen(chosen.clone(), headers.len()),
        (None, None) => Mapping::guessed(&headers),
    };
    Ok(Reading {
        sheet,
        headers,
        mapping,
        remembered: remembered.is_some(),
        zone,
    })
}

/// As [`open`], for rows that are to be taken in.
///
/// # Errors
/// `UnreadableFile` with the reason `no_header` if the columns do not name the calls.
pub fn open_usable(
    store: &Store,
    staged: &Staged,
    reading: &ImportReading,
) -> Result<Reading, Fault> {
    let reading = open(store, staged, reading)?;
    match names_calls(&reading.mapping) {
        true => Ok(reading),
        false => Err(unreadable(SheetError::NoHeader)),
    }
}

/// Remembers what the columns of a sheet of calls tell.
pub fn remember(
    store: &Store,
    headers: &[String],
    mapping: &Mapping<RecordField>,
    now: i64,
) -> Result<(), Fault> {
    remember_kind(store, KIND, headers, mapping, now)
}

/// Remembers what the columns of a sheet of this kind tell.
pub fn remember_kind<F: Field + Serialize>(
    store: &Store,
    kind: &'static str,
    headers: &[String],
    mapping: &Mapping<F>,
    now: i64,
) -> Result<(), Fault> {
    let told = serde_json::to_string(mapping.fields()).unwrap_or_default();
    let key = headers_key(headers);
    store
        .write_blocking(|tx| tx.imports().remember_mapping(kind, &key, &told, now))
        .map_err(faults::of_store)
}

/// What the columns of a sheet of this kind told the last time, if the user decided it.
pub fn remembered<F: DeserializeOwned>(
    store: &Store,
    kind: &'static str,
    headers: &[String],
) -> Result<Option<Vec<Option<F>>>, Fault> {
    let key = headers_key(headers);
    let told = store
        .read_blocking(|db| db.imports().mapping(kind, &key))
        .map_err(faults::of_store)?;
    // What an older or newer program remembered may not be understood, and is guessed anew.
    Ok(told.and_then(|told| serde_json::from_str(&told).ok()))
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
