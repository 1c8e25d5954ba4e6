//! F8 for calling lists: whose turn it is in one of a hundred thousand leads, half of them worked.

use crate::figures::{Figures, verdict};
use anyhow::Result;
use bohao_store::{Db, NewLead, Store, StoreError, Turns};
use bohao_wire::{CustomerField, LeadOrder, LeadState, ListId, OutcomeId};
use std::time::Instant;

const GOAL_MS: f64 = 16.0;
const LEADS: u32 = 100_000;
/// Leads that are written in one transaction, as an import does.
const PORTION: u32 = 2_000;
/// How often the same is asked.
const TIMES: usize = 50;
/// As many as are looked at for one that may be dialled.
const LOOKED_AT: u32 = 200;

type Asked = fn(&Db<'_>, ListId) -> Result<(), StoreError>;

const ALL: [(&str, Asked); 12] = [
    ("next, by hand", |db, list| {
        next(db, list, LeadOrder::ByHand)
    }),
    ("next, random", |db, list| next(db, list, LeadOrder::Random)),
    ("next, best hour", |db, list| {
        next(db, list, LeadOrder::BestHour)
    }),
    ("next, oldest", |db, list| next(db, list, LeadOrder::Oldest)),
    ("all lists with their figures", |db, _| {
        db.lists().all().map(drop)
    }),
    ("outcomes of the list", |db, list| {
        db.leads().outcomes(list).map(drop)
    }),
    ("who had a turn last, who is due next", |db, list| {
        db.leads().latest(list)?;
        db.leads().next_at(list).map(drop)
    }),
    ("the last page", |db, list| {
        db.leads().page(list, None, LEADS - 50, 50).map(drop)
    }),
    ("the last page of those to call", |db, list| {
        let state = Some(LeadState::Open);
        db.leads().page(list, state, LEADS / 2 - 50, 50).map(drop)
    }),
    ("search: end of a number", |db, list| find(db, list, "4471")),
    ("search: name", |db, list| find(db, list, "王总")),
    ("search: initials", |db, list| find(db, list, "yhwl")),
];

pub fn measure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path().join("bohao.db"), 1)?.store;
    let began = Instant::now();
    let list = make(&store)?;
    println!("## F8: a list of {LEADS} leads\n");
    println!(
        "It was made in {:.1} s, and half of it was worked.\n",
        began.elapsed().as_secs_f64()
    );
    work_half(&store, list)?;
    println!("| milliseconds in the store | p50 | p95 | p99 | most | goal p95 ≤ {GOAL_MS} |");
    println!("|---|--:|--:|--:|--:|---|");
    for (name, asked) in ALL {
        let mut figures = Figures::default();
        for _ in 0..TIMES {
            let began = Instant::now();
            store.read_blocking(|db| asked(db, list))?;
            figures.add(began.elapsed());
        }
        let [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1.0].map(|share| figures.at(share));
        let reached = verdict(p95, GOAL_MS);
        println!("| {name} | {p50:.2} | {p95:.2} | {p99:.2} | {most:.2} | {reached} |");
    }
    println!();
    Ok(())
}

fn next(db: &Db<'_>, list: ListId, order: LeadOrder) -> Result<(), StoreError> {
    let turns = Turns {
        list,
        order,
        now: 5,
        hour: 3,
    };
    db.leads().upcoming(turns, LOOKED_AT).map(drop)
}

fn find(db: &Db<'_>, list: ListId, search: &str) -> Result<(), StoreError> {
    db.leads().found(list, None, search, 0, 50).map(drop)
}

fn make(store: &Store) -> Result<ListId> {
    const NAMES: [&str; 4] = ["王总", "李经理", "陈立", "欧阳明月"];
    const COMPANIES: [&str; 3] = ["远航物流", "鲜达生鲜", "绿源农业"];
    let list = store.write_blocking(|tx| tx.lists().begin("十一月", 1))?;
    for first in (0..LEADS).step_by(PORTION as usize) {
        store.write_in_bulk(|tx| {
            for place in first..first + PORTION {
                let lead = NewLead {
                    number: format!("139{place:08}"),
                    name: NAMES[place as usize % NAMES.len()].to_owned(),
                    company: COMPANIES[place as usize % COMPANIES.len()].to_owned(),
                    note: "三月询过价；嫌运价高".to_owned(),
                    fields: vec![CustomerField {
                        name: "城市".to_owned(),
                        text: "杭州".to_owned(),
                    }],
                    // As good as by chance: neighbours are far apart.
                    shuffle: i64::from(place.wrapping_mul(2_654_435_761)),
                };
                tx.leads().add(list, &lead, place)?;
            }
            Ok(())
        })?;
    }
    store.write_blocking(|tx| tx.lists().finish(list))?;
    Ok(list)
}

/// A third of those who were worked is to be tried again.
fn work_half(store: &Store, list: ListId) -> Result<()> {
    store.write_blocking(|tx| {
        let rows = tx.leads().page(list, None, 0, LEADS / 2)?;
        for (row, place) in rows.iter().zip(0_i64..) {
            match place % 3 {
                0 => {
                    let due = Some(2_000_000_000_000 + place);
                    tx.leads().turn(row.lead, LeadState::Waiting, due, place)?;
                }
                _ => {
                    let outcome = Some(OutcomeId(1 + place % 5));
                    tx.leads().tell(row.lead, outcome, LeadState::Done, None)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(())
}
