//! What the log comes to over some days, and how that compares with the days before.

mod figures;
mod picture;
mod range;
mod saving;
mod sheet;
#[cfg(test)]
mod tests;

pub use figures::{average, rate};
pub use range::{Compared, of as days};
pub use saving::ReportFile;

use crate::beijing::DAY_MS;
use crate::faults;
use crate::ground::Ground;
use bohao_sheets::masked_text;
use bohao_store::{Db, Store, StoreError, WhyNot};
use bohao_wire::{
    CallFigures, CallList, Fault, NotConnectedFor, Outcome, OutcomeMark, Report, ReportBar,
    ReportHour, ReportList, ReportOutcome, ReportOwnNumber, ReportQuery, ReportReason,
};
use figures::plus;
use std::collections::BTreeMap;
use std::time::Duration;

/// Reasons that are told one by one.
const REASONS: usize = 12;
/// Own numbers that are told one by one.
const OWN_NUMBERS: usize = 100;

/// Rows that are summed at a time.
const BATCH: u32 = 5_000;
/// What is left to others after each.
const PAUSE: Duration = Duration::from_millis(20);

/// What the calls of some days come to.
///
/// # Errors
/// `BadInput` for days that no calendar has, that are out of order or too many; a fault of the
/// database.
pub async fn report(ground: &Ground, request: &ReportQuery, now: i64) -> Result<Report, Fault> {
    let days = days(&request.range, now)?;
    let read = ground.store.read(move |db| {
        let report = read(db, &days)?;
        Ok((report, db.sums().is_settled()?))
    });
    let (report, settled) = read.await.map_err(faults::of_store)?;
    if !settled {
        ground.index_due.notify_one();
    }
    Ok(report)
}

/// Sums the days that changed, some rows at a time, so that a dial never waits for more than a few.
///
/// # Errors
/// A fault of the database.
pub async fn settle(store: &Store) -> Result<(), StoreError> {
    if store.read(|db| db.sums().is_settled()).await? {
        return Ok(());
    }
    while store.write(|tx| tx.sums().settle(BATCH)).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// What the calls of these days come to.
///
/// # Errors
/// A fault of the database.
pub fn read(db: &Db<'_>, days: &Compared) -> Result<Report, StoreError> {
    let sums = db.sums();
    let totals = sums.between(days.period.since, days.period.until)?;
    let earlier = sums.between(days.before.since, days.before.until)?;
    let step = days.period.step();
    Ok(Report {
        period: days.period.told(),
        before: days.before.told(),
        over: days.over,
        figures: totals.all,
        figures_before: earlier.all,
        step,
        bars: bars(days.period.starts(step), &totals.days),
        hours: totals
            .hours
            .iter()
            .map(|(hour, figures)| ReportHour {
                weekday: hour.weekday,
                hour: hour.hour,
                figures: *figures,
            })
            .collect(),
        outcomes: by_outcome(totals.outcomes, earlier.outcomes, &db.outcomes().all()?),
        own_numbers: by_own_number(totals.own_numbers, earlier.own_numbers),
        lists: by_list(totals.lists, earlier.lists, db.lists().all()?),
        reasons: by_reason(totals.reasons, earlier.reasons),
    })
}

/// The days put together, each into the last step that begins before it.
fn bars(starts: Vec<i64>, days: &[(i64, CallFigures)]) -> Vec<ReportBar> {
    let mut bars: Vec<ReportBar> = starts
        .into_iter()
        .map(|since| ReportBar {
            since,
            figures: CallFigures::default(),
        })
        .collect();
    for (day, figures) in days {
        let behind = bars.partition_point(|bar| bar.since <= *day);
        if let Some(bar) = behind.checked_sub(1).and_then(|place| bars.get_mut(place)) {
            bar.figures = plus(bar.figures, *figures);
        }
    }
    bars
}

fn by_outcome(
    now: Vec<(Option<i64>, CallFigures)>,
    before: Vec<(Option<i64>, CallFigures)>,
    outcomes: &[Outcome],
) -> Vec<ReportOutcome> {
    let place = |id: i64| outcomes.iter().position(|known| known.outcome.0 == id);
    let mut counted: BTreeMap<Option<usize>, (i64, i64)> = BTreeMap::new();
    for (id, figures) in now {
        counted.entry(id.and_then(place)).or_default().0 += figures.dialled;
    }
    for (id, figures) in before {
        counted.entry(id.and_then(place)).or_default().1 += figures.dialled;
    }
    let mut told: Vec<ReportOutcome> = counted
        .into_iter()
        .map(|(place, (calls, before))| ReportOutcome {
            outcome: place.map(|place| mark(&outcomes[place])),
            calls,
            before,
        })
        .collect();
    told.sort_by_key(|one| (one.outcome.is_none(), std::cmp::Reverse(one.calls)));
    told
}

fn mark(outcome: &Outcome) -> OutcomeMark {
    OutcomeMark {
        outcome: outcome.outcome,
        name: outcome.name.clone(),
        word: outcome.word,
        colour: outcome.colour,
    }
}

fn by_own_number(
    now: Vec<(Option<String>, CallFigures)>,
    before: Vec<(Option<String>, CallFigures)>,
) -> Vec<ReportOwnNumber> {
    let mut counted: BTreeMap<Option<String>, (CallFigures, CallFigures)> = BTreeMap::new();
    for (number, figures) in now {
        counted.entry(number).or_default().0 = figures;
    }
    for (number, figures) in before {
        counted.entry(number).or_default().1 = figures;
    }
    let mut told: Vec<ReportOwnNumber> = counted
        .into_iter()
        .map(|(number, (figures, before))| ReportOwnNumber {
            number,
            figures,
            before,
        })
        .collect();
    told.sort_by_key(|one| {
        let busy = (one.figures.dialled, one.before.dialled);
        (one.number.is_none(), std::cmp::Reverse(busy))
    });
    if told.len() > OWN_NUMBERS {
        let mut others = ReportOwnNumber {
            number: None,
            figures: CallFigures::default(),
            before: CallFigures::default(),
        };
        for one in told.drain(OWN_NUMBERS - 1..) {
            others.figures = plus(others.figures, one.figures);
            others.before = plus(others.before, one.before);
        }
        told.push(others);
    }
    told
}

fn by_list(
    now: Vec<(i64, CallFigures)>,
    before: Vec<(i64, CallFigures)>,
    lists: Vec<CallList>,
) -> Vec<ReportList> {
    let (now, before): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (now.into_iter().collect(), before.into_iter().collect());
    let of = |map: &BTreeMap<i64, CallFigures>, list| map.get(&list).copied();
    let mut told: Vec<ReportList> = lists
        .into_iter()
        .filter_map(|CallList { list, name, .. }| {
            let (figures, before) = (of(&now, list.0), of(&before, list.0));
            (figures.is_some() || before.is_some()).then(|| ReportList {
                list,
                name,
                figures: figures.unwrap_or_default(),
                before: before.unwrap_or_default(),
            })
        })
        .collect();
    told.sort_by_key(|one| std::cmp::Reverse((one.figures.dialled, one.before.dialled)));
    told
}

fn by_reason(
    now: Vec<(WhyNot, CallFigures)>,
    before: Vec<(WhyNot, CallFigures)>,
) -> Vec<ReportReason> {
    let mut counted: BTreeMap<NotConnectedFor, (i64, i64)> = BTreeMap::new();
    // A call was either dialled, or it is one that was not sent.
    for (why, figures) in now {
        counted.entry(words(why)).or_default().0 += figures.dialled + figures.unsent;
    }
    for (why, figures) in before {
        counted.entry(words(why)).or_default().1 += figures.dialled + figures.unsent;
    }
    let mut told: Vec<ReportReason> = counted
        .into_iter()
        .map(|(why, (calls, before))| ReportReason { why, calls, before })
        .collect();
    told.sort_by_key(|one| {
        let frequent = std::cmp::Reverse((one.calls, one.before));
        (was_not_dialled(&one.why), frequent)
    });
    gather_rare(&mut told);
    told
}

/// What a platform says is without bounds, and a table of it is not to be.
fn gather_rare(told: &mut Vec<ReportReason>) {
    let dialled = told.partition_point(|one| !was_not_dialled(&one.why));
    if dialled <= REASONS {
        return;
    }
    let rare = told.drain(REASONS - 1..dialled);
    let (calls, before) = rare.fold((0, 0), |sum, one| (sum.0 + one.calls, sum.1 + one.before));
    let rare = ReportReason {
        why: NotConnectedFor::Rare,
        calls,
        before,
    };
    told.insert(REASONS - 1, rare);
}

fn was_not_dialled(why: &NotConnectedFor) -> bool {
    matches!(
        why,
        NotConnectedFor::Refused { .. } | NotConnectedFor::NotSent
    )
}

fn words(why: WhyNot) -> NotConnectedFor {
    let masked = |reason: String| masked_text(&reason).into_owned();
    match why {
        WhyNot::NotConnected(reason) => NotConnectedFor::NotConnected {
            reason: masked(reason),
        },
        WhyNot::Failed(reason) => NotConnectedFor::Failed {
            reason: masked(reason),
        },
        WhyNot::Dialled => NotConnectedFor::Dialled,
        WhyNot::NoRecord => NotConnectedFor::NoRecord,
        WhyNot::Refused(code) => NotConnectedFor::Refused { code },
        WhyNot::NotSent => NotConnectedFor::NotSent,
    }
}

/// How many days lie between two of their beginnings.
fn days_between(since: i64, until: i64) -> i64 {
    (until - since) / DAY_MS
}
