//! What the platform pushed of calls that are deleted.

use bohao_platform::without_records;
use bohao_store::{Body, Deletion, Store, StoreError};
use std::collections::HashSet;

/// Bodies that are looked at in one go.
const BATCH: u32 = 1_000;

/// Calls whose identities are kept in mind at a time.
const CALLS: u32 = 10_000;

/// Takes the deleted calls' records out of every body that holds one, and the number of an erased
/// person out of whatever else was pushed. The other records of a body stay as they came.
pub(super) fn clear(store: &Store, deletion: &Deletion) -> Result<(), StoreError> {
    let mut after_call = String::new();
    loop {
        let from = after_call.clone();
        let leaving =
            store.read_blocking(|db| db.deletions().leaving(deletion.id, &from, CALLS))?;
        let subids: HashSet<String> = leaving.iter().filter_map(|one| one.subid.clone()).collect();
        let last = leaving.last().map(|one| one.call.0.clone());
        // The number goes last, once every record of the person can be told no more.
        let person = deletion.person.as_ref().filter(|_| last.is_none());
        let number = person.map(|person| person.number.as_str());
        if !subids.is_empty() || number.is_some() {
            pass(store, &subids, number)?;
        }
        match last {
            Some(last) => after_call = last,
            None => return Ok(()),
        }
    }
}

/// One pass over all bodies.
fn pass(store: &Store, subids: &HashSet<String>, number: Option<&str>) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let bodies = store.read_blocking(|db| db.bodies().after(after, BATCH))?;
        let Some(last) = bodies.last() else {
            return Ok(());
        };
        after = last.id;
        let changed: Vec<(i64, Vec<u8>)> = bodies
            .iter()
            .filter_map(|body| Some((body.id, left_of(body, subids, number)?)))
            .collect();
        if changed.is_empty() {
            continue;
        }
        store.write_without_trace(|tx| {
            for (id, left) in &changed {
                tx.bodies().leave_only(*id, left)?;
            }
            Ok(())
        })?;
    }
}

/// What may stay of a body; nothing if it may stay as it is.
fn left_of(body: &Body, subids: &HashSet<String>, number: Option<&str>) -> Option<Vec<u8>> {
    let gone = |subid: &str| subids.contains(subid);
    let cut = match subids.is_empty() {
        true => None,
        false => without_records(body.content_type.as_deref(), &body.body, &gone),
    };
    let rest = cut.as_deref().unwrap_or(&body.body);
    match number.and_then(|number| blacked_out(rest, number)) {
        Some(rest) => Some(rest),
        None => cut,
    }
}

/// A body with a number's digits blacked out; nothing if it does not hold them. What could not be
/// read as records, or belongs to another call, may still bear the number.
fn blacked_out(body: &[u8], number: &str) -> Option<Vec<u8>> {
    let digits = number.as_bytes();
    if digits.is_empty() || !body.windows(digits.len()).any(|at| at == digits) {
        return None;
    }
    let mut left = body.to_vec();
    for start in 0..=left.len() - digits.len() {
        if left[start..].starts_with(digits) {
            left[start..start + digits.len()].fill(b'*');
        }
    }
    Some(left)
}
