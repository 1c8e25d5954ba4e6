//! Calls that were made elsewhere, written down by hand.
//!
//! What is written down is a fact like any other, of an identity of its own, so it is folded, found
//! and exported like any other. A record of the same call takes it in, whichever comes first: the
//! platform's word is the better one, what a person wrote fills in what it leaves blank, and the
//! note is kept.

use crate::intake::{self, Changes};
use crate::numbers;
use bohao_store::{Near, RecordFact, StoreError, Tx};
use bohao_wire::{CallId, CallStatus, Fault, FaultCode, LogCall, LoggedCall};

/// How the identity of a call begins that no platform gave.
const MARK: &str = "hand:";

/// People remember the time of a call no better than so.
const TOLERANCE_MS: i64 = 10 * 60 * 1000;

/// A clock that is a little slow is no reason to refuse a call that has just ended.
const AHEAD_MS: i64 = 60_000;

/// The longest call, in seconds.
const LONGEST: i64 = 24 * 60 * 60;

/// The longest note, in characters.
const MAX_NOTE: usize = 4_000;

/// A call as it was written down, in the form in which the log keeps it.
pub struct Told {
    fact: RecordFact,
    note: String,
}

/// Whether no platform gave this identity: an export that is read again still says so.
pub fn is_written_down(subid: &str) -> bool {
    subid.starts_with(MARK)
}

/// Reads what was written down.
///
/// # Errors
/// `BadNumber` with its flaw; `BadInput` with the `field` that is out of its range.
pub fn read(request: LogCall, fresh: &CallId, now: i64) -> Result<Told, Fault> {
    let number = numbers::read(&request.number).map_err(bad_number)?.digits;
    let own = request
        .tel_a
        .filter(|own| !own.trim().is_empty())
        .map(|own| numbers::read(&own).map_err(|_| bad("tel_a", "the own number is none")))
        .transpose()?;
    if !(1..=now.saturating_add(AHEAD_MS)).contains(&request.started_at) {
        return Err(bad("started_at", "a call can't begin in the future"));
    }
    let connected = request.status == CallStatus::Connected;
    let duration = request.duration.filter(|_| connected);
    if duration.is_some_and(|seconds| !(0..=LONGEST).contains(&seconds)) {
        return Err(bad("duration", "a call takes a day at most"));
    }
    if request.note.chars().count() > MAX_NOTE {
        return Err(bad("note", "a note has at most 4000 characters"));
    }
    Ok(Told {
        fact: RecordFact {
            subid: format!("{MARK}{}", fresh.0),
            status: Some(request.status),
            tel_a: own.map(|own| own.digits),
            tel_b: Some(number),
            started_at: Some(request.started_at),
            ended_at: duration.map(|seconds| request.started_at + seconds * 1000),
            duration,
            by_hand: true,
            ..RecordFact::default()
        },
        note: request.note.trim().to_owned(),
    })
}

/// Takes a call into the log. One that the log knows already learns what was written.
pub fn take(tx: &Tx<'_>, told: Told, now: i64) -> Result<(LoggedCall, Changes), StoreError> {
    let Told { mut fact, note } = told;
    let known = known_to_log(tx, &fact)?;
    let merged = known.is_some();
    if let Some(subid) = known {
        fact.subid = subid;
    }
    let subid = fact.subid.clone();
    let changes = intake::take_records(tx, &[fact], now)?;
    let call = tx.calls().by_subid(&subid)?.map(|row| row.call);
    let call = call.unwrap_or_else(|| bohao_store::call_of_subid(&subid));
    tx.calls().add_note(&call, &note)?;
    let row = tx.calls().get(&call)?.ok_or(StoreError::Stopping)?;
    Ok((LoggedCall { row, merged }, changes))
}

/// The call of `subid` is new in the log: if somebody wrote it down before, the two become one.
pub(crate) fn take_in(tx: &Tx<'_>, subid: &str) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    if is_written_down(subid) {
        return Ok(changes);
    }
    let Some(row) = tx.calls().by_subid(subid)? else {
        return Ok(changes);
    };
    let Some(tel_b) = &row.tel_b else {
        return Ok(changes);
    };
    let Some(written) = nearest(tx, tel_b, row.tel_a.as_deref(), row.at, By::Hand)? else {
        return Ok(changes);
    };
    let note = tx.calls().release(&written.subid)?;
    tx.facts().give(&written.subid, subid)?;
    if let Some(recorded) = tx.calls().record(subid)? {
        changes.note(recorded);
    }
    if let Some(note) = note {
        tx.calls().add_note(&row.call, &note)?;
        tx.calls().hand_on(&written.subid, &row.call)?;
        changes.gone.insert(written.call);
    } else {
        changes.updated.insert(written.call);
    }
    Ok(changes)
}

/// Who told of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Hand,
    Platform,
}

/// The subid of the call that a fact tells of, if the platform or this desk has told of it.
fn known_to_log(tx: &Tx<'_>, fact: &RecordFact) -> Result<Option<String>, StoreError> {
    let (Some(tel_b), Some(started_at)) = (&fact.tel_b, fact.started_at) else {
        return Ok(None);
    };
    let known = nearest(tx, tel_b, fact.tel_a.as_deref(), started_at, By::Platform)?;
    Ok(known.map(|known| known.subid))
}

/// The call of these numbers that began at about `at`.
fn nearest(
    tx: &Tx<'_>,
    tel_b: &str,
    tel_a: Option<&str>,
    at: i64,
    by: By,
) -> Result<Option<Near>, StoreError> {
    let around = at.saturating_sub(TOLERANCE_MS)..=at.saturating_add(TOLERANCE_MS);
    let near = tx.calls().near(tel_b, around)?;
    let fits = |near: &Near| {
        let differ = matches!((&near.tel_a, tel_a), (Some(one), Some(other)) if one != other);
        !differ && is_written_down(&near.subid) == (by == By::Hand)
    };
    Ok(near
        .into_iter()
        .filter(fits)
        .min_by_key(|near| (near.at.abs_diff(at), near.subid.clone())))
}

fn bad_number(flaw: bohao_wire::NumberFlaw) -> Fault {
    let flaw = serde_json::to_value(flaw).unwrap_or_default();
    Fault::new(FaultCode::BadNumber, "the text holds no number").with("flaw", flaw)
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}

#[cfg(test)]
mod tests;
