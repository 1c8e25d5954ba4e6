//! F3: from a commit to the poll that waits for it, among many that wait for something else.

use std::{net::SocketAddr, rc::Rc, time::Duration};

use anyhow::{Result, ensure};
use serde_json::Value;
use tokio::{
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    Ground,
    figures::{self, Figures, HEAD},
    line::{Connection, Line},
    load::next_body,
    ours::{Keys, Relay, Syncs, fresh},
    seats,
};

const PUSHES: usize = 300;
const PATIENCE: Duration = Duration::from_secs(30);
const GOAL_MS: f64 = 20.0;

pub async fn measure(ground: &Ground) -> Result<()> {
    println!("## F3: from a push to the waiting poll, {PUSHES} pushes one by one\n\n{HEAD}");
    let thousand = waiting(ground, 1000, 1000).await?;
    thousand.rows("1,000 seats wait, one of them is pushed to");
    let crowd = waiting(ground, 1, 1000).await?;
    crowd.rows("1,000 polls wait at one seat, all are woken");
    let many = waiting(ground, 10_000, 10_000).await?;
    many.rows("10,000 seats wait, one of them is pushed to");
    println!("\n| p99 | figure | goal | |\n|---|--:|--:|---|");
    for (name, waited) in [
        ("commit to answer, 1,000 seats", &thousand),
        (
            "commit to the last answer but 1 %, 1,000 polls at one seat",
            &crowd,
        ),
    ] {
        let [p99] = waited.since_commit.at([0.99]);
        figures::at_most(name, p99, GOAL_MS, "ms");
    }
    println!(
        "\nThe commit is taken to be when the pusher has its 200; it was a little earlier. Memory with \
         10,000 parked polls: {:.1} MB, {:.1} kB a poll.\n",
        many.memory_parked / 1e6,
        (many.memory_parked - many.memory_idle) / 10_000.0 / 1e3,
    );
    Ok(())
}

struct Waited {
    since_commit: Figures,
    since_push: Figures,
    memory_idle: f64,
    memory_parked: f64,
}

impl Waited {
    fn rows(&self, name: &str) {
        self.since_commit.row(&format!("**{name}: 200 to answer**"));
        self.since_push.row(&format!("{name}: push sent to answer"));
    }
}

/// Parks polls, spread over seats, and pushes to one seat after the other.
async fn waiting(ground: &Ground, seats: usize, polls: usize) -> Result<Waited> {
    eprintln!("{polls} polls at {seats} seats");
    let database = fresh(&ground.folder.join("polls"))?.join("relay.db");
    let keys = seats::make(&database, seats)?;
    let relay = Relay::start(&ground.relay, &database, Syncs::Real)?;
    let memory_idle = relay.server.memory()?;
    let keys = Rc::new(keys);
    let mut parked = Parked::at(&relay, &keys, polls).await?;
    let memory_parked = relay.server.memory()?;
    let mut waited = Waited {
        since_commit: Figures::default(),
        since_push: Figures::default(),
        memory_idle,
        memory_parked,
    };
    let rounds = if seats == 1 { PUSHES / 10 } else { PUSHES };
    for round in 0..rounds {
        // A prime step goes round among all seats.
        let seat = round * 7919 % seats;
        let wire = relay.wire(&keys[seat]);
        let mut line = Line::open(&wire).await?;
        push(&mut line, &mut parked.answered, polls / seats, &mut waited).await?;
        parked.again.notify_waiters();
        all_parked(relay.metrics, polls).await?;
    }
    Ok(waited)
}

/// Polls that wait, spread over seats, for as long as this lives.
pub struct Parked {
    answered: UnboundedReceiver<Instant>,
    /// Lets those that were answered poll again. They wait for it, or the loader's next questions
    /// would be counted as the relay's time to answer the ones before.
    again: Rc<Notify>,
    _polls: JoinSet<Result<()>>,
}

impl Parked {
    /// Returns once all of them wait.
    pub async fn at(relay: &Relay, keys: &Rc<Vec<Keys>>, polls: usize) -> Result<Self> {
        let (answers, answered) = unbounded_channel();
        let (again, mut parked) = (Rc::new(Notify::new()), JoinSet::new());
        for number in 0..polls {
            let connection = Connection::open(relay.address).await?;
            let (keys, answers) = (Rc::clone(keys), answers.clone());
            let seat = number % keys.len();
            parked.spawn_local(poll(connection, keys, seat, answers, Rc::clone(&again)));
        }
        all_parked(relay.metrics, polls).await?;
        Ok(Self {
            answered,
            again,
            _polls: parked,
        })
    }
}

/// One push, and the answers to all polls that it wakes.
async fn push(
    line: &mut Line,
    answered: &mut UnboundedReceiver<Instant>,
    woken: usize,
    waited: &mut Waited,
) -> Result<()> {
    let sent = Instant::now();
    ensure!(line.send(&next_body()).await?, "a push was refused");
    let committed = Instant::now();
    for _ in 0..woken {
        let Some(at) = timeout(PATIENCE, answered.recv()).await? else {
            break;
        };
        waited.since_push.add(at - sent);
        // An answer may overtake the 200.
        waited
            .since_commit
            .add(at.saturating_duration_since(committed));
    }
    Ok(())
}

/// Polls for as long as the relay answers, and tells when a record came.
async fn poll(
    mut connection: Connection,
    keys: Rc<Vec<Keys>>,
    seat: usize,
    answers: UnboundedSender<Instant>,
    again: Rc<Notify>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let path = format!("/v1/records?after={after}&wait=60");
        let answer = connection.get(&path, &keys[seat].read_token).await?;
        let at = Instant::now();
        ensure!(
            answer.status == 200,
            "a poll was refused: {}",
            answer.status
        );
        let page: Value = serde_json::from_str(&answer.body)?;
        let next = page["next"].as_u64().unwrap_or_default();
        if next > after {
            after = next;
            let again = again.notified();
            answers.send(at)?;
            again.await;
        }
    }
}

async fn all_parked(metrics: SocketAddr, polls: usize) -> Result<()> {
    let mut connection = Connection::open(metrics).await?;
    let ends = Instant::now() + PATIENCE;
    loop {
        let text = connection.get("/metrics", "").await?.body;
        let parked = text
            .lines()
            .find_map(|line| line.strip_prefix("bohao_relay_parked_polls "));
        if parked.is_some_and(|parked| parked.parse() == Ok(polls)) {
            return Ok(());
        }
        ensure!(
            Instant::now() < ends,
            "only {parked:?} of {polls} polls are parked"
        );
        sleep(Duration::from_millis(5)).await;
    }
}
