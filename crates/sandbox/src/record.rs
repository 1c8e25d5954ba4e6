//! The call record, and the ways to spell it that the document leaves open.

use serde_json::{Map, Value, json};

use crate::calendar::beijing;
use crate::exchange::Call;
use crate::outcome::Outcome;

/// How records are spelled when they are pushed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// What the body is.
    pub shape: PushShape,
    /// How numbers are written; in forms they are text anyway.
    pub numbers: Numbers,
    /// How times are written.
    pub times: Times,
}

/// What a push's body is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushShape {
    /// A JSON object.
    #[default]
    Json,
    /// A JSON array with the record in it.
    JsonArray,
    /// Form fields.
    Form,
    /// `multipart/form-data`.
    Multipart,
}

/// How the record's numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// `4`
    #[default]
    Numbers,
    /// `"4"`
    Strings,
}

/// How the record's times are written; always as strings, as the document has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// `"1764000000"`
    #[default]
    Seconds,
    /// `"1764000000123"`
    Milliseconds,
    /// `"2025-11-25 00:00:00"`, Beijing time.
    Text,
}

impl PushShape {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] = &[
        ("json", Self::Json),
        ("json-array", Self::JsonArray),
        ("form", Self::Form),
        ("multipart", Self::Multipart),
    ];
}

impl Numbers {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] =
        &[("numbers", Self::Numbers), ("strings", Self::Strings)];
}

impl Times {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] = &[
        ("s", Self::Seconds),
        ("ms", Self::Milliseconds),
        ("text", Self::Text),
    ];

    fn write(self, at: i64) -> String {
        match self {
            Times::Seconds => at.div_euclid(1000).to_string(),
            Times::Milliseconds => at.to_string(),
            Times::Text => beijing(at, "%Y-%m-%d %H:%M:%S"),
        }
    }
}

/// A body ready to be pushed.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

const BOUNDARY: &str = "bohao-sandbox-record";

/// The record of a call that has ended. `link` is its recording's public address, `billed` the seconds of talk.
pub(crate) fn push(call: &Call, link: &str, billed: u64, spelling: Spelling) -> Push {
    let connected = call.outcome == Outcome::Connected;
    let ended_at = call.ended_at.unwrap_or(call.taken_at);
    let number = |value: u64| match spelling.numbers {
        Numbers::Numbers => json!(value),
        Numbers::Strings => json!(value.to_string()),
    };

    let mut fields = Map::new();
    fields.insert("subid".into(), json!(call.subid));
    fields.insert("telA".into(), json!(call.tel_a));
    fields.insert("telX".into(), json!(call.tel_x));
    fields.insert("telB".into(), json!(call.tel_b));
    let times = spelling.times;
    fields.insert("startTime".into(), json!(times.write(call.taken_at)));
    fields.insert("endTime".into(), json!(times.write(ended_at)));
    fields.insert(
        "duration".into(),
        number(if connected { billed } else { 0 }),
    );
    fields.insert("status".into(), number(call.outcome.status().into()));
    fields.insert("unaswRsn".into(), json!(call.outcome.reason()));
    fields.insert(
        "downloadUrl".into(),
        json!(if connected { link } else { "" }),
    );
    spell(fields, spelling.shape)
}

/// What no reader takes for a record, under the content type that promises one.
pub(crate) fn unreadable(shape: PushShape) -> Push {
    Push {
        body: b"{\"subid\": \"04\xff\xfe, <<< \x00 no record".to_vec(),
        ..spell(Map::new(), shape)
    }
}

fn spell(fields: Map<String, Value>, shape: PushShape) -> Push {
    match shape {
        PushShape::Json => Push {
            content_type: "application/json",
            body: Value::Object(fields).to_string().into_bytes(),
        },
        PushShape::JsonArray => Push {
            content_type: "application/json",
            body: Value::Array(vec![Value::Object(fields)])
                .to_string()
                .into_bytes(),
        },
        PushShape::Form => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in &fields {
                form.append_pair(name, &text(value));
            }
            Push {
                content_type: "application/x-www-form-urlencoded",
                body: form.finish().into_bytes(),
            }
        }
        PushShape::Multipart => {
            let mut body = String::new();
            for (name, value) in &fields {
                let value = text(value);
                body.push_str(&format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                ));
            }
            body.push_str(&format!("--{BOUNDARY}--\r\n"));
            Push {
                content_type: "multipart/form-data; boundary=bohao-sandbox-record",
                body: body.into_bytes(),
            }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
