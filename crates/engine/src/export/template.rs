//! How a recording is named: `{date}_{customer}_{number}`.

use bohao_wire::{CallRow, CallStatus, Headings, NumbersShown};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What no call has; nothing if a bracket is open.
    pub field: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

/// What a template can ask of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Date,
    Time,
    Customer,
    Number,
    OwnNumber,
    Status,
    Length,
    Subid,
    Call,
    Note,
}

/// Each in both languages.
const NAMES: [(Field, &str, &str); 10] = [
    (Field::Date, "date", "日期"),
    (Field::Time, "time", "时间"),
    (Field::Customer, "customer", "客户"),
    (Field::Number, "number", "号码"),
    (Field::OwnNumber, "own", "主叫"),
    (Field::Status, "status", "状态"),
    (Field::Length, "length", "时长"),
    (Field::Subid, "subid", "标识"),
    (Field::Call, "call", "编号"),
    (Field::Note, "note", "备注"),
];

/// So much of a note is enough to know it by.
const NOTE_LETTERS: usize = 24;

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What it asks for in vain.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                return Err(Flaw { field: None });
            };
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Field(Field::named(name)?));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Template(pieces))
    }

    /// What it makes of a call. Where a call lacks something, what would stand between it and its
    /// neighbour stands once.
    pub(super) fn fill(&self, row: &CallRow, numbers: NumbersShown, headings: Headings) -> String {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => add(&mut name, text),
                // A slash in what a call says begins no folder.
                Piece::Field(field) => {
                    let value = field.of(row, numbers, headings);
                    add(&mut name, &value.replace(['/', '\\'], " "));
                }
            }
        }
        name.truncate(name.trim_end_matches(['_', '-', ' ']).len());
        name
    }
}

fn add(name: &mut String, text: &str) {
    let mark = text.chars().next().filter(|mark| "_- ".contains(*mark));
    let doubled = mark.is_some() && (name.is_empty() || name.ends_with(['_', '-', ' ', '/']));
    match (doubled, mark) {
        (true, Some(mark)) => name.push_str(&text[mark.len_utf8()..]),
        _ => name.push_str(text),
    }
}

impl Field {
    fn named(name: &str) -> Result<Self, Flaw> {
        let folded = name.trim().to_lowercase();
        NAMES
            .iter()
            .find(|(_, english, chinese)| folded == *english || folded == *chinese)
            .map(|(field, _, _)| *field)
            .ok_or_else(|| Flaw {
                field: Some(name.trim().chars().take(40).collect()),
            })
    }

    fn of(self, row: &CallRow, numbers: NumbersShown, headings: Headings) -> String {
        let number = |number: &Option<String>| {
            let number = number.as_deref().unwrap_or_default();
            match numbers {
                _ if number.is_empty() => String::new(),
                NumbersShown::Whole => number.to_owned(),
                // A star is no letter of a file's name everywhere.
                NumbersShown::Masked => bohao_sheets::masked(number).replace('*', "x"),
            }
        };
        match self {
            Field::Date => beijing(row).strftime("%Y-%m-%d").to_string(),
            Field::Time => beijing(row).strftime("%H%M%S").to_string(),
            Field::Customer => customer(row),
            Field::Number => number(&row.tel_b),
            Field::OwnNumber => number(&row.tel_a),
            Field::Status => row
                .status
                .map_or("", |status| word(status, headings))
                .to_owned(),
            Field::Length => row.duration.map_or(String::new(), length),
            Field::Subid => row.subid.clone().unwrap_or_default(),
            Field::Call => row.call.0.clone(),
            Field::Note => note(&row.note, numbers),
        }
    }
}

/// The person, or else the company.
fn customer(row: &CallRow) -> String {
    let known = row.customer.as_ref();
    let named = known.map(|one| [&one.name, &one.company]);
    let named = named.into_iter().flatten().find(|name| !name.is_empty());
    named.cloned().unwrap_or_default()
}

fn beijing(row: &CallRow) -> DateTime {
    let began = Timestamp::from_millisecond(row.started_at.unwrap_or(row.at)).unwrap_or_default();
    Offset::constant(8).to_datetime(began)
}

/// `3m12s`.
fn length(seconds: i64) -> String {
    format!("{}m{:02}s", seconds / 60, seconds.rem_euclid(60))
}

fn note(note: &str, numbers: NumbersShown) -> String {
    let line = note.lines().next().unwrap_or_default();
    let shown = match numbers {
        NumbersShown::Whole => line.to_owned(),
        NumbersShown::Masked => bohao_sheets::masked_text(line).replace('*', "x"),
    };
    shown.chars().take(NOTE_LETTERS).collect()
}

fn word(status: CallStatus, headings: Headings) -> &'static str {
    let (chinese, english) = match status {
        CallStatus::Dialled => ("已拨打", "dialled"),
        CallStatus::Connected => ("已接通", "connected"),
        CallStatus::NotConnected => ("未接通", "not connected"),
        CallStatus::Failed => ("失败", "failed"),
    };
    match headings {
        Headings::Zh => chinese,
        Headings::En => english,
    }
}
