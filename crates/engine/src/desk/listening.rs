//! What the user leaves with recordings: marks in them, and how they are played.

use super::queries::no_such_call;
use crate::faults;
use crate::ground::Ground;
use crate::preferences::{self, Topic};
use bohao_store::{Store, StoreError, Tx};
use bohao_wire::{
    AddMark, CallId, ChangeMark, Fault, FaultCode, Marks, MarksQuery, Playback, RemoveMark,
    SetPlayback,
};
use std::ops::RangeInclusive;

/// The longest note of a mark, in characters.
const MAX_NOTE: usize = 1_000;
/// The most marks in one recording.
const MAX_MARKS: usize = 1_000;
/// No recording is longer than a day.
const MAX_AT_MS: u64 = 24 * 3600 * 1000;
/// Speeds that speech survives, in hundredths.
const SPEEDS: RangeInclusive<u32> = 75..=200;

pub(super) async fn marks(ground: &Ground, request: MarksQuery) -> Result<Marks, Fault> {
    let read = ground.store.read(move |db| {
        Ok((
            db.calls().get(&request.call)?,
            db.marks().of(&request.call)?,
        ))
    });
    match read.await.map_err(faults::of_store)? {
        (Some(_), marks) => Ok(Marks { marks }),
        (None, _) => Err(no_such_call()),
    }
}

pub(super) async fn add_mark(ground: &Ground, request: AddMark) -> Result<Marks, Fault> {
    check_note(&request.note)?;
    if request.at_ms > MAX_AT_MS {
        return Err(bad("at_ms", "no recording is that long"));
    }
    let added = ground.store.write(move |tx| {
        if tx.calls().get(&request.call)?.is_none() {
            return Ok(Err(no_such_call()));
        }
        if tx.marks().of(&request.call)?.len() >= MAX_MARKS {
            return Ok(Err(bad("call", "the recording is full of marks")));
        }
        tx.marks()
            .add(&request.call, request.at_ms, &request.note)?;
        Ok(Ok(Marks {
            marks: tx.marks().of(&request.call)?,
        }))
    });
    added.await.map_err(faults::of_store)?
}

pub(super) async fn change_mark(ground: &Ground, request: ChangeMark) -> Result<Marks, Fault> {
    check_note(&request.note)?;
    write(ground, move |tx| {
        tx.marks().change(request.mark, &request.note)
    })
    .await
}

pub(super) async fn remove_mark(ground: &Ground, request: RemoveMark) -> Result<Marks, Fault> {
    write(ground, move |tx| tx.marks().remove(request.mark)).await
}

pub(super) async fn set_playback(store: &Store, request: SetPlayback) -> Result<Playback, Fault> {
    if !SPEEDS.contains(&request.playback.speed) {
        return Err(bad("speed", "the speed is 75 to 200 hundredths"));
    }
    preferences::change(store, Topic::Playback, move |playback: &mut Playback| {
        *playback = request.playback;
    })
    .await
}

/// Writes a mark, and reads those of its call.
async fn write(
    ground: &Ground,
    write: impl FnOnce(&Tx<'_>) -> Result<Option<CallId>, StoreError> + Send + 'static,
) -> Result<Marks, Fault> {
    let written = ground.store.write(move |tx| match write(tx)? {
        Some(call) => Ok(Some(tx.marks().of(&call)?)),
        None => Ok(None),
    });
    match written.await.map_err(faults::of_store)? {
        Some(marks) => Ok(Marks { marks }),
        None => Err(Fault::new(FaultCode::NotFound, "there is no such mark")),
    }
}

fn check_note(note: &str) -> Result<(), Fault> {
    if note.chars().count() > MAX_NOTE {
        return Err(bad("note", "a mark's note has at most 1000 characters"));
    }
    Ok(())
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
