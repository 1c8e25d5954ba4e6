use super::super::Files;
use super::super::book::MAX_CELL;
use super::super::columns::{cells, plan};
use super::*;
use bohao_wire::{CallId, CallRow, CallState, CallStatus, Headings, RecordingState};
use calamine::{Data, Range, Reader, Xlsx};
use proptest::prelude::*;
use std::io::Cursor;

fn call(note: &str) -> CallRow {
    CallRow {
        call: CallId("0193".into()),
        subid: Some("04202107251831296890045359".into()),
        state: CallState::Recorded,
        status: Some(CallStatus::Connected),
        tel_a: Some("13800006620".into()),
        tel_x: Some("02155501234".into()),
        tel_b: Some("+8613922104471".into()),
        customer: None,
        at: 1_795_414_019_500,
        started_at: Some(1_795_414_020_000),
        ended_at: None,
        duration: Some(192),
        reason: None,
        code: None,
        recording: RecordingState::Saved,
        note: note.into(),
        outcome: None,
        placed_here: true,
        recording_leaves_at: None,
        starred: false,
        by_hand: false,
    }
}

fn written(limits: Limits, rows: &[CallRow]) -> Vec<u8> {
    let plan = plan(Headings::En, Files::None);
    let mut book = Workbook::within(limits, Vec::new(), plan).expect("begun");
    for row in rows {
        book.row(cells(row, None, Headings::En, Files::None))
            .expect("written");
    }
    book.finish().expect("ended")
}

fn sheets(bytes: Vec<u8>) -> Vec<(String, Range<Data>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    book.worksheets()
}

fn cell<'a>(sheet: &'a Range<Data>, row: u32, name: &str) -> &'a Data {
    let headings = sheet.rows().next().expect("a header");
    let column = headings
        .iter()
        .position(|it| *it == Data::String(name.to_owned()));
    let column = u32::try_from(column.expect("the column")).expect("few");
    sheet.get_value((row, column)).unwrap_or(&Data::Empty)
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[test]
fn cells_have_their_own_types() {
    let sheets = sheets(written(LIMITS, &[call("")]));
    let sheet = &sheets[0].1;

    assert_eq!(sheets[0].0, "Calls");
    assert_eq!(cell(sheet, 1, "tel_x"), &text("02155501234"));
    assert_eq!(cell(sheet, 1, "tel_b"), &text("+8613922104471"));
    assert_eq!(cell(sheet, 1, "subid"), &text("04202107251831296890045359"));
    assert_eq!(cell(sheet, 1, "duration"), &Data::Float(192.0));
    let Data::DateTime(started) = cell(sheet, 1, "started_at") else {
        panic!("{:?} is no date", cell(sheet, 1, "started_at"));
    };
    // 2026-11-23 14:07:00 in Beijing.
    assert!((started.as_f64() - (46_349.0 + 14.0 / 24.0 + 7.0 / 1440.0)).abs() < 1e-9);
    assert_eq!(cell(sheet, 1, "ended_at"), &Data::Empty);
}

#[test]
fn a_full_sheet_goes_on_in_a_further_one() {
    let rows: Vec<CallRow> = (0..7)
        .map(|number| call(&format!("note {number}")))
        .collect();
    for limits in [
        Limits { rows: 4, ..LIMITS },
        Limits {
            bytes: 3_500,
            ..LIMITS
        },
    ] {
        let sheets = sheets(written(limits, &rows));
        let notes: Vec<Data> = sheets
            .iter()
            .flat_map(|(_, sheet)| {
                let height = u32::try_from(sheet.height()).expect("few");
                (1..height).map(|row| cell(sheet, row, "note").clone())
            })
            .collect();
        let wanted: Vec<Data> = rows.iter().map(|row| text(&row.note)).collect();
        assert!(sheets.len() > 1, "{limits:?}");
        assert_eq!(sheets[1].0, "Calls 2");
        assert_eq!(notes, wanted, "{limits:?}");
    }
}

#[test]
fn promise_13_a_formula_is_a_text_in_a_workbook() {
    for note in [
        "=1+1",
        "@SUM(A1)",
        "+1 (2)",
        "-2+3",
        "=HYPERLINK(\"http://x\")",
        "{=1}",
    ] {
        let sheets = sheets(written(LIMITS, &[call(note)]));
        assert_eq!(cell(&sheets[0].1, 1, "note"), &text(note));
    }
    let bytes = written(LIMITS, &[call("=1+1")]);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut sheet = archive
        .by_name("xl/worksheets/sheet1.xml")
        .expect("a sheet");
    let mut xml = String::new();
    io::Read::read_to_string(&mut sheet, &mut xml).expect("text");
    assert!(!xml.contains("<f>"), "a formula in {xml}");
    assert!(xml.contains("state=\"frozen\"") && xml.contains("customWidth"));
}

#[test]
fn what_is_too_long_for_a_cell_ends_in_dots() {
    let sheets = sheets(written(LIMITS, &[call(&"备".repeat(MAX_CELL + 9))]));
    let Data::String(note) = cell(&sheets[0].1, 1, "note") else {
        panic!("no text");
    };
    assert_eq!(note.encode_utf16().count(), MAX_CELL);
    assert!(note.ends_with('…'));
}

#[test]
fn an_instant_that_no_spreadsheet_counts_is_text_or_nothing() {
    assert_eq!(serial(-2_208_988_800_000), None);
    assert_eq!(serial(i64::MAX), None);
    let early = CallRow {
        started_at: Some(-2_300_000_000_000),
        at: i64::MAX,
        ..call("")
    };
    let sheets = sheets(written(LIMITS, &[early]));
    assert!(matches!(
        cell(&sheets[0].1, 1, "started_at"),
        Data::String(_)
    ));
    assert_eq!(cell(&sheets[0].1, 1, "at"), &Data::Empty);
}

#[test]
fn a_disk_without_room_is_an_error_and_no_panic() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for room in [10, 700, 5_000] {
        let plan = plan(Headings::Zh, Files::None);
        let ended = Workbook::new(Full(room), plan).and_then(|mut book| {
            for number in 0..60_000_u32 {
                let row = call(&format!("{:x}", number.wrapping_mul(2_654_435_761)));
                book.row(cells(&row, None, Headings::Zh, Files::None))?;
            }
            book.finish().map(drop)
        });
        let kind = ended.map_err(|error| error.kind());
        assert_eq!(kind, Err(io::ErrorKind::StorageFull), "room for {room}");
    }
}

proptest! {
    /// Whatever a note holds, the sheet stays XML that a reader takes.
    #[test]
    fn promise_13_no_text_breaks_the_sheet(note in any::<String>()) {
        let sheets = sheets(written(LIMITS, &[call(&note)]));
        prop_assert_eq!(sheets.len(), 1);
        prop_assert_eq!(cell(&sheets[0].1, 1, "tel_a"), &text("13800006620"));
    }

    #[test]
    fn a_text_without_strange_marks_comes_back_as_it_was(note in "[a-z一-龥 &<>\"'=+\n]{1,60}") {
        let sheets = sheets(written(LIMITS, &[call(&note)]));
        prop_assert_eq!(cell(&sheets[0].1, 1, "note"), &text(&note));
    }
}
