//! Whoever asks whatever of whichever route gets nothing of another's.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::{prelude::*, sample::Index};
use secrecy::ExposeSecret;

use crate::{
    socket::send,
    within::{Seat, TestRelay},
};

const NAMES: [&str; 3] = ["seat-anna", "seat-berta", "seat-clara"];

/// One request of a stranger, a seat or a team.
#[derive(Debug, Clone)]
struct Asked {
    method: &'static str,
    route: &'static str,
    seat: &'static str,
    after: i64,
    limit: u32,
    /// The token in the header, and the one in the path.
    bearer: Index,
    path: Index,
}

/// A token, and the seats that it reads and the one that it pushes to.
struct Key {
    token: String,
    reads: BTreeSet<usize>,
    pushes: Option<usize>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let method = prop::sample::select(vec!["GET", "POST", "HEAD", "PUT"]);
    let route = prop::sample::select(vec![
        "/p/{token}",
        "/v1/records",
        "/v1/status",
        "/v1/seats",
        "/healthz",
        "/metrics",
        "/v1/records/{token}",
        "/",
    ]);
    let seat = prop::sample::select(vec![NAMES[0], NAMES[1], NAMES[2], "", "%00", "*"]);
    let tokens = any::<(Index, Index)>();
    (method, route, seat, -1..4_i64, 0..4_u32, tokens).prop_map(
        |(method, route, seat, after, limit, (bearer, path))| Asked {
            method,
            route,
            seat,
            after,
            limit,
            bearer,
            path,
        },
    )
}

fn keys(relay: &TestRelay, seats: &[Seat], teams: &[Vec<bool>]) -> Vec<Key> {
    let mut keys = Vec::new();
    for (number, seat) in seats.iter().enumerate() {
        keys.push(Key {
            token: seat.read_token.clone(),
            reads: BTreeSet::from([number]),
            pushes: None,
        });
        keys.push(Key {
            token: seat.push_path.trim_start_matches("/p/").to_owned(),
            reads: BTreeSet::new(),
            pushes: Some(number),
        });
    }
    for (number, members) in teams.iter().enumerate() {
        let name = format!("team-{number}");
        let team = relay.teams().add(&name, relay.now()).unwrap();
        let members = (0..3).filter(|seat| members[*seat]);
        let reads: BTreeSet<usize> = members
            .inspect(|seat| relay.teams().join(&name, NAMES[*seat]).unwrap())
            .collect();
        keys.push(Key {
            token: team.read_token.expose_secret().to_owned(),
            reads,
            pushes: None,
        });
    }
    keys.push(Key {
        token: "bhr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        reads: BTreeSet::new(),
        pushes: None,
    });
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_route_gives_anybody_anything_of_anothers(
        teams in prop::collection::vec(prop::collection::vec(any::<bool>(), 3), 2),
        all_asked in prop::collection::vec(asked(), 60),
    ) {
        let relay = TestRelay::start();
        let seats = NAMES.map(|name| relay.add(name));
        let keys = keys(&relay, &seats, &teams);
        let mut kept: [Vec<Vec<u8>>; 3] = Default::default();
        for (number, seat) in seats.iter().enumerate() {
            let body = format!("body of {}", NAMES[number]).into_bytes();
            seat.keep(&body);
            kept[number].push(body);
        }
        for (turn, asked) in all_asked.iter().enumerate() {
            let (bearer, path) = (asked.bearer.get(&keys), asked.path.get(&keys));
            let target = format!(
                "{}?seat={}&after={}&limit={}",
                asked.route.replace("{token}", &path.token), asked.seat, asked.after, asked.limit
            );
            let header = format!("authorization: Bearer {}\r\n", bearer.token);
            let body = format!("pushed in turn {turn}").into_bytes();
            let answer = send(relay.address(), asked.method, &target, &header, &body);
            if asked.method == "POST" && asked.route == "/p/{token}" {
                prop_assert_eq!(answer.status == 200, path.pushes.is_some());
                if let Some(seat) = path.pushes {
                    kept[seat].push(body);
                }
            }
            let told = format!("{answer:?}");
            for (number, name) in NAMES.iter().enumerate() {
                let bodies = kept[number].iter().map(|body| STANDARD.encode(body));
                let is_told = told.contains(name) || bodies.into_iter().any(|it| told.contains(&it));
                prop_assert!(
                    !is_told || bearer.reads.contains(&number),
                    "{name} shows in {told} to {asked:?}"
                );
            }
        }
        for (seat, kept) in seats.iter().zip(&kept) {
            let read: Vec<Vec<u8>> = seat.read_all().into_iter().map(|(_, body)| body).collect();
            prop_assert_eq!(&read, kept, "what was pushed to it, and nothing else");
        }
    }
}
