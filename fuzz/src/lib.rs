//! What the targets share: a sheet read from its first byte to its last row, as an import does.

use bohao_sheets::{Field, Mapping, Opening, Sheet, Zone, read_record};
use bohao_wire::RecordField;
use std::io::Cursor;
use std::ops::ControlFlow;

/// Reads whatever the bytes hold.
pub fn read(bytes: &[u8], opening: &Opening<'_>) {
    let known = |header: &str| RecordField::named(header).is_some();
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let Ok(sheet) = Sheet::open(source, opening, &known) else {
        return;
    };
    let headers = sheet.headers().to_vec();
    let guessed = Mapping::guessed(&headers);
    // Where no header is known, each column is taken for some field.
    let fields = RecordField::SPELLINGS.iter().map(|(field, _)| Some(*field));
    let any = Mapping::chosen(fields.cycle().take(headers.len()).collect(), headers.len());
    let mapping = if guessed.columns().next().is_some() { guessed } else { any };
    let zone = Zone::beijing();
    let mut before = 0;
    let _ = sheet.each(|row| {
        assert!(row.cells.len() <= headers.len().max(1) + 1, "a row is wider than its header");
        before = row.number.max(before);
        if let Ok(record) = read_record(&headers, &mapping, &row, &zone) {
            assert!(record.tel_b.is_none_or(|number| number.len() <= 21));
        }
        ControlFlow::Continue(())
    });
}

/// A workbook whose only sheet is this XML, in an archive that packs nothing.
pub fn workbook(sheet: &[u8]) -> Vec<u8> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts: [(&str, Vec<u8>); 5] = [
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns:r=\"{relations}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>").into_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>").into_bytes(),
        ),
        (
            "xl/styles.xml",
            b"<styleSheet><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>".to_vec(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.to_vec()),
    ];
    archive(&parts)
}

fn archive(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let place = bytes.len() as u32;
        let mut head = Vec::new();
        for short in [20_u16, 0, 0, 0, 0x21] {
            head.extend_from_slice(&short.to_le_bytes());
        }
        for long in [crc32(content), content.len() as u32, content.len() as u32] {
            head.extend_from_slice(&long.to_le_bytes());
        }
        head.extend_from_slice(&(name.len() as u16).to_le_bytes());
        head.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&head);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&place.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let begin = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = parts.len() as u16;
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&begin.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}
