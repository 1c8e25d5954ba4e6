//! JSON: a record, a list of them, a list inside a wrapper, or one record a line.

use crate::SheetError;
use crate::cells::put;
use crate::columns::Column;
use crate::read::{MAX_CELL_BYTES, MAX_COLUMNS, Row, rejected};
use bohao_platform::Record;
use bohao_wire::{RejectedRow, RowFlaw};
use serde::Deserialize;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The names under which a wrapper holds its list.
const WRAPPERS: [&str; 7] = [
    "data", "records", "rows", "list", "items", "result", "calls",
];

/// The most wrappers around each other.
const DEPTH: usize = 4;

pub(crate) struct Json<'a> {
    text: Cow<'a, str>,
    /// Where the next value, or the comma before it, begins.
    at: usize,
    shape: Shape,
    number: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// A list; the next thing is an element, a comma or the end.
    List,
    /// One record a line.
    Lines,
    /// One record and no more.
    One,
}

impl<'a> Json<'a> {
    /// Makes sure that the text is JSON from end to end, and finds the records in it.
    pub fn open(text: Cow<'a, str>) -> Result<Self, SheetError> {
        let (at, shape) = match serde_json::from_str::<IgnoredAny>(&text) {
            Ok(_) => place(&text)?,
            // A file cut in the middle of a list is refused as a whole, since nobody can tell what
            // is missing. A line stands for itself.
            Err(_) if first_line_is_whole(&text) => (0, Shape::Lines),
            Err(error) => {
                return Err(SheetError::BrokenJson {
                    line: error.line(),
                    column: error.column(),
                });
            }
        };
        Ok(Json {
            text,
            at,
            shape,
            number: 0,
        })
    }

    pub fn next(&mut self) -> Option<Result<Row, RejectedRow>> {
        let value = match self.shape {
            Shape::Lines => self.next_line()?,
            Shape::List => self.next_element()?,
            Shape::One if self.number == 0 => self.at..self.text.len(),
            Shape::One => return None,
        };
        if self.shape != Shape::Lines {
            self.number = self.number.saturating_add(1);
        }
        Some(row(self.number, &self.text[value]))
    }

    fn next_line(&mut self) -> Option<std::ops::Range<usize>> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let begin = self.at;
            let length = rest.find('\n').unwrap_or(rest.len());
            self.at += (length + 1).min(rest.len());
            self.number = self.number.saturating_add(1);
            if !rest[..length].trim().is_empty() {
                return Some(begin..begin + length);
            }
        }
    }

    fn next_element(&mut self) -> Option<std::ops::Range<usize>> {
        let rest = &self.text[self.at..];
        let element = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if element.starts_with(']') {
            return None;
        }
        let begin = self.text.len() - element.len();
        let mut values = serde_json::Deserializer::from_str(element).into_iter::<&RawValue>();
        values.next()?.ok()?;
        self.at = begin + values.byte_offset();
        Some(begin..self.at)
    }
}

/// Where the records of a whole JSON text begin.
fn place(text: &str) -> Result<(usize, Shape), SheetError> {
    let mut value = text.trim();
    for _ in 0..DEPTH {
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        if value.starts_with('[') {
            return Ok((at + 1, Shape::List));
        }
        let Ok(Members(members)) = serde_json::from_str(value) else {
            return Err(SheetError::NoRecords);
        };
        if members
            .iter()
            .any(|(name, _)| Column::named(name) == Some(Column::Subid))
        {
            return Ok((at, Shape::One));
        }
        let inner = WRAPPERS.iter().find_map(|wrapper| {
            let (_, inner) = members
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wrapper))?;
            inner.get().starts_with(['[', '{']).then(|| inner.get())
        });
        value = inner.ok_or(SheetError::NoRecords)?;
    }
    Err(SheetError::NoRecords)
}

fn first_line_is_whole(text: &str) -> bool {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    first.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(first).is_ok()
}

fn row(number: u32, value: &str) -> Result<Row, RejectedRow> {
    let value = value.trim();
    let Ok(Members(members)) = serde_json::from_str(value) else {
        return Err(rejected(number, None, RowFlaw::NotARecord));
    };
    let mut record = Record::default();
    for (name, raw) in &members {
        if raw.get().len() > MAX_CELL_BYTES {
            return Err(rejected(number, Some(name), RowFlaw::TooLong));
        }
        let Some(column) = Column::named(name) else {
            continue;
        };
        // A number keeps its digits as they are written: a subid has more than any number type.
        let text = match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => Cow::Owned(text),
            Err(_) => Cow::Borrowed(raw.get()),
        };
        put(&mut record, column, &text).map_err(|flaw| rejected(number, Some(name), flaw))?;
    }
    if record.subid.is_empty() {
        return Err(rejected(number, Some("subid"), RowFlaw::NoSubid));
    }
    Ok(Row { number, record })
}

/// The members of an object in their order, at most [`MAX_COLUMNS`].
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() == MAX_COLUMNS {
                return Err(A::Error::custom("too many members"));
            }
            members.push(member);
        }
        Ok(Members(members))
    }
}
