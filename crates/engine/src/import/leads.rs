//! Sheets of leads brought in: each becomes a list of its own, as a whole or not at all.
//!
//! Whoever wants no calls, and whoever stands in the sheet twice, is told by row and stays out of the
//! list. What a rehearsal tells is what the import does, since both judge rows here.

pub mod preview;
pub mod rejected;
pub mod run;

use super::reading::{How, open_sheet, remembered};
use super::staged::Staged;
use super::unreadable;
use crate::numbers;
use bohao_sheets::{
    Field, Mapping, Sheet, SheetError, SheetLead, SheetRow, guessed_leads, read_lead, turned_away,
};
use bohao_store::{Db, Store, StoreError};
use bohao_wire::{
    CustomerId, Fault, KnownRow, KnownRows, LeadField, LeadReading, LeadsReport, RejectedRow,
    RowFlaw,
};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The kind of sheet, in the memory of what columns tell.
pub const KIND: &str = "leads";

/// Rows that are looked at in one transaction.
pub const PORTION: usize = 2_000;

/// Bytes of a file's beginning and of its end by which it is known again.
const DIGESTED: u64 = 4 * 1024 * 1024;

/// Rejected rows that are listed, and rows of known customers.
const LISTED: usize = 10_000;
const KNOWN_LISTED: usize = 1_000;

/// An open sheet of leads.
pub struct Reading {
    /// Its rows.
    pub sheet: Sheet,
    /// How they are read.
    pub columns: Columns,
    /// Whether the user decided what the columns tell the last time a sheet had these headers.
    pub remembered: bool,
    /// By which the sheet is known again.
    pub digest: [u8; 32],
}

/// What the columns of a sheet of leads tell.
#[derive(Clone)]
pub struct Columns {
    /// Their names.
    pub headers: Vec<String>,
    /// What each tells.
    pub mapping: Mapping<LeadField>,
}

impl Columns {
    /// Reads one row.
    pub fn read(&self, row: &SheetRow<'_>) -> Result<SheetLead, RejectedRow> {
        let digits = |text: &str| numbers::read(text).ok().map(|number| number.digits);
        read_lead(&self.headers, &self.mapping, row, &digits)
    }
}

/// Opens a staged file of leads.
///
/// # Errors
/// As [`open_sheet`].
pub fn open(store: &Store, staged: &Staged, reading: &LeadReading) -> Result<Reading, Fault> {
    let how = How {
        sheet: reading.sheet.as_deref(),
        encoding: reading.encoding.as_deref(),
        delimiter: reading.delimiter.as_deref(),
    };
    let sheet = open_sheet(staged, how, &|header| LeadField::named(header).is_some())?;
    let digest = digest(staged, sheet.name()).map_err(|_| unreadable(SheetError::Disk))?;
    let headers = sheet.headers().to_vec();
    let known = match &reading.mapping {
        Some(_) => None,
        None => remembered(store, KIND, &headers)?,
    };
    let mapping = match (&reading.mapping, &known) {
        (Some(chosen), _) | (None, Some(chosen)) => Mapping::chosen(chosen.clone(), headers.len()),
        (None, None) => guessed_leads(&headers),
    };
    Ok(Reading {
        sheet,
        columns: Columns { headers, mapping },
        remembered: known.is_some(),
        digest,
    })
}

/// By this a sheet is known again: its file's length, beginning and end, and its name in a workbook. Of
/// two long files that have all of these in common, the rest hardly differs.
fn digest(staged: &Staged, sheet: Option<&str>) -> io::Result<[u8; 32]> {
    let mut file = File::open(&staged.path)?;
    let length = file.metadata()?.len();
    let mut digest = Sha256::new();
    digest.update(length.to_be_bytes());
    digest.update(sheet.unwrap_or_default());
    let mut bytes = Vec::new();
    for from in [0, length.saturating_sub(DIGESTED).max(DIGESTED)] {
        bytes.clear();
        file.seek(SeekFrom::Start(from))?;
        (&mut file).take(DIGESTED).read_to_end(&mut bytes)?;
        digest.update(&bytes);
    }
    Ok(digest.finalize().into())
}

/// As [`open`], for rows that are to be taken in.
///
/// # Errors
/// `UnreadableFile` with the reason `no_header` if no column tells the number.
pub fn open_usable(
    store: &Store,
    staged: &Staged,
    reading: &LeadReading,
) -> Result<Reading, Fault> {
    let reading = open(store, staged, reading)?;
    match reading.columns.mapping.has(LeadField::Number) {
        true => Ok(reading),
        false => Err(unreadable(SheetError::NoHeader)),
    }
}

/// Says of each row of one sheet, from the first to the last, whether it is taken.
pub struct Judge {
    known: KnownRows,
    /// Numbers that stand further up. A number's digits behind a one are a figure of their own.
    seen: HashSet<u64>,
}

impl Judge {
    /// Begins with a sheet.
    pub fn new(reading: &LeadReading) -> Self {
        Judge {
            known: reading.known.unwrap_or_default(),
            seen: HashSet::new(),
        }
    }

    /// Whether a row is taken, and which customer has its number.
    ///
    /// # Errors
    /// The outer one for a fault of the database; the inner one says why the row is not taken.
    pub fn judge(
        &mut self,
        db: &Db<'_>,
        number: u32,
        row: Result<SheetLead, RejectedRow>,
    ) -> Result<Judged, StoreError> {
        let lead = match row {
            Ok(lead) => lead,
            Err(rejected) => return Ok(Judged::rejected(rejected, None)),
        };
        let customer = db.customers().of_number(&lead.number)?;
        let flaw = if self.stands_further_up(&lead.number) {
            Some(RowFlaw::Repeated)
        } else if db.do_not_call().of(&lead.number)?.is_some() {
            Some(RowFlaw::Barred)
        } else if customer.is_some() && self.known == KnownRows::LeaveOut {
            Some(RowFlaw::Known)
        } else {
            None
        };
        Ok(match flaw {
            Some(flaw) => Judged::rejected(turned_away(number, flaw), customer),
            None => Judged {
                lead: Ok(lead),
                customer,
            },
        })
    }

    fn stands_further_up(&mut self, digits: &str) -> bool {
        let figure = format!("1{digits}").parse().unwrap_or(u64::MAX);
        !self.seen.insert(figure)
    }
}

/// What is said of a row.
pub struct Judged {
    /// Why it is not taken, if it is not.
    pub lead: Result<SheetLead, RejectedRow>,
    /// The customer who has its number.
    pub customer: Option<CustomerId>,
}

impl Judged {
    fn rejected(row: RejectedRow, customer: Option<CustomerId>) -> Self {
        Judged {
            lead: Err(row),
            customer,
        }
    }
}

/// Counts a row.
pub fn count(
    report: &mut LeadsReport,
    db: &Db<'_>,
    row: u32,
    judged: &Judged,
) -> Result<(), StoreError> {
    report.rows = report.rows.saturating_add(1);
    match &judged.lead {
        Ok(_) => report.taken = report.taken.saturating_add(1),
        Err(rejected) if report.rejected.len() < LISTED => report.rejected.push(rejected.clone()),
        Err(_) => {}
    }
    let Some(customer) = judged.customer else {
        return Ok(());
    };
    report.known = report.known.saturating_add(1);
    if report.known_rows.len() < KNOWN_LISTED
        && let Some(customer) = db.customers().name_of(customer)?
    {
        report.known_rows.push(KnownRow { row, customer });
    }
    Ok(())
}
