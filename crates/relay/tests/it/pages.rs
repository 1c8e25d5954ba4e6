//! Reading records page by page.

use rstest::rstest;

use crate::within::TestRelay;

#[rstest]
#[case("?after=-1")]
#[case("?after=x")]
#[case("?after=")]
#[case("?after=9223372036854775808")]
#[case("?limit=0")]
#[case("?limit=1001")]
#[case("?limit=-5")]
#[case("?wait=61")]
#[case("?wait=-1")]
#[case("?wait=1.5")]
fn a_parameter_outside_its_range_is_a_bad_request(#[case] query: &str) {
    let relay = TestRelay::start();
    let answer = relay.add("A").get(query);
    assert_eq!((answer.status, answer.code()), (400, "bad_request".into()));
}

#[test]
fn pages_follow_each_other_without_gap_or_overlap() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    for number in 1..=7 {
        seat.keep(format!("{number}").as_bytes());
    }
    let mut after = 0;
    for expected in [vec![1, 2, 3], vec![4, 5, 6], vec![7], vec![]] {
        let page = seat.get(&format!("?after={after}&limit=3")).json();
        let records = page["records"].as_array().unwrap();
        let seqs: Vec<i64> = records
            .iter()
            .map(|record| record["seq"].as_i64().unwrap())
            .collect();
        assert_eq!(seqs, expected);
        after = page["next"].as_i64().unwrap();
        assert_eq!(after, expected.last().copied().unwrap_or(7));
        assert_eq!(page["head"], 7);
    }
}

#[test]
fn a_page_of_large_bodies_ends_early_and_the_next_one_goes_on() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    let bodies: Vec<Vec<u8>> = (0..20_u8).map(|byte| vec![byte; 256 * 1024]).collect();
    for body in &bodies {
        seat.keep(body);
    }
    let first = seat.get("?limit=1000").json();
    assert_eq!(first["records"].as_array().unwrap().len(), 16);
    assert_eq!((&first["next"], &first["head"]), (&16.into(), &20.into()));
    let read: Vec<Vec<u8>> = seat.read_all().into_iter().map(|(_, body)| body).collect();
    assert_eq!(read, bodies);
}

#[test]
fn a_cursor_past_the_head_is_sent_back_to_the_start_at_once() {
    let relay = TestRelay::start();
    let seat = relay.add("A");
    seat.keep(b"1");
    let page = seat.get("?after=5&wait=60").json();
    assert_eq!(
        page,
        serde_json::json!({"records": [], "next": 0, "head": 1})
    );
}
