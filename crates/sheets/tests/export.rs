//! What goes out is safe in a spreadsheet, exact for a program, and comes in again.

use bohao_sheets::{Export, Form, Headings, read};
use bohao_wire::{CallId, CallRow, CallState, CallStatus, RecordingState};
use proptest::prelude::*;
use rstest::rstest;

fn call(subid: &str) -> CallRow {
    CallRow {
        call: CallId("0193".into()),
        subid: Some(subid.into()),
        state: CallState::Recorded,
        status: Some(CallStatus::Connected),
        tel_a: Some("13800006620".into()),
        tel_x: Some("02155501234".into()),
        tel_b: Some("13922104471".into()),
        at: 1_795_414_019_500,
        started_at: Some(1_795_414_020_000),
        ended_at: Some(1_795_414_212_000),
        duration: Some(192),
        reason: None,
        code: None,
        recording: RecordingState::Saved,
        note: String::new(),
        placed_here: true,
    }
}

fn written(form: Form, rows: &[CallRow]) -> String {
    let mut export = Export::new(Vec::new(), form).expect("it works");
    for row in rows {
        export.row(row).expect("it works");
    }
    let (bytes, count) = export.finish().expect("it works");
    assert_eq!(count, rows.len() as u64);
    String::from_utf8(bytes).expect("it works")
}

#[test]
fn a_table_opens_in_a_spreadsheet() {
    let text = written(
        Form::Csv(Headings::Chinese),
        &[call("04202107251831296890045359")],
    );

    assert_eq!(
        text,
        "\u{feff}通话标识,主叫号码,中间号,被叫号码,开始时间,结束时间,通话时长（秒）,通话状态,原因,录音状态,备注,拨号进度,平台返回码,本机时间,本机编号\r\n\
         04202107251831296890045359,13800006620,02155501234,13922104471,2026-11-23 14:07:00,2026-11-23 14:10:12,192,已接通,,已保存,,已有话单,,2026-11-23 14:06:59,0193\r\n"
    );
}

#[rstest]
#[case(CallState::NotSent, "no connection", "连不上平台")]
#[case(CallState::Unknown, "no answer came", "没有收到平台的回答")]
#[case(CallState::Refused, "费用不足", "费用不足")]
fn a_chinese_table_says_why_in_chinese(
    #[case] state: CallState,
    #[case] reason: &str,
    #[case] words: &str,
) {
    let row = CallRow {
        state,
        status: None,
        reason: Some(reason.into()),
        ..call("a1")
    };
    let told = |headings| written(Form::Csv(headings), std::slice::from_ref(&row));
    assert!(told(Headings::Chinese).contains(words));
    assert!(told(Headings::English).contains(reason));
}

#[rstest]
#[case("=1+1", "'=1+1")]
#[case("@SUM(A1)", "'@SUM(A1)")]
#[case("-2+3", "'-2+3")]
#[case("+1 (2)", "'+1 (2)")]
#[case("\tx", "\"'\tx\"")]
#[case("\r=1", "\"'\r=1\"")]
#[case("＝1", "'＝1")]
#[case("say \"=1\", please", "\"say \"\"=1\"\", please\"")]
#[case("+8613800006620", "+8613800006620")]
#[case("-12.5", "-12.5")]
#[case("13800006620", "13800006620")]
#[case("021-55501234", "021-55501234")]
fn promise_13_formulas_are_neutralised_and_numbers_are_not(#[case] note: &str, #[case] cell: &str) {
    let text = written(
        Form::Csv(Headings::English),
        &[CallRow {
            note: note.into(),
            ..call("a1")
        }],
    );
    let row = &text[text.find("\r\n").expect("it works") + 2..];

    assert!(row.contains(&format!(",saved,{cell},recorded,")), "{row}");
}

#[test]
fn json_holds_the_rows_of_the_contract() {
    let rows = [call("a1"), call("a2")];
    let array: Vec<CallRow> = serde_json::from_str(&written(Form::Json, &rows)).expect("it works");
    let lines: Vec<CallRow> = written(Form::JsonLines, &rows)
        .lines()
        .map(|line| serde_json::from_str(line).expect("it works"))
        .collect();

    assert_eq!(array, rows);
    assert_eq!(lines, rows);
    assert_eq!(written(Form::Json, &[]), "[]\n");
    assert_eq!(written(Form::JsonLines, &[]), "");
}

proptest! {
    /// An export can always be imported: on another desk, or after a loss.
    #[test]
    fn what_is_exported_is_read_again(
        form in prop::sample::select(vec![
            Form::Csv(Headings::Chinese), Form::Csv(Headings::English), Form::Json, Form::JsonLines,
        ]),
        reason in "[=+@,;\"\n一-龥a-z]{1,20}",
        seconds in 1_000_000_000_i64..4_000_000_000,
        duration in prop::option::of(0_i64..100_000),
        status in prop::option::of(prop::sample::select(vec![
            CallStatus::Dialled, CallStatus::Failed, CallStatus::NotConnected, CallStatus::Connected,
        ])),
    ) {
        let row = CallRow {
            reason: Some(format!("x{reason}x")),
            started_at: Some(seconds * 1000),
            duration,
            status,
            note: "=\"a note\"".into(),
            ..call("04202107251831296890045359")
        };
        let bytes = written(form, std::slice::from_ref(&row));
        let name = if matches!(form, Form::Csv(_)) { "a.csv" } else { "a.json" };
        let read: Vec<_> = read(name, bytes.as_bytes()).expect("it works").collect();
        prop_assert_eq!(read.len(), 1);
        let record = &read[0].as_ref().expect("a row").record;
        prop_assert_eq!(Some(&record.subid), row.subid.as_ref());
        prop_assert_eq!(&record.tel_b, &row.tel_b);
        prop_assert_eq!(record.started_at, row.started_at);
        prop_assert_eq!(record.duration, row.duration);
        prop_assert_eq!(&record.reason, &row.reason);
        prop_assert_eq!(record.status.map(|s| format!("{s:?}")), row.status.map(|s| format!("{s:?}")));
    }
}
