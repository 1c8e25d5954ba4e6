//! Taking a signed request apart, and the checks that every one of them must pass.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::answer::{Code, Refusal};
use crate::dialect::{BodyKind, TimestampUnit};
use crate::settings::Settings;
use crate::signature;

/// How far a timestamp may lie from the sandbox's clock, either way.
const TOLERANCE_MS: i64 = 5 * 60 * 1000;

/// The parameters of a request, names as they were sent, each at most once.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn from_body(
        headers: &HeaderMap,
        body: &[u8],
        kind: BodyKind,
    ) -> Result<Self, Refusal> {
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let expected = match kind {
            BodyKind::Form => "application/x-www-form-urlencoded",
            BodyKind::Json => "application/json",
        };
        if !essence.eq_ignore_ascii_case(expected) {
            return Err(Refusal::parameter("Content-Type"));
        }

        match kind {
            BodyKind::Form => Self::from_form(body),
            BodyKind::Json => Self::from_json(body),
        }
    }

    pub(crate) fn from_form(form: &[u8]) -> Result<Self, Refusal> {
        let pairs =
            serde_urlencoded::from_bytes(form).map_err(|_| Refusal::from(Code::BadParameter))?;
        Self::checked(pairs)
    }

    fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
            return Err(Code::BadParameter.into());
        };
        let pairs = fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| match value {
                Value::String(text) => Ok((key, text)),
                Value::Number(number) => Ok((key, number.to_string())),
                _ => Err(Refusal::from(Code::BadParameter)),
            })
            .collect::<Result<_, _>>()?;
        Self::checked(pairs)
    }

    /// A parameter sent twice could be read one way and signed the other.
    fn checked(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let mut names: Vec<_> = pairs.iter().map(|(key, _)| key.to_lowercase()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Code::BadParameter.into());
        }
        Ok(Self(pairs))
    }

    /// Adds what is no parameter of its own but signed, as a recording's `subid` in the path.
    pub(crate) fn with(self, key: &str, value: &str) -> Result<Self, Refusal> {
        let mut pairs = self.0;
        pairs.push((key.to_owned(), value.to_owned()));
        Self::checked(pairs)
    }

    /// The value of a parameter; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }

    pub(crate) fn require(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::parameter(name))
    }

    /// Presence, signature, credentials, time, in this order: whoever gets as far as 1006 has the right dialect and
    /// account, and a clock that is wrong.
    pub(crate) fn verify(&self, settings: &Settings, now: i64) -> Result<(), Refusal> {
        let app_key = self.require("appKey")?;
        let app_secret = self.require("appSecret")?;
        let timestamp = self.require("timestamp")?;
        let sign = self.require("sign")?;

        if sign != signature::expected(&self.0, settings.dialect) {
            return Err(Code::BadSignature.into());
        }
        if app_key != settings.app_key.expose_secret()
            || app_secret != settings.app_secret.expose_secret()
        {
            return Err(Code::BadCredentials.into());
        }

        let count: i64 = timestamp
            .parse()
            .map_err(|_| Refusal::parameter("timestamp"))?;
        let sent_at = match settings.dialect.timestamp {
            TimestampUnit::Seconds => count.saturating_mul(1000),
            TimestampUnit::Milliseconds => count,
        };
        if now.abs_diff(sent_at) > TOLERANCE_MS.unsigned_abs() {
            return Err(Code::BadTime.into());
        }
        Ok(())
    }
}
