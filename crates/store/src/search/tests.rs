//! The index finds what a look at every row finds.

use bohao_wire::{CallId, CallRow, CallStatus, CallsOrder, CallsQuery, CustomerId, CustomerName};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

use super::question::{Question, Searched};
use crate::{CustomerChange, NewAttempt, RecordFact, Store};

const NOW: i64 = 1_764_000_000_000;

/// What befalls the log.
#[derive(Debug, Clone)]
enum Deed {
    Dial {
        number: String,
        after_ms: i64,
    },
    Refuse {
        call: usize,
        reason: String,
    },
    Note {
        call: usize,
        note: String,
    },
    Record {
        subid: String,
        started_ms: i64,
        duration: i64,
    },
    Accept {
        call: usize,
        subid: String,
    },
    Forget {
        call: usize,
    },
    Meet {
        call: usize,
        name: String,
    },
    Rename {
        customer: i64,
        company: String,
    },
    Merge {
        from: i64,
        into: i64,
    },
    Split {
        customer: i64,
    },
}

fn number() -> impl Strategy<Value = String> {
    "1[38][90]0{0,1}[0-4]{7}"
}

/// Few characters, so that searches often find something: with several readings, of one sound, in
/// two widths, signs, and what marks the index's own pieces.
fn text() -> impl Strategy<Value = String> {
    let letters =
        "远航物流行重庆王单银吕安西先 ，aAｂ1２34471%_-\"'*(ü\u{e001}\u{e002}\u{fffd}\u{1}\n";
    let letters: Vec<char> = letters.chars().collect();
    prop::collection::vec(select(letters), 0..10).prop_map(|letters| letters.into_iter().collect())
}

fn subid() -> impl Strategy<Value = String> {
    select(vec!["0420210725183129", "0420210725183130", "aB-7", "远1"]).prop_map(str::to_owned)
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (number(), 0..3_i64).prop_map(|(number, after_ms)| Deed::Dial { number, after_ms }),
        2 => (0..9_usize, text()).prop_map(|(call, reason)| Deed::Refuse { call, reason }),
        4 => (0..9_usize, text()).prop_map(|(call, note)| Deed::Note { call, note }),
        2 => (subid(), 0..5_i64, 0..3_i64).prop_map(|(subid, started_ms, duration)| {
            Deed::Record { subid, started_ms, duration }
        }),
        1 => (0..9_usize, subid()).prop_map(|(call, subid)| Deed::Accept { call, subid }),
        1 => (0..9_usize).prop_map(|call| Deed::Forget { call }),
        3 => (0..9_usize, text()).prop_map(|(call, name)| Deed::Meet { call, name }),
        1 => (1..4_i64, text()).prop_map(|(customer, company)| Deed::Rename { customer, company }),
        1 => (1..4_i64, 1..4_i64).prop_map(|(from, into)| Deed::Merge { from, into }),
        1 => (1..4_i64).prop_map(|customer| Deed::Split { customer }),
    ]
}

fn search() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        "[0-4]{1,5}",
        "[0-4]{2}[ -][0-4]{1,3}",
        "[a-z]{1,2}",
        select(vec![
            "yh",
            "yhwl",
            "yuanhang",
            "yuanx",
            "hangwul",
            "xian",
            "xa",
            "xianyinhang",
            "lv",
            "lvx",
            "wangzong",
            "zhong",
            "cq",
            "chongq",
            "yuanhangwuliu",
            "xingzhongqing",
            "anxianshan",
        ])
        .prop_map(str::to_owned),
        (text(), "[0-4]{1,4}").prop_map(|(text, digits)| format!("{text} {digits}")),
    ]
}

fn carry_out(store: &Store, calls: &mut Vec<CallId>, deed: &Deed) {
    let call = |calls: &[CallId], place: usize| calls.get(place % calls.len().max(1)).cloned();
    let at = NOW + i64::try_from(calls.len() / 3).expect("few");
    store
        .write_blocking(|tx| {
            let log = tx.calls();
            match deed {
                Deed::Dial { number, after_ms } => {
                    let id = CallId(format!("c{}", calls.len()));
                    log.insert_attempt(&NewAttempt {
                        call: id.clone(),
                        tel_a: "13800006620".to_owned(),
                        tel_b: number.clone(),
                        at: at + after_ms,
                        ticket: None,
                    })?;
                    calls.push(id);
                }
                Deed::Refuse {
                    call: place,
                    reason,
                } => {
                    if let Some(call) = call(calls, *place) {
                        log.refuse(&call, 2000, reason, NOW)?;
                    }
                }
                Deed::Note { call: place, note } => {
                    if let Some(call) = call(calls, *place) {
                        log.set_note(&call, note)?;
                    }
                }
                Deed::Record {
                    subid,
                    started_ms,
                    duration,
                } => {
                    let fact = RecordFact {
                        subid: subid.clone(),
                        status: Some(CallStatus::NotConnected),
                        tel_b: Some("13922104471".to_owned()),
                        started_at: Some(NOW + started_ms),
                        duration: Some(*duration),
                        reason: Some("用户忙 Busy".to_owned()),
                        ..RecordFact::default()
                    };
                    tx.facts().keep(&fact, NOW)?;
                    log.record(subid)?;
                }
                Deed::Meet { call: place, name } => {
                    if let Some(call) = call(calls, *place)
                        && let Some(number) = log.get(&call)?.and_then(|row| row.tel_b)
                    {
                        tx.customers().meet(&number, name, "", &[], NOW)?;
                    }
                }
                Deed::Rename { customer, company } => {
                    let change = CustomerChange {
                        company: Some(company.clone()),
                        ..CustomerChange::default()
                    };
                    tx.customers().change(CustomerId(*customer), &change, NOW)?;
                }
                Deed::Merge { from, into } => {
                    let (from, into) = (CustomerId(*from), CustomerId(*into));
                    tx.customers().merge(from, into, NOW)?;
                }
                Deed::Split { customer } => {
                    tx.customers().split(CustomerId(*customer), NOW)?;
                }
                Deed::Accept { call: place, subid } => {
                    if let Some(call) = call(calls, *place) {
                        log.accept(&call, subid, None, NOW)?;
                    }
                }
                Deed::Forget { call: place } => {
                    if let Some(call) = call(calls, *place) {
                        tx.forget_for_good(&call)?;
                    }
                }
            }
            Ok(())
        })
        .expect("written");
}

/// What everybody finds who reads the whole log.
fn read_through(store: &Store, search: &str) -> Vec<String> {
    let all = CallsQuery {
        limit: 1000,
        ..CallsQuery::default()
    };
    let page = store
        .read_blocking(|db| db.calls().page(&all))
        .expect("read");
    let Some(question) = Question::of(search) else {
        return page.rows.into_iter().map(|row| row.call.0).collect();
    };
    page.rows
        .into_iter()
        .filter(|row| {
            question.fits(&Searched::of(
                row.tel_b.as_deref().unwrap_or_default(),
                row.subid.as_deref().unwrap_or_default(),
                row.reason.as_deref().unwrap_or_default(),
                &row.note,
                &names(row),
            ))
        })
        .map(|row| row.call.0)
        .collect()
}

fn names(row: &CallRow) -> String {
    let names = |one: &CustomerName| format!("{}\n{}", one.name, one.company);
    row.customer.as_ref().map(names).unwrap_or_default()
}

fn found(store: &Store, query: &CallsQuery) -> (Vec<String>, u64, bool) {
    let page = store
        .read_blocking(|db| db.calls().page(query))
        .expect("read");
    let calls = page.rows.into_iter().map(|row| row.call.0).collect();
    (calls, page.total, page.more)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_look_at_every_row_finds(
        deeds in prop::collection::vec(deed(), 1..30),
        searches in prop::collection::vec(search(), 30),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("bohao.db"), NOW).expect("new").store;
        let mut calls = Vec::new();
        for deed in &deeds {
            carry_out(&store, &mut calls, deed);
        }
        prop_assert!(store.read_blocking(|db| db.search().built()).expect("read").is_whole());
        for search in searches {
            let expected = read_through(&store, &search);
            let mut query = CallsQuery { search, limit: 1000, ..CallsQuery::default() };
            let counted = expected.len() as u64;
            prop_assert_eq!(
                found(&store, &query),
                (expected.clone(), counted, false),
                "newest first: {:?}", &query.search
            );
            query.ascending = true;
            let mut backwards = found(&store, &query).0;
            backwards.reverse();
            prop_assert_eq!(&backwards, &expected, "oldest first: {:?}", &query.search);
            for order in [CallsOrder::Number, CallsOrder::Duration, CallsOrder::Recording] {
                query.order = order;
                let sorted: BTreeSet<String> = found(&store, &query).0.into_iter().collect();
                prop_assert_eq!(sorted, expected.iter().cloned().collect(), "{:?}", &query);
            }
        }
    }

    /// Every way to write characters in letters, one by one.
    #[test]
    fn letters_find_characters_as_every_spelling_written_out_does(
        text in text(),
        word in "[a-z]{1,3}|yuan?h?a?n?g?|xi?a?n?|(chong|zhong)?(q|qing)?(y|yin)?",
    ) {
        prop_assume!(!word.is_empty());
        let letters: Vec<char> = text.chars().collect();
        let mut spelled = false;
        for first in 0..letters.len() {
            let (mut whole, mut initials) = (vec![String::new()], vec![String::new()]);
            for letter in &letters[first..] {
                let readings = super::pinyin::readings(*letter);
                if readings.is_empty() {
                    break;
                }
                let longer = |before: &[String], cut: fn(&str) -> &str| -> Vec<String> {
                    let ways = before.iter().filter(|way| word.starts_with(way.as_str()));
                    ways.flat_map(|way| readings.iter().map(move |next| format!("{way}{}", cut(next))))
                        .collect()
                };
                whole = longer(&whole, |syllable| syllable);
                initials = longer(&initials, |syllable| &syllable[..1]);
                spelled |= whole.iter().any(|way| way.starts_with(&word));
                spelled |= initials.contains(&word);
            }
        }
        prop_assert_eq!(super::pinyin::sounds_like(&text, &word), spelled);
    }
}
