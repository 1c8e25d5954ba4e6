//! What an import would do to the log, told without writing anything.
//!
//! The file is read twice: once to learn which ids come more than once, since later rows of the
//! same call meet what the former ones would have told, and once to ask the log about each row.

use super::pace::Pace;
use super::reading::{self, Reading};
use super::staged::Staged;
use super::tally::Tally;
use super::{Around, unreadable};
use crate::intake::{self, Changes, Row};
use crate::likeness::Candidate;
use crate::{faults, likeness, merge};
use bohao_sheets::read_record;
use bohao_store::{
    Db, Folded, Nameless, RecordFact, StoreError, UnsettledRecord, fold, is_nameless_key,
};
use bohao_wire::{Fault, ImportPhase, ImportReading, ImportReport, RejectedRow, StagedId};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

/// Rows that are asked about in one transaction.
const PORTION: usize = 2_000;

/// Tells what [`super::run`] would report. `None` if it was stopped.
///
/// # Errors
/// As [`super::run`].
pub fn rehearse(
    around: &Around,
    id: &StagedId,
    staged: &Staged,
    asked: &ImportReading,
) -> Result<Option<ImportReport>, Fault> {
    let mut file = InFile::default();
    let mut pace = Pace::new(around, Some(id.clone()), ImportPhase::Rehearsing);
    let mut rows = 0;
    let first = each(around, staged, asked, |row, progress| {
        rows += 1;
        if let Ok(record) = row {
            file.see(&record);
        }
        pace.tell(rows, progress / 2);
        Ok(())
    })?;
    if first.is_break() {
        return Ok(None);
    }
    file.once = HashSet::new();
    let mut tally = Tally::default();
    let mut portion = Vec::with_capacity(PORTION);
    let second = each(around, staged, asked, |row, progress| {
        portion.push(row);
        if portion.len() == PORTION {
            ask(around, &mut portion, &mut file, &mut tally)?;
            pace.tell(tally.counts().rows, 500 + progress / 2);
        }
        Ok(())
    })?;
    if second.is_break() {
        return Ok(None);
    }
    ask(around, &mut portion, &mut file, &mut tally)?;
    Ok(Some(tally.report().0))
}

/// Hands out the rows of a file; breaks if it was told to stop.
fn each(
    around: &Around,
    staged: &Staged,
    asked: &ImportReading,
    mut take: impl FnMut(Result<RecordFact, RejectedRow>, u16) -> Result<(), Fault>,
) -> Result<ControlFlow<()>, Fault> {
    let Reading {
        sheet,
        headers,
        mapping,
        zone,
        ..
    } = reading::open_usable(&around.store, staged, asked)?;
    let mut failed = None;
    let read = sheet.each(|row| {
        let record = read_record(&headers, &mapping, &row, &zone).map(intake::fact);
        if let Err(fault) = take(record, row.progress) {
            failed = Some(fault);
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
    read.map_err(unreadable)?;
    Ok(match staged.stop.is_said() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    })
}

fn ask(
    around: &Around,
    portion: &mut Vec<Result<RecordFact, RejectedRow>>,
    file: &mut InFile,
    tally: &mut Tally,
) -> Result<(), Fault> {
    let asked = around.store.read_blocking(|db| {
        for row in portion.drain(..) {
            match row {
                Ok(record) => tally.took(file.would(db, &record)?, &Changes::default()),
                Err(rejected) => tally.rejected(rejected),
            }
        }
        Ok(())
    });
    asked.map_err(faults::of_store)
}

/// What earlier rows of the same file would have told.
#[derive(Default)]
struct InFile {
    once: HashSet<u64>,
    again: HashSet<u64>,
    told: HashMap<String, Vec<RecordFact>>,
    /// Records without ids that may tell of a named call, by the customer's number.
    nameless: HashMap<String, Vec<Nameless>>,
}

impl InFile {
    fn see(&mut self, record: &RecordFact) {
        let hash = hash(&record.subid);
        if !self.once.insert(hash) {
            self.again.insert(hash);
        }
    }

    fn would(&mut self, db: &Db<'_>, record: &RecordFact) -> Result<Row, StoreError> {
        if db.facts().is_known(record)? || is_deleted(db, &record.subid)? {
            return Ok(Row::Same);
        }
        let comes_again = self.again.contains(&hash(&record.subid));
        let before = match comes_again {
            true => self.told.get(&record.subid).cloned().unwrap_or_default(),
            false => Vec::new(),
        };
        if before.contains(record) {
            return Ok(Row::Same);
        }
        let row = match is_nameless_key(&record.subid) {
            true => self.would_nameless(db, record, &before)?,
            false => would_named(db, record, &before)?,
        };
        if comes_again {
            self.told
                .entry(record.subid.clone())
                .or_default()
                .push(record.clone());
        }
        Ok(row)
    }

    /// A record without an id adds to the call that it would be joined to.
    fn would_nameless(
        &mut self,
        db: &Db<'_>,
        record: &RecordFact,
        before: &[RecordFact],
    ) -> Result<Row, StoreError> {
        let tel_b = record.tel_b.as_deref().unwrap_or_default();
        let candidates = likeness::candidates(db, tel_b)?;
        if candidates.is_empty() {
            return would_named(db, record, before);
        }
        let mut records = db.nameless().of_number(tel_b)?;
        let in_file = self.nameless.entry(tel_b.to_owned()).or_default();
        records.extend(in_file.iter().cloned());
        records.sort_by(|one, other| one.key.cmp(&other.key));
        records.dedup_by(|one, other| one.key == other.key);
        let alone = |records: &[Nameless], joined: &BTreeMap<_, _>| records.len() - joined.len();
        let joined_before = likeness::matching(&records, &candidates);
        let before_it = alone(&records, &joined_before);
        if !records.iter().any(|known| known.key == record.subid) {
            let nameless = Nameless {
                key: record.subid.clone(),
                tel_a: record.tel_a.clone(),
                started_at: record.started_at.unwrap_or_default(),
                joined: None,
            };
            in_file.push(nameless.clone());
            records.push(nameless);
        }
        let joined = likeness::matching(&records, &candidates);
        match joined.get(&record.subid) {
            // It takes the place of another, which is a call of its own then.
            Some(_) if alone(&records, &joined) > before_it => Ok(Row::New),
            Some(subid) => match added(db, subid, record, before)? {
                Row::Same if tells_another(db, &joined_before, &joined, record)? => Ok(Row::Merged),
                row => Ok(row),
            },
            None => would_named(db, record, before),
        }
    }
}

/// Whether a record drives others away to calls of which they tell something new.
fn tells_another(
    db: &Db<'_>,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    record: &RecordFact,
) -> Result<bool, StoreError> {
    for (key, subid) in after {
        if *key == record.subid || before.get(key) == Some(subid) {
            continue;
        }
        for driven in db.facts().of_itself(key)? {
            if !matches!(added(db, subid, &driven, &[])?, Row::Same) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether nothing is taken of this call, since it was deleted.
fn is_deleted(db: &Db<'_>, subid: &str) -> Result<bool, StoreError> {
    Ok(db.digests().is_buried(subid)? || db.deletions().holds(subid)?)
}

fn would_named(db: &Db<'_>, record: &RecordFact, before: &[RecordFact]) -> Result<Row, StoreError> {
    if db.calls().by_subid(&record.subid)?.is_some() {
        return added(db, &record.subid, record, before);
    }
    if !before.is_empty() {
        let before = [before, &taken_in(db, record, before)?].concat();
        return added(db, &record.subid, record, &before);
    }
    match settles(db, record)? {
        true => Ok(Row::Merged),
        false => Ok(Row::New),
    }
}

/// What the log's records without ids would tell of a call that earlier rows of the file have named.
fn taken_in(
    db: &Db<'_>,
    record: &RecordFact,
    before: &[RecordFact],
) -> Result<Vec<RecordFact>, StoreError> {
    let call = fold(before);
    let (Some(tel_b), Some(began_at)) = (&record.tel_b, call.started_at) else {
        return Ok(Vec::new());
    };
    let records = db.nameless().of_number(tel_b)?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut candidates = likeness::candidates(db, tel_b)?;
    candidates.push(Candidate {
        subid: record.subid.clone(),
        tel_a: call.tel_a,
        began_at,
    });
    let mut facts = Vec::new();
    for (key, subid) in likeness::matching(&records, &candidates) {
        if subid == record.subid {
            facts.extend(db.facts().of_itself(&key)?);
        }
    }
    Ok(facts)
}

/// Whether a call would say anything else with one more record.
fn added(
    db: &Db<'_>,
    subid: &str,
    record: &RecordFact,
    before: &[RecordFact],
) -> Result<Row, StoreError> {
    let mut facts = db.facts().of(subid)?;
    facts.extend_from_slice(before);
    let had_none = facts.is_empty();
    let known = shown(fold(&facts));
    facts.push(record.clone());
    let told = shown(fold(&facts));
    Ok(match had_none || known != told {
        true => Row::Merged,
        false => Row::Same,
    })
}

type Shown = (
    Option<bohao_wire::CallStatus>,
    [Option<String>; 4],
    [Option<i64>; 3],
);

fn shown(folded: Folded) -> Shown {
    (
        folded.status,
        [folded.tel_a, folded.tel_x, folded.tel_b, folded.reason],
        [folded.started_at, folded.ended_at, folded.duration],
    )
}

/// Whether a record would settle an attempt that never got an answer, and so be no new call.
fn settles(db: &Db<'_>, record: &RecordFact) -> Result<bool, StoreError> {
    let Some(tel_b) = &record.tel_b else {
        return Ok(false);
    };
    let attempts = db.calls().unanswered(tel_b)?;
    if attempts.is_empty() {
        return Ok(false);
    }
    let mut records = db.calls().unexplained(tel_b)?;
    records.push(UnsettledRecord {
        subid: record.subid.clone(),
        tel_a: record.tel_a.clone(),
        tel_b: record.tel_b.clone(),
        started_at: record.started_at,
        recorded_at: i64::MAX,
    });
    let settled: BTreeMap<_, _> = merge::settle(tel_b, &attempts, &records);
    Ok(settled.values().any(|subid| *subid == record.subid))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
