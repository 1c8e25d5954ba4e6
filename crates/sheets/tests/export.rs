//! What goes out is safe in a spreadsheet, exact for a program, and comes in again.

use bohao_platform::Record;
use bohao_sheets::{
    Export, Field, Files, Mapping, Opening, Sheet, SheetRow, Zone, read_record, read_who,
};
use bohao_wire::{
    CallId, CallRow, CallState, CallStatus, CustomerId, CustomerName, Headings, LongNumbers,
    NumbersShown, OutcomeColour, OutcomeId, OutcomeMark, OutcomeWord, RecordField, RecordingState,
    RejectedRow, SheetForm, SheetFormat, TextEncoding,
};
use proptest::prelude::*;
use rstest::rstest;
use std::io::Cursor;
use std::ops::ControlFlow;

fn call(subid: &str) -> CallRow {
    CallRow {
        call: CallId("0193".into()),
        subid: Some(subid.into()),
        state: CallState::Recorded,
        status: Some(CallStatus::Connected),
        tel_a: Some("13800006620".into()),
        tel_x: Some("02155501234".into()),
        tel_b: Some("13922104471".into()),
        customer: Some(CustomerName {
            customer: CustomerId(7),
            name: "陈立".into(),
            company: "远航物流".into(),
        }),
        at: 1_795_414_019_500,
        started_at: Some(1_795_414_020_000),
        ended_at: Some(1_795_414_212_000),
        duration: Some(192),
        reason: None,
        code: None,
        recording: RecordingState::Saved,
        note: String::new(),
        outcome: Some(OutcomeMark {
            outcome: OutcomeId(1),
            name: "意向".into(),
            word: Some(OutcomeWord::Interested),
            colour: OutcomeColour::Jade,
        }),
        placed_here: true,
        recording_leaves_at: None,
        starred: false,
        by_hand: false,
    }
}

fn form(format: SheetFormat, headings: Headings) -> SheetForm {
    SheetForm {
        format,
        encoding: TextEncoding::Utf8,
        numbers: NumbersShown::Whole,
        digits: LongNumbers::Plain,
        headings,
    }
}

fn csv(headings: Headings) -> SheetForm {
    form(SheetFormat::Csv, headings)
}

fn json(format: SheetFormat) -> SheetForm {
    form(format, Headings::En)
}

fn bytes(form: SheetForm, rows: &[CallRow]) -> Vec<u8> {
    let mut export = Export::new(Vec::new(), form, Files::None).expect("it works");
    for row in rows {
        export.row(row, None).expect("it works");
    }
    let (bytes, count) = export.finish().expect("it works");
    assert_eq!(count, rows.len() as u64);
    bytes
}

fn written(form: SheetForm, rows: &[CallRow]) -> String {
    String::from_utf8(bytes(form, rows)).expect("it works")
}

#[test]
fn a_table_opens_in_a_spreadsheet() {
    let text = written(csv(Headings::Zh), &[call("04202107251831296890045359")]);

    assert_eq!(
        text,
        "\u{feff}通话标识,主叫号码,中间号,被叫号码,客户姓名,公司,开始时间,结束时间,通话时长（秒）,通话状态,原因,结果,录音状态,备注,拨号进度,平台返回码,本机时间,本机编号\r\n\
         04202107251831296890045359,13800006620,02155501234,13922104471,陈立,远航物流,2026-11-23 14:07:00,2026-11-23 14:10:12,192,已接通,,意向,已保存,,已有通话记录,,2026-11-23 14:06:59,0193\r\n"
    );
}

#[test]
fn an_own_outcome_goes_by_its_name_and_a_first_one_by_its_word() {
    let own = OutcomeMark {
        outcome: OutcomeId(9),
        name: "已寄样品".into(),
        word: None,
        colour: OutcomeColour::Amber,
    };
    let rows = [
        call("a1"),
        CallRow {
            outcome: Some(own),
            ..call("a2")
        },
        CallRow {
            outcome: None,
            ..call("a3")
        },
    ];
    let text = written(csv(Headings::En), &rows);
    for told in [
        ",connected,,interested,saved,",
        ",connected,,已寄样品,saved,",
        ",connected,,,saved,",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
}

#[rstest]
#[case(CallState::NotSent, "no connection", "没能连上平台")]
#[case(CallState::Unknown, "no answer came", "没有得到平台的有效回答")]
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
    let told = |headings| written(csv(headings), std::slice::from_ref(&row));
    assert!(told(Headings::Zh).contains(words));
    assert!(told(Headings::En).contains(reason));
}

#[rstest]
#[case("=1+1", "'=1+1")]
#[case("@SUM(A1)", "'@SUM(A1)")]
#[case("-2+3", "'-2+3")]
#[case("+1 (2)", "'+1 (2)")]
#[case("\tx", "\"'\tx\"")]
#[case("\r=1", "\"'\r=1\"")]
#[case("＝1", "'＝1")]
#[case("\u{7}=1", "'=1")]
#[case("a\u{0}b\u{1b}[2J\u{9b}c\u{7f}", "ab[2Jc")]
#[case("two\nlines", "\"two\nlines\"")]
#[case("say \"=1\", please", "\"say \"\"=1\"\", please\"")]
#[case("+8613800006620", "+8613800006620")]
#[case("-12.5", "-12.5")]
#[case("13800006620", "13800006620")]
#[case("021-55501234", "021-55501234")]
fn promise_13_formulas_are_neutralised_and_numbers_are_not(#[case] note: &str, #[case] cell: &str) {
    let text = written(
        csv(Headings::En),
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
    let array: Vec<CallRow> =
        serde_json::from_str(&written(json(SheetFormat::Json), &rows)).expect("it works");
    let lines: Vec<CallRow> = written(json(SheetFormat::JsonLines), &rows)
        .lines()
        .map(|line| serde_json::from_str(line).expect("it works"))
        .collect();

    assert_eq!(array, rows);
    assert_eq!(lines, rows);
    assert_eq!(written(json(SheetFormat::Json), &[]), "[]\n");
    assert_eq!(written(json(SheetFormat::JsonLines), &[]), "");
}

/// A spreadsheet rounds a subid to 15 digits, takes the first zero of a landline and shows a mobile
/// number as 1.39E+10, unless it is told that they are text.
#[test]
fn long_numbers_are_text_for_a_spreadsheet_and_numbers_again_for_an_import() {
    let form = SheetForm {
        digits: LongNumbers::AsText,
        ..csv(Headings::Zh)
    };
    let text = written(form, &[call("04202107251831296890045359")]);
    for number in ["04202107251831296890045359", "13922104471", "02155501234"] {
        assert!(text.contains(&format!("\"{number}\t\"")), "{text}");
    }
    assert!(text.contains(",192,"), "a figure stays one: {text}");

    let rows = read("a.csv", text.as_bytes());
    let record = rows[0].as_ref().expect("a row");
    assert_eq!(record.subid, "04202107251831296890045359");
    assert_eq!(record.tel_x.as_deref(), Some("02155501234"));
}

#[rstest]
#[case::what_gbk_holds("要两吨冷链报价")]
#[case::what_only_its_successor_holds("王㛃，𠮷野家 😀 ñ €")]
fn gbk_loses_nothing(#[case] note: &str) {
    let form = SheetForm {
        encoding: TextEncoding::Gbk,
        ..csv(Headings::Zh)
    };
    let row = CallRow {
        note: note.into(),
        ..call("a1")
    };
    let bytes = bytes(form, &[row]);
    let (text, _, lossy) = encoding_rs::GB18030.decode(&bytes);
    assert!(!lossy && text.contains(note), "{text}");
    assert!(!bytes.starts_with(b"\xef\xbb\xbf"));
    let (as_gbk, _, _) = encoding_rs::GBK.decode(&bytes);
    assert!(as_gbk.starts_with("通话标识,主叫号码"));
}

#[rstest]
#[case(csv(Headings::Zh))]
#[case(form(SheetFormat::Xlsx, Headings::Zh))]
#[case(json(SheetFormat::Json))]
#[case(json(SheetFormat::JsonLines))]
fn promise_9_a_masked_file_holds_no_number(#[case] form: SheetForm) {
    let form = SheetForm {
        numbers: NumbersShown::Masked,
        ..form
    };
    let row = CallRow {
        note: "另一个号码 139 2210 4471".into(),
        reason: Some("转 02155501234".into()),
        customer: Some(CustomerName {
            customer: CustomerId(7),
            name: "陈立 13922104471".into(),
            company: String::new(),
        }),
        ..call("a1")
    };
    let bytes = bytes(form, &[row]);
    let text = match form.format {
        SheetFormat::Xlsx => sheet_of(&bytes),
        _ => String::from_utf8(bytes).expect("text"),
    };
    for whole in ["13800006620", "02155501234", "13922104471", "2210"] {
        assert!(!text.contains(whole), "{whole} in {text}");
    }
    assert!(
        text.contains("139****4471") && text.contains("021****1234"),
        "{text}"
    );
}

#[test]
fn a_recording_beside_the_sheet_is_named_in_its_row() {
    for format in [SheetFormat::Csv, SheetFormat::Json, SheetFormat::Xlsx] {
        let form = form(format, Headings::En);
        let mut export = Export::new(Vec::new(), form, Files::Beside).expect("it works");
        export.row(&call("a1"), Some("a/b.wav")).expect("it works");
        export.row(&call("a2"), None).expect("it works");
        let (bytes, _) = export.finish().expect("it works");
        let text = match format {
            SheetFormat::Xlsx => sheet_of(&bytes),
            _ => String::from_utf8(bytes).expect("text"),
        };
        assert!(
            text.contains("a/b.wav") && text.contains("recording_"),
            "{text}"
        );
    }
}

/// What was written to it, in bytes.
struct Counted(std::rc::Rc<std::cell::Cell<usize>>);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A million rows need no more memory than ten thousand: what is held back of them does not grow.
#[rstest]
#[case(SheetFormat::Csv)]
#[case(SheetFormat::Xlsx)]
#[case(SheetFormat::Json)]
#[case(SheetFormat::JsonLines)]
fn no_row_is_held_back(#[case] format: SheetFormat) {
    const HELD_BACK: usize = 96 * 1024;
    let written = std::rc::Rc::<std::cell::Cell<usize>>::default();
    let out = Counted(written.clone());
    let mut export = Export::new(out, form(format, Headings::Zh), Files::None).expect("it works");
    for number in 0..10_000_u64 {
        let noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let row = CallRow {
            note: format!("{noise:x}{:x}", noise.rotate_left(29).wrapping_mul(noise)),
            ..call(&format!("{noise:020}"))
        };
        export.row(&row, None).expect("it works");
    }
    let before_the_end = written.get();
    export.finish().expect("it works");
    assert!(written.get() > 4 * HELD_BACK, "enough to tell");
    assert!(written.get() - before_the_end < HELD_BACK);
}

fn sheet_of(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("an archive");
    let mut sheet = archive
        .by_name("xl/worksheets/sheet1.xml")
        .expect("a sheet");
    std::io::read_to_string(&mut sheet).expect("text")
}

fn each_row<T>(
    name: &str,
    bytes: &[u8],
    read: impl Fn(&[String], &Mapping<RecordField>, &SheetRow<'_>) -> T,
) -> Vec<T> {
    let opening = Opening {
        name,
        ..Opening::default()
    };
    let known = |header: &str| RecordField::named(header).is_some();
    let sheet = Sheet::open(Box::new(Cursor::new(bytes.to_vec())), &opening, &known);
    let sheet = sheet.expect("it works");
    let headers = sheet.headers().to_vec();
    let mapping = Mapping::guessed(&headers);
    let mut rows = Vec::new();
    let each = sheet.each(|row| {
        rows.push(read(&headers, &mapping, &row));
        ControlFlow::Continue(())
    });
    each.expect("rows");
    rows
}

fn read(name: &str, bytes: &[u8]) -> Vec<Result<Record, RejectedRow>> {
    each_row(name, bytes, |headers, mapping, row| {
        read_record(headers, mapping, row, &Zone::beijing())
    })
}

fn names(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    each_row(name, bytes, |_, mapping, row| {
        let who = read_who(mapping, row);
        (who.name, who.company)
    })
}

proptest! {
    /// An export can always be imported: on another desk, or after a loss.
    #[test]
    fn what_is_exported_is_read_again(
        form in prop::sample::select(vec![
            csv(Headings::Zh), csv(Headings::En), json(SheetFormat::Json),
            json(SheetFormat::JsonLines),
            SheetForm { encoding: TextEncoding::Gbk, ..csv(Headings::Zh) },
            SheetForm { digits: LongNumbers::AsText, ..csv(Headings::Zh) },
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
        let bytes = bytes(form, std::slice::from_ref(&row));
        let name = if form.format == SheetFormat::Csv { "a.csv" } else { "a.json" };
        let read = read(name, &bytes);
        prop_assert_eq!(read.len(), 1);
        let record = read[0].as_ref().expect("a row");
        prop_assert_eq!(Some(&record.subid), row.subid.as_ref());
        prop_assert_eq!(&record.tel_b, &row.tel_b);
        prop_assert_eq!(record.started_at, row.started_at);
        prop_assert_eq!(record.duration, row.duration);
        prop_assert_eq!(&record.reason, &row.reason);
        let who = row.customer.as_ref().map(|who| (who.name.clone(), who.company.clone()));
        prop_assert_eq!(names(name, &bytes).pop(), who);
        prop_assert_eq!(record.status.map(|s| format!("{s:?}")), row.status.map(|s| format!("{s:?}")));
    }
}
