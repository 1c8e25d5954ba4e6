//! JSON: a record, a list of them, a list inside a wrapper, or one record a line.

use crate::SheetError;
use crate::encoding::Text;
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_JSON_BYTES, MAX_ROW_BYTES};
use crate::row::{Cell, SheetRow};
use bohao_wire::RowFlaw;
use serde::Deserialize;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{BufRead, Read};

/// The names under which a wrapper holds its list.
const WRAPPERS: [&str; 7] = [
    "data", "records", "rows", "list", "items", "result", "calls",
];

/// The most wrappers around each other.
const DEPTH: usize = 4;

/// The names of the members of all records, in the order in which they come up.
#[derive(Default)]
pub(crate) struct Names {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

/// JSON that is one value, held in memory.
pub(crate) struct Whole {
    text: String,
    /// Where the next value, or the comma before it, begins.
    at: usize,
    shape: Shape,
    number: u32,
    pub names: Names,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// A list; the next thing is an element, a comma or the end.
    List,
    /// One record and no more.
    One,
}

/// One record a line, read line by line.
pub(crate) struct Lines<R> {
    text: Text<R>,
    line: Vec<u8>,
    number: u32,
    pub names: Names,
}

impl Whole {
    /// Makes sure that the text is JSON from end to end, and finds the records in it. A file cut in
    /// the middle of a list is refused as a whole, since nobody can tell what is missing.
    pub fn open<R: Read>(text: Text<R>, known: &dyn Fn(&str) -> bool) -> Result<Self, SheetError> {
        let mut whole = String::new();
        text.take(MAX_JSON_BYTES + 1).read_to_string(&mut whole)?;
        if whole.len() as u64 > MAX_JSON_BYTES {
            return Err(SheetError::TooLarge {
                limit: MAX_JSON_BYTES,
            });
        }
        serde_json::from_str::<IgnoredAny>(&whole).map_err(|error| broken(&whole, &error))?;
        let (at, shape) = place(&whole, known)?;
        let mut json = Whole {
            text: whole,
            at,
            shape,
            number: 0,
            names: Names::default(),
        };
        json.collect_names();
        Ok(json)
    }

    pub fn next(&mut self) -> Option<SheetRow<'_>> {
        let value = self.next_value()?;
        self.number = self.number.saturating_add(1);
        let progress = self.at as u64 * 1000 / (self.text.len() as u64).max(1);
        let mut row = row(self.number, &self.text[value], &self.names);
        row.progress = u16::try_from(progress).unwrap_or(1000);
        Some(row)
    }

    fn collect_names(&mut self) {
        let begin = self.at;
        while let Some(value) = self.next_value() {
            self.number += 1;
            if let Ok(Keys(keys)) = serde_json::from_str(&self.text[value]) {
                self.names.add(keys);
            }
        }
        (self.at, self.number) = (begin, 0);
    }

    fn next_value(&mut self) -> Option<std::ops::Range<usize>> {
        match self.shape {
            Shape::List => self.next_element(),
            Shape::One if self.number == 0 => Some(self.at..self.text.len()),
            Shape::One => None,
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

impl<R: Read> Lines<R> {
    /// Reads lines whose members' names were [collected](Names::of_lines) before.
    pub fn new(text: Text<R>, names: Names) -> Self {
        Lines {
            text,
            line: Vec::new(),
            number: 0,
            names,
        }
    }

    pub fn next(&mut self) -> Result<Option<SheetRow<'_>>, SheetError> {
        loop {
            let Some(whole) = read_line(&mut self.text, &mut self.line)? else {
                return Ok(None);
            };
            self.number = self.number.saturating_add(1);
            if !whole {
                let cells = Vec::new();
                let flaw = Some((RowFlaw::TooLong, None));
                return Ok(Some(SheetRow {
                    number: self.number,
                    cells,
                    flaw,
                    progress: 0,
                }));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = std::str::from_utf8(&self.line).unwrap_or_default();
        Ok(Some(row(self.number, line, &self.names)))
    }

    pub fn bytes_read(&self) -> u64 {
        self.text.bytes_read()
    }
}

/// Whether a text is one record a line: its first line is a whole object, and more follows.
pub(crate) fn is_lines<R: Read>(mut text: Text<R>) -> Result<bool, SheetError> {
    let mut line = Vec::new();
    let mut begun = false;
    while let Some(whole) = read_line(&mut text, &mut line)? {
        let content = line.trim_ascii();
        if whole && content.is_empty() {
            continue;
        }
        if begun {
            return Ok(true);
        }
        begun = whole && serde_json::from_slice::<Keys>(content).is_ok();
        if !begun {
            return Ok(false);
        }
    }
    Ok(false)
}

impl Names {
    /// The names in all lines of a text.
    pub fn of_lines<R: Read>(mut text: Text<R>) -> Result<Self, SheetError> {
        let mut names = Names::default();
        let mut line = Vec::new();
        while let Some(whole) = read_line(&mut text, &mut line)? {
            if whole && let Ok(Keys(keys)) = serde_json::from_slice(&line) {
                names.add(keys);
            }
        }
        Ok(names)
    }

    pub fn list(&self) -> &[String] {
        &self.names
    }

    fn add(&mut self, keys: Vec<Cow<'_, str>>) {
        for key in keys {
            if self.names.len() == MAX_COLUMNS {
                return;
            }
            if key.len() <= 256 && !self.places.contains_key(key.as_ref()) {
                self.places
                    .insert(key.clone().into_owned(), self.names.len());
                self.names.push(key.into_owned());
            }
        }
    }
}

/// Reads a line without its end into `line`: `false` if it was longer than a row may be, and is
/// passed over.
fn read_line(text: &mut impl BufRead, line: &mut Vec<u8>) -> Result<Option<bool>, SheetError> {
    line.clear();
    let (mut begun, mut whole) = (false, true);
    loop {
        let piece = text.fill_buf()?;
        if piece.is_empty() {
            return Ok(begun.then_some(whole));
        }
        begun = true;
        let end = piece.iter().position(|&byte| byte == b'\n');
        let length = end.unwrap_or(piece.len());
        whole &= line.len() + length <= MAX_ROW_BYTES;
        if whole {
            line.extend_from_slice(&piece[..length]);
        }
        text.consume(end.map_or(length, |end| end + 1));
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}

/// Where a text breaks off or goes wrong. What ends too early does so at its last sign, and not on a
/// line below that has none.
fn broken(text: &str, error: &serde_json::Error) -> SheetError {
    let (mut line, mut column) = (error.line(), error.column());
    let above = match error.is_eof() {
        true => Some(text.trim_end()),
        false if column == 0 => text
            .match_indices('\n')
            .nth(line.saturating_sub(2))
            .map(|(end, _)| &text[..end]),
        false => None,
    };
    if let Some(above) = above {
        line = above.matches('\n').count() + 1;
        column = above.rsplit('\n').next().unwrap_or_default().len().max(1);
    }
    SheetError::BrokenJson { line, column }
}

/// Where the records of a whole JSON text begin.
fn place(text: &str, known: &dyn Fn(&str) -> bool) -> Result<(usize, Shape), SheetError> {
    let mut value = text.trim();
    for _ in 0..DEPTH {
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        if value.starts_with('[') {
            return Ok((at + 1, Shape::List));
        }
        let Ok(Members(members)) = serde_json::from_str(value) else {
            return Err(SheetError::NoRecords);
        };
        let inner = WRAPPERS.iter().find_map(|wrapper| {
            let (_, inner) = members
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wrapper))?;
            inner.get().starts_with(['[', '{']).then(|| inner.get())
        });
        match inner {
            Some(inner) => value = inner,
            None if members.iter().any(|(name, _)| known(name)) => return Ok((at, Shape::One)),
            None => return Err(SheetError::NoRecords),
        }
    }
    Err(SheetError::NoRecords)
}

fn row<'a>(number: u32, value: &'a str, names: &Names) -> SheetRow<'a> {
    let mut row = SheetRow {
        number,
        cells: Vec::new(),
        flaw: None,
        progress: 0,
    };
    let Ok(Members(members)) = serde_json::from_str(value.trim()) else {
        row.flaw = Some((RowFlaw::NotARecord, None));
        return row;
    };
    row.cells.resize(names.list().len(), Cell::Empty);
    let members = members.into_iter().flat_map(|(name, raw)| {
        let within = inner(&name, raw);
        match within.is_empty() {
            true => vec![(name, raw)],
            false => within,
        }
    });
    for (name, raw) in members {
        let Some(&column) = names.places.get(name.as_str()) else {
            continue;
        };
        if raw.get().len() > MAX_CELL_BYTES {
            row.flaw = Some((RowFlaw::TooLong, Some(column)));
            return row;
        }
        if row.cells[column] == Cell::Empty {
            row.cells[column] = cell(raw.get());
        }
    }
    row
}

/// A number keeps its digits as they are written: a subid has more than any number type.
fn cell(raw: &str) -> Cell<'_> {
    match raw {
        "null" => Cell::Empty,
        _ => match serde_json::from_str::<String>(raw) {
            Ok(text) => Cell::Text(Cow::Owned(text)),
            Err(_) => Cell::Text(Cow::Borrowed(raw)),
        },
    }
}

/// The members of an object that lies in a record, by their names: `customer.name`. Nothing for
/// what is no object, for one that is too large to tell anything, and for one that holds nothing.
fn inner<'a>(name: &str, raw: &'a RawValue) -> Vec<(String, &'a RawValue)> {
    let text = raw.get();
    if !text.starts_with('{') || text.len() > MAX_CELL_BYTES {
        return Vec::new();
    }
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
    let named = members.into_iter();
    named
        .map(|(member, raw)| (format!("{name}.{member}"), raw))
        .collect()
}

/// The members of an object in their order, at most [`MAX_COLUMNS`].
struct Members<'a>(Vec<(String, &'a RawValue)>);

/// Their names alone, and in the place of an object's those of its members.
struct Keys<'a>(Vec<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl<'de> Deserialize<'de> for Keys<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysVisitor)
    }
}

struct MembersVisitor;

struct KeysVisitor;

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

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, raw)) = map.next_entry::<Key<'de>, &RawValue>()? {
            let within = inner(&key.0, raw);
            if keys.len() + within.len().max(1) > MAX_COLUMNS {
                return Err(A::Error::custom("too many members"));
            }
            match within.is_empty() {
                true => keys.push(key.0),
                false => keys.extend(within.into_iter().map(|(name, _)| Cow::Owned(name))),
            }
        }
        Ok(Keys(keys))
    }
}

/// A name that is borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
