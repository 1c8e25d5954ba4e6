//! Sheets of numbers that are not to be called.
//!
//! They are looked at and rehearsed as sheets of calls are, and then put on the table in portions,
//! since the table is shared with dials, which can't wait for long. What is on the table stays there,
//! whatever happens to the rest: a number too many costs a call, one too few a promise.

use super::pace::Pace;
use super::staged::Staged;
use super::{Around, Imports, off_thread, unreadable};
use crate::do_not_call::{list_key, reason};
use crate::{faults, guard, numbers};
use bohao_sheets::{
    HashScheme, Listed, ListedNumber, Mapping, Opening, Sheet, SheetError, guessed_do_not_call,
    headers_key, names_do_not_call, read_listed,
};
use bohao_store::{Db, NewBarredHash, NewDoNotCall, Store, StoreError, Tx, keyed_hash};
use bohao_wire::{
    DoNotCallColumn, DoNotCallField, DoNotCallImported, DoNotCallPreview, DoNotCallReading,
    DoNotCallSource, Event, Fault, FaultCode, Hashes, ImportDoNotCall, ImportPhase,
    PreviewDoNotCall, RehearseDoNotCall, RejectedRow, RowFlaw, StagedId,
};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

/// The kind of sheet, in the memory of what columns tell.
const KIND: &str = "do_not_call";
/// Rows of one transaction.
const PORTION: usize = 2_000;
/// Rejected rows that are listed.
const LISTED: usize = 1_000;
/// Rows that are looked at for samples.
const LOOKED_AT: usize = 20;
/// A sample is no longer than so many characters.
const SAMPLE: usize = 40;
/// A number is hashed with every key before it is dialled, so there can't be any number of them.
const MAX_KEYS: usize = 64;

impl Imports {
    /// How a staged file of such numbers would be read.
    ///
    /// # Errors
    /// As [`Imports::preview`].
    pub async fn preview_do_not_call(
        &self,
        request: PreviewDoNotCall,
    ) -> Result<DoNotCallPreview, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.get(&request.file)?;
            let reading = open(&imports.around.store, &staged, &request.reading)?;
            preview(staged.name.clone(), reading)
        })
        .await
    }

    /// What taking a staged file in would do. One that is cancelled counts nothing.
    ///
    /// # Errors
    /// As [`Imports::preview`].
    pub async fn rehearse_do_not_call(
        &self,
        request: RehearseDoNotCall,
    ) -> Result<DoNotCallImported, Fault> {
        let imports = self.clone();
        off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let RehearseDoNotCall { file, reading } = request;
            let counted = rehearse(&imports.around, &file, &staged, &reading)?;
            Ok(counted.unwrap_or_default())
        })
        .await
    }

    /// Puts the numbers of a staged file on the table. It is carried through even if nobody waits
    /// for it any more; one that is stopped tells what it did until then.
    ///
    /// # Errors
    /// As [`Imports::preview`]; `BadInput` without a reason, or for one list of hashes too many;
    /// `InUse` while another import is under way.
    pub async fn run_do_not_call(
        &self,
        request: ImportDoNotCall,
    ) -> Result<DoNotCallImported, Fault> {
        let why = reason(&request.reason)?;
        let imports = self.clone();
        let done = off_thread(move || {
            let staged = imports.shelf.take(&request.file)?;
            let _turn = imports.turn()?;
            let ImportDoNotCall { file, reading, .. } = request;
            run(&imports.around, &file, &staged, &reading, &why)
        })
        .await;
        for changed in [
            Event::DeskChanged,
            Event::FollowUpsChanged,
            Event::ListsChanged,
        ] {
            // Nobody may be listening, which is no fault.
            let _ = self.around.events.send(changed);
        }
        done
    }
}

/// An open sheet of such numbers.
struct Reading {
    sheet: Sheet,
    columns: Columns,
    remembered: bool,
    hashes: Hashes,
    /// By which its hashes were made.
    key: Option<Vec<u8>>,
}

struct Columns {
    headers: Vec<String>,
    mapping: Mapping<DoNotCallField>,
}

impl Columns {
    /// What a row tells, with the digits as they are dialled.
    fn read(&self, row: &bohao_sheets::SheetRow<'_>) -> Result<ListedNumber, RejectedRow> {
        let listed = read_listed(&self.headers, &self.mapping, row)?;
        let Listed::Number(digits) = &listed.what else {
            return Ok(listed);
        };
        match numbers::read(digits) {
            Ok(number) => Ok(ListedNumber {
                what: Listed::Number(number.digits),
                ..listed
            }),
            Err(_) => Err(RejectedRow {
                row: row.number,
                column: self.header_of(DoNotCallField::Number),
                flaw: RowFlaw::BadNumber,
                reason: RowFlaw::BadNumber.to_string(),
            }),
        }
    }

    fn header_of(&self, field: DoNotCallField) -> Option<String> {
        let column = self.mapping.columns().find(|(_, named)| *named == field);
        column.and_then(|(column, _)| self.headers.get(column).cloned())
    }
}

impl Reading {
    fn usable(&self) -> bool {
        let mapping = &self.columns.mapping;
        mapping.has(DoNotCallField::Number)
            || (mapping.has(DoNotCallField::Hash) && self.hashes == Hashes::Readable)
    }
}

fn open(store: &Store, staged: &Staged, asked: &DoNotCallReading) -> Result<Reading, Fault> {
    let delimiter = match asked.delimiter.as_deref().map(str::as_bytes) {
        None | Some([]) => None,
        Some([sign]) if sign.is_ascii() && !b"\"\r\n".contains(sign) => Some(*sign),
        Some(_) => {
            let message = "a delimiter is one ASCII sign";
            return Err(Fault::new(FaultCode::BadInput, message).with("field", "delimiter"));
        }
    };
    let opening = Opening {
        name: &staged.name,
        sheet: asked.sheet.as_deref(),
        encoding: asked.encoding.as_deref().filter(|label| !label.is_empty()),
        delimiter,
    };
    let file = File::open(&staged.path).map_err(|_| unreadable(SheetError::Disk))?;
    let sheet = Sheet::open(Box::new(file), &opening, &names_do_not_call).map_err(unreadable)?;
    let headers = sheet.headers().to_vec();
    let (remembered, keys) = store
        .read_blocking(|db| {
            let told = db.imports().mapping(KIND, &headers_key(&headers))?;
            Ok((told, db.do_not_call_hashes().keys()?))
        })
        .map_err(faults::of_store)?;
    // What an older or newer program remembered may not be understood, and is guessed anew.
    let remembered: Option<Vec<Option<DoNotCallField>>> = match asked.mapping {
        Some(_) => None,
        None => remembered.and_then(|told| serde_json::from_str(&told).ok()),
    };
    let mapping = match (&asked.mapping, &remembered) {
        (Some(chosen), _) | (None, Some(chosen)) => Mapping::chosen(chosen.clone(), headers.len()),
        (None, None) => guessed_do_not_call(&headers),
    };
    let columns = Columns { headers, mapping };
    let known = keys.into_iter().map(|key| key.key);
    let (hashes, key) = hashes(&columns, asked.key.as_deref(), known);
    Ok(Reading {
        sheet,
        columns,
        remembered: remembered.is_some(),
        hashes,
        key,
    })
}

/// As [`open`], for rows that are to be read.
fn open_usable(store: &Store, staged: &Staged, asked: &DoNotCallReading) -> Result<Reading, Fault> {
    let reading = open(store, staged, asked)?;
    match reading.usable() {
        true => Ok(reading),
        false => Err(unreadable(SheetError::NoHeader)),
    }
}

/// How the hashes of a sheet stand. A key that was told once is known for every later list.
fn hashes(
    columns: &Columns,
    told: Option<&str>,
    mut known: impl Iterator<Item = Vec<u8>>,
) -> (Hashes, Option<Vec<u8>>) {
    let Some(header) = columns.header_of(DoNotCallField::Hash) else {
        return (Hashes::None, None);
    };
    match HashScheme::named(&header) {
        None => (Hashes::Unknown, None),
        Some(HashScheme::Salt(salt)) => (Hashes::Readable, Some(salt)),
        Some(HashScheme::Key(mark)) => {
            let told = told.map(str::trim).filter(|told| !told.is_empty());
            match told.map(list_key::read) {
                None => match known.find(|key| list_key::mark(key) == mark) {
                    Some(key) => (Hashes::Readable, Some(key)),
                    None => (Hashes::KeyWanted, None),
                },
                Some(Some(key)) if list_key::mark(&key) == mark => {
                    (Hashes::Readable, Some(key.to_vec()))
                }
                Some(_) => (Hashes::WrongKey, None),
            }
        }
    }
}

fn preview(name: String, reading: Reading) -> Result<DoNotCallPreview, Fault> {
    let usable = reading.usable();
    let Reading {
        sheet,
        columns,
        remembered,
        hashes,
        ..
    } = reading;
    let mut preview = DoNotCallPreview {
        name,
        form: sheet.form(),
        encoding: sheet.encoding().map(str::to_owned),
        sheets: sheet.sheets().to_vec(),
        sheet: sheet.name().map(str::to_owned),
        columns: Vec::new(),
        remembered,
        hashes,
        usable,
    };
    let mut samples = vec![String::new(); columns.headers.len()];
    let mut rows = 0;
    sheet
        .each(|row| {
            for (sample, cell) in samples.iter_mut().zip(&row.cells) {
                if sample.is_empty() {
                    *sample = cell.text().trim().chars().take(SAMPLE).collect();
                }
            }
            rows += 1;
            match rows < LOOKED_AT {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })
        .map_err(unreadable)?;
    let fields = columns.mapping.fields().to_vec();
    preview.columns = columns
        .headers
        .into_iter()
        .zip(fields)
        .zip(samples)
        .map(|((header, field), sample)| DoNotCallColumn {
            header,
            field,
            sample,
        })
        .collect();
    Ok(preview)
}

/// Rows as they come, in portions.
type Row = Result<ListedNumber, RejectedRow>;

/// Hands out the rows of a file in portions; breaks if it was told to stop.
fn portions(
    staged: &Staged,
    reading: Reading,
    mut take: impl FnMut(Vec<Row>, u16) -> Result<(), StoreError>,
) -> Result<ControlFlow<()>, Fault> {
    let Reading { sheet, columns, .. } = reading;
    let mut portion = Vec::with_capacity(PORTION);
    let mut failed = None;
    let read = sheet.each(|row| {
        portion.push(columns.read(&row));
        if portion.len() < PORTION {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut portion, Vec::with_capacity(PORTION));
        if let Err(error) = take(full, row.progress) {
            failed = Some(faults::of_store(error));
            return ControlFlow::Break(());
        }
        match staged.stop.is_said() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    if let Some(fault) = failed {
        return Err(fault);
    }
    if staged.stop.is_said() {
        return Ok(ControlFlow::Break(()));
    }
    read.map_err(unreadable)?;
    take(portion, 1000).map_err(faults::of_store)?;
    Ok(ControlFlow::Continue(()))
}

/// `None` if it was stopped.
fn rehearse(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &DoNotCallReading,
) -> Result<Option<DoNotCallImported>, Fault> {
    let reading = open_usable(&around.store, staged, asked)?;
    let key = reading.key.clone();
    let mut pace = Pace::new(around, Some(id.clone()), ImportPhase::Rehearsing);
    let mut counts = DoNotCallImported::default();
    let mut seen = HashSet::new();
    let ended = portions(staged, reading, |rows, done| {
        around.store.read_blocking(|db| {
            let key = match &key {
                Some(key) => db
                    .do_not_call_hashes()
                    .keys()?
                    .into_iter()
                    .find(|it| it.key == *key),
                None => None,
            };
            for row in rows {
                let Some(listed) = counted(&mut counts, row) else {
                    continue;
                };
                let again = !seen.insert(fingerprint(&listed.what));
                let known = again || is_known(db, &listed.what, key.as_ref().map(|key| key.id))?;
                count_one(match known {
                    true => &mut counts.known,
                    false => &mut counts.new,
                });
            }
            Ok(())
        })?;
        pace.tell(counts.rows, done);
        Ok(())
    })?;
    Ok(ended.is_continue().then_some(counts))
}

fn run(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &DoNotCallReading,
    why: &str,
) -> Result<DoNotCallImported, Fault> {
    let reading = open_usable(&around.store, staged, asked)?;
    let (headers, mapping) = (
        reading.columns.headers.clone(),
        reading.columns.mapping.clone(),
    );
    let now = (around.clock)();
    let (key, turns) = match &reading.key {
        Some(key) => (
            Some(keep_key(&around.store, key, now)?),
            turns(&around.store, key)?,
        ),
        None => (None, HashMap::new()),
    };
    let mut pace = Pace::new(around, Some(id.clone()), ImportPhase::Writing);
    let mut counts = DoNotCallImported::default();
    let mut kept = 0;
    let ended = portions(staged, reading, |rows, done| {
        around.store.make_room(rows.len())?;
        around.store.write_blocking(|tx| {
            let before = counts.new;
            for row in rows {
                if let Some(listed) = counted(&mut counts, row) {
                    // Also where the hash is known: an earlier list may have been taken in before the lead.
                    if let Listed::Hash(hash) = &listed.what
                        && let Some(number) = turns.get(hash)
                    {
                        tx.leads().bar(number)?;
                    }
                    let added = put(tx, listed, key, why, now)?;
                    count_one(match added {
                        true => &mut counts.new,
                        false => &mut counts.known,
                    });
                }
            }
            match counts.new - before {
                0 => Ok(()),
                added => guard::log::barred_many(tx, now, added, &staged.name, why),
            }
        })?;
        kept = counts.new;
        pace.tell(counts.rows, done);
        Ok(())
    });
    // One that was stopped tells what it did until then.
    if let Err(fault) = ended {
        return Err(fault.with("kept", kept));
    }
    if asked.mapping.is_some() {
        let told = serde_json::to_string(mapping.fields()).unwrap_or_default();
        let key = headers_key(&headers);
        // Numbers that are on the table are no worse for what could not be remembered.
        let _ = around
            .store
            .write_blocking(|tx| tx.imports().remember_mapping(KIND, &key, &told, now));
    }
    Ok(counts)
}

fn keep_key(store: &Store, key: &[u8], now: i64) -> Result<i64, Fault> {
    let kept = store.write_blocking(|tx| {
        let keys = tx.do_not_call_hashes().keys()?;
        let known = keys.iter().any(|known| known.key == key);
        if !known && keys.len() >= MAX_KEYS {
            return Ok(None);
        }
        tx.do_not_call_hashes().keep_key(key, now).map(Some)
    });
    kept.map_err(faults::of_store)?.ok_or_else(|| {
        let message = "there are 64 lists of hashes already, each with a key of its own";
        Fault::new(FaultCode::BadInput, message).with("field", "key")
    })
}

/// The numbers that have their turn in a list, by their hashes. No list is made meanwhile, since only one
/// sheet is taken in at a time.
fn turns(store: &Store, key: &[u8]) -> Result<HashMap<[u8; 32], String>, Fault> {
    let read = store.read_blocking(|db| {
        let mut numbers = HashMap::new();
        db.leads().each_number(|number| {
            numbers.insert(keyed_hash(key, &number), number);
        })?;
        Ok(numbers)
    });
    read.map_err(faults::of_store)
}

/// Puts one number on the table; tells whether it was not there.
fn put(
    tx: &Tx<'_>,
    listed: ListedNumber,
    key: Option<i64>,
    why: &str,
    now: i64,
) -> Result<bool, StoreError> {
    if is_known(&tx.db(), &listed.what, key)? {
        return Ok(false);
    }
    // A day that is still to come must not tell of the future.
    let since = listed.since.filter(|since| *since <= now).unwrap_or(now);
    let reason = listed.reason.unwrap_or_else(|| why.to_owned());
    match (listed.what, key) {
        (Listed::Number(number), _) => {
            tx.follow_ups().drop_of_number(&number, now)?;
            tx.do_not_call().add(&NewDoNotCall {
                number,
                since,
                reason,
                source: DoNotCallSource::Import,
                call: None,
            })
        }
        (Listed::Hash(hash), Some(key)) => tx.do_not_call_hashes().add(&NewBarredHash {
            key,
            hash,
            since,
            reason,
        }),
        (Listed::Hash(_), None) => Ok(false),
    }
}

fn is_known(db: &Db<'_>, what: &Listed, key: Option<i64>) -> Result<bool, StoreError> {
    match (what, key) {
        (Listed::Number(number), _) => Ok(db.do_not_call().of(number)?.is_some()),
        (Listed::Hash(hash), Some(key)) => db.do_not_call_hashes().holds(key, hash),
        (Listed::Hash(_), None) => Ok(false),
    }
}

/// Counts a row, and hands out what it tells if it tells anything.
fn counted(counts: &mut DoNotCallImported, row: Row) -> Option<ListedNumber> {
    counts.rows = counts.rows.saturating_add(1);
    match row {
        Ok(listed) => Some(listed),
        Err(rejected) => {
            counts.invalid = counts.invalid.saturating_add(1);
            if counts.rejected.len() < LISTED {
                counts.rejected.push(rejected);
            }
            None
        }
    }
}

fn count_one(figure: &mut u32) {
    *figure = figure.saturating_add(1);
}

fn fingerprint(what: &Listed) -> u64 {
    let mut hasher = DefaultHasher::new();
    match what {
        Listed::Number(number) => number.hash(&mut hasher),
        Listed::Hash(hash) => hash.hash(&mut hasher),
    }
    hasher.finish()
}
