//! What senders pushed and what they were answered, held against what the relay has.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use super::chance::Chance;
use crate::{socket::try_send, within::Seat};

/// Every body of one seat. Senders push one body after the other, each its own.
#[derive(Default)]
pub(super) struct Ledger {
    entries: Mutex<HashMap<Vec<u8>, Entry>>,
    acknowledged: AtomicUsize,
}

struct Entry {
    sender: usize,
    /// Its place among its sender's bodies.
    place: usize,
    is_acknowledged: bool,
}

/// What must never be seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A body that was answered 200 is not there.
    Lost { sender: usize, place: usize },
    /// The numbers are not 1, 2, 3 and so on.
    Hole { expected: i64, found: i64 },
    /// What is there was never pushed: a part of a body, or a mixture.
    Foreign { seq: i64, bytes: usize },
    /// A sender's later body has a lower number than an earlier one.
    ChangedPlaces { sender: usize, place: usize },
    /// A body is there twice.
    Twice { seq: i64 },
}

impl Ledger {
    /// The next body of a sender, noted before it is sent.
    pub(super) fn draw(&self, sender: usize, place: usize, chance: &mut Chance) -> Vec<u8> {
        let length = match chance.within(0..20) {
            0..2 => chance.within(20_000..90_000),
            2..5 => chance.within(2000..9000),
            _ => chance.within(0..900),
        };
        let mut body = format!("{sender}/{place}/").into_bytes();
        body.extend(chance.bytes(length));
        let entry = Entry {
            sender,
            place,
            is_acknowledged: false,
        };
        let known = self.entries.lock().unwrap().insert(body.clone(), entry);
        assert!(known.is_none(), "every body is another one");
        body
    }

    /// Pushes a body; tells the status, or `None` if nobody answered.
    pub(super) fn push(&self, seat: &Seat, body: &[u8]) -> Option<u16> {
        let answer = try_send(seat.address, "POST", &seat.push_path, "", body);
        let status = answer.map(|answer| answer.status);
        if status == Some(200) {
            self.acknowledge(body);
        }
        status
    }

    pub(super) fn acknowledge(&self, body: &[u8]) {
        let mut entries = self.entries.lock().unwrap();
        entries.get_mut(body).unwrap().is_acknowledged = true;
        self.acknowledged.fetch_add(1, SeqCst);
    }

    /// Counts another ledger's answers as well.
    pub(super) fn add(&self, other: &Ledger) {
        self.acknowledged.fetch_add(other.acknowledged(), SeqCst);
    }

    /// How many bodies were answered 200.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.load(SeqCst)
    }

    /// Holds all that the seat has against what was pushed.
    pub(super) fn flaws(&self, stored: &[(i64, Vec<u8>)]) -> Vec<Flaw> {
        let entries = self.entries.lock().unwrap();
        let acknowledged = entries
            .iter()
            .filter(|(_, entry)| entry.is_acknowledged)
            .map(|(body, _)| body.as_slice());
        flaws(&entries, acknowledged, stored)
    }

    /// As [`Ledger::flaws`], if no more than these had been answered 200.
    pub(super) fn flaws_of<'a>(
        &self,
        acknowledged: impl Iterator<Item = &'a [u8]>,
        stored: &[(i64, Vec<u8>)],
    ) -> Vec<Flaw> {
        flaws(&self.entries.lock().unwrap(), acknowledged, stored)
    }
}

fn flaws<'a>(
    entries: &HashMap<Vec<u8>, Entry>,
    acknowledged: impl Iterator<Item = &'a [u8]>,
    stored: &[(i64, Vec<u8>)],
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut seen: HashMap<&[u8], i64> = HashMap::new();
    let mut last_place: HashMap<usize, usize> = HashMap::new();
    for (expected, (seq, body)) in (1..).zip(stored) {
        let found = *seq;
        if found != expected {
            flaws.push(Flaw::Hole { expected, found });
        }
        let Some(Entry { sender, place, .. }) = entries.get(body) else {
            let bytes = body.len();
            flaws.push(Flaw::Foreign { seq: found, bytes });
            continue;
        };
        let (sender, place) = (*sender, *place);
        if seen.insert(body, found).is_some() {
            flaws.push(Flaw::Twice { seq: found });
        }
        let before = last_place.insert(sender, place);
        if before.is_some_and(|before| before > place) {
            flaws.push(Flaw::ChangedPlaces { sender, place });
        }
    }
    for body in acknowledged.filter(|body| !seen.contains_key(body)) {
        let Entry { sender, place, .. } = entries[body];
        flaws.push(Flaw::Lost { sender, place });
    }
    flaws
}
