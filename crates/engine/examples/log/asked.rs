//! F8: what one asks of the log, as often and as hastily as one types.

use crate::figures::{Figures, verdict};
use crate::made::{Dice, call};
use anyhow::Result;
use bohao_store::Store;
use bohao_wire::{
    CallState, CallStatus, CallsOrder, CallsQuery, CustomerId, OutcomeId, RecordingState,
};
use std::time::Instant;

const GOAL_MS: f64 = 16.0;
/// Calls whose numbers and subids are asked for.
const SAMPLES: usize = 60;
/// How often a question is asked that is always the same.
const TIMES: usize = 20;

pub fn measure(store: &Store) -> Result<()> {
    println!("## F8: a log of {} calls\n", crate::CALLS);
    println!(
        "| milliseconds in the engine, rows and count | asked | p50 | p95 | p99 | most | goal p95 ≤ {GOAL_MS} |"
    );
    println!("|---|--:|--:|--:|--:|--:|---|");
    for (name, questions) in all() {
        let mut figures = Figures::default();
        for question in &questions {
            let began = Instant::now();
            store.read_blocking(|db| db.calls().page(question))?;
            figures.add(began.elapsed());
        }
        let [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1.0].map(|share| figures.at(share));
        let reached = verdict(p95, GOAL_MS);
        println!(
            "| {name} | {} | {p50:.2} | {p95:.2} | {p99:.2} | {most:.2} | {reached} |",
            questions.len()
        );
    }
    println!();
    counts(store)
}

/// What the counts are, since one that stops early is no exact one.
fn counts(store: &Store) -> Result<()> {
    println!("| searched | fit |\n|---|--:|");
    for search in [
        "",
        "1",
        "4471",
        "13800",
        "王",
        "王总",
        "yhwl",
        "yuanhang",
        "w",
        "报价",
        "用户忙",
        "远航 报价",
    ] {
        let page = store.read_blocking(|db| db.calls().page(&search_for(search)))?;
        let more = if page.more { "more than " } else { "" };
        let what = if search.is_empty() {
            "everything"
        } else {
            search
        };
        println!("| {what} | {more}{} |", page.total);
    }
    println!();
    Ok(())
}

fn all() -> Vec<(&'static str, Vec<CallsQuery>)> {
    let mut dice = Dice::new(7);
    let mut log = Dice::new(1);
    let known: Vec<_> = (0..SAMPLES * 20)
        .map(|place| call(place, &mut log))
        .step_by(20)
        .collect();
    let typed = |words: &[&str]| -> Vec<CallsQuery> {
        words.iter().flat_map(|word| as_typed(word)).collect()
    };
    let often = |query: CallsQuery| vec![query; TIMES];
    let every = CallsQuery::default();
    let mut asked = vec![
        ("first page", often(every.clone())),
        (
            "**search: last four digits, as typed**",
            known
                .iter()
                .flat_map(|call| as_typed(&call.number[7..]))
                .collect(),
        ),
        (
            "**search: any part of a number**",
            known
                .iter()
                .map(|call| {
                    let first = dice.roll(8);
                    let end = (first + 3 + dice.roll(6)).min(11);
                    search_for(&call.number[first..end])
                })
                .collect(),
        ),
        (
            "**search: whole number, as typed**",
            known
                .iter()
                .step_by(6)
                .flat_map(|call| as_typed(&call.number))
                .collect(),
        ),
        (
            "**search: subid**",
            known.iter().map(|call| search_for(&call.subid)).collect(),
        ),
        (
            "**search: name, as typed**",
            typed(&[
                "王建国",
                "李秀英",
                "张伟",
                "单总",
                "欧阳修",
                "吕晓东",
                "陈总",
                "周志鹏",
                "曾子轩",
            ]),
        ),
        (
            "**search: company, as typed**",
            typed(&[
                "远航物流",
                "重庆银行教育",
                "新世纪装饰",
                "鼎盛地产",
                "长青",
                "没有这家",
            ]),
        ),
        (
            "**search: pinyin initials, as typed**",
            typed(&["yhwl", "wjg", "lxy", "cqyh", "xsjzs", "dsdc", "zzqx", "bj"]),
        ),
        (
            "**search: pinyin in full, as typed**",
            typed(&[
                "yuanhangwuliu",
                "wangjianguo",
                "chongqingyinhang",
                "xinshiji",
                "shanzong",
                "baojia",
            ]),
        ),
        (
            "**search: note, as typed**",
            typed(&[
                "下周三再联系",
                "价格太高",
                "报价 100",
                "没空，晚点打",
                "明天上午回电",
                "微信",
            ]),
        ),
        (
            "**search: words mixed, as typed**",
            typed(&[
                "王总 报价 138",
                "yhwl 4471",
                "远航 价格",
                "wang hetong",
                "139 用户忙",
                "李 样品 77",
            ]),
        ),
        (
            "search: reason, as typed",
            typed(&["用户忙", "线路故障", "无人接听"]),
        ),
        (
            "search: nothing fits",
            ["00000000000000", "qqqqq", "没有", "zzzz zzzz", "~"]
                .iter()
                .flat_map(|word| often(search_for(word)))
                .collect(),
        ),
    ];
    asked.extend(
        filters()
            .into_iter()
            .map(|(name, queries)| (name, queries.into_iter().flat_map(often).collect())),
    );
    asked.push((
        "filter: a customer's number, a customer with all numbers",
        known
            .iter()
            .zip(1..)
            .flat_map(|(call, id)| {
                let number = CallsQuery {
                    tel_b: Some(call.number.clone()),
                    ..every.clone()
                };
                let customer = CallsQuery {
                    customer: Some(CustomerId(id * 100)),
                    ..every.clone()
                };
                [number, customer]
            })
            .collect(),
    ));
    let offsets = |offsets: &[u32]| -> Vec<CallsQuery> {
        offsets
            .iter()
            .map(|offset| CallsQuery {
                offset: *offset,
                ..every.clone()
            })
            .collect()
    };
    asked.push((
        "page: the next ones",
        offsets(&[100, 200, 300, 400, 1_000, 5_000, 10_000]),
    ));
    asked.push((
        "page: anywhere",
        offsets(&[50_000, 250_000, 500_000, 750_000, 999_900]),
    ));
    asked
}

fn filters() -> Vec<(&'static str, Vec<CallsQuery>)> {
    let every = CallsQuery::default();
    let day = 24 * 3_600_000_i64;
    let since = 1_700_000_000_000;
    let by = |order, ascending| CallsQuery {
        order,
        ascending,
        ..CallsQuery::default()
    };
    let own = Some("13900000003".to_owned());
    vec![
        (
            "filter: what the record says",
            [
                CallStatus::Connected,
                CallStatus::Failed,
                CallStatus::Dialled,
            ]
            .map(|status| CallsQuery {
                status: Some(status),
                ..every.clone()
            })
            .into(),
        ),
        (
            "filter: where it stands",
            [CallState::Recorded, CallState::Unknown]
                .map(|state| CallsQuery {
                    state: Some(state),
                    ..every.clone()
                })
                .into(),
        ),
        (
            "filter: what came of it",
            [1, 4, 6]
                .map(|outcome| CallsQuery {
                    outcome: Some(OutcomeId(outcome)),
                    ..every.clone()
                })
                .into(),
        ),
        (
            "filter: where the recording is, starred, leaving the platform",
            vec![
                CallsQuery {
                    recording: Some(RecordingState::Saved),
                    ..every.clone()
                },
                CallsQuery {
                    recording: Some(RecordingState::Waiting),
                    ..every.clone()
                },
                CallsQuery {
                    starred: true,
                    ..every.clone()
                },
                CallsQuery {
                    leaving_until: Some(i64::MAX),
                    ..every.clone()
                },
            ],
        ),
        (
            "filter: own number",
            vec![CallsQuery {
                tel_a: own.clone(),
                ..every.clone()
            }],
        ),
        (
            "filter: a day, a month, a year",
            [1, 30, 365]
                .map(|days| CallsQuery {
                    since: Some(since),
                    until: Some(since + days * day),
                    ..every.clone()
                })
                .into(),
        ),
        (
            "filter: duration",
            vec![
                CallsQuery {
                    min_duration: Some(1_500),
                    ..every.clone()
                },
                CallsQuery {
                    min_duration: Some(600),
                    ..every.clone()
                },
                CallsQuery {
                    min_duration: Some(1),
                    max_duration: Some(10),
                    ..every.clone()
                },
            ],
        ),
        (
            "filter: several",
            vec![
                CallsQuery {
                    status: Some(CallStatus::Connected),
                    tel_a: own.clone(),
                    since: Some(since),
                    ..every.clone()
                },
                CallsQuery {
                    recording: Some(RecordingState::Saved),
                    min_duration: Some(300),
                    ..every.clone()
                },
                CallsQuery {
                    search: "王".to_owned(),
                    recording: Some(RecordingState::Saved),
                    since: Some(since),
                    ..every.clone()
                },
                CallsQuery {
                    search: "4471".to_owned(),
                    status: Some(CallStatus::NotConnected),
                    ..every.clone()
                },
                CallsQuery {
                    outcome: Some(OutcomeId(1)),
                    min_duration: Some(300),
                    since: Some(since),
                    ..every.clone()
                },
                CallsQuery {
                    search: "yhwl".to_owned(),
                    outcome: Some(OutcomeId(1)),
                    ..every.clone()
                },
            ],
        ),
        (
            "order: number, duration, record, recording, outcome",
            vec![
                by(CallsOrder::Number, true),
                by(CallsOrder::Duration, false),
                by(CallsOrder::Status, true),
                by(CallsOrder::Recording, true),
                by(CallsOrder::OwnNumber, false),
                by(CallsOrder::Outcome, true),
            ],
        ),
        (
            "order: duration, of a search",
            ["yhwl", "4471", "138"]
                .map(|search| CallsQuery {
                    search: search.to_owned(),
                    ..by(CallsOrder::Duration, false)
                })
                .into(),
        ),
    ]
}

fn as_typed(word: &str) -> Vec<CallsQuery> {
    word.char_indices()
        .map(|(at, letter)| search_for(&word[..at + letter.len_utf8()]))
        .collect()
}

fn search_for(search: &str) -> CallsQuery {
    CallsQuery {
        search: search.to_owned(),
        ..CallsQuery::default()
    }
}
