//! XLSX, written cell by cell into its compressed file: no row is held in memory and nothing
//! uncompressed comes to lie on the disk.
//!
//! It is written here and not by a library because the one that streams panics where the disk is
//! full, and a full disk is to end in a clear word.

use super::Files;
use super::columns::{self, Cell, beijing};
use bohao_wire::{CallRow, Headings};
use std::fmt::Write as _;
use std::io::{self, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

/// What one sheet may hold; whatever comes then goes into a further one.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Rows, its header among them. A spreadsheet reads no more.
    rows: u32,
    /// Bytes before they are compressed. Beyond four gigabytes a file would need a form of archive
    /// that not every spreadsheet reads.
    bytes: u64,
}

const LIMITS: Limits = Limits {
    rows: 1_048_576,
    bytes: 3 << 30,
};

/// Characters, in UTF-16, that a spreadsheet takes in one cell.
const MAX_CELL: usize = 32_767;

/// Places in the list of [`STYLES`].
mod style {
    pub const HEADING: u8 = 1;
    pub const TEXT: u8 = 2;
    pub const INSTANT: u8 = 3;
    pub const FIGURE: u8 = 4;
}

pub(super) struct Workbook<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    headings: Headings,
    files: Files,
    limits: Limits,
    sheets: u32,
    /// Rows and bytes of the sheet that is being written.
    rows: u32,
    bytes: u64,
    /// The row that is being put together.
    line: String,
}

impl<W: Write> Workbook<W> {
    pub fn new(out: W, headings: Headings, files: Files) -> io::Result<Self> {
        Self::within(LIMITS, out, headings, files)
    }

    fn within(limits: Limits, out: W, headings: Headings, files: Files) -> io::Result<Self> {
        let mut workbook = Workbook {
            zip: ZipWriter::new_stream(out),
            headings,
            files,
            limits,
            sheets: 0,
            rows: 0,
            bytes: 0,
            line: String::new(),
        };
        workbook.part("_rels/.rels", RELATIONS)?;
        workbook.part("xl/styles.xml", STYLES)?;
        workbook.begin_sheet()?;
        Ok(workbook)
    }

    pub fn row(&mut self, row: &CallRow, file: Option<&str>) -> io::Result<()> {
        if self.rows >= self.limits.rows || self.bytes >= self.limits.bytes {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.begin_row();
        let (headings, files) = (self.headings, self.files);
        for (place, cell) in columns::cells(row, file, headings, files).enumerate() {
            match cell {
                Cell::Nothing => {}
                Cell::Text(text) => self.text(place, style::TEXT, &text),
                Cell::Digits(digits) => self.text(place, style::TEXT, digits),
                Cell::Figure(figure) => self.number(place, style::FIGURE, figure),
                Cell::Instant(instant) => match serial(instant) {
                    Some(days) => self.number(place, style::INSTANT, days),
                    None => {
                        let spelled = beijing(instant).unwrap_or_default();
                        self.text(place, style::TEXT, &spelled);
                    }
                },
            }
        }
        self.end_row()
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.end_sheet()?;
        let (book, relations, types) = self.table_of_sheets();
        self.part("xl/workbook.xml", &book)?;
        self.part("xl/_rels/workbook.xml.rels", &relations)?;
        self.part("[Content_Types].xml", &types)?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn part(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.zip.start_file(name, deflated())?;
        self.zip.write_all(DECLARATION.as_bytes())?;
        self.zip.write_all(content.as_bytes())
    }

    fn begin_sheet(&mut self) -> io::Result<()> {
        self.sheets += 1;
        (self.rows, self.bytes) = (0, 0);
        let mut head = format!("<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView");
        if self.sheets == 1 {
            head.push_str(" tabSelected=\"1\"");
        }
        head.push_str(FROZEN_HEADER);
        head.push_str("<cols>");
        for (column, number) in columns::all(self.files).zip(1..) {
            // Writing into a string can't fail.
            let _ = write!(
                head,
                "<col min=\"{number}\" max=\"{number}\" width=\"{}\" customWidth=\"1\"/>",
                column.width
            );
        }
        head.push_str("</cols><sheetData>");
        self.part(&format!("xl/worksheets/sheet{}.xml", self.sheets), &head)?;
        self.begin_row();
        for (place, column) in columns::all(self.files).enumerate() {
            self.text(place, style::HEADING, column.heading(self.headings));
        }
        self.end_row()
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        let last = column_name(columns::all(self.files).count().saturating_sub(1));
        // A number that is text on purpose is no mistake to be pointed at.
        let end = format!(
            "</sheetData><ignoredErrors><ignoredError sqref=\"A1:{last}{}\" \
             numberStoredAsText=\"1\"/></ignoredErrors></worksheet>",
            self.rows
        );
        self.zip.write_all(end.as_bytes())
    }

    fn begin_row(&mut self) {
        self.rows += 1;
        let _ = write!(self.line, "<row r=\"{}\">", self.rows);
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.line.push_str("</row>");
        self.zip.write_all(self.line.as_bytes())?;
        self.bytes += self.line.len() as u64;
        self.line.clear();
        Ok(())
    }

    /// Text is text whatever it begins with: nothing in such a cell is ever run.
    fn text(&mut self, place: usize, style: u8, text: &str) {
        if text.is_empty() {
            return;
        }
        let (column, row) = (column_name(place), self.rows);
        let blank = |letter: Option<char>| letter.is_some_and(char::is_whitespace);
        let keep = blank(text.chars().next()) || blank(text.chars().next_back());
        let space = if keep { " xml:space=\"preserve\"" } else { "" };
        let _ = write!(
            self.line,
            "<c r=\"{column}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t{space}>"
        );
        escape(text, &mut self.line);
        self.line.push_str("</t></is></c>");
    }

    fn number(&mut self, place: usize, style: u8, number: impl std::fmt::Display) {
        let (column, row) = (column_name(place), self.rows);
        let _ = write!(
            self.line,
            "<c r=\"{column}{row}\" s=\"{style}\"><v>{number}</v></c>"
        );
    }

    fn table_of_sheets(&self) -> (String, String, String) {
        let name = match self.headings {
            Headings::Zh => "通话",
            Headings::En => "Calls",
        };
        let mut book = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><bookViews><workbookView/></bookViews><sheets>"
        );
        let mut relations = format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\">\
             <Relationship Id=\"styles\" Type=\"{LINKS}/styles\" Target=\"styles.xml\"/>"
        );
        let mut types = format!(
            "<Types xmlns=\"{PACKAGE}/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"{SHEET_TYPE}.sheet.main+xml\"/>\
             <Override PartName=\"/xl/styles.xml\" ContentType=\"{SHEET_TYPE}.styles+xml\"/>"
        );
        for number in 1..=self.sheets {
            let name = match number {
                1 => name.to_owned(),
                _ => format!("{name} {number}"),
            };
            let _ = write!(
                book,
                "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"sheet{number}\"/>"
            );
            let _ = write!(
                relations,
                "<Relationship Id=\"sheet{number}\" Type=\"{LINKS}/worksheet\" \
                 Target=\"worksheets/sheet{number}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" \
                 ContentType=\"{SHEET_TYPE}.worksheet+xml\"/>"
            );
        }
        book.push_str("</sheets></workbook>");
        relations.push_str("</Relationships>");
        types.push_str("</Types>");
        (book, relations, types)
    }
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

/// `A`, `Z`, `AA`.
fn column_name(place: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place % 26).unwrap_or(0));
    match place / 26 {
        0 => letter(place).to_string(),
        high => format!("{}{}", letter(high - 1), letter(place)),
    }
}

/// The days since the end of 1899 that a spreadsheet counts, in Beijing, to the second. Nothing for
/// what is before its calendar, which has a day too many in 1900, or behind it.
fn serial(instant: i64) -> Option<f64> {
    const DAYS_TO_1970: f64 = 25_569.0;
    const BEIJING: i64 = 8 * 3600;
    let seconds = instant.div_euclid(1000).checked_add(BEIJING)?;
    let days = seconds as f64 / 86_400.0 + DAYS_TO_1970;
    (61.0..2_958_466.0).contains(&days).then_some(days)
}

/// A text as XML and a spreadsheet take it. What no XML may hold is written as the spreadsheet's
/// own escape, and a text that looks like one keeps looking so.
fn escape(text: &str, out: &mut String) {
    let too_long = text.len() > MAX_CELL && text.encode_utf16().count() > MAX_CELL;
    let mut units = 0;
    for (place, letter) in text.char_indices() {
        units += letter.len_utf16();
        if too_long && units >= MAX_CELL {
            out.push('…');
            return;
        }
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '_' if looks_like_an_escape(&text[place..]) => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(letter),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "_x{:04X}_", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
}

/// `_x000D_`.
fn looks_like_an_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[6] == b'_'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"book\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";

const FROZEN_HEADER: &str = " workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
    activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/></sheetView></sheetViews>";

const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
    <numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts>\
    <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
    <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
    <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
    <fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"5\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
    <xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>\
    <xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";

#[cfg(test)]
mod tests;
