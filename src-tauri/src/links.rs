//! Links that other programs open Bohao with.
//!
//! A click may come while Bohao runs or be what starts it, and then the page is not there for a while.
//! So a link waits here until the page takes it, or another of its kind takes its place: a page that opens
//! links by the dozen makes one question of them. A pairing link holds secrets: the page learns that there
//! is one, and never what it says.

use crate::events;
use bohao_engine::links;
use bohao_wire::{Event, Fault, FaultCode, Link, Secret};
use std::collections::VecDeque;
use std::mem::discriminant;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Manager};

/// The links that wait for the page, at most one of a kind.
#[derive(Default)]
pub struct Arrived(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    waiting: VecDeque<Waiting>,
    /// The pairing link that was taken last, until it was used.
    pairing: Option<Secret>,
}

struct Waiting {
    link: Link,
    /// The text of a pairing link; of all others nothing but what they ask for is kept.
    pairing: Option<Secret>,
}

/// Takes the links among the words of a command line, and tells the page of them.
pub fn arrive(app: &AppHandle, words: impl IntoIterator<Item = impl AsRef<str>>) {
    let arrived = app.state::<Arrived>();
    let came = words.into_iter().filter(|word| arrived.keep(word.as_ref()));
    let came = came.count();
    if came > 0 {
        tracing::info!(came, "links arrived");
        events::send(app, &Event::LinkArrived);
    }
}

/// Takes what was asked for in another way than by a link, and tells the page of it.
pub fn bring(app: &AppHandle, link: Link) {
    let pairing = None;
    app.state::<Arrived>().put(Waiting { link, pairing });
    events::send(app, &Event::LinkArrived);
}

impl Arrived {
    /// Keeps what is a link; tells whether it is one.
    fn keep(&self, word: &str) -> bool {
        if !links::is_link(word) {
            return false;
        }
        let link = links::read(word);
        let pairing = (link == Link::Pairing).then(|| Secret::from(word));
        self.put(Waiting { link, pairing });
        true
    }

    fn put(&self, arrived: Waiting) {
        let waiting = &mut self.lock().waiting;
        waiting.retain(|earlier| !alike(&earlier.link, &arrived.link));
        waiting.push_back(arrived);
    }

    /// The link that has waited longest.
    pub fn take(&self) -> Option<Link> {
        let mut kept = self.lock();
        let Waiting { link, pairing } = kept.waiting.pop_front()?;
        if pairing.is_some() {
            kept.pairing = pairing;
        }
        Some(link)
    }

    /// The pairing link that was taken last.
    ///
    /// # Errors
    /// `NotFound` if none was, or it was used.
    pub fn pairing(&self) -> Result<Secret, Fault> {
        let pairing = self.lock().pairing.clone();
        pairing.ok_or_else(|| Fault::new(FaultCode::NotFound, "no pairing link was opened"))
    }

    /// Forgets it, once it was used.
    pub fn forget_pairing(&self) {
        self.lock().pairing = None;
    }

    /// What this guards is changed in one step, so a panic elsewhere leaves it in order.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the user would be asked or told the same by both.
fn alike(one: &Link, other: &Link) -> bool {
    match (one, other) {
        (Link::Refused { flaw: one }, Link::Refused { flaw: other }) => one == other,
        _ => discriminant(one) == discriminant(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::LinkFlaw;

    const PAIRING: &str = "bohao://pair?relay=https://r.example&push=https://r.example/p/a&read=b";

    fn number(link: Option<Link>) -> String {
        match link {
            Some(Link::Dial { number, .. }) => number,
            other => panic!("no number: {other:?}"),
        }
    }

    #[test]
    fn links_wait_in_the_order_in_which_they_came_and_are_taken_once() {
        let arrived = Arrived::default();
        assert!(arrived.keep("tel:13922104471"));
        assert!(!arrived.keep("--practice"));
        assert!(!arrived.keep("/usr/bin/bohao"));
        assert!(arrived.keep("tel:*%2306%23"));
        assert_eq!(number(arrived.take()), "13922104471");
        let flaw = LinkFlaw::Special;
        assert_eq!(arrived.take(), Some(Link::Refused { flaw }));
        assert_eq!(arrived.take(), None);
    }

    #[test]
    fn of_a_flood_the_latest_of_each_kind_waits() {
        let arrived = Arrived::default();
        for last in 0..50 {
            arrived.keep(&format!("tel:139221044{last:02}"));
            arrived.keep("tel:*%2306%23");
            arrived.keep("bohao://erase");
        }
        assert_eq!(number(arrived.take()), "13922104449");
        for flaw in [LinkFlaw::Special, LinkFlaw::Unknown] {
            assert_eq!(arrived.take(), Some(Link::Refused { flaw }));
        }
        assert_eq!(arrived.take(), None);
    }

    #[test]
    fn promise_7_a_pairing_link_is_told_without_its_secrets_and_kept_until_it_is_used() {
        let arrived = Arrived::default();
        assert!(arrived.pairing().is_err());
        arrived.keep(PAIRING);
        assert!(arrived.pairing().is_err(), "it was not taken yet");
        let told = arrived.take().expect("it waits");
        let told = serde_json::to_string(&told).expect("plain");
        assert_eq!(told, r#"{"asks":"pairing"}"#);
        arrived.keep("tel:13922104471");
        arrived.take();
        assert!(arrived.pairing().is_ok(), "another link takes nothing away");
        arrived.forget_pairing();
        assert!(arrived.pairing().is_err());
    }
}
