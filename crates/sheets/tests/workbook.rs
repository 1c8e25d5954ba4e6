//! Workbooks: what Excel writes, and what an attacker would.

use bohao_platform::Status;
use bohao_sheets::{Field, Mapping, Opening, Sheet, SheetError, Zone, read_record};
use bohao_wire::{RecordField, RowFlaw, SheetKind};
use rstest::rstest;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook with these sheets, as Excel lays it out, and further parts.
fn workbook(sheets: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, content: &str| {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content.as_bytes()).expect("written");
    };
    let (mut list, mut rels) = (String::new(), String::new());
    for (index, (name, _)) in sheets.iter().enumerate() {
        let id = index + 1;
        let _ = write!(
            list,
            "<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>"
        );
        let _ = write!(
            rels,
            "<Relationship Id=\"rId{id}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
        );
    }
    put(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    );
    put(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    put(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"
        ),
    );
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{rels}</Relationships>"
        ),
    );
    // Style 0 is plain, 1 a date with its time, 2 a time of day.
    put(
        "xl/styles.xml",
        &format!(
            "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/></cellXfs></styleSheet>"
        ),
    );
    for (index, (_, rows)) in sheets.iter().enumerate() {
        put(
            &format!("xl/worksheets/sheet{}.xml", index + 1),
            &format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    for (name, content) in more {
        put(name, content);
    }
    zip.finish().expect("an archive").into_inner()
}

fn text(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>通话标识</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>被叫号码</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>开始时间</t></is></c><c r=\"D1\" t=\"inlineStr\"><is><t>通话时长</t></is></c><c r=\"E1\" t=\"inlineStr\"><is><t>通话状态</t></is></c></row>";

fn open(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Sheet, SheetError> {
    let opening = Opening {
        name: "a.xlsx",
        sheet,
        ..Opening::default()
    };
    let known = |header: &str| RecordField::named(header).is_some();
    Sheet::open(Box::new(Cursor::new(bytes)), &opening, &known)
}

fn read(
    bytes: Vec<u8>,
) -> Result<Vec<Result<bohao_platform::Record, bohao_wire::RejectedRow>>, SheetError> {
    let sheet = open(bytes, None)?;
    let headers = sheet.headers().to_vec();
    let mapping = Mapping::guessed(&headers);
    let mut records = Vec::new();
    sheet.each(|row| {
        records.push(read_record(&headers, &mapping, &row, &Zone::beijing()));
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

#[test]
fn cells_are_read_as_excel_keeps_them() {
    let row = format!(
        "<row r=\"3\">{}<c r=\"B3\"><v>13922104471</v></c><c r=\"C3\" s=\"1\"><v>46349.5881944444</v></c><c r=\"D3\" s=\"2\"><f>E1/3</f><v>0.00222222222222222</v></c>{}</row>",
        text("A3", "'04202107251831296890045359"),
        text("E3", "已接通"),
    );
    let book = workbook(&[("说明", ""), ("话单", &format!("{HEADER}{row}"))], &[]);
    let sheet = open(book.clone(), None).expect("a sheet");
    assert_eq!(
        (sheet.form(), sheet.name()),
        (SheetKind::Xlsx, Some("话单"))
    );
    assert_eq!(sheet.sheets(), ["说明", "话单"]);

    let records = read(book).expect("rows");
    let record = records[0].as_ref().expect("a record");
    assert_eq!(record.subid, "04202107251831296890045359");
    assert_eq!(record.tel_b.as_deref(), Some("13922104471"));
    assert_eq!(record.started_at, Some(1_795_414_020_000));
    assert_eq!(
        (record.duration, record.status),
        (Some(192), Some(Status::Connected))
    );
}

#[test]
fn an_id_that_excel_made_a_number_is_refused() {
    let row = "<row r=\"2\"><c r=\"A2\"><v>4.2021072518312969E+24</v></c><c r=\"B2\"><v>13922104471</v></c></row>";
    let rows = read(workbook(&[("话单", &format!("{HEADER}{row}"))], &[])).expect("rows");
    let refused = rows[0].as_ref().map_err(|row| (row.row, row.flaw));
    assert_eq!(refused, Err((2, RowFlaw::Rounded)));
}

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let one = format!("{HEADER}<row r=\"2\">{}</row>", text("A2", "a1"));
    let book = workbook(&[("一月", &one), ("二月", &one)], &[]);
    assert_eq!(
        open(book.clone(), Some("二月")).expect("it").name(),
        Some("二月")
    );
    assert_eq!(
        open(book, Some("三月")).err(),
        Some(SheetError::NoSuchSheet)
    );
}

#[test]
fn promise_13_macros_and_other_workbooks_are_never_opened() {
    let row = format!(
        "<row r=\"2\">{}<c r=\"B2\"><f>[1]Sheet1!A1</f><v>13922104471</v></c></row>",
        text("A2", "a1")
    );
    let book = workbook(
        &[("话单", &format!("{HEADER}{row}"))],
        &[
            ("xl/vbaProject.bin", "no macro at all"),
            ("xl/externalLinks/externalLink1.xml", "<broken"),
        ],
    );
    let records = read(book).expect("rows");
    let record = records[0].as_ref().expect("a record");
    assert_eq!(record.tel_b.as_deref(), Some("13922104471"));
}

/// Rows that deflate packs a thousandfold.
fn blanks(bytes: usize) -> String {
    " ".repeat(bytes)
}

#[rstest]
#[case::swollen(format!("<row r=\"2\">{}</row>", blanks(512 * 1024)).repeat(16))]
#[case::one_endless_text(text("A2", &"y".repeat(2 * 1024 * 1024)))]
#[case::blanks_without_end(blanks(4 * 1024 * 1024))]
#[case::deep("<a>".repeat(100_000))]
fn promise_13_a_bomb_gets_a_clear_word(#[case] rows: String) {
    let book = workbook(&[("话单", &format!("{HEADER}{rows}"))], &[]);
    assert_eq!(open(book, None).err(), Some(SheetError::Bomb));
}

#[test]
fn promise_13_shared_texts_are_counted() {
    let texts = format!(
        "<sst xmlns=\"{MAIN}\">{}</sst>",
        "<si><t>a</t></si>".repeat(2_000_001)
    );
    let book = workbook(&[("话单", HEADER)], &[("xl/sharedStrings.xml", &texts)]);
    assert_eq!(open(book, None).err(), Some(SheetError::Bomb));
}

#[test]
fn promise_13_a_lone_cell_far_away_costs_nothing() {
    let far = format!(
        "{HEADER}<row r=\"1048576\">{}</row>",
        text("XFD1048576", "x")
    );
    assert_eq!(
        read(workbook(&[("话单", &far)], &[])).map(|rows| rows.len()),
        Ok(0)
    );
}

#[test]
fn promise_13_too_wide_a_header_is_said_so() {
    let mut wide = String::from("<row r=\"1\">");
    for column in 0..600 {
        let _ = write!(wide, "<c t=\"inlineStr\"><is><t>c{column}</t></is></c>");
    }
    wide.push_str("</row>");
    assert_eq!(
        open(workbook(&[("话单", &wide)], &[]), None).err(),
        Some(SheetError::TooManyColumns)
    );
}

/// Cut anywhere, or with any byte turned, a workbook gets a word and no panic.
#[test]
fn promise_13_a_damaged_workbook_ends_in_a_word() {
    let row = format!("<row r=\"2\">{}</row>", text("A2", "a1"));
    let whole = workbook(&[("话单", &format!("{HEADER}{row}"))], &[]);
    for at in (0..whole.len()).step_by(7) {
        let _ = read(whole[..at].to_vec());
        let mut turned = whole.clone();
        turned[at] ^= 0x55;
        let _ = read(turned);
    }
}
