//! What the platform's document leaves open, as settings.

use serde::{Deserialize, Serialize};

/// How one platform installation reads requests and signatures.
///
/// The interface document does not say any of this, so each doubt is one field. [`Dialect::default`]
/// is the likeliest reading; a customer with another answer changes a setting and not the code.
///
/// ```
/// use bohao_platform::{Dialect, TimestampUnit};
///
/// let dialect: Dialect = serde_json::from_str(r#"{"timestamp":"milliseconds"}"#)?;
/// assert_eq!(dialect.timestamp, TimestampUnit::Milliseconds);
/// assert_eq!(dialect.body, Dialect::default().body);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct Dialect {
    /// How a dial's parameters are encoded.
    pub body: BodyStyle,
    /// The unit of the `timestamp` parameter.
    pub timestamp: TimestampUnit,
    /// What is lower-cased before the digest is taken.
    pub lower_case: LowerCase,
    /// How the digest's hexadecimal letters are written.
    pub digest: DigestCase,
}

/// The encoding of a dial's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyStyle {
    /// `application/x-www-form-urlencoded`.
    #[default]
    Form,
    /// `application/json`, one object whose values are all strings.
    Json,
}

/// The unit of the `timestamp` parameter, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestampUnit {
    /// Whole seconds, ten digits.
    #[default]
    Seconds,
    /// Milliseconds, thirteen digits.
    Milliseconds,
}

/// What is lower-cased in the string that is signed. What is sent always stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LowerCase {
    /// The parameters' names alone.
    #[default]
    Keys,
    /// Names and values.
    KeysAndValues,
}

/// How the digest's hexadecimal letters are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestCase {
    /// `0123456789abcdef`.
    #[default]
    Lower,
    /// `0123456789ABCDEF`.
    Upper,
}

impl TimestampUnit {
    /// Writes an instant, given in Unix milliseconds, as the `timestamp` parameter wants it.
    #[must_use]
    pub fn write(self, unix_ms: i64) -> String {
        match self {
            Self::Seconds => unix_ms.div_euclid(1_000).to_string(),
            Self::Milliseconds => unix_ms.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_default_is_the_documents_likeliest_reading() {
        let written = serde_json::to_value(Dialect::default()).expect("a dialect has a JSON form");

        assert_eq!(
            written,
            serde_json::json!({
                "body": "form",
                "timestamp": "seconds",
                "lower_case": "keys",
                "digest": "lower",
            })
        );
    }

    #[test]
    fn a_stored_dialect_without_a_field_takes_its_default() {
        let read: Dialect =
            serde_json::from_str(r#"{"body":"json","lower_case":"keys_and_values"}"#)
                .expect("missing fields are allowed");

        assert_eq!(
            read,
            Dialect {
                body: BodyStyle::Json,
                lower_case: LowerCase::KeysAndValues,
                ..Dialect::default()
            }
        );
    }

    #[rstest]
    #[case(TimestampUnit::Seconds, 1_764_000_000_999, "1764000000")]
    #[case(TimestampUnit::Milliseconds, 1_764_000_000_999, "1764000000999")]
    fn timestamps_are_written_in_their_unit(
        #[case] unit: TimestampUnit,
        #[case] now: i64,
        #[case] written: &str,
    ) {
        assert_eq!(unit.write(now), written);
    }
}
