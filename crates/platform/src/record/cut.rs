//! A body without some of its records.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use url::form_urlencoded;

use super::body::{DEPTH, WRAPPERS, decode, delimiter, multipart};
use crate::fields::{Fields, fold};

/// A body without the records whose `subid` is `gone`; everything else in it stays, fields that
/// nobody knows included. Empty if nothing else was in it; `None` if it holds none of them.
///
/// Records that came in a form or in multipart come out as the JSON that they were wrapped in.
///
/// ```
/// use bohao_platform::without_records;
///
/// let body = br#"{"data":[{"subid":"1","x":7},{"subid":"2"}]}"#;
/// let left = without_records(None, body, &|subid| subid == "2");
/// assert_eq!(left.as_deref(), Some(&br#"{"data":[{"subid":"1","x":7}]}"#[..]));
/// ```
pub fn without_records(
    content_type: Option<&str>,
    body: &[u8],
    gone: &dyn Fn(&str) -> bool,
) -> Option<Vec<u8>> {
    let text = decode(body);
    let text = text
        .trim_start_matches('\u{feff}')
        .trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let cut = if text.starts_with(['{', '[', '"']) {
        json(text, DEPTH, gone)
    } else if let Some(delimiter) = delimiter(content_type, text) {
        pairs(multipart(text, &delimiter), gone)
    } else {
        let form = form_urlencoded::parse(text.as_bytes()).into_owned();
        pairs(form.collect(), gone)
    };
    match cut {
        Cut::Whole => None,
        Cut::Part(text) => Some(text.into_bytes()),
        Cut::Nothing => Some(Vec::new()),
    }
}

/// What is left of a value.
enum Cut {
    /// All of it: nothing in it is gone.
    Whole,
    /// This.
    Part(String),
    /// Nothing that holds a record.
    Nothing,
}

fn json(text: &str, depth: usize, gone: &dyn Fn(&str) -> bool) -> Cut {
    let text = text.trim();
    let Some(depth) = depth.checked_sub(1) else {
        return Cut::Whole;
    };
    match text.as_bytes().first() {
        Some(b'{') => object(text, depth, gone),
        Some(b'[') => array(text, depth, gone),
        Some(b'"') => match serde_json::from_str::<String>(text) {
            Ok(inner) => match json(&inner, depth, gone) {
                Cut::Part(left) => Cut::Part(serde_json::Value::String(left).to_string()),
                cut => cut,
            },
            Err(_) => Cut::Whole,
        },
        _ => Cut::Whole,
    }
}

fn object(text: &str, depth: usize, gone: &dyn Fn(&str) -> bool) -> Cut {
    let Some(fields) = Fields::from_json(text) else {
        return Cut::Whole;
    };
    if let Some(subid) = fields.text("subid") {
        return match gone(&subid) {
            true => Cut::Nothing,
            false => Cut::Whole,
        };
    }
    let Ok(members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) else {
        return Cut::Whole;
    };
    let (mut changed, mut left, mut held) = (false, Vec::new(), 0);
    for (name, value) in &members {
        let cut = match WRAPPERS.contains(&fold(name).as_str()) {
            true => json(value.get(), depth, gone),
            false => Cut::Whole,
        };
        let value = match cut {
            Cut::Whole => value.get().to_owned(),
            Cut::Part(part) => {
                changed = true;
                held += 1;
                part
            }
            Cut::Nothing => {
                changed = true;
                continue;
            }
        };
        let name = serde_json::Value::String(name.clone());
        left.push(format!("{name}:{value}"));
    }
    match (changed, held) {
        (false, _) => Cut::Whole,
        // What is left is the wrapping alone.
        (true, 0) => Cut::Nothing,
        (true, _) => Cut::Part(format!("{{{}}}", left.join(","))),
    }
}

fn array(text: &str, depth: usize, gone: &dyn Fn(&str) -> bool) -> Cut {
    let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(text) else {
        return Cut::Whole;
    };
    let (mut changed, mut left) = (false, Vec::new());
    for item in &items {
        match json(item.get(), depth, gone) {
            Cut::Whole => left.push(item.get().to_owned()),
            Cut::Part(part) => {
                changed = true;
                left.push(part);
            }
            Cut::Nothing => changed = true,
        }
    }
    match (changed, left.is_empty()) {
        (false, _) => Cut::Whole,
        (true, true) => Cut::Nothing,
        (true, false) => Cut::Part(format!("[{}]", left.join(","))),
    }
}

fn pairs(pairs: Vec<(String, String)>, gone: &dyn Fn(&str) -> bool) -> Cut {
    // A form library that was handed JSON makes a single name of it.
    if let [(name, value)] = &pairs[..]
        && value.is_empty()
        && name.trim_start().starts_with(['{', '['])
    {
        return json(name, DEPTH, gone);
    }
    let fields = Fields::from_texts(pairs.clone());
    if let Some(subid) = fields.text("subid") {
        return match gone(&subid) {
            true => Cut::Nothing,
            false => Cut::Whole,
        };
    }
    for (name, value) in &pairs {
        if WRAPPERS.contains(&fold(name).as_str()) {
            match json(value, DEPTH, gone) {
                Cut::Whole => {}
                cut => return cut,
            }
        }
    }
    Cut::Whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_records;
    use rstest::rstest;

    #[rstest]
    #[case::none_of_them(r#"{"subid":"1"}"#, None)]
    #[case::one(r#"{"subid":"2","telB":"139"}"#, Some(""))]
    #[case::a_number(r#"{"Sub_ID":2}"#, Some(""))]
    #[case::list(
        r#"[{"subid":"2"},{"subid":"1","new":[1]}]"#,
        Some(r#"[{"subid":"1","new":[1]}]"#)
    )]
    #[case::all_of_a_list(r#"[{"subid":"2"},{"subid":"2"}]"#, Some(""))]
    #[case::wrapped(r#"{"code":200,"data":{"subid":"2"}}"#, Some(""))]
    #[case::wrapped_text(
        r#"{"code":200,"data":"[{\"subid\":\"2\"},{\"subid\":\"1\"}]"}"#,
        Some(r#"{"code":200,"data":"[{\"subid\":\"1\"}]"}"#)
    )]
    #[case::form("subid=2&telB=139", Some(""))]
    #[case::another_form("subid=1&telB=139", None)]
    #[case::form_of_json(
        "data=%5B%7B%22subid%22%3A%222%22%7D%2C%7B%22subid%22%3A%221%22%7D%5D",
        Some(r#"[{"subid":"1"}]"#)
    )]
    #[case::no_body("", None)]
    #[case::not_understood("{\"subid\":\"2\"", None)]
    fn what_is_gone_is_cut_out(#[case] body: &str, #[case] left: Option<&str>) {
        let cut = without_records(None, body.as_bytes(), &|subid| subid == "2");
        assert_eq!(cut.as_deref(), left.map(str::as_bytes));
        if let Some(left) = cut.filter(|left| !left.is_empty()) {
            let parsed = parse_records(None, &left).expect("it can still be read");
            assert!(parsed.records.iter().all(|record| record.subid == "1"));
        }
    }
}
