//! Load, the same for every contestant: each body is another one, of the same length.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use anyhow::Result;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    figures::Figures,
    line::{Line, Wire},
};

/// What came of a load.
#[derive(Default)]
pub struct Outcome {
    /// Answers 200, those of the warm-up included.
    pub taken: u64,
    /// Answers that were none, and connections that broke.
    pub refused: u64,
    /// Answers 200 a second, after the warm-up.
    pub rate: f64,
    /// How long they took, after the warm-up.
    pub figures: Figures,
}

static BODIES: AtomicU64 = AtomicU64::new(0);

/// A record as the platform pushes it, 400 bytes and a few. It has none of the letters that one of
/// the contestants would have to escape.
pub fn next_body() -> String {
    let number = BODIES.fetch_add(1, Relaxed);
    format!(
        r#"{{"subid":"bench-{number:012}","requestId":"{number:016x}","telA":"13800006620","telX":"02155501234","telB":"13922104471","callTime":"2026-11-02 10:15:07","startTime":"2026-11-02 10:15:19","endTime":"2026-11-02 10:16:42","duration":83,"releaseDir":1,"releaseCause":16,"recordFlag":1,"downloadUrl":"recording-{number:012}","userData":"a remark of the usual length that a salesperson would leave here","areaCode":"021","callType":10}}"#
    )
}

/// As fast as answers come: each connection sends its next body once the last was answered.
pub async fn closed(
    wire: &Wire,
    connections: usize,
    warm: Duration,
    lasting: Duration,
) -> Result<Outcome> {
    let lines = open(wire, connections).await?;
    let begins = Instant::now() + warm;
    let ends = begins + lasting;
    let shared = Rc::new(RefCell::new(Outcome::default()));
    let mut senders = JoinSet::new();
    for mut line in lines {
        let shared = Rc::clone(&shared);
        senders.spawn_local(async move {
            loop {
                let sent = Instant::now();
                if sent >= ends {
                    return;
                }
                let taken = line.send(&next_body()).await;
                note(&mut shared.borrow_mut(), &taken, sent, sent >= begins);
                if taken.is_err() {
                    return;
                }
            }
        });
    }
    while senders.join_next().await.is_some() {}
    let mut outcome = Rc::into_inner(shared).map_or_else(Outcome::default, RefCell::into_inner);
    outcome.rate = outcome.figures.count() as f64 / lasting.as_secs_f64();
    Ok(outcome)
}

/// At a rate that does not wait for answers: bodies fall due in each millisecond, and how long one
/// took is counted from then, also if no connection was free.
pub async fn open_loop(
    wire: &Wire,
    connections: usize,
    rate: f64,
    lasting: Duration,
) -> Result<Outcome> {
    let lines = open(wire, connections).await?;
    let begins = Instant::now() + Duration::from_millis(50);
    let bodies = (rate * lasting.as_secs_f64()) as u64;
    let next = Rc::new(Cell::new(0));
    let shared = Rc::new(RefCell::new(Outcome::default()));
    let mut senders = JoinSet::new();
    for mut line in lines {
        let (next, shared) = (Rc::clone(&next), Rc::clone(&shared));
        senders.spawn_local(async move {
            while next.get() < bodies {
                let number = next.replace(next.get() + 1);
                let due = begins + Duration::from_millis((number as f64 * 1000.0 / rate) as u64);
                sleep_until(due).await;
                let taken = line.send(&next_body()).await;
                note(&mut shared.borrow_mut(), &taken, due, true);
                if taken.is_err() {
                    return;
                }
            }
        });
    }
    while senders.join_next().await.is_some() {}
    let mut outcome = Rc::into_inner(shared).map_or_else(Outcome::default, RefCell::into_inner);
    outcome.rate = rate;
    Ok(outcome)
}

async fn open(wire: &Wire, connections: usize) -> Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(connections);
    for _ in 0..connections {
        lines.push(Line::open(wire).await?);
    }
    Ok(lines)
}

fn note(outcome: &mut Outcome, taken: &Result<bool>, since: Instant, counts: bool) {
    match taken {
        Ok(true) => {
            outcome.taken += 1;
            if counts {
                outcome.figures.add(since.elapsed());
            }
        }
        _ => outcome.refused += 1,
    }
}
