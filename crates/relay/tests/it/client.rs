//! The desk's client against the real relay.

use bohao_relay_api::{PairingLink, RelayClient, RelayError};
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;

use crate::{socket, within::TestRelay};

#[test]
fn a_pairing_link_is_all_that_a_client_needs() {
    let relay = TestRelay::start();
    let new = relay.running().seats().add("A", relay.now()).unwrap();
    let link = PairingLink::parse(new.pairing.to_link().expose_secret()).unwrap();
    let client = RelayClient::new(link.relay.as_str(), link.read.clone()).unwrap();
    let push_path = socket::path_of(link.push.expose_secret());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        assert_eq!(client.status().await.unwrap().head, 0);
        let parked = tokio::spawn({
            let client = client.clone();
            async move { client.records(0, 100, 60).await }
        });
        socket::push(relay.address(), &push_path, b"{}");
        let page = parked.await.unwrap().unwrap();
        assert_eq!(
            (page.records[0].body.as_slice(), page.next, page.head),
            (&b"{}"[..], 1, 1)
        );
        assert_eq!(client.status().await.unwrap().oldest, Some(1));

        let rewound = client.records(9, 100, 60).await.unwrap();
        assert!(rewound.rewinds(9));
        assert_eq!(rewound.next, 0);

        tokio::task::block_in_place(|| relay.running().seats().remove("A")).unwrap();
        assert_eq!(
            client.records(0, 100, 0).await,
            Err(RelayError::Unauthorized)
        );
    });
}

#[test]
fn large_records_come_through_page_by_page() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let bodies: Vec<Vec<u8>> = (0..40_u8).map(|byte| vec![byte; 256 * 1024]).collect();
    for body in &bodies {
        seat.keep(body);
    }
    let url = relay.running().url();
    let client = RelayClient::new(url.as_str(), seat.read_token.into()).unwrap();
    let runtime = Runtime::new().unwrap();
    let (mut after, mut read) = (0, Vec::new());
    while read.len() < bodies.len() {
        let page = runtime.block_on(client.records(after, 1000, 0)).unwrap();
        assert!(!page.records.is_empty());
        after = page.next;
        read.extend(page.records.into_iter().map(|record| record.body));
    }
    assert_eq!(read, bodies);
}

#[test]
fn a_client_with_a_teams_token_reads_seat_after_seat() {
    let relay = TestRelay::start();
    for name in ["A", "李四 2", "C"] {
        relay.add(name).keep(name.as_bytes());
    }
    let team = relay.teams().add("sales", relay.now()).unwrap();
    for name in ["A", "李四 2"] {
        relay.teams().join("sales", name).unwrap();
    }
    let url = relay.running().url();
    let client = RelayClient::new(url.as_str(), team.read_token).unwrap();
    Runtime::new().unwrap().block_on(async {
        let seats = client.seats().await.unwrap();
        assert_eq!(seats.team.as_deref(), Some("sales"));
        assert_eq!(seats.seats.len(), 2);
        for seat in seats.seats {
            let of_seat = client.of_seat(&seat.seat);
            assert_eq!(of_seat.status().await.unwrap().seat, seat.seat);
            let page = of_seat.records(0, 100, 0).await.unwrap();
            assert_eq!(page.records[0].body, seat.seat.as_bytes());
        }
        let other = client.of_seat("C").records(0, 100, 60).await;
        assert!(matches!(other, Err(RelayError::Unexpected(_))), "{other:?}");
    });
}
