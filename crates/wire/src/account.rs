//! Credentials and pairing. Secrets can be set here, and asked whether they are set.

use crate::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks what is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountQuery {}

/// What is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Account {
    /// The platform's appKey.
    pub app_key: SecretOrigin,
    /// The platform's appSecret.
    pub app_secret: SecretOrigin,
    /// The address that the platform pushes to.
    pub push_url: SecretOrigin,
    /// The relay's read token.
    pub relay_token: SecretOrigin,
    /// The relay's address.
    pub relay_url: Option<String>,
    /// The salesperson's own numbers; the first one is the chosen one.
    pub own_numbers: Vec<String>,
    /// Where secrets are kept.
    pub custody: Custody,
}

/// Where a secret comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretOrigin {
    /// It is not set.
    Unset,
    /// It lies in the keyring.
    Keyring,
    /// It lasts until the program ends.
    Session,
    /// An environment variable holds it.
    Environment,
}

/// Where secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum Custody {
    /// In the operating system's keyring.
    Keyring,
    /// In memory until the program ends, because the keyring can't be reached.
    SessionOnly {
        /// Why the keyring can't be reached.
        reason: String,
    },
    /// Nowhere: practice makes its own and throws them away.
    Practice,
}

/// Sets credentials; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SetAccount {
    /// The platform's appKey.
    pub app_key: Option<Secret>,
    /// The platform's appSecret.
    pub app_secret: Option<Secret>,
    /// The salesperson's own numbers, the chosen one first.
    pub own_numbers: Option<Vec<String>>,
}

/// Forgets the credentials; the log stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForgetAccount {}

/// Asks what a pairing link would set up, without setting it up.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ReadPairing {
    /// The link as it was pasted or opened.
    pub link: Secret,
}

/// What a pairing link would set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Pairing {
    /// The relay's address without any secret.
    pub relay_url: String,
    /// Whether it takes the place of another relay.
    pub replaces: Option<String>,
}

/// Sets the relay up from a pairing link.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Pair {
    /// The link as it was pasted or opened.
    pub link: Secret,
}

/// Forgets the relay; the log stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unpair {}
