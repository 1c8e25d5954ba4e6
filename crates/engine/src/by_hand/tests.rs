use super::*;
use crate::intake::{read as reader, take_body};
use bohao_store::{NewBody, Source, Store};
use bohao_wire::{Answer, CallRow, CallsQuery, OutcomeId};
use proptest::prelude::*;
use rstest::rstest;

const NOW: i64 = 1_764_000_000_000;
const TEL_A: &str = "13800006620";
const TEL_B: &str = "13922104471";
const MINUTE: i64 = 60_000;

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path().join("bohao.db"), NOW).expect("new");
    (folder, store.store)
}

fn written() -> LogCall {
    LogCall {
        number: "139-2210 4471".to_owned(),
        tel_a: None,
        status: CallStatus::Connected,
        started_at: NOW - 30 * MINUTE,
        duration: Some(200),
        note: "手机打的，王总要报价".to_owned(),
    }
}

fn write_down(store: &Store, call: LogCall) -> LoggedCall {
    let fresh = CallId(format!("fresh-{}", call.started_at));
    let told = read(call, &fresh, NOW).expect("read");
    store
        .write_blocking(|tx| take(tx, told, NOW))
        .expect("taken")
        .0
}

fn push(store: &Store, subid: &str, minutes_later: i64, status: u8) {
    let started_at = NOW - 30 * MINUTE + minutes_later * MINUTE;
    let body = NewBody {
        source: Source::Relay,
        relay_seq: None,
        received_at: NOW,
        content_type: None,
        body: format!(
            r#"{{"subid":"{subid}","telA":"{TEL_A}","telB":"{TEL_B}","startTime":"{started_at}",
                "duration":60,"status":{status}}}"#
        )
        .into_bytes(),
    };
    store
        .write_blocking(|tx| take_body(tx, &body, &reader))
        .expect("taken");
}

fn rows(store: &Store) -> Vec<CallRow> {
    let page = store.read_blocking(|db| db.calls().page(&CallsQuery::default()));
    page.expect("read").rows
}

#[test]
fn a_call_made_elsewhere_stands_in_the_log_as_what_it_is() {
    let (_folder, store) = open();
    let logged = write_down(&store, written());
    assert!(!logged.merged && logged.row.by_hand && !logged.row.placed_here);
    let rows = rows(&store);
    assert_eq!(rows, [logged.row]);
    assert_eq!(rows[0].tel_b.as_deref(), Some(TEL_B));
    assert_eq!(
        (rows[0].at, rows[0].duration),
        (NOW - 30 * MINUTE, Some(200))
    );
    let found = |search: &str| {
        let query = CallsQuery {
            search: search.to_owned(),
            ..CallsQuery::default()
        };
        let total = store.read_blocking(|db| db.calls().total(&query));
        total.expect("read")
    };
    assert_eq!((found("wangzong"), found("4471"), found("hand")), (1, 1, 0));
}

#[rstest]
#[case::before(true)]
#[case::after(false)]
fn promise_4_the_record_of_a_written_call_takes_it_in_whichever_comes_first(
    #[case] written_first: bool,
) {
    let (_folder, store) = open();
    if written_first {
        write_down(&store, written());
    }
    push(&store, "0420001", 4, 2);
    if !written_first {
        assert!(write_down(&store, written()).merged);
    }
    // And again, as after a full resync.
    push(&store, "0420001", 4, 2);

    let rows = rows(&store);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    // The platform's word is the better one, whatever was written down.
    assert_eq!(row.status, Some(CallStatus::NotConnected));
    assert_eq!(row.subid.as_deref(), Some("0420001"));
    assert_eq!(row.duration, Some(60));
    assert_eq!(row.note, "手机打的，王总要报价");
    assert!(!row.by_hand);
}

#[rstest]
#[case::before(true)]
#[case::after(false)]
fn a_row_of_a_sheet_takes_a_written_call_in_whichever_comes_first(
    #[case] written_first: bool,
    #[values(None, Some("0420001"))] subid: Option<&str>,
) {
    let (_folder, store) = open();
    let mut row = RecordFact {
        status: Some(CallStatus::Connected),
        tel_b: Some(TEL_B.to_owned()),
        started_at: Some(NOW - 27 * MINUTE),
        duration: Some(61),
        ..RecordFact::default()
    };
    row.subid = subid.map_or_else(|| bohao_store::nameless_key(&row), str::to_owned);
    if written_first {
        write_down(&store, written());
    }
    let import = store.write_blocking(|tx| {
        let import = tx.imports().begin("sheet.csv", NOW)?;
        let mut company = crate::intake::Company::of(tx)?;
        crate::intake::take_row(tx, &row, import, NOW, &mut company)?;
        Ok(import)
    });
    if !written_first {
        assert!(write_down(&store, written()).merged);
    }

    let merged = rows(&store);
    assert_eq!(merged.len(), 1);
    assert_eq!((merged[0].duration, merged[0].by_hand), (Some(61), false));
    assert_eq!(merged[0].note, "手机打的，王总要报价");

    // What was written by hand outlives the import.
    let import = import.expect("taken");
    store
        .write_blocking(|tx| {
            let told = tx.facts().told_by(import, "", 9)?;
            let told: Vec<_> = told.iter().collect();
            crate::intake::take_back(tx, &row.subid, &told, import)
        })
        .expect("taken back");
    let left = rows(&store);
    assert_eq!((left.len(), left[0].duration), (1, Some(200)));
}

#[test]
fn promise_4_what_was_kept_with_a_written_call_goes_along_into_its_record() {
    let (_folder, store) = open();
    let written = write_down(&store, written()).row.call;
    let outcome = OutcomeId(1);
    let answer = Answer {
        key: "q1".to_owned(),
        question: "货量多少".to_owned(),
        text: "两吨冷链".to_owned(),
    };
    store
        .write_blocking(|tx| {
            tx.outcomes().choose(&written, Some(outcome), NOW, "")?;
            tx.scripts().answer(&written, &answer, NOW)
        })
        .expect("kept");

    push(&store, "0420001", 4, 1);

    let rows = rows(&store);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].outcome.as_ref().map(|mark| mark.outcome),
        Some(outcome)
    );
    let detail = store.read_blocking(|db| db.calls().detail(&rows[0].call));
    let detail = detail.expect("read").expect("there");
    assert_eq!((detail.outcomes.len(), detail.answers), (1, vec![answer]));
}

#[test]
fn a_record_of_another_call_leaves_it_alone() {
    let (_folder, store) = open();
    write_down(&store, written());
    push(&store, "0420001", 11, 1);
    write_down(
        &store,
        LogCall {
            tel_a: Some("13900001111".to_owned()),
            started_at: NOW - 19 * MINUTE,
            ..written()
        },
    );
    assert_eq!(rows(&store).len(), 3);
}

proptest! {
    // Each case is a dozen commits, and each of them a sync.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn promise_4_any_repetition_of_records_gives_the_same_log(
        order in prop::collection::vec(0..3_usize, 1..8),
    ) {
        let (_folder, store) = open();
        write_down(&store, written());
        for which in order.iter().chain(&[0, 1, 2]) {
            push(&store, ["0421", "0422", "0423"][*which], 100 * i64::try_from(*which).expect("few"), 1);
        }
        let once = rows(&store);
        for which in [2, 1, 0] {
            push(&store, ["0421", "0422", "0423"][which], 100 * i64::try_from(which).expect("few"), 1);
        }
        prop_assert_eq!(&once, &rows(&store));
        prop_assert_eq!(once.len(), 3);
    }
}

#[rstest]
#[case::no_number(LogCall { number: "王总".to_owned(), ..written() }, FaultCode::BadNumber)]
#[case::tomorrow(LogCall { started_at: NOW + 2 * MINUTE, ..written() }, FaultCode::BadInput)]
#[case::longer_than_a_day(LogCall { duration: Some(86_401), ..written() }, FaultCode::BadInput)]
#[case::long_note(LogCall { note: "长".repeat(4_001), ..written() }, FaultCode::BadInput)]
#[case::own_number(LogCall { tel_a: Some("我".to_owned()), ..written() }, FaultCode::BadInput)]
fn what_can_not_be_is_refused(#[case] call: LogCall, #[case] code: FaultCode) {
    let refused = read(call, &CallId("fresh".to_owned()), NOW);
    assert_eq!(refused.err().map(|fault| fault.code), Some(code));
}
