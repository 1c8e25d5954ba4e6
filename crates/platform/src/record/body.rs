//! From a pushed body to the objects in it.

use std::borrow::Cow;

use serde_json::value::RawValue;
use url::form_urlencoded;

use super::Unreadable;
use crate::fields::Fields;

/// Names under which senders wrap their records.
pub(super) const WRAPPERS: &[&str] = &["data", "records", "list", "rows", "result"];
/// Deeper than any honest wrapping, shallow enough for the stack.
pub(super) const DEPTH: usize = 6;

type Objects = Vec<Result<Fields, Unreadable>>;

/// Every object in a body that may be a record, in order, and a reason for each part that is none.
pub(super) fn objects(content_type: Option<&str>, body: &[u8]) -> Objects {
    let text = decode(body);
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.is_empty() {
        return vec![Err(Unreadable::Empty)];
    }
    if text.starts_with(['{', '[', '"']) {
        return json(text, DEPTH);
    }
    if let Some(delimiter) = delimiter(content_type, text) {
        return unwrap(Fields::from_texts(multipart(text, &delimiter)), DEPTH);
    }
    form(text)
}

pub(super) fn decode(body: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(body).0,
    }
}

fn json(text: &str, depth: usize) -> Objects {
    let not_understood = || vec![Err(Unreadable::NotUnderstood)];
    let text = text.trim();
    let Some(depth) = depth.checked_sub(1) else {
        return not_understood();
    };
    match text.as_bytes().first() {
        Some(b'{') => Fields::from_json(text).map_or_else(not_understood, |it| unwrap(it, depth)),
        Some(b'[') => serde_json::from_str::<Vec<Box<RawValue>>>(text).map_or_else(
            |_| not_understood(),
            |items| {
                items
                    .iter()
                    .flat_map(|item| json(item.get(), depth))
                    .collect()
            },
        ),
        Some(b'"') => serde_json::from_str::<String>(text)
            .map_or_else(|_| not_understood(), |inner| json(&inner, depth)),
        _ => not_understood(),
    }
}

/// An object that names a call is a record; any other may hold some.
fn unwrap(fields: Fields, depth: usize) -> Objects {
    if fields.text("subid").is_none() {
        let mut wrapped = WRAPPERS.iter().filter_map(|name| fields.raw(name));
        let inner = wrapped.find_map(|raw| {
            let inner = json(raw, depth);
            inner.iter().any(Result::is_ok).then_some(inner)
        });
        if let Some(inner) = inner {
            return inner;
        }
    }
    vec![Ok(fields)]
}

fn form(text: &str) -> Objects {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    match &pairs[..] {
        // A form library that was handed JSON makes a single name of it.
        [(name, value)] if value.is_empty() && name.trim_start().starts_with(['{', '[']) => {
            json(name, DEPTH)
        }
        _ if text.contains('=') => unwrap(Fields::from_texts(pairs), DEPTH),
        _ => vec![Err(Unreadable::NotUnderstood)],
    }
}

/// What separates the parts: the body's own first line, or else the content type's boundary, for
/// a body with a preamble.
pub(super) fn delimiter(content_type: Option<&str>, text: &str) -> Option<String> {
    let first = text.lines().next().unwrap_or_default().trim_end();
    if first.len() > 2 && first.starts_with("--") {
        return Some(first.to_owned());
    }
    let content_type = content_type.filter(|it| it.to_ascii_lowercase().contains("multipart/"))?;
    let boundary = parameter(content_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    text.contains(&delimiter).then_some(delimiter)
}

pub(super) fn multipart(text: &str, delimiter: &str) -> Vec<(String, String)> {
    text.split(delimiter)
        .skip(1)
        .take_while(|part| !part.starts_with("--"))
        .filter_map(|part| {
            let part = part
                .strip_prefix("\r\n")
                .or_else(|| part.strip_prefix('\n'))?;
            let (head, value) = part
                .split_once("\r\n\r\n")
                .or_else(|| part.split_once("\n\n"))?;
            let disposition = head.lines().find(|line| {
                line.to_ascii_lowercase()
                    .starts_with("content-disposition:")
            })?;
            Some((parameter(disposition, "name")?, value.trim().to_owned()))
        })
        .collect()
}

/// A parameter of a header, `name=value` or `name="value"`, between semicolons.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (found.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    })
}
