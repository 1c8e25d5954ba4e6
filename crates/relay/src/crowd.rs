use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Instant,
};

use tokio::sync::Notify;

use crate::{AddressRange, address::neighbourhood};

/// A peer that the relay does not wait for: it was asked something and is at work on it.
const AT_WORK: u64 = u64::MAX;

/// A peer that was told to go.
const LEAVING: u64 = u64::MAX - 1;

/// A peer whose answer is on its way. It may take its time, as long as it takes something.
const ANSWERED: u64 = u64::MAX - 2;

/// One in so many of those that an address keeps the relay waiting with goes at a time.
const SHARE: usize = 32;

/// All who are connected. When there is no place left, the one who has kept the relay waiting
/// longest goes, so that those who dawdle keep nobody else out.
pub(crate) struct Crowd {
    began: Instant,
    by_address: usize,
    /// Machines that speak for many, which have no limit of their own.
    proxies: Vec<AddressRange>,
    here: Mutex<Here>,
}

#[derive(Default)]
struct Here {
    next: u64,
    peers: HashMap<u64, Arc<Peer>>,
    counts: HashMap<IpAddr, usize>,
}

/// One connection.
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    began: Instant,
    /// Since when the relay waits for it, in milliseconds; or one of the states above.
    waited_for: AtomicU64,
    leave: Notify,
}

/// A peer's place in the crowd, given back when it is dropped.
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    id: u64,
    pub(crate) peer: Arc<Peer>,
}

impl Crowd {
    pub(crate) fn new(by_address: usize, proxies: Vec<AddressRange>) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            by_address,
            proxies,
            here: Mutex::default(),
        })
    }

    /// Takes a peer in. `None` if its address has as many connections as it may, and all of them
    /// are at work.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let counted = neighbourhood(address);
        let mut here = self.lock();
        let held = here.counts.get(&counted).copied().unwrap_or(0);
        let is_full = held >= self.by_address && !self.speaks_for_many(address);
        if is_full {
            here.slowest(counted)?.send_off();
        }
        *here.counts.entry(counted).or_default() += 1;
        let id = here.next;
        here.next += 1;
        let peer = Arc::new(Peer {
            address,
            began: self.began,
            waited_for: AtomicU64::new(0),
            leave: Notify::new(),
        });
        peer.is_waited_for();
        here.peers.insert(id, Arc::clone(&peer));
        Some(Place {
            crowd: Arc::clone(self),
            id,
            peer,
        })
    }

    /// Sends off the slowest of the address that keeps the relay waiting with the most connections:
    /// one in a few dozen of them at once, so that a flood is not looked through for each newcomer.
    /// Returns how many; none if nobody keeps the relay waiting.
    pub(crate) fn make_room(&self) -> u64 {
        let here = self.lock();
        let mut waited_for: HashMap<IpAddr, Vec<(u64, &Peer)>> = HashMap::new();
        for peer in here.peers.values() {
            if let Some(since) = peer.since() {
                let of_address = waited_for.entry(peer.counted()).or_default();
                of_address.push((since, peer));
            }
        }
        let Some(mut crowded) = waited_for.into_values().max_by_key(Vec::len) else {
            return 0;
        };
        crowded.sort_unstable_by_key(|(since, _)| *since);
        crowded.truncate((crowded.len() / SHARE).max(1));
        crowded.iter().for_each(|(_, peer)| peer.send_off());
        crowded.len() as u64
    }

    /// A loopback peer is a proxy as well, if not always a named one.
    fn speaks_for_many(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.proxies.iter().any(|range| range.contains(address))
    }

    fn lock(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Here {
    fn slowest(&self, counted: IpAddr) -> Option<&Peer> {
        let waited_for = self.peers.values().filter(|peer| peer.counted() == counted);
        let waited_for = waited_for.filter_map(|peer| Some((peer.since()?, peer)));
        let slowest = waited_for.min_by_key(|(since, _)| *since);
        slowest.map(|(_, peer)| &**peer)
    }
}

impl Peer {
    /// From now on it is the peer that the relay waits for: a request, or the rest of one.
    pub(crate) fn is_waited_for(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(ANSWERED - 1);
        self.turn(now);
    }

    /// From now on it is the relay that the peer waits for.
    pub(crate) fn is_at_work(&self) {
        self.turn(AT_WORK);
    }

    /// From now on an answer is on its way to it.
    pub(crate) fn is_answered(&self) {
        self.turn(ANSWERED);
    }

    /// All that was to be written is written. An answer among it was the last thing that the peer
    /// waited for, unless it has asked again meanwhile.
    pub(crate) fn has_all_written(&self) {
        if self.waited_for.load(SeqCst) == ANSWERED {
            self.is_waited_for();
        }
    }

    /// Returns when the peer has to go.
    pub(crate) async fn sent_off(&self) {
        self.leave.notified().await;
    }

    fn send_off(&self) {
        self.waited_for.store(LEAVING, SeqCst);
        self.leave.notify_one();
    }

    fn turn(&self, state: u64) {
        // One who leaves stays so.
        let _ = self.waited_for.fetch_update(SeqCst, SeqCst, |before| {
            (before != LEAVING).then_some(state)
        });
    }

    fn since(&self) -> Option<u64> {
        Some(self.waited_for.load(SeqCst)).filter(|since| *since < ANSWERED)
    }

    fn counted(&self) -> IpAddr {
        neighbourhood(self.address)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut here = self.crowd.lock();
        here.peers.remove(&self.id);
        let counted = self.peer.counted();
        if let Some(count) = here.counts.get_mut(&counted) {
            *count -= 1;
            if *count == 0 {
                here.counts.remove(&counted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_to_go(place: &Place) -> bool {
        place.peer.waited_for.load(SeqCst) == LEAVING
    }

    fn from(crowd: &Arc<Crowd>, address: &str) -> Option<Place> {
        crowd.enter(address.parse().unwrap())
    }

    #[test]
    fn an_address_over_its_share_loses_its_own_slowest_and_nobody_elses() {
        let crowd = Crowd::new(2, Vec::new());
        let other = from(&crowd, "198.51.100.1").unwrap();
        let at_work = from(&crowd, "203.0.113.7").unwrap();
        at_work.peer.is_at_work();
        let slow = from(&crowd, "203.0.113.7").unwrap();
        let new = from(&crowd, "203.0.113.7").unwrap();
        assert!(has_to_go(&slow));
        assert!(![&other, &at_work, &new].into_iter().any(has_to_go));
        new.peer.is_at_work();
        drop(slow);
        assert!(from(&crowd, "203.0.113.7").is_none(), "all are at work");
        drop(at_work);
        assert!(from(&crowd, "203.0.113.7").is_some());
    }

    #[test]
    fn a_whole_ipv6_network_has_one_share() {
        let crowd = Crowd::new(1, Vec::new());
        let first = from(&crowd, "2001:db8::1").unwrap();
        let _second = from(&crowd, "2001:db8::2").unwrap();
        assert!(has_to_go(&first));
    }

    #[test]
    fn who_speaks_for_many_has_no_share_of_its_own() {
        let crowd = Crowd::new(1, vec!["203.0.113.0/24".parse().unwrap()]);
        for address in ["127.0.0.1", "::1", "203.0.113.7"] {
            let places: Vec<_> = (0..9).filter_map(|_| from(&crowd, address)).collect();
            assert_eq!(places.len(), 9);
            assert!(!places.iter().any(has_to_go));
        }
    }

    #[test]
    fn room_is_made_where_most_are_waited_for_and_never_by_one_at_work() {
        let crowd = Crowd::new(9, Vec::new());
        let honest = from(&crowd, "198.51.100.1").unwrap();
        let many: Vec<_> = (0..3).filter_map(|_| from(&crowd, "203.0.113.7")).collect();
        assert_eq!(crowd.make_room(), 1);
        assert_eq!(many.iter().filter(|place| has_to_go(place)).count(), 1);
        assert!(!has_to_go(&honest));
        for place in many.iter().chain([&honest]) {
            place.peer.is_at_work();
        }
        assert_eq!(crowd.make_room(), 0);
        assert!(many.iter().any(has_to_go), "one who leaves stays so");
    }

    #[test]
    fn an_answer_on_its_way_is_no_dawdling_and_ends_no_later_request() {
        let crowd = Crowd::new(9, Vec::new());
        let place = from(&crowd, "203.0.113.7").unwrap();
        place.peer.is_at_work();
        place.peer.has_all_written();
        assert_eq!(crowd.make_room(), 0, "what was written was no answer");
        place.peer.is_answered();
        assert_eq!(crowd.make_room(), 0);
        place.peer.is_at_work();
        place.peer.has_all_written();
        assert_eq!(crowd.make_room(), 0, "it has asked again meanwhile");
        place.peer.is_answered();
        place.peer.has_all_written();
        assert_eq!(crowd.make_room(), 1);
    }

    #[test]
    fn of_many_a_share_goes_at_once_and_those_are_the_slowest() {
        let crowd = Crowd::new(9, Vec::new());
        let many: Vec<_> = (0..SHARE * 3)
            .filter_map(|_| from(&crowd, "127.0.0.1"))
            .collect();
        for (number, place) in many.iter().enumerate() {
            place.peer.waited_for.store(1000 - number as u64, SeqCst);
        }
        assert_eq!(crowd.make_room(), 3);
        let gone = many.iter().map(has_to_go);
        assert!(
            gone.rev()
                .enumerate()
                .all(|(number, gone)| gone == (number < 3))
        );
    }
}
