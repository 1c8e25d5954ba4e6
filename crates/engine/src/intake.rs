//! Bodies and records on their way into the log. Raw first, meaning later: a body is kept as it
//! came, whether or not it can be read, and read again once a newer reader is here.
//!
//! Everything here works inside a transaction of its caller, so that a cursor can move in the same
//! one. Doing any of it again changes nothing.

use crate::{by_hand, likeness, merge};
use bohao_platform::{Record, Status, parse_records, plain_words, without_records};
use bohao_relay_api::is_push_test;
use bohao_store::{
    NewBody, RecordFact, Recorded, StoreError, Told, Tx, call_of_subid, is_nameless_key,
    nameless_key,
};
use bohao_wire::{CallId, CallRow, CallStatus, ImportId, RecordingState};
use std::collections::{BTreeMap, BTreeSet};

/// To be raised whenever [`parse_records`] learns to read more: bodies that older readers could
/// not read are then read again.
pub const READER_VERSION: i64 = 1;

/// How long the platform keeps a recording.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How much longer a recording is asked for all the same, should the platform be generous.
const KEPT_LONGER_MS: i64 = 5 * 24 * 60 * 60 * 1000;

/// Why a recording is not asked for.
const EXPIRED: &str = "the platform had dropped it before its record came in";

/// Bodies that are read again in one go.
const READ_AGAIN_BATCH: u32 = 500;

/// In characters; no number that can be dialled is half as long.
const LONGEST_NUMBER: usize = 64;

/// What an intake did to the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Calls that were not in the log before.
    pub new: BTreeSet<CallId>,
    /// Calls that learnt something.
    pub updated: BTreeSet<CallId>,
    /// Calls whose rows ended because they turned out to be an attempt of this desk.
    pub gone: BTreeSet<CallId>,
    /// Bodies that could not be read, or not wholly.
    pub unreadable: u32,
}

/// Reads a body: its records, and what of it could not be read.
pub type Reader = dyn Fn(Option<&str>, &[u8]) -> Reading + Send + Sync;

/// What was read from a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The records in it.
    pub records: Vec<RecordFact>,
    /// Why it is not wholly understood, if it is not.
    pub problem: Option<String>,
}

/// Reads bodies as the platform pushes them. A push-test that an operator sends around holds no
/// record, and nothing about it is unreadable.
pub fn read(content_type: Option<&str>, body: &[u8]) -> Reading {
    if is_push_test(body) {
        return Reading::default();
    }
    match parse_records(content_type, body) {
        Ok(parsed) => Reading {
            records: parsed.records.into_iter().map(fact).collect(),
            problem: parsed.unreadable.first().map(|first| {
                let count = parsed.unreadable.len();
                format!("{count} of its parts could not be read: {first}")
            }),
        },
        Err(problem) => Reading {
            records: Vec::new(),
            problem: Some(problem.to_string()),
        },
    }
}

/// Keeps a body and takes its records into the log.
pub fn take_body(tx: &Tx<'_>, body: &NewBody, reader: &Reader) -> Result<Changes, StoreError> {
    let reading = reader(body.content_type.as_deref(), &body.body);
    let kept = match left_to_keep(tx, body, &reading)? {
        Some(left) => tx.bodies().keep_as(body, &left)?,
        None => tx.bodies().keep(body)?,
    };
    let mut changes = take_records(tx, &reading.records, body.received_at)?;
    changes.unreadable = u32::from(reading.problem.is_some());
    tx.bodies()
        .mark_read(kept.id, READER_VERSION, reading.problem.as_deref())?;
    Ok(changes)
}

/// What may be kept of a body that tells of a deleted call; nothing if all of it may.
fn left_to_keep(
    tx: &Tx<'_>,
    body: &NewBody,
    reading: &Reading,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut buried = BTreeSet::new();
    for record in &reading.records {
        if tx.digests().is_buried(&record.subid)? {
            buried.insert(record.subid.as_str());
        }
    }
    if buried.is_empty() {
        return Ok(None);
    }
    let content_type = body.content_type.as_deref();
    let gone = |subid: &str| buried.contains(subid);
    Ok(without_records(content_type, &body.body, &gone))
}

/// Takes records into the log that came in at `received_at`.
pub fn take_records(
    tx: &Tx<'_>,
    records: &[RecordFact],
    received_at: i64,
) -> Result<Changes, StoreError> {
    let mut subids = BTreeSet::new();
    for record in records {
        if tx.digests().is_buried(&record.subid)? {
            continue;
        }
        tx.facts().keep(record, received_at)?;
        subids.insert(record.subid.as_str());
    }
    take_up(tx, subids)
}

/// What a row of an import did to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// It became a new call.
    New,
    /// It added something to a known call.
    Merged,
    /// It told nothing new.
    Same,
}

/// What rows of an import may meet, looked up once for many of them.
pub struct Company {
    unanswered: BTreeSet<String>,
    nameless: bool,
    by_hand: bool,
    deleted: bool,
}

impl Company {
    /// As it stands now: to be asked for anew in each transaction.
    pub fn of(tx: &Tx<'_>) -> Result<Self, StoreError> {
        Ok(Company {
            unanswered: tx.calls().unanswered_numbers()?.into_iter().collect(),
            nameless: tx.nameless().any()?,
            by_hand: tx.calls().any_by_hand()?,
            deleted: tx.digests().any_buried()? || tx.deletions().any()?,
        })
    }

    /// Whether the call of this subid was deleted for good: nothing that tells of it is taken.
    pub fn is_deleted(&self, tx: &Tx<'_>, subid: &str) -> Result<bool, StoreError> {
        Ok(self.deleted && tx.digests().is_buried(subid)?)
    }

    /// Whether something may have to be matched with a record of this number.
    fn has(&self, tx: &Tx<'_>, tel_b: Option<&str>) -> Result<bool, StoreError> {
        let Some(tel_b) = tel_b else {
            return Ok(false);
        };
        Ok(self.unanswered.contains(tel_b)
            || (self.nameless && tx.nameless().has_number(tel_b)?)
            || (self.by_hand && tx.calls().has_by_hand(tel_b)?))
    }
}

/// Takes a row of an import into the log. One without a subid goes by a key, and adds to the call
/// that it fits by numbers and beginning. Of a deleted call nothing is taken.
pub fn take_row(
    tx: &Tx<'_>,
    record: &RecordFact,
    import: ImportId,
    now: i64,
    company: &mut Company,
) -> Result<(Row, Changes), StoreError> {
    if company.is_deleted(tx, &record.subid)? {
        return Ok((Row::Same, Changes::default()));
    }
    if !tx.facts().keep_imported(record, now, import)? {
        return Ok((Row::Same, Changes::default()));
    }
    if company.deleted && tx.deletions().holds(&record.subid)? {
        return Ok((Row::Same, Changes::default()));
    }
    let mut changes = Changes::default();
    if is_nameless_key(&record.subid) {
        tx.nameless().keep(record)?;
        company.nameless = true;
    } else if !company.has(tx, record.tel_b.as_deref())? {
        let recording = expected(record, now);
        let state = recording.map_or(RecordingState::None, |(state, _)| state);
        if let Some(call) = tx.calls().record_first(record, now, state)? {
            if let Some((state, kept_until)) = recording {
                expect(tx, &call, state, now, kept_until)?;
            }
            changes.new.insert(call);
            return Ok((Row::New, changes));
        }
    }
    changes = take_up(tx, BTreeSet::from([record.subid.as_str()]))?;
    let row = match (changes.new.is_empty(), changes.updated.is_empty()) {
        (false, _) => Row::New,
        (true, false) => Row::Merged,
        (true, true) => Row::Same,
    };
    Ok((row, changes))
}

/// What became of the calls that an import told of, once it is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Calls that know less, and others that were joined anew.
    pub changes: Changes,
    /// Calls that left the log.
    pub removed: u32,
    /// Calls that stay as they are.
    pub kept: u32,
}

/// Takes back what an import told of one subid. A call that only the import knew leaves the log,
/// unless the user has written on it or its recording is saved: it stays for good then.
pub fn take_back(
    tx: &Tx<'_>,
    subid: &str,
    told: &[&Told],
    import: ImportId,
) -> Result<TakenBack, StoreError> {
    let mut taken = TakenBack::default();
    let joined = tx.nameless().of_key(subid)?;
    let of = match &joined {
        Some((_, Some(call))) => call.clone(),
        _ => subid.to_owned(),
    };
    if tx.deletions().holds(&of)? {
        // It left the log already, and learns of this should it come back.
        for told in told {
            tx.facts().take_back(told, import)?;
        }
        return Ok(taken);
    }
    let row = tx.calls().by_subid(&of)?;
    if let Some(row) = &row
        && !row.placed_here
        && !tx.facts().told_by_others(&of, import)?
        && (!row.note.is_empty()
            || row.recording == RecordingState::Saved
            || tx.calls().has_belongings(&row.call)?)
    {
        tx.facts().make_own(subid, import)?;
        taken.kept = 1;
        return Ok(taken);
    }
    let mut numbers = BTreeSet::new();
    numbers.extend(row.and_then(|row| row.tel_b));
    for told in told {
        tx.facts().take_back(told, import)?;
    }
    if let Some((tel_b, _)) = joined
        && tx.facts().of_itself(subid)?.is_empty()
    {
        tx.nameless().forget(subid)?;
        numbers.insert(tel_b);
    }
    match tx.calls().record(&of)? {
        Some(recorded) => {
            if tx.calls().by_subid(&of)?.and_then(|row| row.status) != Some(CallStatus::Connected) {
                tx.recordings().expect_none(&recorded.call)?;
            }
            taken.changes.note(recorded);
        }
        None => {
            let call = tx.calls().by_subid(&of)?.map(|row| row.call);
            match tx.calls().unrecord(&of)? {
                Some(ended) => {
                    taken.removed = 1;
                    taken.changes.gone.insert(ended);
                }
                None => taken.changes.updated.extend(call),
            }
        }
    }
    numbers.extend(customer(tx, &of)?);
    taken.changes.absorb(settle_numbers(tx, numbers)?);
    Ok(taken)
}

/// Folds what was said of these anew, and whatever hangs on it.
fn take_up(tx: &Tx<'_>, subids: BTreeSet<&str>) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    let mut numbers = BTreeSet::new();
    for subid in &subids {
        // A record may name another customer than the one before it did.
        numbers.extend(customer(tx, subid)?);
        match tx.nameless().of_key(subid)? {
            // Whose it is shows when all of its number are matched.
            Some((tel_b, None)) => {
                changes.absorb(record(tx, subid)?);
                numbers.insert(tel_b);
            }
            Some((tel_b, Some(call))) => {
                changes.absorb(record(tx, &call)?);
                expect_recording(tx, &call)?;
                numbers.insert(tel_b);
            }
            None => changes.absorb(record(tx, subid)?),
        }
        numbers.extend(customer(tx, subid)?);
    }
    changes.absorb(settle_numbers(tx, numbers)?);
    for subid in subids {
        expect_recording(tx, subid)?;
    }
    Ok(changes)
}

/// Folds what was said of one subid anew. What somebody wrote down of a call that is new in the log
/// becomes part of it. One that is deleted and may still come back learns of it when it does.
fn record(tx: &Tx<'_>, subid: &str) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    if tx.deletions().holds(subid)? {
        return Ok(changes);
    }
    let Some(recorded) = tx.calls().record(subid)? else {
        return Ok(changes);
    };
    let new = recorded.new;
    changes.note(recorded);
    if new {
        changes.absorb(by_hand::take_in(tx, subid)?);
    }
    Ok(changes)
}

/// Reads bodies again that only older readers have tried, a batch of them; nothing is left to
/// read when the second value is `false`.
pub fn read_again(
    tx: &Tx<'_>,
    reader: &Reader,
    reader_version: i64,
) -> Result<(Changes, bool), StoreError> {
    let bodies = tx
        .bodies()
        .to_read_again(reader_version, READ_AGAIN_BATCH)?;
    let mut changes = Changes::default();
    for body in &bodies {
        let reading = reader(body.content_type.as_deref(), &body.body);
        changes.absorb(take_records(tx, &reading.records, body.received_at)?);
        tx.bodies()
            .mark_read(body.id, reader_version, reading.problem.as_deref())?;
    }
    Ok((changes, bodies.len() == READ_AGAIN_BATCH as usize))
}

/// Matches the attempts to this number that never got an answer with the records that nothing
/// explains. To be called whenever an attempt's outcome becomes unknown or known.
pub fn settle(tx: &Tx<'_>, tel_b: &str) -> Result<Changes, StoreError> {
    settle_numbers(tx, BTreeSet::from([tel_b.to_owned()]))
}

/// As [`settle`], for every number that has such an attempt.
pub fn settle_all(tx: &Tx<'_>) -> Result<Changes, StoreError> {
    let numbers = tx.calls().unanswered_numbers()?;
    settle_numbers(tx, numbers.into_iter().collect())
}

impl Changes {
    /// Adds what happened after this in the same transaction.
    pub fn absorb(&mut self, later: Changes) {
        for call in later.gone {
            // A row that began and ended in here was never seen by anybody.
            if !self.new.remove(&call) {
                self.gone.insert(call.clone());
            }
            self.updated.remove(&call);
        }
        for call in later.new {
            if self.gone.remove(&call) {
                self.updated.insert(call);
            } else {
                self.new.insert(call);
            }
        }
        self.updated.extend(
            later
                .updated
                .into_iter()
                .filter(|call| !self.new.contains(call)),
        );
        self.unreadable += later.unreadable;
    }

    /// The calls whose rows are to be shown anew.
    pub fn shown(&self) -> impl Iterator<Item = &CallId> {
        self.new.iter().chain(&self.updated)
    }

    pub(crate) fn note(&mut self, recorded: Recorded) {
        if recorded.new {
            self.new.insert(recorded.call);
        } else if recorded.changed {
            self.updated.insert(recorded.call);
        }
    }
}

fn settle_numbers(tx: &Tx<'_>, numbers: BTreeSet<String>) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    let mut left = numbers;
    while let Some(tel_b) = left.pop_first() {
        let (settled, others) = settle_number(tx, &tel_b)?;
        changes.absorb(settled);
        left.extend(others);
    }
    Ok(changes)
}

/// Settles one number, and names the other numbers that a freed record turned out to belong to.
fn settle_number(tx: &Tx<'_>, tel_b: &str) -> Result<(Changes, Vec<String>), StoreError> {
    let mut changes = join_nameless(tx, tel_b)?;
    let calls = tx.calls();
    let attempts = calls.unanswered(tel_b)?;
    if attempts.is_empty() {
        return Ok((changes, Vec::new()));
    }
    let mut wanted = merge::settle(tel_b, &attempts, &calls.unexplained(tel_b)?);
    let mut freed = BTreeSet::new();
    for attempt in attempts {
        let fitting = wanted.get(&attempt.call);
        if attempt.subid.as_ref() == fitting {
            wanted.remove(&attempt.call);
            continue;
        }
        freed.extend(attempt.subid);
        freed.extend(fitting.cloned());
        changes.updated.insert(attempt.call);
    }
    let mut notes = BTreeMap::new();
    for subid in &freed {
        if let Some(note) = calls.release(subid)? {
            notes.insert(subid.clone(), note);
            changes.gone.insert(call_of_subid(subid));
        }
    }
    for (call, subid) in wanted {
        calls.settle(&call, &subid)?;
        if let Some(note) = notes.get(&subid) {
            calls.add_note(&call, note)?;
        }
        freed.remove(&subid);
    }
    let mut others = Vec::new();
    for subid in freed {
        if let Some(recorded) = calls.record(&subid)? {
            changes.note(recorded);
        }
        others.extend(customer(tx, &subid)?.filter(|number| number != tel_b));
    }
    Ok((changes, others))
}

/// Matches records without ids with the calls that the platform has named, all of one number.
fn join_nameless(tx: &Tx<'_>, tel_b: &str) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    let mut records = Vec::new();
    for record in tx.nameless().of_number(tel_b)? {
        // One of a deleted call stays with it: it comes back or goes with it.
        if !tx
            .deletions()
            .holds(record.joined.as_ref().unwrap_or(&record.key))?
        {
            records.push(record);
        }
    }
    if records.is_empty() {
        return Ok(changes);
    }
    let wanted = likeness::matching(&records, &likeness::candidates(&tx.db(), tel_b)?);
    let mut stale = BTreeSet::new();
    for record in &records {
        let call = wanted.get(&record.key);
        if record.joined.as_ref() == call {
            continue;
        }
        if let Some(call) = call
            && let Some(row) = tx.calls().by_subid(&record.key)?
        {
            if let Some(note) = tx.calls().release(&record.key)? {
                changes.gone.insert(row.call);
                let into = tx.calls().by_subid(call)?;
                if let Some(into) = into {
                    tx.calls().add_note(&into.call, &note)?;
                    tx.calls().hand_on(&record.key, &into.call)?;
                }
            } else {
                changes.updated.insert(row.call);
            }
        }
        tx.nameless().join(&record.key, call.map(String::as_str))?;
        stale.extend(record.joined.clone());
        stale.insert(call.unwrap_or(&record.key).clone());
    }
    let mut notes = Vec::new();
    for subid in stale {
        match tx.calls().record(&subid)? {
            Some(recorded) => changes.note(recorded),
            None => notes
                .extend(end_unnamed(tx, &subid, &mut changes)?.map(|note| (subid.clone(), note))),
        }
        expect_recording(tx, &subid)?;
    }
    for (subid, note) in notes {
        // What the user wrote on a call goes with the record that is left of it.
        let left = records
            .iter()
            .find(|record| record.joined.as_ref() == Some(&subid));
        let row = left
            .map(|record| tx.calls().by_subid(&record.key))
            .transpose()?;
        if let Some(row) = row.flatten() {
            tx.calls().add_note(&row.call, &note)?;
            tx.calls().hand_on(&subid, &row.call)?;
        }
    }
    Ok(changes)
}

/// Nobody names this call any more: its row ends and leaves its note, but for an attempt of this
/// desk, and for one whose recording is saved.
fn end_unnamed(
    tx: &Tx<'_>,
    subid: &str,
    changes: &mut Changes,
) -> Result<Option<String>, StoreError> {
    let Some(row) = tx.calls().by_subid(subid)? else {
        return Ok(None);
    };
    if row.placed_here {
        tx.calls().unrecord(subid)?;
        changes.updated.insert(row.call);
        return Ok(None);
    }
    if row.recording == RecordingState::Saved {
        return Ok(None);
    }
    tx.recordings().expect_none(&row.call)?;
    changes.gone.insert(row.call);
    tx.calls().release(subid)
}

fn customer(tx: &Tx<'_>, subid: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.calls().by_subid(subid)?.and_then(|row| row.tel_b))
}

/// A connected call has a recording, unless only a person says that there was one; how long the
/// platform keeps it is known from its end. Without a subid nobody can ask for it.
fn expect_recording(tx: &Tx<'_>, subid: &str) -> Result<(), StoreError> {
    if is_nameless_key(subid) {
        return Ok(());
    }
    let Some(CallRow {
        call,
        status: Some(CallStatus::Connected),
        ended_at,
        by_hand: false,
        ..
    }) = tx.calls().by_subid(subid)?
    else {
        return Ok(());
    };
    let Some(received_at) = tx.facts().first_received_at(subid)? else {
        return Ok(());
    };
    let (state, kept_until) = kept(ended_at, received_at);
    expect(tx, &call, state, received_at, kept_until)
}

/// Which recording is to be expected of a call that this record is the first to tell of.
fn expected(record: &RecordFact, received_at: i64) -> Option<(RecordingState, i64)> {
    let connected = record.status == Some(CallStatus::Connected) && !record.by_hand;
    connected.then(|| kept(record.ended_at, received_at))
}

fn kept(ended_at: Option<i64>, received_at: i64) -> (RecordingState, i64) {
    // A call does not end after its record came in, whatever a clock says.
    let ended_at = ended_at.map_or(received_at, |ended_at| ended_at.min(received_at));
    let kept_until = ended_at.saturating_add(KEPT_MS);
    let state = match kept_until.saturating_add(KEPT_LONGER_MS) < received_at {
        true => RecordingState::Gone,
        false => RecordingState::Waiting,
    };
    (state, kept_until)
}

fn expect(
    tx: &Tx<'_>,
    call: &CallId,
    state: RecordingState,
    received_at: i64,
    kept_until: i64,
) -> Result<(), StoreError> {
    match state {
        RecordingState::Gone => tx
            .recordings()
            .expect_gone(call, kept_until, EXPIRED, received_at),
        _ => tx.recordings().expect(call, received_at, kept_until),
    }
}

/// A number as a record gives it, which is shown in tables and terminals whatever it holds. What was
/// pushed is kept whole beside the log.
fn number_as_shown(number: &str) -> String {
    plain_words(number).chars().take(LONGEST_NUMBER).collect()
}

/// What a record says, as the store keeps it. One without a subid goes by a key of its own.
pub fn fact(record: Record) -> RecordFact {
    let mut fact = RecordFact {
        by_hand: by_hand::is_written_down(&record.subid),
        subid: record.subid,
        status: record.status.map(|status| match status {
            Status::Dialled => CallStatus::Dialled,
            Status::Connected => CallStatus::Connected,
            Status::NotConnected => CallStatus::NotConnected,
            Status::Failed => CallStatus::Failed,
        }),
        tel_a: record.tel_a.as_deref().map(number_as_shown),
        tel_x: record.tel_x.as_deref().map(number_as_shown),
        tel_b: record.tel_b.as_deref().map(number_as_shown),
        started_at: record.started_at,
        ended_at: record.ended_at,
        duration: record.duration,
        reason: record.reason.as_deref().map(plain_words),
        download_url: record.download_url,
    };
    if fact.subid.is_empty() {
        fact.subid = nameless_key(&fact);
    }
    fact
}

#[cfg(test)]
mod tests;
