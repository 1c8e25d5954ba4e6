//! The calls that were taken, and which lines are busy.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

use crate::answer::Code;
use crate::calendar::beijing;
use crate::fault::{FaultKind, Stage};
use crate::outcome::Outcome;

/// A call that was taken: a salesperson's phone rang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The call's id, as in the dial's answer and the record.
    pub subid: String,
    /// The salesperson's number.
    pub tel_a: String,
    /// The middle number.
    pub tel_x: String,
    /// The customer's number.
    pub tel_b: String,
    /// When it was taken, Unix milliseconds.
    pub taken_at: i64,
    /// When it ended, Unix milliseconds.
    pub ended_at: Option<i64>,
    /// How far it is.
    pub state: CallState,
    /// How it ends.
    pub outcome: Outcome,
    /// Each try to push the record, in order.
    pub pushes: Vec<PushAttempt>,
    /// How often a request for the recording's public link came with parameters of an account. Always 0 with a client
    /// that keeps its credentials.
    pub credentials_leaked: u32,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallState {
    /// One of the phones rings.
    Ringing,
    /// The two are connected.
    Talking,
    /// It is over.
    Ended,
}

/// One try to push a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PushAttempt {
    /// When the answer or the failure came, Unix milliseconds.
    pub at: i64,
    /// The HTTP status; none if no answer came.
    pub status: Option<u16>,
}

/// How often a pair of numbers was rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rings {
    /// The salesperson's number.
    pub tel_a: String,
    /// The customer's number.
    pub tel_b: String,
    /// How many calls.
    pub rings: usize,
    /// Their ids, oldest first.
    pub subids: Vec<String>,
}

/// A dial that may be taken.
pub(crate) struct Order<'a> {
    pub(crate) tel_a: &'a str,
    pub(crate) tel_b: &'a str,
    pub(crate) outcome: Outcome,
    /// What goes wrong with this very call, after its dial.
    pub(crate) fault: Option<(FaultKind, u32)>,
}

pub(crate) struct Exchange {
    book: Mutex<Book>,
    release: Duration,
    /// The highest index of a call whose record was delivered, plus one.
    delivered: watch::Sender<usize>,
}

#[derive(Default)]
struct Book {
    entries: Vec<Entry>,
    by_subid: HashMap<String, usize>,
    /// Indexes of calls whose numbers may still be bound.
    bound: Vec<usize>,
}

struct Entry {
    call: Call,
    fault: Option<(FaultKind, u32)>,
}

impl Exchange {
    pub(crate) fn new(release: Duration) -> Self {
        Self {
            book: Mutex::default(),
            release,
            delivered: watch::Sender::new(0),
        }
    }

    /// Takes a call, unless its line is busy (7001) or the numbers are bound to each other (7002). Gives its index.
    pub(crate) fn take(&self, order: &Order<'_>, now: i64) -> Result<(usize, Call), Code> {
        let mut book = self.book();
        let release = i64::try_from(self.release.as_millis()).unwrap_or(i64::MAX);
        let Book { entries, bound, .. } = &mut *book;
        bound.retain(|index| match entries[*index].call.ended_at {
            Some(ended_at) => now < ended_at.saturating_add(release),
            None => true,
        });

        for index in bound.iter() {
            let other = &entries[*index].call;
            if other.state != CallState::Ended && other.tel_a == order.tel_a {
                return Err(Code::CallUnderWay);
            }
            let same = other.tel_a == order.tel_a && other.tel_b == order.tel_b;
            let reverse = other.tel_a == order.tel_b && other.tel_b == order.tel_a;
            if same || reverse {
                return Err(Code::BindingExists);
            }
        }

        let index = entries.len();
        let call = Call {
            subid: subid(now, index),
            tel_a: order.tel_a.to_owned(),
            tel_x: format!("1350000{:04}", index % 10_000),
            tel_b: order.tel_b.to_owned(),
            taken_at: now,
            ended_at: None,
            state: CallState::Ringing,
            outcome: order.outcome,
            pushes: Vec::new(),
            credentials_leaked: 0,
        };
        book.by_subid.insert(call.subid.clone(), index);
        book.bound.push(index);
        book.entries.push(Entry {
            call: call.clone(),
            fault: order.fault,
        });
        Ok((index, call))
    }

    pub(crate) fn talk(&self, index: usize) {
        self.book().entries[index].call.state = CallState::Talking;
    }

    pub(crate) fn end(&self, index: usize, now: i64) -> Call {
        let call = &mut self.book().entries[index].call;
        call.state = CallState::Ended;
        call.ended_at = Some(now);
        call.clone()
    }

    pub(crate) fn tried(&self, index: usize, attempt: PushAttempt) {
        self.book().entries[index].call.pushes.push(attempt);
    }

    pub(crate) fn delivered(&self, index: usize) {
        self.delivered
            .send_modify(|highest| *highest = (*highest).max(index + 1));
    }

    /// Returns once the record of a later call was delivered.
    pub(crate) async fn overtaken(&self, index: usize) {
        let mut delivered = self.delivered.subscribe();
        // The sender lives as long as `self`, so waiting can't fail.
        let _ = delivered.wait_for(|highest| *highest > index + 1).await;
    }

    pub(crate) fn leaked(&self, index: usize) {
        self.book().entries[index].call.credentials_leaked += 1;
    }

    pub(crate) fn find(&self, subid: &str) -> Option<(usize, Call)> {
        let book = self.book();
        let index = *book.by_subid.get(subid)?;
        Some((index, book.entries[index].call.clone()))
    }

    /// The fault that this very call has at a stage; it has struck with that.
    pub(crate) fn strike(&self, index: usize, stage: Stage) -> Option<FaultKind> {
        let own = &mut self.book().entries[index].fault;
        let (kind, left) = own.as_mut()?;
        if kind.stage() != stage || *left == 0 {
            return None;
        }
        *left -= 1;
        Some(*kind)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        let book = self.book();
        book.entries
            .iter()
            .map(|entry| entry.call.clone())
            .collect()
    }

    pub(crate) fn rings(&self) -> Vec<Rings> {
        let mut order: Vec<Rings> = Vec::new();
        let mut seen: HashMap<(String, String), usize> = HashMap::new();
        for call in self.calls() {
            let pair = (call.tel_a.clone(), call.tel_b.clone());
            let index = *seen.entry(pair).or_insert_with(|| {
                order.push(Rings {
                    tel_a: call.tel_a,
                    tel_b: call.tel_b,
                    rings: 0,
                    subids: Vec::new(),
                });
                order.len() - 1
            });
            order[index].rings += 1;
            order[index].subids.push(call.subid);
        }
        order
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Every change leaves the book whole before anything can panic.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id as in the document's example: `04`, the Beijing second, ten digits. Its milliseconds keep the ids of two
/// sandboxes apart, its number those of one.
fn subid(now: i64, index: usize) -> String {
    let second = beijing(now, "%Y%m%d%H%M%S");
    format!(
        "04{second}{:03}{:07}",
        now.rem_euclid(1000),
        index % 10_000_000
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const A: &str = "13800006620";
    const B: &str = "13922104471";

    fn order<'a>(tel_a: &'a str, tel_b: &'a str) -> Order<'a> {
        Order {
            tel_a,
            tel_b,
            outcome: Outcome::Connected,
            fault: None,
        }
    }

    #[rstest]
    #[case::same_caller(A, "13922100099", Some(Code::CallUnderWay), None)]
    #[case::same_pair(A, B, Some(Code::CallUnderWay), Some(Code::BindingExists))]
    #[case::callee_calls_back(B, A, Some(Code::BindingExists), Some(Code::BindingExists))]
    #[case::someone_else("13800006621", B, None, None)]
    fn a_line_is_busy_for_the_call_and_a_pair_is_bound_a_little_longer(
        #[case] tel_a: &str,
        #[case] tel_b: &str,
        #[case] during: Option<Code>,
        #[case] shortly_after: Option<Code>,
    ) {
        for (now, expected) in [(1_999, during), (2_499, shortly_after), (2_500, None)] {
            let exchange = Exchange::new(Duration::from_millis(500));
            let (index, _) = exchange.take(&order(A, B), 1_000).expect("is free");
            if now >= 2_000 {
                exchange.end(index, 2_000);
            }
            let refused = exchange.take(&order(tel_a, tel_b), now).err();
            assert_eq!(refused, expected, "at {now}");
        }
    }

    #[test]
    fn a_subid_looks_like_the_documents() {
        // 2021-07-25 18:31:29 in Beijing.
        assert_eq!(
            subid(1_627_209_089_689, 45_359),
            "04202107251831296890045359"
        );
    }
}
