//! Bodies and records on their way into the log. Raw first, meaning later: a body is kept as it
//! came, whether or not it can be read, and read again once a newer reader is here.
//!
//! Everything here works inside a transaction of its caller, so that a cursor can move in the same
//! one. Doing any of it again changes nothing.

use crate::merge;
use bohao_platform::{Record, Status, parse_records, plain_words};
use bohao_relay_api::is_push_test;
use bohao_store::{NewBody, RecordFact, Recorded, StoreError, Tx, call_of_subid};
use bohao_wire::{CallId, CallRow, CallStatus};
use std::collections::{BTreeMap, BTreeSet};

/// To be raised whenever [`parse_records`] learns to read more: bodies that older readers could
/// not read are then read again.
pub const READER_VERSION: i64 = 1;

/// How long the platform keeps a recording.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Bodies that are read again in one go.
const READ_AGAIN_BATCH: u32 = 500;

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
    let kept = tx.bodies().keep(body)?;
    let reading = reader(body.content_type.as_deref(), &body.body);
    let mut changes = take_records(tx, &reading.records, body.received_at)?;
    changes.unreadable = u32::from(reading.problem.is_some());
    tx.bodies()
        .mark_read(kept.id, READER_VERSION, reading.problem.as_deref())?;
    Ok(changes)
}

/// Takes records into the log that came in at `received_at`.
pub fn take_records(
    tx: &Tx<'_>,
    records: &[RecordFact],
    received_at: i64,
) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    for record in records {
        tx.facts().keep(record, received_at)?;
    }
    let subids: BTreeSet<&str> = records.iter().map(|record| record.subid.as_str()).collect();
    let mut numbers = BTreeSet::new();
    for subid in &subids {
        // A record may name another customer than the one before it did.
        numbers.extend(customer(tx, subid)?);
        if let Some(recorded) = tx.calls().record(subid)? {
            changes.note(recorded);
        }
        numbers.extend(customer(tx, subid)?);
    }
    changes.absorb(settle_numbers(tx, numbers)?);
    for subid in subids {
        expect_recording(tx, subid)?;
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

    fn note(&mut self, recorded: Recorded) {
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
    let mut changes = Changes::default();
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

fn customer(tx: &Tx<'_>, subid: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.calls().by_subid(subid)?.and_then(|row| row.tel_b))
}

/// A connected call has a recording; how long the platform keeps it is known from its end.
fn expect_recording(tx: &Tx<'_>, subid: &str) -> Result<(), StoreError> {
    let Some(CallRow {
        call,
        status: Some(CallStatus::Connected),
        ended_at,
        ..
    }) = tx.calls().by_subid(subid)?
    else {
        return Ok(());
    };
    let Some(received_at) = tx.facts().first_received_at(subid)? else {
        return Ok(());
    };
    // A call does not end after its record came in, whatever a clock says.
    let ended_at = ended_at.map_or(received_at, |ended_at| ended_at.min(received_at));
    let kept_until = ended_at.saturating_add(KEPT_MS);
    tx.recordings().expect(&call, received_at, kept_until)
}

/// What a record says, as the store keeps it.
pub fn fact(record: Record) -> RecordFact {
    RecordFact {
        subid: record.subid,
        status: record.status.map(|status| match status {
            Status::Dialled => CallStatus::Dialled,
            Status::Connected => CallStatus::Connected,
            Status::NotConnected => CallStatus::NotConnected,
            Status::Failed => CallStatus::Failed,
        }),
        tel_a: record.tel_a,
        tel_x: record.tel_x,
        tel_b: record.tel_b,
        started_at: record.started_at,
        ended_at: record.ended_at,
        duration: record.duration,
        reason: record.reason.as_deref().map(plain_words),
        download_url: record.download_url,
    }
}

#[cfg(test)]
mod tests;
