//! A stranger's object, read leniently: JSON, form fields or multipart parts become the same thing.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Named values whose names are folded (no case, no underscores) and whose values are JSON text as
/// it came, so that a number of any length keeps all its digits.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads a JSON object, or a JSON string that holds one.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with('"') {
            let inner: String = serde_json::from_str(text).ok()?;
            return Self::from_object(inner.trim());
        }
        Self::from_object(text)
    }

    fn from_object(text: &str) -> Option<Self> {
        let object: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
        let fields = object
            .into_iter()
            .map(|(name, value)| (fold(&name), value.get().to_owned()));
        Some(Self(fields.collect()))
    }

    /// Takes names and plain texts, as forms have them.
    pub(crate) fn from_texts(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let quoted = |text: String| serde_json::Value::String(text).to_string();
        Self(
            texts
                .into_iter()
                .map(|(name, text)| (fold(&name), quoted(text)))
                .collect(),
        )
    }

    /// The JSON text of a value.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A string or a number as trimmed text; empty, null, and everything else as nothing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = match raw.as_bytes().first()? {
            b'"' => serde_json::from_str::<String>(raw).ok()?,
            b'-' | b'0'..=b'9' => raw.to_owned(),
            _ => return None,
        };
        let text = text.trim();
        (!text.is_empty() && text != "null").then(|| text.to_owned())
    }

    /// A whole number, written as a number or as text.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        text.parse().ok().or_else(|| whole(text.parse().ok()?))
    }

    /// An object, or a string that holds one as JSON.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::from_json(self.raw(name)?)
    }
}

pub(crate) fn fold(name: &str) -> String {
    name.trim().replace('_', "").to_lowercase()
}

fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the number is whole and within ±2^53"
    )]
    let integer = (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64);
    integer
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r#"{"Sub_ID":" 7 "}"#, Some("7"))]
    #[case(
        r#"{"subid":42020210725183129689004535}"#,
        Some("42020210725183129689004535")
    )]
    #[case(r#"{"subid":""}"#, None)]
    #[case(r#"{"subid":null}"#, None)]
    #[case(r#"{"subid":"null"}"#, None)]
    #[case(r#"{"subid":[1]}"#, None)]
    #[case(r#""{\"subid\":\"7\"}""#, Some("7"))]
    fn texts_are_read_whatever_their_dress(#[case] json: &str, #[case] text: Option<&str>) {
        let fields = Fields::from_json(json).expect("an object");

        assert_eq!(fields.text("subid").as_deref(), text);
    }

    #[rstest]
    #[case("200", Some(200))]
    #[case("\" 200 \"", Some(200))]
    #[case("200.0", Some(200))]
    #[case("2e2", Some(200))]
    #[case("-1", Some(-1))]
    #[case("200.5", None)]
    #[case("1e300", None)]
    #[case("true", None)]
    #[case("\"NaN\"", None)]
    fn whole_numbers_are_read_as_numbers_or_text(#[case] json: &str, #[case] number: Option<i64>) {
        let fields = Fields::from_json(&format!(r#"{{"code":{json}}}"#)).expect("an object");

        assert_eq!(fields.integer("code"), number);
    }
}
