//! What came of a call, chosen by whoever made it, and what that does.
//!
//! Everything that a choice does is written in the transaction that keeps it: the outcome, the wish
//! to call again, the number's place on the do-not-call table. Nothing here takes a number from
//! that table; only lifting it with a reason does.

use crate::ground::Ground;
use crate::preferences::{Topic, decoded, encoded};
use crate::{faults, guard, lists};
use bohao_store::{Db, NewDoNotCall, NewFollowUp, StoreError, Tx};
use bohao_wire::{
    AddOutcome, CallId, CallRow, ChangeOutcome, DoNotCallSource, Done, Fault, FaultCode,
    FollowUpKind, LeadRow, LiftDoNotCall, OrderOutcomes, Outcome, OutcomeEffect, OutcomeId,
    Outcomes, RemoveOutcome, RequireOutcome, SetOutcome,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const HOUR_MS: i64 = 3_600_000;
/// Whoever calls so much earlier than was agreed on has kept the appointment.
const EARLY_MS: i64 = HOUR_MS / 4;
/// The longest name of an outcome, in characters.
const MAX_NAME: usize = 20;
/// The longest wait of "try again": a year.
const MAX_HOURS: u32 = 8_760;
/// More outcomes than this help nobody.
const MAX_OUTCOMES: usize = 50;
/// The longest word why, in characters.
const MAX_WHY: usize = 200;
/// The longest reason for lifting a number, in characters.
const MAX_REASON: usize = 500;

/// What was decided on outcomes beside the outcomes themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Asking {
    /// Whether the last call needs an outcome before the next dial.
    required: bool,
}

/// The outcomes there are.
///
/// # Errors
/// A fault of the database.
pub async fn all(ground: &Ground) -> Result<Outcomes, Fault> {
    let read = ground.store.read(read).await;
    read.map_err(faults::of_store)
}

/// Chooses the outcome of a call, and does what it says.
///
/// # Errors
/// `NotFound` without such a call or outcome; `BadInput` for a follow-up in the past or a word why
/// that is too long.
pub async fn set(ground: &Ground, request: SetOutcome, now: i64) -> Result<CallRow, Fault> {
    if request.follow_up_at.is_some_and(|at| at <= now) {
        return Err(bad("follow_up_at", "a follow-up lies in the future"));
    }
    let why = request.why.as_deref().unwrap_or_default().trim();
    if why.chars().count() > MAX_WHY {
        return Err(bad("why", "the word why has at most 200 characters"));
    }
    let call = request.call.clone();
    // Lists go by the hour that dials are written down with.
    let turn = ground.dialing.clock.now();
    let written = ground
        .store
        .write(move |tx| choose(tx, &request, now, turn))
        .await;
    let chosen = written.map_err(faults::of_store)?.ok_or_else(|| {
        Fault::new(
            FaultCode::NotFound,
            "there is no such call, or no such outcome",
        )
    })?;
    (ground.changed)(call);
    ground.follow_ups_changed();
    if chosen.lead.is_some() {
        ground.lists_changed();
    }
    Ok(chosen.row)
}

/// Adds an outcome at the end.
///
/// # Errors
/// `BadInput` for a name or hours out of range, or one outcome too many.
pub async fn add(ground: &Ground, request: AddOutcome) -> Result<Outcomes, Fault> {
    let name = name(&request.name)?;
    effect(request.effect)?;
    let written = ground
        .store
        .write(move |tx| {
            if tx.outcomes().all()?.len() >= MAX_OUTCOMES {
                return Ok(None);
            }
            tx.outcomes().add(&name, request.colour, request.effect)?;
            read(&tx.db()).map(Some)
        })
        .await;
    let added = written.map_err(faults::of_store)?;
    added.ok_or_else(|| bad("outcome", "there are 50 outcomes already"))
}

/// Changes an outcome.
///
/// # Errors
/// `BadInput` for a name or hours out of range, `NotFound` without such an outcome.
pub async fn change(ground: &Ground, request: ChangeOutcome) -> Result<Outcomes, Fault> {
    let name = request.name.as_deref().map(name).transpose()?;
    request.effect.map(effect).transpose()?;
    let written = ground
        .store
        .write(move |tx| {
            let Some(known) = tx.outcomes().get(request.outcome)? else {
                return Ok(None);
            };
            tx.outcomes().change(&Outcome {
                name: name.unwrap_or(known.name),
                colour: request.colour.unwrap_or(known.colour),
                effect: request.effect.unwrap_or(known.effect),
                archived: request.archived.unwrap_or(known.archived),
                ..known
            })?;
            read(&tx.db()).map(Some)
        })
        .await;
    let changed = written.map_err(faults::of_store)?;
    changed.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such outcome"))
}

/// Puts the outcomes in order.
///
/// # Errors
/// `BadInput` if one is named twice.
pub async fn order(ground: &Ground, request: OrderOutcomes) -> Result<Outcomes, Fault> {
    let named: BTreeSet<OutcomeId> = request.outcomes.iter().copied().collect();
    if named.len() != request.outcomes.len() || named.len() > MAX_OUTCOMES {
        return Err(bad("outcomes", "each outcome is named once"));
    }
    let written = ground
        .store
        .write(move |tx| {
            tx.outcomes().order(&request.outcomes)?;
            read(&tx.db())
        })
        .await;
    written.map_err(faults::of_store)
}

/// Removes an outcome, or archives one that was ever chosen.
///
/// # Errors
/// A fault of the database.
pub async fn remove(ground: &Ground, request: RemoveOutcome) -> Result<Outcomes, Fault> {
    let written = ground
        .store
        .write(move |tx| {
            tx.outcomes().remove(request.outcome)?;
            read(&tx.db())
        })
        .await;
    written.map_err(faults::of_store)
}

/// Says whether the last call needs an outcome before the next dial.
///
/// # Errors
/// A fault of the database.
pub async fn require(ground: &Ground, request: RequireOutcome) -> Result<Outcomes, Fault> {
    let asking = Asking {
        required: request.required,
    };
    let written = ground
        .store
        .write(move |tx| {
            tx.settings()
                .set(Topic::Outcomes.key(), &encoded(&asking))?;
            read(&tx.db())
        })
        .await;
    written.map_err(faults::of_store)
}

/// Lets a number be called again.
///
/// # Errors
/// `BadInput` without a reason, `NotFound` if the number may be called.
pub async fn lift(ground: &Ground, request: LiftDoNotCall, now: i64) -> Result<Done, Fault> {
    let reason = request.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        let message = "lifting a number needs a reason of 1 to 500 characters";
        return Err(bad("reason", message));
    }
    let written = ground
        .store
        .write(move |tx| {
            let lifted = tx.do_not_call().lift(&request.number, &reason, now)?;
            if lifted {
                guard::log::lifted(tx, now, &request.number, &reason)?;
            }
            Ok(lifted)
        })
        .await;
    match written.map_err(faults::of_store)? {
        true => {
            ground.lists_changed();
            Ok(Done::Done)
        }
        false => Err(Fault::new(FaultCode::NotFound, "the number may be called")),
    }
}

/// The last dial, if it needs an outcome before the next one.
pub fn asked_for(db: &Db<'_>) -> Result<Option<CallId>, StoreError> {
    let asking: Asking = decoded(db.settings().get(Topic::Outcomes.key())?.as_deref());
    match asking.required {
        true => db.outcomes().unasked(),
        false => Ok(None),
    }
}

fn read(db: &Db<'_>) -> Result<Outcomes, StoreError> {
    let asking: Asking = decoded(db.settings().get(Topic::Outcomes.key())?.as_deref());
    Ok(Outcomes {
        outcomes: db.outcomes().all()?,
        required: asking.required,
    })
}

/// A choice that was kept.
struct Chosen {
    row: CallRow,
    /// The lead whose latest dial the call is, if it is one's.
    lead: Option<LeadRow>,
}

/// Nothing if there is no such call, or no such outcome.
fn choose(
    tx: &Tx<'_>,
    request: &SetOutcome,
    now: i64,
    turn: i64,
) -> Result<Option<Chosen>, StoreError> {
    let (calls, outcomes) = (tx.calls(), tx.outcomes());
    let Some(row) = calls.get(&request.call)? else {
        return Ok(None);
    };
    let chosen = match request.outcome {
        None => None,
        Some(id) => match outcomes.get(id)? {
            None => return Ok(None),
            chosen => chosen,
        },
    };
    let by = request.by.as_deref().unwrap_or("desk");
    let by: String = by.chars().take(MAX_NAME).collect();
    let new = outcomes.choose(&request.call, request.outcome, now, &by)?;
    let lead = tx.leads().of_call(&request.call)?;
    // The same key pressed again wishes for nothing anew, unless it names another time.
    if new || request.follow_up_at.is_some() {
        take_effect(tx, &row, chosen.as_ref(), request, lead.as_ref(), now)?;
        if let Some(lead) = &lead {
            let agreed = request.follow_up_at;
            lists::told(tx, lead, &row, chosen.as_ref(), agreed, turn)?;
        }
    }
    let row = calls.get(&request.call)?;
    Ok(row.map(|row| Chosen { row, lead }))
}

fn take_effect(
    tx: &Tx<'_>,
    row: &CallRow,
    chosen: Option<&Outcome>,
    request: &SetOutcome,
    lead: Option<&LeadRow>,
    now: i64,
) -> Result<(), StoreError> {
    let wishes = tx.follow_ups();
    // What was agreed on beside the outcome outlives another choice, which only replaces what the
    // former one has left.
    let by_hand = request.follow_up_at.is_none() && wishes.by_hand(&row.call)?;
    if !by_hand {
        wishes.drop_of_call(&row.call, now)?;
    }
    let (Some(number), Some(chosen)) = (&row.tel_b, chosen) else {
        return Ok(());
    };
    wishes.settle_again(number, now)?;
    wishes.settle_due(row, EARLY_MS, now)?;
    let (kind, due_at) = match (chosen.effect, request.follow_up_at) {
        (OutcomeEffect::DoNotCall, _) => {
            wishes.drop_of_number(number, now)?;
            let added = tx.do_not_call().add(&NewDoNotCall {
                number: number.clone(),
                since: now,
                reason: chosen.name.clone(),
                source: DoNotCallSource::Outcome,
                call: Some(row.call.clone()),
            })?;
            return match added {
                true => guard::log::barred(tx, now, number, &chosen.name),
                false => Ok(()),
            };
        }
        (_, Some(at)) => (FollowUpKind::FollowUp, at),
        // Its list tries the lead again by itself, and nobody has to be reminded of it.
        (OutcomeEffect::Again { .. }, None) if lead.is_some() => return Ok(()),
        (OutcomeEffect::Again { hours }, None) => {
            (FollowUpKind::Again, now + i64::from(hours) * HOUR_MS)
        }
        (OutcomeEffect::Done | OutcomeEffect::FollowUp, None) => return Ok(()),
    };
    // Whoever wants no calls is on nobody's list of calls to make.
    if by_hand || tx.do_not_call().of(number)?.is_some() {
        return Ok(());
    }
    let why = request.why.as_deref().unwrap_or_default().trim();
    let wish = NewFollowUp {
        number: number.clone(),
        call: Some(row.call.clone()),
        kind,
        due_at,
        meant: None,
        why: why.to_owned(),
        by_hand: false,
    };
    wishes.add(&wish, now)?;
    Ok(())
}

fn name(text: &str) -> Result<String, Fault> {
    let name = text.trim();
    match name.chars().count() {
        1..=MAX_NAME => Ok(name.to_owned()),
        _ => Err(bad("name", "an outcome's name has 1 to 20 characters")),
    }
}

fn effect(effect: OutcomeEffect) -> Result<(), Fault> {
    match effect {
        OutcomeEffect::Again { hours } if !(1..=MAX_HOURS).contains(&hours) => {
            Err(bad("hours", "an outcome waits 1 to 8760 hours"))
        }
        _ => Ok(()),
    }
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
