//! What the platform says of a call, and how several records of one call become one.

use bohao_wire::CallStatus;
use serde::{Deserialize, Serialize};

use crate::nameless::is_nameless_key;

/// One record as it was read from a body. Instants are Unix milliseconds.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordFact {
    /// The platform's identity of the call; never empty.
    pub subid: String,
    /// What it says of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<CallStatus>,
    /// The salesperson's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tel_a: Option<String>,
    /// The middle number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tel_x: Option<String>,
    /// The customer's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tel_b: Option<String>,
    /// When the call began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// Billed seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// Why it was not connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The recording's address: untrusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_url: Option<String>,
    /// Whether a person wrote it down: the platform's own word is better.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

/// What all records of one call say together.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// What they say of the call.
    pub status: Option<CallStatus>,
    /// The salesperson's own number.
    pub tel_a: Option<String>,
    /// The middle number.
    pub tel_x: Option<String>,
    /// The customer's number.
    pub tel_b: Option<String>,
    /// When the call began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Billed seconds.
    pub duration: Option<i64>,
    /// Why it was not connected; nothing for a connected call.
    pub reason: Option<String>,
    /// The recording's address: untrusted.
    pub download_url: Option<String>,
}

/// What `facts`, all of one subid, say together: the same for any order and any repetition.
///
/// The best record speaks for the call as a whole, so that the two calls of a handset which
/// redials by itself are not mixed; the others, best first, only fill in what it leaves blank.
/// So a further record can add to what is known, and never erase it.
pub fn fold(facts: &[RecordFact]) -> Folded {
    let mut ranked: Vec<&RecordFact> = facts.iter().collect();
    ranked.sort_by_cached_key(|fact| std::cmp::Reverse(rank(fact)));
    let mut folded = Folded::default();
    for fact in ranked {
        fill(&mut folded.status, &fact.status);
        fill(&mut folded.tel_a, &fact.tel_a);
        fill(&mut folded.tel_x, &fact.tel_x);
        fill(&mut folded.tel_b, &fact.tel_b);
        fill(&mut folded.started_at, &fact.started_at);
        fill(&mut folded.ended_at, &fact.ended_at);
        fill(&mut folded.duration, &fact.duration);
        fill(&mut folded.reason, &fact.reason);
        fill(&mut folded.download_url, &fact.download_url);
    }
    if folded.status == Some(CallStatus::Connected) {
        // Another record's excuse is none of a call that was connected.
        folded.reason = None;
    }
    folded
}

impl RecordFact {
    /// The one text of these fields: equal facts have equal texts.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("a struct of strings and integers has a JSON form")
    }
}

impl std::fmt::Debug for RecordFact {
    /// A record holds phone numbers, so only its identity and status are shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordFact")
            .field("subid", &self.subid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Folded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Folded")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Whose word a fact is, from the least to the last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Teller {
    /// Somebody remembered it.
    Person,
    /// A sheet without ids told it, which somebody rounded.
    Sheet,
    /// The platform told it.
    Platform,
}

impl Teller {
    fn of(fact: &RecordFact) -> Self {
        if fact.by_hand {
            Teller::Person
        } else if is_nameless_key(&fact.subid) {
            Teller::Sheet
        } else {
            Teller::Platform
        }
    }
}

type Rank = (Teller, Option<CallStatus>, [Option<i64>; 3], String);

/// The order of goodness: [`CallStatus`] is itself ordered from the least word to the last.
fn rank(fact: &RecordFact) -> Rank {
    (
        Teller::of(fact),
        fact.status,
        [fact.duration, fact.ended_at, fact.started_at],
        fact.canonical(),
    )
}

fn fill<T: Clone>(known: &mut Option<T>, told: &Option<T>) {
    if known.is_none() {
        known.clone_from(told);
    }
}
