//! Whose turn it is in a list.

use super::no_list;
use crate::beijing::minute_of_day;
use crate::ground::Ground;
use crate::preferences::{Topic, decoded};
use crate::{customers, dialing, faults, guard};
use bohao_store::{Db, StoreError, Turns};
use bohao_wire::{
    Block, CallList, Fault, GuardRule, GuardRules, LeadCard, LeadRow, NextLead, Work, WorkQuery,
};

/// Leads that are looked at for one that may be dialled. So many that were called too often lately
/// stand before nobody.
const LOOKED_AT: u32 = 200;
/// Leads that are shown behind the one whose turn it is.
const SHOWN: usize = 8;

/// Tells whose turn it is.
///
/// # Errors
/// `NotFound` without such a list.
pub async fn work(ground: &Ground, request: WorkQuery) -> Result<Work, Fault> {
    let now = ground.dialing.clock.now();
    let read = ground.store.read(move |db| at(db, &request, now)).await;
    read.map_err(faults::of_store)?.ok_or_else(no_list)
}

fn at(db: &Db<'_>, request: &WorkQuery, now: i64) -> Result<Option<Work>, StoreError> {
    let Some(list) = db.lists().get(request.list)? else {
        return Ok(None);
    };
    let asked = match request.lead {
        Some(lead) => db.leads().get(lead)?.filter(|lead| lead.list == list.list),
        None => None,
    };
    let asked = match asked {
        Some(lead) => Some(lead),
        None => db.leads().called(list.list)?,
    };
    let (lead, next) = queue(db, &list, asked, now)?;
    let back = match &lead {
        Some(lead) => db.leads().before(lead)?,
        None => db.leads().latest(list.list)?,
    };
    let next_at = match &lead {
        None => soonest(db, &list, &next)?,
        Some(_) => None,
    };
    Ok(Some(Work {
        lead: match lead {
            Some(lead) => Some(card(db, lead, now)?),
            None => None,
        },
        next,
        next_at,
        back,
        outcomes: db.leads().outcomes(list.list)?,
        list,
    }))
}

/// The lead to show, and who comes after it. Whoever is stopped for a while has no turn, and is told
/// with what stops it.
fn queue(
    db: &Db<'_>,
    list: &CallList,
    asked: Option<LeadRow>,
    now: i64,
) -> Result<(Option<LeadRow>, Vec<NextLead>), StoreError> {
    let turns = Turns {
        list: list.list,
        order: list.order,
        now,
        hour: minute_of_day(now) / 60,
    };
    let rules: GuardRules = decoded(db.settings().get(Topic::Guard.key())?.as_deref());
    let mut shown = asked;
    let mut next = Vec::new();
    for lead in db.leads().upcoming(turns, LOOKED_AT)? {
        if shown.as_ref().is_some_and(|shown| shown.lead == lead.lead) {
            continue;
        }
        if shown.is_some() && next.len() == SHOWN {
            break;
        }
        let history = dialing::history(db, &rules, &lead.number, now)?;
        let verdict = guard::judge(&rules, &lead.number, &history, now);
        let block = verdict.block.filter(stops_this_one);
        if shown.is_none() && block.is_none() {
            shown = Some(lead);
        } else if next.len() < SHOWN {
            next.push(NextLead { lead, block });
        }
    }
    Ok((shown, next))
}

/// When somebody may have a turn, if nobody has one now.
fn soonest(db: &Db<'_>, list: &CallList, next: &[NextLead]) -> Result<Option<i64>, StoreError> {
    let freed = next
        .iter()
        .filter_map(|next| next.block.as_ref()?.frees_at)
        .min();
    let due = db.leads().next_at(list.list)?;
    Ok(freed.into_iter().chain(due).min())
}

/// Whether a rule stops this number and not all of them.
fn stops_this_one(block: &Block) -> bool {
    match block.rule {
        GuardRule::Gap
        | GuardRule::Per5min
        | GuardRule::Per24h
        | GuardRule::DoNotCall
        | GuardRule::Pattern
        | GuardRule::Lead => true,
        GuardRule::Hours
        | GuardRule::PerDay
        | GuardRule::UnderWay
        | GuardRule::Outcome
        | GuardRule::Loss => false,
    }
}

fn card(db: &Db<'_>, lead: LeadRow, now: i64) -> Result<LeadCard, StoreError> {
    let rules: GuardRules = decoded(db.settings().get(Topic::Guard.key())?.as_deref());
    let history = dialing::history(db, &rules, &lead.number, now)?;
    let known = customers::known(db, &lead.number)?;
    let numbers = match &known.customer {
        Some(customer) => customer.numbers.clone(),
        None => vec![lead.number.clone()],
    };
    let call = match &lead.call {
        Some(call) => db.calls().get(call)?,
        None => None,
    };
    let last = match &call {
        Some(call) => db.calls().latest_but(&numbers, &call.call)?,
        None => known.last,
    };
    let text = db.leads().text(lead.lead)?;
    let (note, fields) = text.map_or_else(Default::default, |text| (text.note, text.fields));
    Ok(LeadCard {
        guard: guard::judge(&rules, &lead.number, &history, now),
        do_not_call: db.do_not_call().of(&lead.number)?,
        note,
        fields,
        customer: known.customer,
        calls: known.calls,
        last,
        call,
        lead,
    })
}
