//! Seats: who reads what, rotation, removal, and numbers that are never given twice.

use std::time::Duration;

use bohao_relay::{Limits, SeatError};
use proptest::prelude::*;
use rstest::rstest;

use crate::within::{Seat, TestRelay};

pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

pub(crate) fn sweeping_often() -> TestRelay {
    let relay = TestRelay::with(Limits {
        sweep_every: Duration::from_millis(20),
        ..Limits::default()
    });
    // Before a test lets time pass, the clock was looked at.
    is_swept(&relay);
    relay
}

/// Waits for a sweep that has begun, and looked at the clock, after this was called. What removed
/// seats had goes whatever the clock says.
pub(crate) fn is_swept(relay: &TestRelay) {
    let before = relay.database.count_records();
    // The first one's may have gone with a sweep that was under way.
    for name in ["gone", "gone as well"] {
        relay.add(name).keep(b"of a removed seat");
        relay.running().seats().remove(name).unwrap();
        eventually("what a removed seat had is deleted", || {
            relay.database.count_records() == before
        });
    }
}

#[test]
fn a_rotated_seats_old_tokens_live_for_a_week() {
    let relay = TestRelay::start();
    let old = relay.add("A");
    old.keep(b"1");
    let new = relay.seat(&relay.running().seats().rotate("A", relay.now()).unwrap());
    for seat in [&old, &new] {
        seat.keep(seat.read_token.as_bytes());
        assert_eq!(seat.get("").status, 200);
    }
    relay.pass_days(6);
    assert_eq!(old.get("").status, 200);
    relay.pass_days(2);
    assert_eq!(old.get("").status, 401);
    // A relay on PostgreSQL learns within moments what a token's end is, not within a week of ours.
    // The body is one that is kept anyhow, and once however often it comes.
    eventually("the old push token ends", || old.push(b"3").status == 404);
    new.keep(b"3");
    assert_eq!(new.read_all().len(), 4);
}

#[test]
fn a_removed_seats_tokens_end_at_once_and_its_name_starts_afresh() {
    let relay = sweeping_often();
    let (gone, other) = (relay.add("A"), relay.add("B"));
    gone.keep(b"1");
    other.keep(b"1");
    relay.running().seats().remove("A").unwrap();
    assert_eq!((gone.get("").status, gone.push(b"2").status), (401, 404));
    let afresh = relay.add("A");
    assert_eq!(afresh.read_all(), []);
    afresh.keep(b"1");
    assert_eq!(afresh.read_all(), [(1, b"1".to_vec())]);
    eventually(
        "the removed seat's records are deleted, and no others",
        || relay.database.count_records() == 2,
    );
    assert_eq!((other.read_all().len(), afresh.read_all().len()), (1, 1));
}

#[rstest]
#[case("")]
#[case(" A")]
#[case("A ")]
#[case("a/b")]
#[case("a\nb")]
#[case("a\u{202e}b")]
#[case("<b>")]
#[case("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
fn a_name_that_would_confuse_is_refused(#[case] name: &str) {
    let relay = TestRelay::start();
    let refused = relay.running().seats().add(name, 0);
    assert!(matches!(refused, Err(SeatError::BadName)));
}

#[test]
fn tokens_are_nowhere_in_the_database_files() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    seat.keep(b"1");
    let push_token = seat.push_path.strip_prefix("/p/").unwrap();
    for file in std::fs::read_dir(relay.database.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for token in [push_token, &seat.read_token] {
            let found = bytes
                .windows(token.len())
                .any(|window| window == token.as_bytes());
            assert!(!found, "a token is stored in the clear");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_database_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let relay = TestRelay::start();
    relay.add("A").keep(b"1");
    for file in std::fs::read_dir(relay.database.folder()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn debug_shows_no_secret_of_a_new_seat() {
    let relay = TestRelay::start();
    let new = relay.running().seats().add("A", 0).unwrap();
    let seat: Seat = relay.seat(&new);
    let shown = format!("{new:?} {:?}", new.pairing);
    assert!(!shown.contains(&seat.read_token) && !shown.contains(&seat.push_path));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn each_seat_reads_exactly_what_was_pushed_to_it(
        pushes in proptest::collection::vec((0..3_usize, 0..12_u8), 1..40),
        (reader, after, limit) in (0..3_usize, 0..10_i64, 1..5_usize),
    ) {
        let relay = TestRelay::start();
        let seats = [relay.add("A"), relay.add("B"), relay.add("C")];
        let mut expected: [Vec<Vec<u8>>; 3] = Default::default();
        for (seat, byte) in pushes {
            let body = vec![byte; 3];
            seats[seat].keep(&body);
            if !expected[seat].contains(&body) {
                expected[seat].push(body);
            }
        }
        for (seat, bodies) in seats.iter().zip(&expected) {
            let numbered: Vec<_> = (1..).zip(bodies.iter().cloned()).collect();
            prop_assert_eq!(seat.read_all(), numbered);
            let status = crate::socket::get(seat.address, "/v1/status", &seat.read_token).json();
            prop_assert_eq!(status["head"].as_u64(), Some(bodies.len() as u64));
        }
        // Whatever is asked for, a page holds records of the bearer's seat only.
        let page = seats[reader].get(&format!("?after={after}&limit={limit}&seat=A")).json();
        prop_assert_eq!(page["head"].as_u64(), Some(expected[reader].len() as u64));
        prop_assert!(page["records"].as_array().unwrap().len() <= limit);
    }
}
