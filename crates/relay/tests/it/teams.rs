//! A team's token, which reads each seat of its team.

use secrecy::ExposeSecret;
use serde_json::json;

use crate::{
    socket::{self, get},
    within::TestRelay,
};

/// A relay with the seats A, B and C, of which A and B are in the team.
fn relay() -> (TestRelay, String) {
    let relay = TestRelay::start();
    for name in ["A", "B", "C"] {
        let seat = relay.add(name);
        seat.keep(format!("of {name}").as_bytes());
    }
    let team = relay.teams().add("sales", relay.now()).unwrap();
    relay.teams().join("sales", "A").unwrap();
    relay.teams().join("sales", "B").unwrap();
    let token = team.read_token.expose_secret().to_owned();
    (relay, token)
}

#[test]
fn a_teams_token_reads_its_seats_by_their_names() {
    let (relay, token) = relay();
    let seats = get(relay.address(), "/v1/seats", &token);
    let last = relay.now();
    let standing = |name: &str| json!({"seat": name, "head": 1, "oldest": 1, "last_push_at": last});
    assert_eq!(
        seats.json(),
        json!({"team": "sales", "seats": [standing("A"), standing("B")]})
    );
    for name in ["A", "B"] {
        let page = get(relay.address(), &format!("/v1/records?seat={name}"), &token).json();
        assert_eq!((&page["next"], &page["head"]), (&json!(1), &json!(1)));
        let status = get(relay.address(), &format!("/v1/status?seat={name}"), &token).json();
        assert_eq!(
            (&status["seat"], &status["head"]),
            (&json!(name), &json!(1))
        );
    }
}

#[test]
fn a_seat_of_no_team_or_of_another_and_one_that_is_not_there_look_the_same() {
    let (relay, token) = relay();
    for path in ["/v1/records", "/v1/status"] {
        let of = |name: &str| {
            get(
                relay.address(),
                &format!("{path}?seat={name}&wait=60"),
                &token,
            )
        };
        let (other, none) = (of("C"), of("nobody"));
        assert_eq!((other.status, other.code()), (404, "not_found".into()));
        assert_eq!(other.body, none.body);
        let unnamed = get(relay.address(), path, &token);
        assert_eq!(
            (unnamed.status, unnamed.code()),
            (400, "bad_request".into())
        );
    }
}

#[test]
fn a_seats_own_token_opens_that_seat_whatever_is_asked_for() {
    let (relay, _) = relay();
    let seat = relay.add("D");
    seat.keep(b"of D");
    for name in ["A", "D", "nobody"] {
        let page = seat.get(&format!("?seat={name}"));
        assert!(page.body.contains("b2YgRA=="), "{}", page.body);
    }
    let seats = get(relay.address(), "/v1/seats", &seat.read_token).json();
    assert_eq!(seats["team"], json!(null));
    assert_eq!(seats["seats"][0]["seat"], "D");
    assert_eq!(seats["seats"].as_array().unwrap().len(), 1);
}

#[test]
fn a_parked_poll_of_a_team_is_woken_by_the_seat_that_it_is_for() {
    let (relay, token) = relay();
    let seat = relay.add("D");
    relay.teams().join("sales", "D").unwrap();
    std::thread::scope(|scope| {
        let parked = scope.spawn(|| get(relay.address(), "/v1/records?seat=D&wait=60", &token));
        seat.keep(b"1");
        assert_eq!(parked.join().unwrap().json()["next"], 1);
    });
}

#[test]
fn what_leaves_a_team_or_ends_with_it_is_read_no_more() {
    let (relay, token) = relay();
    let of = |name: &str| get(relay.address(), &format!("/v1/records?seat={name}"), &token).status;
    relay.teams().leave("sales", "B").unwrap();
    assert_eq!((of("A"), of("B")), (200, 404));
    relay.running().seats().remove("A").unwrap();
    relay.add("A");
    assert_eq!(
        of("A"),
        404,
        "another seat of the same name is not in the team"
    );
    relay.teams().remove("sales").unwrap();
    assert_eq!(of("A"), 401);
    assert_eq!(get(relay.address(), "/v1/seats", &token).status, 401);
}

#[test]
fn a_rotated_teams_old_token_lives_for_a_week() {
    let (relay, old) = relay();
    let new = relay.teams().rotate("sales", relay.now()).unwrap();
    let ask = |token: &str| get(relay.address(), "/v1/seats", token).status;
    relay.pass_days(6);
    assert_eq!((ask(&old), ask(new.read_token.expose_secret())), (200, 200));
    relay.pass_days(2);
    assert_eq!((ask(&old), ask(new.read_token.expose_secret())), (401, 200));
}

#[test]
fn a_teams_token_pushes_nothing_and_lies_nowhere_in_the_clear() {
    let (relay, token) = relay();
    assert!(token.starts_with("bht_"));
    let pushed = socket::push(relay.address(), &format!("/p/{token}"), b"1");
    assert_eq!(pushed.status, 404);
    for file in std::fs::read_dir(relay.database.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let mut windows = bytes.windows(token.len());
        assert!(!windows.any(|window| window == token.as_bytes()));
    }
}
