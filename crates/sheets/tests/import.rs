//! Files as people have them: what is read, what is refused, and with which word.

use bohao_platform::{Record, Status};
use bohao_sheets::{
    Field, Mapping, Opening, Sheet, SheetError, Zone, limits, names_calls, read_record,
};
use bohao_wire::{RecordField, RejectedRow, RowFlaw, SheetKind};
use encoding_rs::GB18030;
use proptest::prelude::*;
use rstest::rstest;
use std::io::Cursor;
use std::ops::ControlFlow;

const SUBID: &str = "04202107251831296890045359";

#[derive(Debug, Clone, PartialEq)]
struct Row {
    number: u32,
    record: Record,
}

fn open(name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    let opening = Opening {
        name,
        ..Opening::default()
    };
    let known = |header: &str| RecordField::named(header).is_some();
    Sheet::open(Box::new(Cursor::new(bytes.to_vec())), &opening, &known)
}

fn read(name: &str, bytes: &[u8]) -> Result<Vec<Result<Row, RejectedRow>>, SheetError> {
    let sheet = open(name, bytes)?;
    let headers = sheet.headers().to_vec();
    let mapping = Mapping::guessed(&headers);
    if !names_calls(&mapping) {
        return Err(SheetError::NoHeader);
    }
    let mut rows = Vec::new();
    sheet.each(|row| {
        let number = row.number;
        let record = read_record(&headers, &mapping, &row, &Zone::beijing());
        rows.push(record.map(|record| Row { number, record }));
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn rows(name: &str, bytes: &[u8]) -> Vec<Result<Row, RejectedRow>> {
    read(name, bytes).expect("a sheet")
}

fn only_record(bytes: &[u8]) -> Record {
    let mut rows = rows("records", bytes);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0).expect("a record").record
}

fn refused(name: &str, bytes: &[u8]) -> SheetError {
    read(name, bytes).expect_err("no sheet")
}

/// The record that every spelling below tells.
fn told() -> Record {
    Record {
        subid: SUBID.into(),
        tel_a: Some("13800006620".into()),
        tel_x: Some("02155501234".into()),
        tel_b: Some("13922104471".into()),
        started_at: Some(1_795_414_020_000),
        ended_at: Some(1_795_414_212_000),
        duration: Some(192),
        status: Some(Status::Connected),
        reason: Some("无".repeat(2)),
        download_url: Some("https://example.com/a.wav".into()),
    }
}

#[rstest]
#[case::platform_names(
    "subid,telA,telX,telB,startTime,endTime,duration,status,unaswRsn,downloadUrl\n\
     04202107251831296890045359,13800006620,02155501234,13922104471,1795414020,1795414212000,192,1,无无,https://example.com/a.wav\n"
)]
#[case::chinese_names_semicolons_windows_lines(
    "呼叫ID;主叫号码;中间号;被叫号码;开始时间;结束时间;通话时长(秒);通话状态;未接通原因;录音地址\r\n\
     '04202107251831296890045359;138 0000 6620;021-55501234;１３９２２１０４４７１;2026-11-23 14:07:00;2026/11/23 14:10:12;3:12;已接通;无无;https://example.com/a.wav\r\n"
)]
#[case::tabs_a_title_and_other_columns(
    "十一月话单\n\n序号\t唯一标识\t主叫\t小号\t客户号码\t起始时间\t挂断时间\t计费秒数\t状态\t失败原因\t录音\n\
     1\t=\"04202107251831296890045359\"\t13800006620\t02155501234\t13922104471\t2026年11月23日 14时07分00秒\t1795414212\t00:03:12\tconnected\t无无\thttps://example.com/a.wav\n"
)]
#[case::any_delimiter(
    "呼叫ID^主叫号码^中间号^被叫号码^开始时间^结束时间^通话时长(秒)^通话状态^未接通原因^录音地址\n\
     04202107251831296890045359^+86 13800006620^02155501234^13922104471^20261123140700^2026/11/23 下午 2:10:12^192^接通^无无^https://example.com/a.wav\n"
)]
#[case::pipes_and_quotes(
    "sep=|\n\"subid\"|\"caller\"|\"middle_number\"|\"callee\"|\"start_time\"|\"end_time\"|\"billsec\"|\"status\"|\"reason\"|\"record_url\"\n\
     \"04202107251831296890045359\"|\"13800006620\"|\"02155501234\"|\"13922104471\"|\"2026-11-23T06:07:00Z\"|\"1795414212\"|\"192\"|\"接通\"|\"无无\"|\"https://example.com/a.wav\"\n"
)]
#[case::json_object(
    "{\"subid\":\"04202107251831296890045359\",\"telA\":13800006620,\"telX\":\"02155501234\",\"telB\":\"13922104471\",\"startTime\":1795414020,\"endTime\":\"2026-11-23 14:10:12\",\"duration\":\"192\",\"status\":1,\"unaswRsn\":\"无无\",\"downloadUrl\":\"https://example.com/a.wav\",\"extra\":{\"deep\":[1]}}"
)]
#[case::json_wrapped_twice(
    "{\"code\":200,\"data\":{\"total\":1,\"list\":[{\"subid\":\"04202107251831296890045359\",\"tel_a\":\"13800006620\",\"tel_x\":\"02155501234\",\"tel_b\":\"13922104471\",\"started_at\":1795414020000,\"ended_at\":1795414212000,\"duration\":192,\"status\":\"connected\",\"reason\":\"无无\",\"downloadUrl\":\"https://example.com/a.wav\"}]}}"
)]
fn the_same_record_is_read_from_any_spelling(
    #[case] text: &str,
    #[values("utf8", "bom", "gb18030", "utf16")] encoding: &str,
) {
    let bytes = match encoding {
        "utf8" => text.as_bytes().to_vec(),
        "bom" => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
        "gb18030" => GB18030.encode(text).0.into_owned(),
        _ => std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
    };

    assert_eq!(only_record(&bytes), told());
}

/// 一 is U+4E00: half of it is a zero, as half of each letter is.
#[rstest]
#[case::ascii(format!("subid,status\n{SUBID},1\n"))]
#[case::chinese(format!("呼叫ID,一句话,一\n{SUBID},一时没有人接，一会儿再打一次,一\n"))]
fn utf_16_is_known_without_its_mark(#[case] text: String) {
    for bytes in [
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        assert_eq!(only_record(&bytes).subid, SUBID);
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let text = "subid,unaswRsn\r\n\r\na1,\"two\r\nlines\"\r\n,\r\na2,x\r\n\r\n\r\na3,y";
    let numbers: Vec<_> = rows("a.csv", text.as_bytes())
        .into_iter()
        .map(|row| row.expect("a row").number)
        .collect();

    assert_eq!(numbers, [3, 5, 8]);
}

#[test]
fn a_bad_row_is_named_and_the_others_are_taken() {
    let text = "呼叫ID,被叫号码,开始时间,时长,状态\n\
                a1,1.38E+10,,,\n\
                a2,13922104471,soon,,\n\
                a3,13922104471,,long,\n\
                a4,13922104471,,,maybe\n\
                ,13922104471,,,\n\
                4.2E+24,13922104471,,,\n\
                a7,13922104471,,,1\n";
    let rows = rows("a.csv", text.as_bytes());
    let flaws: Vec<_> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|row| (row.row, row.column.as_deref().unwrap_or_default(), row.flaw))
        .collect();

    assert_eq!(
        flaws,
        [
            (2, "被叫号码", RowFlaw::Rounded),
            (3, "开始时间", RowFlaw::BadTime),
            (4, "时长", RowFlaw::BadDuration),
            (5, "状态", RowFlaw::BadStatus),
            (6, "呼叫ID", RowFlaw::NoSubid),
            (7, "呼叫ID", RowFlaw::Rounded),
        ]
    );
    assert_eq!(rows[6].as_ref().expect("a row").number, 8);
}

#[test]
fn json_rows_are_numbered_from_one_and_lines_by_their_line() {
    let list = rows(
        "a.json",
        br#"[{"subid":"a1"}, 7, {"status":1}, {"subid":4202107251831296890045359}]"#,
    );
    assert_eq!(list[0].as_ref().map(|row| row.number), Ok(1));
    assert_eq!(
        list[1].as_ref().map_err(|row| (row.row, row.flaw)),
        Err((2, RowFlaw::NotARecord))
    );
    assert_eq!(
        list[2].as_ref().map_err(|row| (row.row, row.flaw)),
        Err((3, RowFlaw::NoSubid))
    );
    let last = list[3].as_ref().expect("a row");
    assert_eq!(
        (last.number, last.record.subid.as_str()),
        (4, "4202107251831296890045359")
    );

    let lines = rows(
        "a.jsonl",
        b"{\"subid\":\"a1\"}\n\n{\"subid\":\r\n{\"subid\":\"a4\"}\n",
    );
    assert_eq!(lines[0].as_ref().map(|row| row.number), Ok(1));
    assert_eq!(
        lines[1].as_ref().map_err(|row| (row.row, row.flaw)),
        Err((3, RowFlaw::NotARecord))
    );
    assert_eq!(lines[2].as_ref().map(|row| row.number), Ok(4));
}

#[rstest]
#[case::empty(b"", SheetError::Empty)]
#[case::blank(b" \r\n\t\n", SheetError::Empty)]
#[case::xlsx(b"PK\x03\x04rest", SheetError::BrokenWorkbook)]
#[case::xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SheetError::BrokenWorkbook)]
#[case::page_named_xls(b"<html><table>", SheetError::WebPage)]
#[case::binary(b"\x00\x01\x02subid\x00\xff\xfe", SheetError::NotText)]
#[case::no_header(b"name,city\na,b\n", SheetError::NoHeader)]
#[case::half_json(b"[{\"subid\":\"a1\"},\n {\"sub", SheetError::BrokenJson { line: 2, column: 6 })]
#[case::half_a_line(b"{\"subid\":\"a1\",\n", SheetError::BrokenJson { line: 1, column: 14 })]
#[case::half_a_line_and_blank_ones(b"[{\"subid\":\n\n \n", SheetError::BrokenJson { line: 1, column: 10 })]
#[case::a_line_that_ends_in_a_text(b"{\"subid\":\"a1\n{\"subid\":\"a2\"}\n", SheetError::BrokenJson { line: 1, column: 12 })]
#[case::wrapper_without_list(b"{\"code\":200,\"data\":null}", SheetError::NoRecords)]
#[case::a_word_in_json(b"{\"code\":500}", SheetError::NoRecords)]
fn promise_13_a_file_without_records_gets_a_clear_word(
    #[case] bytes: &[u8],
    #[case] word: SheetError,
) {
    assert_eq!(refused("records", bytes), word);
}

#[test]
fn a_text_has_no_sheet_that_could_be_named() {
    let opening = Opening {
        name: "a.csv",
        sheet: Some("十一月"),
        ..Opening::default()
    };
    for text in ["subid\na1\n", "{\"subid\":\"a1\"}\n"] {
        let source = Box::new(Cursor::new(text.as_bytes().to_vec()));
        let refused = Sheet::open(source, &opening, &|_| true).err();
        assert_eq!(refused, Some(SheetError::NoSuchSheet), "{text}");
    }
}

#[test]
fn promise_13_sizes_are_bounded() {
    let json = format!("[{}", " ".repeat(limits::MAX_JSON_BYTES as usize));
    assert_eq!(
        refused("a.json", json.as_bytes()),
        SheetError::TooLarge {
            limit: limits::MAX_JSON_BYTES
        }
    );

    let wide = format!("subid{}\n", ",x".repeat(512));
    assert_eq!(
        refused("a.csv", wide.as_bytes()),
        SheetError::TooManyColumns
    );

    let long = format!("subid,reason\na1,{}\na2,x\n", "y".repeat(32 * 1024 + 1));
    let rows = rows("a.csv", long.as_bytes());
    assert_eq!(
        rows[0].as_ref().map_err(|row| row.flaw),
        Err(RowFlaw::TooLong)
    );
    assert!(rows[1].is_ok());

    let deep = format!("[{}", "[".repeat(100_000));
    assert!(matches!(
        refused("a.json", deep.as_bytes()),
        SheetError::BrokenJson { .. }
    ));
}

#[test]
fn a_sheet_without_ids_tells_of_calls_by_number_and_beginning() {
    let text = "主叫,客户电话,开始时间,时长\n\
                13800006620,13922104471,2026-11-23 14:07,192\n\
                13800006620,,2026-11-23 14:08,0\n";
    let rows = rows("a.csv", text.as_bytes());
    let record = &rows[0].as_ref().expect("a record").record;
    assert_eq!((record.subid.as_str(), record.duration), ("", Some(192)));
    let flaw = rows[1]
        .as_ref()
        .map_err(|row| (row.column.as_deref(), row.flaw));
    assert_eq!(flaw, Err((Some("客户电话"), RowFlaw::Nameless)));
}

#[test]
fn an_encoding_and_a_delimiter_can_be_told() {
    let bytes = GB18030.encode("号码:开始时间\n1:2\n").0.into_owned();
    let opening = Opening {
        name: "a.csv",
        encoding: Some("gbk"),
        delimiter: Some(b':'),
        ..Opening::default()
    };
    let sheet = Sheet::open(Box::new(Cursor::new(bytes)), &opening, &|_| false).expect("a sheet");
    assert_eq!(sheet.headers(), ["号码", "开始时间"]);
    assert_eq!(sheet.encoding(), Some("gb18030"));
}

#[test]
fn a_list_of_numbers_without_a_header_is_all_rows() {
    let sheet = open("a.txt", b"13800006620\n13922104471\n").expect("a sheet");
    assert_eq!(
        (sheet.form(), sheet.headers()),
        (SheetKind::Csv, &[String::new()][..])
    );
    let mut numbers = Vec::new();
    sheet
        .each(|row| {
            numbers.push((row.number, row.cells[0].text().into_owned()));
            ControlFlow::Continue(())
        })
        .expect("rows");
    assert_eq!(numbers[1], (2, "13922104471".to_owned()));
    assert_eq!(numbers.len(), 2);
}

#[test]
fn a_million_empty_columns_are_none() {
    let text = format!(
        "subid,status{}\na1,1{}\n",
        ",".repeat(1_000_000),
        ",".repeat(1_000_000)
    );
    let rows = rows("a.csv", text.as_bytes());
    assert!(
        rows[0]
            .as_ref()
            .is_err_and(|row| row.flaw == RowFlaw::TooLong)
            || rows[0].is_ok()
    );
}

#[test]
fn promise_13_a_row_of_32_megabytes_spares_the_next() {
    let text = format!("subid,reason\na1,{}\na2,x\n", "y".repeat(32 * 1024 * 1024));
    let rows = rows("a.csv", text.as_bytes());
    let first = rows[0].as_ref().map_err(|row| (row.row, row.flaw));
    assert_eq!(first, Err((2, RowFlaw::TooLong)));
    assert_eq!(rows[1].as_ref().map(|row| row.number), Ok(3));

    let lines = format!(
        "{{\"subid\":\"a1\"}}\n{{\"subid\":\"{}\"}}\n{{\"subid\":\"a3\"}}\n",
        "y".repeat(4_000_000)
    );
    let rows = self::rows("a.jsonl", lines.as_bytes());
    let second = rows[1].as_ref().map_err(|row| (row.row, row.flaw));
    assert_eq!(second, Err((2, RowFlaw::TooLong)));
    assert!(rows[2].is_ok());
}

#[test]
fn promise_13_an_open_quote_does_not_swallow_the_rest_in_silence() {
    let text = "subid,reason\na1,x\na2,\"open\na3,y\na4,z\n";
    let rows = rows("a.csv", text.as_bytes());

    assert!(rows[0].is_ok());
    assert_eq!(
        rows[1].as_ref().map_err(|row| (row.row, row.flaw)),
        Err((3, RowFlaw::OpenQuote))
    );
}

proptest! {
    #[test]
    fn promise_13_no_bytes_end_in_a_panic(name in "a|a\\.csv|a\\.json", bytes: Vec<u8>) {
        let _ = read(&name, &bytes);
    }

    #[test]
    fn promise_13_no_table_ends_in_a_panic(text in "(subid|telB|状态|[,;\t|\"\r\n'=a-z0-9.]){0,60}") {
        let text = format!("subid,状态,telB\n{text}");
        let _ = read("a.csv", text.as_bytes());
    }

    #[test]
    fn promise_13_no_json_ends_in_a_panic(text in "[\\[\\]{}:,\"a-z0-9 \n]{0,60}") {
        for begun in ["", "[", "{\"data\":", "{\"subid\":\"a1\"}\n"] {
            let _ = read("a.json", format!("{begun}{text}").as_bytes());
        }
    }

    #[test]
    fn row_numbers_survive_empty_lines(
        gaps in prop::collection::vec(0_usize..3, 1..20),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let mut text = format!("subid{end}");
        let mut expected = Vec::new();
        let mut number = 1;
        for gap in &gaps {
            text.push_str(&end.repeat(*gap));
            number += *gap as u32 + 1;
            text.push_str(&format!("id-{number}{end}"));
            expected.push(number);
        }
        let numbers: Vec<u32> =
            rows("a.csv", text.as_bytes()).into_iter().map(|row| row.expect("a row").number).collect();
        prop_assert_eq!(numbers, expected);
    }
}
