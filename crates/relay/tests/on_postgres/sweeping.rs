//! Retention with more seats than one sweep looks at.

use crate::seats::{eventually, sweeping_often};

#[test]
fn a_seat_behind_very_many_others_is_swept_too() {
    let relay = sweeping_often();
    let first = relay.add("A");
    relay.database.tamper(
        "INSERT INTO seats (name, created_at) SELECT 'idle ' || n, 0 FROM generate_series(1, 600) n",
    );
    let last = relay.add("Z");
    for seat in [&first, &last] {
        seat.keep(b"old");
    }
    relay.pass_days(40);
    last.keep(b"new");
    relay.pass_days(10);
    eventually("both are swept", || {
        first.read_all().is_empty() && last.read_all() == [(2, b"new".to_vec())]
    });
    first.keep(b"later");
    relay.pass_days(46);
    eventually("and from the first seat on again", || {
        first.read_all().is_empty() && last.read_all().is_empty()
    });
}
