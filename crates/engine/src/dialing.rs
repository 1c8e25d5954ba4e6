//! One dial: from a piece of text to what is known of the call.
//!
//! The attempt is on disk, synced, before the request leaves, and nothing sends it again. What
//! the platform answers is written down after; a crash between the two leaves an attempt in
//! `sending`, which the next start turns into `unknown`. Only a record settles that.

use crate::account::AccountBook;
use crate::beijing::day_start;
use crate::guard::{self, History, LONG_WINDOW_MS};
use crate::intake::{self, Changes};
use crate::line::{Line, Ready};
use crate::notifier::Events;
use crate::preferences::{Topic, decoded, encoded};
use crate::surroundings::Ids;
use crate::true_clock::{News, TrueClock};
use crate::{faults, lists, numbers, outcomes};
use bohao_platform::{Class, DialOutcome, DialRequest, NotSentReason, Refusal};
use bohao_store::{Db, NewAttempt, Store, StoreError, Tx};
use bohao_wire::{
    Block, CallId, CallRow, CallState, Event, Fault, FaultCode, GuardRule, GuardRules, LeadId,
    NotSentWhy, NumberFlaw, PlaceCall, Placed, RefusalClass,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What the platform says on acceptance, in its own document.
const ACCEPTED_WORDS: &str = "请求成功";
/// A ticket is a word of the user interface's making; a longer one is none.
const MAX_TICKET: usize = 100;
/// No request takes longer: the platform client's deadlines for connection, answer and body, and
/// the one repeat.
const LONGEST_REQUEST_MS: i64 = 150_000;
/// A `Date` has whole seconds and travels for a while: what it is off by less is left as it is.
const NEGLIGIBLE_MS: i64 = 2_000;
/// Between tries to write an answer down.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// So many dials of a day are counted for the screen even where no limit needs them.
const SHOWN_DIALS: u32 = 100;

/// Places calls. Clones share everything.
#[derive(Clone)]
pub struct Dialing {
    /// Where attempts are written.
    pub store: Store,
    /// Whose numbers and push address are used.
    pub book: AccountBook,
    /// The way to the platform.
    pub line: Line,
    /// The hour.
    pub clock: TrueClock,
    /// Fresh ids.
    pub ids: Ids,
    /// Told of each call that changed.
    pub changed: Arc<dyn Fn(CallId) + Send + Sync>,
    /// Told when a row of the log turned out to be another one.
    pub events: Events,
    /// How many of the platform's answers can't be written down yet.
    pub unwritten: Arc<watch::Sender<usize>>,
}

/// What is to be dialled.
pub struct Order {
    /// Anything that holds exactly one number.
    pub number: String,
    /// Which own number rings first; the chosen one if absent.
    pub tel_a: Option<String>,
    /// One word for one click.
    pub ticket: Option<String>,
    /// The lead that it is, if it is one's.
    pub lead: Option<LeadId>,
}

impl From<PlaceCall> for Order {
    fn from(request: PlaceCall) -> Self {
        Order {
            number: request.number,
            tel_a: request.tel_a,
            ticket: request.ticket,
            lead: None,
        }
    }
}

/// An attempt that is on disk and may now leave.
struct Attempt {
    call: CallId,
    ready: Arc<Ready>,
    request: DialRequest,
    leave: Leave,
}

/// By what the guard let a dial through, so that it can be asked again with another hour.
struct Leave {
    rules: GuardRules,
    history: History,
}

/// What the transaction that writes the attempt found.
enum Decision {
    Go(Leave, Vec<Event>),
    Blocked(Block),
    Seen(Box<CallRow>),
}

impl Dialing {
    /// Places one call.
    ///
    /// # Errors
    /// Only before anything was dialled: `BadNumber`, `BadInput`, `NotSetUp`, `DatabaseReplaced`,
    /// or another fault of the database or keyring. Everything later is a [`Placed`].
    pub async fn place(&self, order: impl Into<Order>) -> Result<Placed, Fault> {
        let order: Order = order.into();
        let number = numbers::read(&order.number).map_err(faults::bad_number)?;
        let tel_a = self.book.own_number(order.tel_a).await?;
        if tel_a == number.digits {
            return Err(faults::bad_number(NumberFlaw::OwnNumber));
        }
        let ready = self.line.ready().await?;
        let request = DialRequest {
            tel_a,
            tel_b: number.digits,
            return_url: ready.push_url.clone(),
        };
        let call = (self.ids)(self.clock.now());
        let ticket = ticket(order.ticket)?;
        let leave = match self.decide(&call, &request, ticket, order.lead).await? {
            Decision::Blocked(block) => return Ok(blocked(block)),
            Decision::Seen(row) => return Ok(placed_before(*row)),
            Decision::Go(leave, news) => {
                news.into_iter().for_each(|event| self.announce(event));
                leave
            }
        };
        (self.changed)(call.clone());
        let id = call.clone();
        let attempt = Attempt {
            call,
            ready,
            request,
            leave,
        };
        // The request goes on by itself: a host that stops waiting must not leave it half-done.
        let dialing = self.clone();
        let sent = tokio::spawn(async move { dialing.send(attempt).await });
        Ok(sent.await.unwrap_or(Placed::Unknown {
            call: id,
            message: "the dial's task stopped".to_owned(),
        }))
    }

    /// Asks the guard and writes the attempt in one transaction, synced when it returns.
    async fn decide(
        &self,
        call: &CallId,
        request: &DialRequest,
        ticket: Option<String>,
        lead: Option<LeadId>,
    ) -> Result<Decision, Fault> {
        let attempt = NewAttempt {
            call: call.clone(),
            tel_a: request.tel_a.clone(),
            tel_b: request.tel_b.clone(),
            at: self.clock.now(),
            ticket,
        };
        self.store
            .write_first(move |tx| decide(tx, &attempt, lead))
            .await
            .map_err(faults::of_store)
    }

    async fn send(&self, attempt: Attempt) -> Placed {
        let Attempt {
            call,
            ready,
            request,
            leave,
        } = attempt;
        let still_free = |now| {
            let verdict = guard::judge(&leave.rules, &request.tel_b, &leave.history, now);
            verdict.block.is_none()
        };
        // Searches learn of the attempt while the platform makes up its mind. If that fails, the
        // next write does it.
        let (outcome, _) = tokio::join!(
            self.line.dial(&ready, &request, &still_free),
            self.store.write(|_| Ok(()))
        );
        let answered = matches!(
            outcome,
            DialOutcome::Accepted { .. } | DialOutcome::Refused(_)
        );
        let news = answered.then(|| self.clock.news(ready.platform.clock_offset_ms()));
        let now = news.map_or_else(|| self.clock.now(), |news| news.now);
        let answer = Answer {
            call: call.clone(),
            tel_b: request.tel_b,
            outcome: outcome.clone(),
            news,
            now,
        };
        if let Err(error) = self.write_down(&answer).await {
            tracing::error!(%error, "the platform's answer to a dial could not be written down yet");
            self.unwritten.send_modify(|answers| *answers += 1);
            let dialing = self.clone();
            tokio::spawn(async move { dialing.write_down_later(&answer).await });
        }
        // Only now: until the attempt's own time is set right, its siblings must go by the same hour.
        if let Some(news) = news {
            self.clock.learn(news);
        }
        placed(call, outcome)
    }

    /// Writes an answer into the journal and tells of it.
    async fn write_down(&self, answer: &Answer) -> Result<(), StoreError> {
        let writing = answer.clone();
        let written = self.store.write(move |tx| write_down(tx, &writing)).await?;
        self.tell(&written);
        (self.changed)(answer.call.clone());
        Ok(())
    }

    /// A full disk has room again some time. If the program ends before, the journal still says
    /// `sending`, which the next start reads as unknown, and the call's record settles it.
    async fn write_down_later(&self, answer: &Answer) {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            match self.write_down(answer).await {
                Ok(()) => {
                    self.unwritten.send_modify(|answers| *answers -= 1);
                    return;
                }
                // Another file lies in the database's place: no write of this process will pass.
                Err(StoreError::Replaced) => return,
                Err(_) => pause = (pause * 2).min(LONGEST_PAUSE),
            }
        }
    }
}

impl Dialing {
    fn tell(&self, written: &Written) {
        written
            .changes
            .shown()
            .for_each(|call| (self.changed)(call.clone()));
        if written.joined || !written.changes.gone.is_empty() {
            // No event takes a row away; a screen that asks again does not find it.
            self.announce(Event::DeskChanged);
        }
        if written.released {
            self.announce(Event::ListsChanged);
        }
    }

    fn announce(&self, event: Event) {
        // Nobody may be listening, which is no fault.
        let _ = self.events.send(event);
    }
}

fn decide(tx: &Tx<'_>, attempt: &NewAttempt, lead: Option<LeadId>) -> Result<Decision, StoreError> {
    if let Some(ticket) = &attempt.ticket
        && let Some(row) = tx.calls().by_ticket(ticket)?
    {
        return Ok(Decision::Seen(Box::new(row)));
    }
    if let Some(block) = under_way(tx, attempt)? {
        return Ok(Decision::Blocked(block));
    }
    let lead = match lead
        .map(|lead| lists::claim(tx, lead, attempt))
        .transpose()?
    {
        None => None,
        Some(lists::Claim::Free(lead)) => Some(lead),
        Some(lists::Claim::Taken(block)) => return Ok(Decision::Blocked(block)),
    };
    let rules: GuardRules = decoded(tx.settings().get(Topic::Guard.key())?.as_deref());
    let history = history(&tx.db(), &rules, &attempt.tel_b, attempt.at)?;
    if let Some(block) = guard::judge(&rules, &attempt.tel_b, &history, attempt.at).block {
        guard::log::refused(tx, attempt.at, &attempt.tel_b, &block)?;
        return Ok(Decision::Blocked(block));
    }
    tx.calls().insert_attempt(attempt)?;
    let mut news = Vec::new();
    if let Some(lead) = lead {
        news.push(Event::ListsChanged);
        if lists::dialled(tx, &lead, attempt)? {
            news.push(Event::CustomersChanged);
        }
    }
    Ok(Decision::Go(Leave { rules, history }, news))
}

/// Two requests of one own number at the same time would ring one phone twice. What the platform
/// has taken already is its own to judge (code 7001).
fn under_way(tx: &Tx<'_>, attempt: &NewAttempt) -> Result<Option<Block>, StoreError> {
    let latest = tx
        .calls()
        .under_way(&attempt.tel_a, attempt.at - LONGEST_REQUEST_MS)?;
    let sending = latest.filter(|row| row.state == CallState::Sending);
    Ok(sending.map(|row| Block {
        rule: GuardRule::UnderWay,
        count: 1,
        limit: 1,
        frees_at: Some(row.at + LONGEST_REQUEST_MS),
        call: Some(row.call),
        why: None,
    }))
}

/// What the guard needs to know before it judges a number.
pub fn history(
    db: &Db<'_>,
    rules: &GuardRules,
    tel_b: &str,
    now: i64,
) -> Result<History, StoreError> {
    let enough = rules.per_24h.max(rules.per_5min).max(SHOWN_DIALS);
    let mut to_number = db.calls().last_dials(tel_b, enough)?;
    to_number.retain(|at| *at > now - LONG_WINDOW_MS);
    let dialled_today = match rules.per_day {
        // Counting a day costs time, and without a limit nobody asks.
        0 => 0,
        _ => db.calls().dials_since(day_start(now))?,
    };
    Ok(History {
        to_number,
        today: dialled_today,
        lost: db.settings().loss()?.is_some(),
        barred: db.do_not_call().of(tel_b)?.is_some(),
        without_outcome: outcomes::asked_for(db)?,
    })
}

/// What the platform answered to an attempt.
#[derive(Clone)]
struct Answer {
    call: CallId,
    tel_b: String,
    outcome: DialOutcome,
    /// What the answer told of the time.
    news: Option<News>,
    /// The hour by it.
    now: i64,
}

/// What writing an answer down did to the log.
struct Written {
    changes: Changes,
    /// Whether the record was there before the answer, in a row of its own that is gone now.
    joined: bool,
    /// Whether a lead has its turn again, since nothing was dialled.
    released: bool,
}

/// Writes the answer into the journal. Its record may have been faster, so calls that nothing
/// explained until now are looked at again.
fn write_down(tx: &Tx<'_>, answer: &Answer) -> Result<Written, StoreError> {
    if let Some(news) = answer.news {
        tx.settings()
            .set(Topic::TrueTime.key(), &encoded(&news.now))?;
        if news.off_by.abs() > NEGLIGIBLE_MS {
            tx.calls().correct(&answer.call, news.off_by)?;
        }
    }
    let (calls, call, now) = (tx.calls(), &answer.call, answer.now);
    match &answer.outcome {
        DialOutcome::Accepted { subid, tel_x } => calls.accept(call, subid, tel_x.as_deref(), now),
        DialOutcome::Refused(refusal) => calls.refuse(call, refusal.code, &refusal.message, now),
        DialOutcome::NotSent { reason } => calls.not_sent(call, &reason.to_string()),
        DialOutcome::Unknown { reason } => calls.unknown(call, &reason.to_string()),
    }?;
    let released = match &answer.outcome {
        DialOutcome::Refused(_) | DialOutcome::NotSent { .. } => tx.leads().release(call)?,
        DialOutcome::Accepted { .. } | DialOutcome::Unknown { .. } => false,
    };
    let changes = intake::settle(tx, &answer.tel_b)?;
    let joined = calls
        .get(call)?
        .is_some_and(|row| row.state == CallState::Recorded);
    Ok(Written {
        changes,
        joined,
        released,
    })
}

fn placed(call: CallId, outcome: DialOutcome) -> Placed {
    match outcome {
        DialOutcome::Accepted { subid, tel_x } => Placed::Accepted {
            call,
            code: 200,
            message: ACCEPTED_WORDS.to_owned(),
            subid,
            tel_x,
        },
        DialOutcome::Refused(Refusal {
            code,
            message,
            class,
        }) => Placed::Refused {
            call,
            code,
            message,
            class: refusal_class(class),
        },
        DialOutcome::NotSent { reason } => Placed::NotSent {
            call,
            message: reason.to_string(),
            why: Some(not_sent_why(reason)),
        },
        DialOutcome::Unknown { reason } => Placed::Unknown {
            call,
            message: reason.to_string(),
        },
    }
}

fn not_sent_why(reason: NotSentReason) -> NotSentWhy {
    match reason {
        NotSentReason::Malformed => NotSentWhy::Malformed,
        NotSentReason::NameNotFound => NotSentWhy::NameNotFound,
        NotSentReason::ConnectTimeout => NotSentWhy::ConnectTimeout,
        NotSentReason::Tls => NotSentWhy::Tls,
        NotSentReason::Refused => NotSentWhy::Refused,
        NotSentReason::Unreachable => NotSentWhy::Unreachable,
    }
}

/// What became of a dial whose ticket was seen before: the journal's word, nothing is sent.
fn placed_before(row: CallRow) -> Placed {
    let message = row.reason.unwrap_or_default();
    let call = row.call;
    match row.state {
        CallState::Accepted | CallState::Recorded => Placed::Accepted {
            call,
            code: 200,
            message: ACCEPTED_WORDS.to_owned(),
            subid: row.subid.unwrap_or_default(),
            tel_x: row.tel_x,
        },
        CallState::Refused => {
            let code = row.code.unwrap_or_default();
            let class = refusal_class(bohao_platform::class_of(code));
            Placed::Refused {
                call,
                code,
                message,
                class,
            }
        }
        CallState::NotSent => Placed::NotSent {
            call,
            message,
            why: None,
        },
        CallState::Planned | CallState::Sending | CallState::Unknown => {
            Placed::Unknown { call, message }
        }
    }
}

fn blocked(block: Block) -> Placed {
    let rule = match block.rule {
        GuardRule::Hours => "outside the hours in which calls may be placed",
        GuardRule::Gap => "too soon after the last call to this number",
        GuardRule::Per5min => "too many calls to this number in five minutes",
        GuardRule::Per24h => "too many calls to this number in 24 hours",
        GuardRule::PerDay => "too many calls today",
        GuardRule::UnderWay => "a call of this own number is under way",
        GuardRule::DoNotCall => "the number is not to be called",
        GuardRule::Outcome => "the last call has no outcome yet",
        GuardRule::Pattern => "numbers like this one are never dialled",
        GuardRule::Loss => "the do-not-call table was lost with its database",
        GuardRule::Lead => "the lead was dialled already, is over, or its list rests",
    };
    Placed::Blocked {
        message: rule.to_owned(),
        block,
    }
}

fn refusal_class(class: Class) -> RefusalClass {
    match class {
        Class::Ours => RefusalClass::Ours,
        Class::Input => RefusalClass::Input,
        Class::SetUp => RefusalClass::SetUp,
        Class::Clock => RefusalClass::Clock,
        Class::Platform => RefusalClass::Platform,
        Class::NothingThere => RefusalClass::NothingThere,
        Class::Line => RefusalClass::Line,
        Class::Account => RefusalClass::Account,
        Class::Accepted | Class::Client | Class::Business | Class::Other => RefusalClass::Other,
    }
}

fn ticket(ticket: Option<String>) -> Result<Option<String>, Fault> {
    match ticket {
        Some(word) if word.is_empty() || word.len() > MAX_TICKET => Err(Fault::new(
            FaultCode::BadInput,
            "the ticket is empty or too long",
        )
        .with("field", "ticket")),
        other => Ok(other),
    }
}

#[cfg(test)]
mod sequences;
