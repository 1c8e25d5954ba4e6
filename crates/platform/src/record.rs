//! The record of a call, as the platform pushes it: read leniently, in any encoding it may choose.
//!
//! The document says which fields a record has and leaves open how they travel. So JSON, forms and
//! multipart are read, told apart by the body itself, because a content type may lie or be missing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fields::Fields;

mod body;
mod cut;
mod time;

pub use cut::without_records;
pub use time::unix_ms;

/// What became of one call.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The call's id, the same as the dial's; never empty in a record that was parsed.
    pub subid: String,
    /// The salesperson's number.
    pub tel_a: Option<String>,
    /// The middle number.
    pub tel_x: Option<String>,
    /// The customer's number.
    pub tel_b: Option<String>,
    /// When the call began, in Unix milliseconds.
    pub started_at: Option<i64>,
    /// When the call ended, in Unix milliseconds.
    pub ended_at: Option<i64>,
    /// Billed seconds; ringing is not billed.
    pub duration: Option<i64>,
    /// How the call went.
    pub status: Option<Status>,
    /// Why it was not answered, in the platform's words.
    pub reason: Option<String>,
    /// A link to the recording. Anybody may have written it: it is never to be sent credentials.
    pub download_url: Option<String>,
}

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 0: dialled, and nothing more is known.
    Dialled,
    /// 1: both sides spoke.
    Connected,
    /// 2: the customer did not answer.
    NotConnected,
    /// 3: the call failed.
    Failed,
}

/// What a body held: at least one record, and word of those that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The records in the order of the body, never empty.
    pub records: Vec<Record>,
    /// One reason for each part of the body that was no record.
    pub unreadable: Vec<Unreadable>,
}

/// Why a body, or a part of one, is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("reading a call record: the body is empty")]
    Empty,
    /// It is neither JSON nor a form nor multipart, or it is cut off.
    #[error("reading a call record: the body is neither JSON nor a form")]
    NotUnderstood,
    /// It has no `subid`, so it belongs to no call.
    #[error("reading a call record: it does not name its call")]
    NoSubid,
}

/// Reads the records out of a pushed body.
///
/// Takes a JSON object, an array of them, an object that wraps them in `data`, `records`, `list`,
/// `rows` or `result` (also as JSON within a string), form fields, and multipart. Names are compared
/// without case and underscores; numbers may be texts; unknown fields are passed over, and a field
/// that makes no sense is left empty, because the rest of the record still counts. Times may be
/// seconds, milliseconds, or `YYYY-MM-DD HH:MM:SS` in Beijing time. Text that is not UTF-8 is taken
/// for GB18030.
///
/// ```
/// use bohao_platform::{Status, parse_records};
///
/// let parsed = parse_records(None, b"subid=042&status=1&startTime=2025-11-25+00:00:00&duration=65")?;
/// let record = &parsed.records[0];
/// assert_eq!(record.status, Some(Status::Connected));
/// assert_eq!(record.started_at, Some(1_764_000_000_000));
/// # Ok::<(), bohao_platform::Unreadable>(())
/// ```
///
/// # Errors
/// [`Unreadable`] if not one record could be read.
pub fn parse_records(content_type: Option<&str>, body: &[u8]) -> Result<Parsed, Unreadable> {
    let mut parsed = Parsed {
        records: Vec::new(),
        unreadable: Vec::new(),
    };
    for found in body::objects(content_type, body) {
        match found.and_then(|fields| Record::from_fields(&fields)) {
            Ok(record) => parsed.records.push(record),
            Err(reason) => parsed.unreadable.push(reason),
        }
    }
    if parsed.records.is_empty() {
        return Err(parsed
            .unreadable
            .first()
            .copied()
            .unwrap_or(Unreadable::Empty));
    }
    Ok(parsed)
}

impl Record {
    fn from_fields(fields: &Fields) -> Result<Self, Unreadable> {
        let instant = |name| fields.text(name).and_then(|text| time::unix_ms(&text));
        Ok(Self {
            subid: fields.text("subid").ok_or(Unreadable::NoSubid)?,
            tel_a: fields.text("tela"),
            tel_x: fields.text("telx"),
            tel_b: fields.text("telb"),
            started_at: instant("starttime"),
            ended_at: instant("endtime"),
            duration: fields.integer("duration").filter(|seconds| *seconds >= 0),
            status: fields.integer("status").and_then(Status::from_number),
            reason: fields.text("unaswrsn"),
            download_url: fields.text("downloadurl"),
        })
    }
}

impl Status {
    /// The document's number for a status.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Dialled),
            1 => Some(Self::Connected),
            2 => Some(Self::NotConnected),
            3 => Some(Self::Failed),
            _ => None,
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Numbers and links stay out of logs.
        f.debug_struct("Record")
            .field("subid", &self.subid)
            .field("started_at", &self.started_at)
            .field("ended_at", &self.ended_at)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
