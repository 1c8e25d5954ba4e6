//! Secrets come in through the contract and never go out.

use secrecy::SecretString;
use serde::Deserialize;
use ts_rs::TS;

/// A secret that the user typed or pasted. It can be read from a request and has no way to be
/// written into an answer: `Serialize` is absent on purpose.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Secret(pub SecretString);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.into())
    }
}
