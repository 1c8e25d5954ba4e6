//! What the transactions that place a dial and choose its outcome write of its lead.

use super::{Rules, is_open, rules};
use bohao_store::{NewAttempt, StoreError, Tx};
use bohao_wire::{
    Block, CallRow, CallState, CustomerField, GuardRule, LeadId, LeadRow, LeadState, Outcome,
};

/// For so long a call that was taken, and of which nobody has heard since, may still be going on.
const UNDER_WAY_MS: i64 = 2 * 60 * 60_000;
/// As long as a customer's name, or the text of a field, may be.
const MAX_NAME: usize = 100;
const MAX_FIELD: usize = 1_000;
/// A customer's fields.
const MAX_FIELDS: usize = 100;

/// Whether a lead may be dialled.
pub enum Claim {
    /// It may, if the guard lets it through.
    Free(Box<LeadRow>),
    /// It may not.
    Taken(Block),
}

/// Asks for a lead in the transaction that writes its dial. Of two windows that work one list, the
/// second is told so and dials nothing; and no own number has two calls of lists at a time.
pub fn claim(tx: &Tx<'_>, lead: LeadId, attempt: &NewAttempt) -> Result<Claim, StoreError> {
    let Some(lead) = tx.leads().get(lead)? else {
        return Ok(Claim::Taken(not_its_turn()));
    };
    let list = tx.lists().get(lead.list)?;
    let waits = matches!(
        lead.state,
        LeadState::Open | LeadState::Waiting | LeadState::Skipped
    );
    // Another window may have dialled it meanwhile; whoever wants it before its time puts it back first.
    let rests = lead.state == LeadState::Waiting && lead.next_at.is_some_and(|at| at > attempt.at);
    if !waits || rests || lead.number != attempt.tel_b || !list.as_ref().is_some_and(is_open) {
        return Ok(Claim::Taken(not_its_turn()));
    }
    let since = attempt.at - UNDER_WAY_MS;
    match tx.calls().not_over(&attempt.tel_a, since)? {
        Some(row) => Ok(Claim::Taken(under_way(row))),
        None => Ok(Claim::Free(Box::new(lead))),
    }
}

/// Writes the dial down with its lead. Whoever is dialled becomes a customer, so that the log knows
/// the name from now on: `true` if that told anything new.
pub fn dialled(tx: &Tx<'_>, lead: &LeadRow, attempt: &NewAttempt) -> Result<bool, StoreError> {
    tx.leads().dial(lead, &attempt.call, attempt.at)?;
    let fields = tx.leads().text(lead.lead)?.map(|text| text.fields);
    let fields: Vec<CustomerField> = fields
        .unwrap_or_default()
        .into_iter()
        .take(MAX_FIELDS)
        .map(|field| CustomerField {
            text: cut(&field.text, MAX_FIELD),
            ..field
        })
        .collect();
    let (name, company) = (cut(&lead.name, MAX_NAME), cut(&lead.company, MAX_NAME));
    let met = tx
        .customers()
        .meet(&lead.number, &name, &company, &fields, attempt.at)?;
    Ok(met.is_some_and(|met| met.new || met.learnt))
}

/// Says what came of a lead's latest dial, in the transaction that keeps its outcome.
pub fn told(
    tx: &Tx<'_>,
    lead: &LeadRow,
    row: &CallRow,
    chosen: Option<&Outcome>,
    agreed: Option<i64>,
    now: i64,
) -> Result<(), StoreError> {
    let rules = tx.lists().get(lead.list)?.map(|list| Rules::from(&list));
    let left = !matches!(row.state, CallState::Refused | CallState::NotSent);
    // Whoever put a lead back by hand, or aside, has decided on it since.
    let stands = matches!(
        lead.state,
        LeadState::Called | LeadState::Waiting | LeadState::Done
    );
    let (state, next_at) = match rules {
        Some(rules) if left && stands => {
            let after = rules::after(rules, chosen, agreed, lead.tries, now);
            match after.state {
                // A later outcome does not bring back whoever wants no calls.
                LeadState::Waiting if tx.do_not_call().of(&lead.number)?.is_some() => {
                    (LeadState::Barred, None)
                }
                state => (state, after.next_at),
            }
        }
        _ => (lead.state, lead.next_at),
    };
    let outcome = chosen.map(|outcome| outcome.outcome);
    tx.leads().tell(lead.lead, outcome, state, next_at)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn not_its_turn() -> Block {
    Block {
        rule: GuardRule::Lead,
        count: 0,
        limit: 0,
        frees_at: None,
        call: None,
        why: None,
    }
}

fn under_way(row: CallRow) -> Block {
    Block {
        rule: GuardRule::UnderWay,
        count: 1,
        limit: 1,
        frees_at: Some(row.at + UNDER_WAY_MS),
        call: Some(row.call),
        why: None,
    }
}
