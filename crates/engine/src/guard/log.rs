//! The guard's log: what it refused, and each change of its rules.

use bohao_store::{Db, NewGuardEntry, StoreError, Tx};
use bohao_wire::{Block, GuardEntry, GuardEvent, GuardLogPage, GuardLogQuery};
use serde_json::{Map, Value};

/// The last digits of a number that the log tells.
const TAIL: usize = 4;

/// A dial that was refused. The whole number is not kept, since the log outlives an erasure.
pub fn refused(tx: &Tx<'_>, at: i64, tel_b: &str, block: &Block) -> Result<(), StoreError> {
    let event = GuardEvent::Refused {
        tail: tail(tel_b),
        block: block.clone(),
    };
    append(tx, at, &event, "")
}

/// A number was put on the do-not-call table.
pub fn barred(tx: &Tx<'_>, at: i64, number: &str, reason: &str) -> Result<(), StoreError> {
    let tail = tail(number);
    append(tx, at, &GuardEvent::Barred { tail }, reason)
}

/// Numbers of a sheet were put on the do-not-call table.
pub fn barred_many(
    tx: &Tx<'_>,
    at: i64,
    count: u32,
    sheet: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let event = GuardEvent::BarredMany {
        count,
        // The log outlives an erasure, and a sheet may be called after somebody.
        sheet: bohao_sheets::masked_text(sheet).into_owned(),
    };
    append(tx, at, &event, reason)
}

/// A number was taken from the do-not-call table.
pub fn lifted(tx: &Tx<'_>, at: i64, number: &str, reason: &str) -> Result<(), StoreError> {
    let tail = tail(number);
    append(tx, at, &GuardEvent::Lifted { tail }, reason)
}

/// Adds an entry, in the same transaction as what it tells of.
pub fn append(tx: &Tx<'_>, at: i64, event: &GuardEvent, reason: &str) -> Result<(), StoreError> {
    let (kind, change) = encoded(event);
    tx.guard_log().append(&NewGuardEntry {
        at,
        kind,
        change,
        reason: reason.to_owned(),
    })
}

/// Part of the log, with what a walk along all of it found.
pub fn page(db: &Db<'_>, query: &GuardLogQuery) -> Result<GuardLogPage, StoreError> {
    let limit = match query.limit {
        0 => 100,
        limit => limit.min(1000),
    };
    let entries = db.guard_log().page(query.before, limit)?;
    let chain = db.guard_log().walk(|_| ())?;
    Ok(GuardLogPage {
        entries: entries.into_iter().map(shown).collect(),
        total: chain.entries,
        broken_at: chain.broken_at,
        head: chain.head.map(hex::encode),
    })
}

/// An entry as a screen or a file shows it.
pub fn shown(entry: bohao_store::GuardEntry) -> GuardEntry {
    GuardEntry {
        id: entry.id,
        at: entry.at,
        what: decoded(&entry.kind, &entry.change),
        reason: entry.reason,
        chain: entry.chain.map(hex::encode),
    }
}

fn tail(digits: &str) -> String {
    digits
        .get(digits.len().saturating_sub(TAIL)..)
        .unwrap_or_default()
        .to_owned()
}

/// The kind stands in a column of its own, so it is left out of the text.
fn encoded(event: &GuardEvent) -> (String, String) {
    let value = serde_json::to_value(event).expect("an event holds only text and numbers");
    let Value::Object(mut fields) = value else {
        unreachable!("an event is written as an object");
    };
    let kind = match fields.remove("kind") {
        Some(Value::String(kind)) => kind,
        _ => unreachable!("an event is written with its kind"),
    };
    (kind, Value::Object(fields).to_string())
}

/// What another program's version wrote, or a hand that broke the chain, is shown as it can be.
fn decoded(kind: &str, change: &str) -> GuardEvent {
    let mut fields: Map<String, Value> = serde_json::from_str(change).unwrap_or_default();
    fields.insert("kind".to_owned(), kind.into());
    serde_json::from_value(Value::Object(fields)).unwrap_or_else(|_| GuardEvent::Unknown {
        change: change.to_owned(),
    })
}
