//! Calls that something is to be done with.

use crate::faults;
use bohao_store::Store;
use bohao_wire::{CallId, CallsQuery, Fault, RecordingState, Selection};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// The calls of a selection, as they stand at one instant.
///
/// # Errors
/// A fault of the database.
pub async fn calls(store: &Store, selection: Selection) -> Result<Vec<CallId>, Fault> {
    let (query, except) = match selection {
        Selection::Calls { calls } => return Ok(calls),
        Selection::Fitting { query, except } => (query, except),
    };
    let except: HashSet<CallId> = except.into_iter().collect();
    let read = store.read(move |db| {
        let mut calls = Vec::new();
        db.calls().each(&query, u64::MAX, |row, _| {
            if !except.contains(&row.call) {
                calls.push(row.call);
            }
            ControlFlow::Continue(())
        })?;
        Ok(calls)
    });
    read.await.map_err(faults::of_store)
}

/// The same, without calls that a question finds and whose recording is not on this computer.
///
/// # Errors
/// A fault of the database.
pub async fn recorded(store: &Store, selection: Selection) -> Result<Vec<CallId>, Fault> {
    let selection = match selection {
        Selection::Fitting { query, except } if query.recording.is_none() => Selection::Fitting {
            query: Box::new(CallsQuery {
                recording: Some(RecordingState::Saved),
                ..*query
            }),
            except,
        },
        other => other,
    };
    calls(store, selection).await
}
