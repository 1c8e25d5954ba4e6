//! A workbook of several sheets of figures, each with a type of its own.

use super::book::{Book, serial, style};
use std::io::{self, Write};

/// A sheet of figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its name: letters, digits and blanks, at most 31 of them.
    pub name: String,
    /// The headings of its columns, and their widths in digits of the font.
    pub columns: Vec<(String, u8)>,
    /// Its rows.
    pub rows: Vec<Vec<Figure>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Nothing.
    Nothing,
    /// Words, or a number that is not to be reckoned with.
    Text(String),
    /// How many.
    Count(i64),
    /// How large a part, 1 being the whole.
    Share(f64),
    /// How long, in seconds.
    Seconds(i64),
    /// The day in Beijing of an instant in Unix milliseconds.
    Day(i64),
}

/// Writes a workbook of these sheets.
///
/// # Errors
/// What the writer says.
pub fn write_pages<W: Write>(out: W, pages: &[Page]) -> io::Result<W> {
    let mut book = Book::new(out)?;
    for page in pages {
        let columns: Vec<(&str, u8)> = page
            .columns
            .iter()
            .map(|(heading, width)| (heading.as_str(), *width))
            .collect();
        book.begin_sheet(&page.name, &columns)?;
        for row in &page.rows {
            book.begin_row();
            for (place, figure) in row.iter().enumerate() {
                put(&mut book, place, figure);
            }
            book.end_row()?;
        }
        book.end_sheet()?;
    }
    book.finish()
}

fn put<W: Write>(book: &mut Book<W>, place: usize, figure: &Figure) {
    const DAY: f64 = 86_400.0;
    match figure {
        Figure::Nothing => {}
        Figure::Text(text) => book.text(place, style::TEXT, text),
        Figure::Count(count) => book.number(place, style::FIGURE, count),
        Figure::Share(share) => book.number(place, style::SHARE, share),
        Figure::Seconds(seconds) => book.number(place, style::LENGTH, *seconds as f64 / DAY),
        Figure::Day(instant) => {
            if let Some(days) = serial(*instant) {
                book.number(place, style::DAY, days.floor());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    #[test]
    fn each_figure_has_its_own_type() {
        let page = |name: &str, rows| Page {
            name: name.to_owned(),
            columns: vec![("项目".to_owned(), 20), ("值".to_owned(), 9)],
            rows,
        };
        let pages = [
            page(
                "概况",
                vec![
                    vec![Figure::Text("拨打".to_owned()), Figure::Count(412)],
                    vec![Figure::Text("=1+1".to_owned()), Figure::Share(0.454)],
                    vec![Figure::Nothing, Figure::Seconds(36 * 3600)],
                    vec![Figure::Nothing, Figure::Day(1_795_363_200_000)],
                ],
            ),
            page("每天", Vec::new()),
        ];
        let bytes = write_pages(Vec::new(), &pages).expect("written");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let sheets = book.worksheets();

        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["概况", "每天"]);
        let at = |row: u32, column: u32| sheets[0].1.get_value((row, column)).cloned();
        assert_eq!(at(0, 1), Some(Data::String("值".to_owned())));
        assert_eq!(at(1, 1), Some(Data::Float(412.0)));
        assert_eq!(at(2, 0), Some(Data::String("=1+1".to_owned())));
        assert_eq!(at(2, 1), Some(Data::Float(0.454)));
        let Some(Data::DateTime(length)) = at(3, 1) else {
            panic!("no length of time");
        };
        assert!(length.is_duration() && (length.as_f64() - 1.5).abs() < 1e-9);
        let Some(Data::DateTime(day)) = at(4, 1) else {
            panic!("no day");
        };
        // 2026-11-23 in Beijing.
        assert!(day.is_datetime() && (day.as_f64() - 46_349.0).abs() < 1e-9);
    }
}
