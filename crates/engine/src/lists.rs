//! Calling lists: leads that are worked one by one.
//!
//! A list decides whose turn it is, and nothing more: it never dials by itself, and a lead's dial
//! goes the way of every dial ([`crate::dialing`]). How a lead stands is in the database at every
//! instant, written in the transactions that place its dial and choose its outcome, so whoever
//! opens the desk next goes on where the last one stopped.

mod dialled;
mod rules;
mod work;

use crate::dialing::Order;
use crate::ground::Ground;
use crate::preferences::{Topic, decoded};
use crate::{faults, guard};
use bohao_store::{Store, StoreError, Tx};
use bohao_wire::{
    CallList, ChangeList, DialLead, Done, Fault, FaultCode, GuardRules, LeadRow, LeadState,
    LeadTurn, LeadsPage, LeadsQuery, ListFigures, ListId, ListScript, ListState, Lists, Placed,
    RemoveList, TurnLead,
};

pub use dialled::{Claim, claim, dialled, told};
pub use rules::Rules;
pub use work::work;

/// The longest name of a list, in characters.
const MAX_NAME: usize = 60;
/// The longest countdown, in seconds.
const MAX_COUNTDOWN: u32 = 10;
/// The most tries of a lead.
const MAX_TRIES: u32 = 20;
/// The shortest and the longest wait between two tries, in minutes.
const MIN_APART: u32 = 5;
const MAX_APART: u32 = 7 * 24 * 60;
/// Leads that are removed in one transaction.
const PORTION: u32 = 2_000;

/// The lists there are.
///
/// # Errors
/// A fault of the database.
pub async fn all(ground: &Ground) -> Result<Lists, Fault> {
    let read = ground.store.read(|db| db.lists().all()).await;
    read.map(|lists| Lists { lists }).map_err(faults::of_store)
}

/// A page of a list's leads.
///
/// # Errors
/// `NotFound` without such a list.
pub async fn page(ground: &Ground, request: LeadsQuery) -> Result<LeadsPage, Fault> {
    let limit = match request.limit {
        0 => 100,
        limit => limit.min(1000),
    };
    let read = ground.store.read(move |db| {
        let Some(list) = db.lists().get(request.list)? else {
            return Ok(None);
        };
        let LeadsQuery {
            list: id,
            state,
            search,
            offset,
            ..
        } = request;
        let (rows, total) = match search.as_deref().unwrap_or_default().trim() {
            "" => (
                db.leads().page(id, state, offset, limit)?,
                u64::from(count(&list.figures, state)),
            ),
            search => db.leads().found(id, state, search, offset, limit)?,
        };
        Ok(Some(LeadsPage { rows, total }))
    });
    read.await.map_err(faults::of_store)?.ok_or_else(no_list)
}

/// Dials a lead.
///
/// # Errors
/// `NotFound` without such a lead; as [`crate::dialing::Dialing::place`].
pub async fn dial(ground: &Ground, request: DialLead) -> Result<Placed, Fault> {
    let lead = request.lead;
    let read = ground.store.read(move |db| db.leads().get(lead)).await;
    let lead = read.map_err(faults::of_store)?.ok_or_else(no_lead)?;
    let order = Order {
        number: lead.number,
        tel_a: request.tel_a,
        ticket: request.ticket,
        lead: Some(lead.lead),
    };
    ground.dialing.place(order).await
}

/// Changes a list.
///
/// # Errors
/// `BadInput` for what is out of its range, `NotFound` without such a list or script.
pub async fn change(ground: &Ground, request: ChangeList) -> Result<CallList, Fault> {
    let new_name = request.name.as_deref().map(name).transpose()?;
    for (field, value, range) in [
        ("countdown", request.countdown, 0..=MAX_COUNTDOWN),
        ("tries", request.tries, 1..=MAX_TRIES),
        (
            "apart_minutes",
            request.apart_minutes,
            MIN_APART..=MAX_APART,
        ),
    ] {
        if value.is_some_and(|value| !range.contains(&value)) {
            return Err(bad(field, "the figure is out of its range"));
        }
    }
    let written = ground.store.write(move |tx| {
        let Some(known) = tx.lists().get(request.list)? else {
            return Ok(None);
        };
        let script = match request.script {
            None => known.script,
            Some(ListScript::Common) => None,
            Some(ListScript::Own { script }) => {
                let scripts = tx.scripts().all()?;
                if !scripts.iter().any(|one| one.script == script) {
                    return Ok(None);
                }
                Some(script)
            }
        };
        tx.lists().change(&CallList {
            name: new_name.unwrap_or(known.name),
            state: request.state.unwrap_or(known.state),
            order: request.order.unwrap_or(known.order),
            countdown: request.countdown.unwrap_or(known.countdown),
            tries: request.tries.unwrap_or(known.tries),
            apart_minutes: request.apart_minutes.unwrap_or(known.apart_minutes),
            script,
            ..known
        })?;
        tx.lists().get(request.list)
    });
    let changed = written.await.map_err(faults::of_store)?;
    let changed = changed.ok_or_else(no_list)?;
    ground.lists_changed();
    Ok(changed)
}

/// Removes a list with its leads.
///
/// # Errors
/// `NotFound` without such a list.
pub async fn remove(ground: &Ground, request: RemoveList) -> Result<Done, Fault> {
    let list = request.list;
    let begun = ground.store.write(move |tx| match tx.lists().get(list)? {
        Some(_) => tx.lists().begin_removal(list),
        None => Ok(false),
    });
    if !begun.await.map_err(faults::of_store)? {
        return Err(no_list());
    }
    ground.lists_changed();
    let store = ground.store.clone();
    let removed = tokio::task::spawn_blocking(move || remove_whole(&store, list)).await;
    match removed {
        // Nobody sees it any more. What is left of it goes as soon as there is room.
        Ok(Err(fault)) if fault.code == FaultCode::DiskFull => ground.imports.look_after(),
        Ok(removed) => removed?,
        Err(_) => {
            return Err(Fault::new(
                FaultCode::Internal,
                "the removal was interrupted",
            ));
        }
    }
    Ok(Done::Done)
}

/// Changes whose turn it is.
///
/// # Errors
/// `NotFound` without such a lead; `BadInput` if this one's turn can't be changed so: its call has no
/// outcome yet, its number is not to be called, or the other lead is of another list.
pub async fn turn(ground: &Ground, request: TurnLead) -> Result<LeadRow, Fault> {
    let now = ground.dialing.clock.now();
    let written = ground.store.write(move |tx| {
        let Some(lead) = tx.leads().get(request.lead)? else {
            return Ok(Err(no_lead()));
        };
        match turned(tx, &lead, request.turn, now)? {
            true => Ok(tx.leads().get(request.lead)?.ok_or_else(no_lead)),
            false => Ok(Err(bad("turn", "this lead's turn can't be changed so"))),
        }
    });
    let lead = written.await.map_err(faults::of_store)??;
    ground.lists_changed();
    Ok(lead)
}

/// A list's name, if it is one.
///
/// # Errors
/// `BadInput` for one that is empty or too long.
pub fn name(text: &str) -> Result<String, Fault> {
    let name = text.trim();
    match name.chars().count() {
        1..=MAX_NAME => Ok(name.to_owned()),
        _ => Err(bad("name", "a list's name has 1 to 60 characters")),
    }
}

/// Removes what a program that is gone left of lists that were being made, or removed.
///
/// # Errors
/// A fault of the database.
pub fn recover(store: &Store) -> Result<(), Fault> {
    let unfinished = store
        .read_blocking(|db| db.lists().unfinished())
        .map_err(faults::of_store)?;
    unfinished
        .into_iter()
        .try_for_each(|list| remove_whole(store, list))
}

/// Removes a list with its leads, on this thread.
///
/// # Errors
/// A fault of the database.
pub fn remove_whole(store: &Store, list: ListId) -> Result<(), Fault> {
    let remove = || -> Result<(), StoreError> {
        store.write_blocking(|tx| tx.lists().begin_removal(list))?;
        loop {
            let leads = store.fitting(PORTION);
            if !store.write_blocking(|tx| tx.lists().remove_some(list, leads))? {
                return Ok(());
            }
        }
    };
    remove().map_err(faults::of_store)
}

fn turned(tx: &Tx<'_>, lead: &LeadRow, turn: LeadTurn, now: i64) -> Result<bool, StoreError> {
    let leads = tx.leads();
    // What came of a call is said before anything else becomes of its lead.
    let settled = !matches!(lead.state, LeadState::Called | LeadState::Barred);
    match turn {
        LeadTurn::First => return leads.put_before(lead, None),
        LeadTurn::Before { lead: other } if other != lead.lead => {
            return leads.put_before(lead, Some(other));
        }
        LeadTurn::Before { .. } => {}
        _ if !settled => return Ok(false),
        LeadTurn::Skip => leads.turn(lead.lead, LeadState::Skipped, None, now)?,
        LeadTurn::Open if tx.do_not_call().of(&lead.number)?.is_some() => return Ok(false),
        LeadTurn::Open => leads.reopen(lead.lead)?,
        LeadTurn::LaterToday => {
            let rules: GuardRules = decoded(tx.settings().get(Topic::Guard.key())?.as_deref());
            let later = rules::later_today(now, guard::closes_at(&rules, now));
            leads.turn(lead.lead, LeadState::Waiting, Some(later), now)?;
        }
    }
    Ok(true)
}

fn count(figures: &ListFigures, state: Option<LeadState>) -> u32 {
    match state {
        None => figures.leads,
        Some(LeadState::Open) => figures.open,
        Some(LeadState::Waiting) => figures.waiting,
        Some(LeadState::Called) => figures.called,
        Some(LeadState::Done) => figures.done,
        Some(LeadState::Skipped) => figures.skipped,
        Some(LeadState::Barred) => figures.barred,
    }
}

/// Whether leads of a list may be dialled.
fn is_open(list: &CallList) -> bool {
    list.state == ListState::Open
}

fn no_list() -> Fault {
    Fault::new(FaultCode::NotFound, "there is no such list").with("what", "list")
}

fn no_lead() -> Fault {
    Fault::new(FaultCode::NotFound, "there is no such lead").with("what", "lead")
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
