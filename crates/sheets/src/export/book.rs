//! A workbook as an archive of its sheets, whatever they hold.

use std::fmt::Write as _;
use std::io::{self, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

/// Characters, in UTF-16, that a spreadsheet takes in one cell.
pub(super) const MAX_CELL: usize = 32_767;

/// Places in the list of [`STYLES`].
pub(super) mod style {
    pub const HEADING: u8 = 1;
    pub const TEXT: u8 = 2;
    pub const INSTANT: u8 = 3;
    pub const FIGURE: u8 = 4;
    pub const DAY: u8 = 5;
    pub const SHARE: u8 = 6;
    pub const LENGTH: u8 = 7;
}

/// A workbook that is being written: [`Book::begin_sheet`], its rows, [`Book::end_sheet`], as often
/// as there are sheets, and [`Book::finish`].
pub(super) struct Book<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    /// The names of the sheets so far.
    sheets: Vec<String>,
    /// Columns, rows and bytes of the sheet that is being written.
    columns: usize,
    pub rows: u32,
    pub bytes: u64,
    /// The row that is being put together.
    line: String,
}

impl<W: Write> Book<W> {
    pub fn new(out: W) -> io::Result<Self> {
        let mut book = Book {
            zip: ZipWriter::new_stream(out),
            sheets: Vec::new(),
            columns: 0,
            rows: 0,
            bytes: 0,
            line: String::new(),
        };
        book.part("_rels/.rels", RELATIONS)?;
        book.part("xl/styles.xml", STYLES)?;
        Ok(book)
    }

    /// Begins a sheet with its header, which stays in view. Its name has 31 characters at most, all
    /// of them letters, digits and blanks.
    pub fn begin_sheet(&mut self, name: &str, columns: &[(&str, u8)]) -> io::Result<()> {
        self.sheets.push(name.to_owned());
        (self.columns, self.rows, self.bytes) = (columns.len(), 0, 0);
        let mut head = format!("<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView");
        if self.sheets.len() == 1 {
            head.push_str(" tabSelected=\"1\"");
        }
        head.push_str(FROZEN_HEADER);
        head.push_str("<cols>");
        for ((_, width), number) in columns.iter().zip(1..) {
            // Writing into a string can't fail.
            let _ = write!(
                head,
                "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
            );
        }
        head.push_str("</cols><sheetData>");
        self.part(
            &format!("xl/worksheets/sheet{}.xml", self.sheets.len()),
            &head,
        )?;
        self.begin_row();
        for (place, (heading, _)) in columns.iter().enumerate() {
            self.text(place, style::HEADING, heading);
        }
        self.end_row()
    }

    pub fn end_sheet(&mut self) -> io::Result<()> {
        let last = column_name(self.columns.saturating_sub(1));
        // A number that is text on purpose is no mistake to be pointed at.
        let end = format!(
            "</sheetData><ignoredErrors><ignoredError sqref=\"A1:{last}{}\" \
             numberStoredAsText=\"1\"/></ignoredErrors></worksheet>",
            self.rows
        );
        self.zip.write_all(end.as_bytes())
    }

    pub fn begin_row(&mut self) {
        self.rows += 1;
        let _ = write!(self.line, "<row r=\"{}\">", self.rows);
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        self.line.push_str("</row>");
        self.zip.write_all(self.line.as_bytes())?;
        self.bytes += self.line.len() as u64;
        self.line.clear();
        Ok(())
    }

    /// Text is text whatever it begins with: nothing in such a cell is ever run.
    pub fn text(&mut self, place: usize, style: u8, text: &str) {
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

    pub fn number(&mut self, place: usize, style: u8, number: impl std::fmt::Display) {
        let (column, row) = (column_name(place), self.rows);
        let _ = write!(
            self.line,
            "<c r=\"{column}{row}\" s=\"{style}\"><v>{number}</v></c>"
        );
    }

    /// Ends the workbook and hands out what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
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

    fn table_of_sheets(&self) -> (String, String, String) {
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
        for (name, number) in self.sheets.iter().zip(1..) {
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
pub(super) fn serial(instant: i64) -> Option<f64> {
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
    <numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"166\" formatCode=\"0.0%\"/></numFmts>\
    <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
    <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
    <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
    <fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"8\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
    <xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>\
    <xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"166\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
    <xf numFmtId=\"46\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";
