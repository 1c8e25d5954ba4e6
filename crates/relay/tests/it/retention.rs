//! Records past their age go, and no others.

use serde_json::Value;

use crate::{
    seats::{eventually, is_swept, sweeping_often},
    socket,
    within::Seat,
};

fn oldest(seat: &Seat) -> Value {
    let status = socket::get(seat.address, "/v1/status", &seat.read_token);
    status.json()["oldest"].clone()
}

#[test]
fn records_past_their_age_go_and_their_numbers_are_never_given_again() {
    let mut relay = sweeping_often();
    let seat = relay.add("A");
    for body in [b"1", b"2", b"3"] {
        seat.keep(body);
    }
    relay.pass_days(40);
    seat.keep(b"4");
    relay.pass_days(10);
    eventually("the old ones are deleted", || seat.read_all().len() == 1);
    relay.pass_days(50);
    eventually("all are deleted", || seat.read_all().is_empty());
    relay.restart();
    let seat = relay.again(seat);
    seat.keep(b"1");
    assert_eq!(seat.read_all(), [(5, b"1".to_vec())]);
}

/// More than one slice of them, while pushes go on.
#[test]
fn a_poller_behind_the_retention_learns_what_it_missed() {
    let relay = sweeping_often();
    let (seat, other) = (relay.add("A"), relay.add("B"));
    let pushed = |from: i64, through: i64| {
        for number in from..=through {
            seat.keep(format!("{number}").as_bytes());
        }
    };
    pushed(1, 250);
    other.keep(b"old");
    assert_eq!(oldest(&seat), 1);
    relay.pass_days(40);
    pushed(251, 260);
    relay.pass_days(10);
    other.keep(b"new");
    pushed(261, 270);
    eventually("the old ones are deleted", || oldest(&seat) == 251);
    let left: Vec<i64> = seat.read_all().into_iter().map(|(seq, _)| seq).collect();
    assert_eq!(left, (251..=270).collect::<Vec<_>>());
    let page = seat.get("?after=7&limit=1").json();
    assert_eq!(
        (&page["records"][0]["seq"], &page["head"]),
        (&251.into(), &270.into())
    );
    eventually("each seat has its own", || oldest(&other) == 2);
    relay.pass_days(60);
    eventually("all are deleted", || oldest(&seat).is_null());
    let page = seat.get("?after=7").json();
    assert_eq!((&page["next"], &page["head"]), (&7.into(), &270.into()));
}

/// The clock of a machine without a battery says 1970 until it has asked somebody.
#[test]
fn a_record_taken_by_a_clock_far_back_is_not_swept_unread() {
    let mut relay = sweeping_often();
    let (seat, other) = (relay.add("A"), relay.add("B"));
    other.keep(b"old");
    relay.pass_days(3);
    relay.set_clock(-20_000);
    seat.keep(b"by a clock far back");
    relay.set_clock(20_000);
    seat.keep(b"by a clock that is right");
    relay.restart();
    let (seat, other) = (relay.again(seat), relay.again(other));
    is_swept(&relay);
    relay.pass_days(41);
    seat.keep(b"later");
    relay.pass_days(2);
    eventually("sweeps go on", || other.read_all().is_empty());
    assert_eq!(seat.read_all().len(), 3, "it ages from when it was found");
}

/// The clock was months back, which no single time tells.
#[test]
fn a_clock_that_was_months_back_costs_no_record_either() {
    let relay = sweeping_often();
    let (seat, other) = (relay.add("A"), relay.add("B"));
    other.keep(b"by a clock that is right");
    relay.pass_days(2);
    relay.unseen_by_sweeps(|| {
        relay.set_clock(-200);
        seat.keep(b"by a clock that is months back");
        relay.set_clock(200);
    });
    is_swept(&relay);
    relay.pass_days(44);
    eventually("sweeps go on", || other.read_all().is_empty());
    assert_eq!(seat.read_all().len(), 1);
}

/// To a sweep that saw it, the other's record was one of a clock ahead: it ages from when the clock
/// was believed again.
#[test]
fn a_clock_that_a_sweep_saw_months_back_costs_no_record_and_keeps_none_for_ever() {
    let relay = sweeping_often();
    let (seat, other) = (relay.add("A"), relay.add("B"));
    other.keep(b"by a clock that is right");
    relay.pass_days(2);
    relay.set_clock(-200);
    seat.keep(b"by a clock that is months back");
    is_swept(&relay);
    relay.set_clock(200);
    is_swept(&relay);
    relay.pass_days(44);
    is_swept(&relay);
    assert_eq!((seat.read_all().len(), other.read_all().len()), (1, 1));
    relay.pass_days(46);
    eventually("both go in the end", || {
        seat.read_all().is_empty() && other.read_all().is_empty()
    });
}

/// By a clock that is set ahead all is old that nobody has read yet.
#[test]
fn a_clock_that_jumps_ahead_sweeps_nothing_until_it_has_kept_step_for_a_day() {
    let relay = sweeping_often();
    let seat = relay.add("A");
    seat.keep(b"unread");
    relay.set_clock(400);
    is_swept(&relay);
    assert_eq!(seat.read_all(), [(1, b"unread".to_vec())]);
    relay.pass_days(2);
    eventually("then it is believed", || seat.read_all().is_empty());
}
