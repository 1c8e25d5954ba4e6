//! Workbooks of an older Excel, laid out record by record.

use bohao_sheets::{Field, Mapping, Opening, Sheet, SheetError, Zone, read_record};
use bohao_wire::{RecordField, SheetKind};
use rstest::rstest;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("short");
    [&kind.to_le_bytes(), &length.to_le_bytes(), content].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    let mut content = vec![0, 6];
    content.extend(kind.to_le_bytes());
    content.extend([0; 12]);
    record(0x0809, &content)
}

fn place(row: u16, column: u16) -> Vec<u8> {
    [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat()
}

fn text(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut content = place(row, column);
    content.extend(u16::try_from(units.len()).expect("short").to_le_bytes());
    content.push(1);
    content.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    record(0x0204, &content)
}

fn number(row: u16, column: u16, number: f64) -> Vec<u8> {
    let mut content = place(row, column);
    content.extend(number.to_le_bytes());
    record(0x0203, &content)
}

/// A workbook with one sheet of these cells, and further records before it.
fn workbook(before: &[u8], cells: &[Vec<u8>]) -> Vec<u8> {
    let end = record(0x000a, &[]);
    let name = [1_u8, 1, b'a', 0];
    let listed = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0], &name].concat());
    let globals = [
        begin(0x0005),
        before.to_vec(),
        record(0x0042, &1200_u16.to_le_bytes()),
    ]
    .concat();
    let at = globals.len() + listed(0).len() + end.len();
    let stream = [
        globals,
        listed(u32::try_from(at).expect("short")),
        end.clone(),
        begin(0x0010),
        cells.concat(),
        end,
    ]
    .concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
    file.create_stream("/Workbook")
        .and_then(|mut workbook| workbook.write_all(&stream))
        .expect("a stream");
    file.flush().expect("written");
    file.into_inner().into_inner()
}

fn open(bytes: Vec<u8>) -> Result<Sheet, SheetError> {
    let opening = Opening {
        name: "a.xls",
        ..Opening::default()
    };
    let known = |header: &str| RecordField::named(header).is_some();
    Sheet::open(Box::new(Cursor::new(bytes)), &opening, &known)
}

fn sheet() -> Vec<Vec<u8>> {
    vec![
        text(0, 0, "通话标识"),
        text(0, 1, "被叫号码"),
        text(0, 2, "开始时间"),
        text(2, 0, "04202107251831296890045359"),
        number(2, 1, 13_922_104_471.0),
        number(2, 2, 46_349.588_194_444_4),
    ]
}

#[test]
fn cells_are_read_as_an_older_excel_keeps_them() {
    let sheet = open(workbook(&[], &sheet())).expect("a workbook");
    assert_eq!((sheet.form(), sheet.name()), (SheetKind::Xls, Some("a")));
    let headers = sheet.headers().to_vec();
    let mapping = Mapping::guessed(&headers);
    let mut records = Vec::new();
    let read = sheet.each(|row| {
        let record = read_record(&headers, &mapping, &row, &Zone::beijing());
        records.push((row.number, record.expect("a record")));
        ControlFlow::Continue(())
    });
    read.expect("rows");
    let (number, record) = &records[0];
    assert_eq!(
        (*number, record.subid.as_str()),
        (3, "04202107251831296890045359")
    );
    assert_eq!(record.tel_b.as_deref(), Some("13922104471"));
    assert_eq!(record.started_at, Some(1_795_414_020_000));
}

#[rstest]
#[case::cells_far_apart(vec![], vec![number(0, 0, 1.0), number(65_535, 255, 1.0)], SheetError::Bomb)]
#[case::a_password(record(0x002f, &[1, 0, 1, 0]), sheet(), SheetError::Locked)]
#[case::no_cells(vec![], vec![], SheetError::Empty)]
fn promise_13_an_old_workbook_is_bounded_and_refused_with_a_word(
    #[case] before: Vec<u8>,
    #[case] cells: Vec<Vec<u8>>,
    #[case] word: SheetError,
) {
    assert_eq!(open(workbook(&before, &cells)).err(), Some(word));
}

#[test]
fn a_new_workbook_with_a_password_is_said_so() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
    file.create_stream("/EncryptedPackage").expect("a stream");
    file.flush().expect("written");
    assert_eq!(
        open(file.into_inner().into_inner()).err(),
        Some(SheetError::Locked)
    );
}

/// Cut anywhere, or with any byte turned, it gets a word and no panic.
#[test]
fn promise_13_a_damaged_old_workbook_ends_in_a_word() {
    let whole = workbook(&[], &sheet());
    for at in (0..whole.len()).step_by(11) {
        let mut turned = whole.clone();
        turned[at] ^= 0x55;
        for bytes in [whole[..at].to_vec(), turned] {
            if let Ok(sheet) = open(bytes) {
                let _ = sheet.each(|_| ControlFlow::Continue(()));
            }
        }
    }
}
