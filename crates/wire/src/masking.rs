//! Numbers on screen: masked, shown, and copied out of it.

use crate::Settings;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Masks numbers on screen again. It is kept in the guard's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MaskNumbers {}

/// Shows numbers whole on screen from now on. The host asks for the user's password where the
/// system can; elsewhere the screen's own question has to do. It is kept in the guard's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShowNumbers {}

/// What came of [`ShowNumbers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Unmasking {
    /// Numbers are whole.
    Unmasked {
        /// The settings now.
        settings: Settings,
        /// By what the user was let.
        by: Proof,
    },
    /// The password was not accepted; numbers stay masked.
    Refused,
    /// The user closed the system's dialog; numbers stay masked.
    Cancelled,
}

/// By what somebody was let do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The system checked the user's password, or whatever takes its place there.
    Password,
    /// The system has nothing to check it by: the user was asked, and said yes.
    Confirmation,
}

/// Puts a number into the clipboard. The host takes it out again after a while, and when the
/// program ends, if it is still there then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CopyNumber {
    /// The number: digits, at most 32 of them, with a plus before them or without.
    pub number: String,
}

impl std::fmt::Debug for CopyNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CopyNumber")
    }
}

/// A number lies in the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct CopiedNumber {
    /// For how many milliseconds.
    pub for_ms: u32,
}

/// Takes the number that was copied last out of the clipboard now, if it is still there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClearCopied {}

/// What came of [`ClearCopied`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ClearedClipboard {
    /// The number is gone.
    Cleared,
    /// Something else lies there, and was left alone.
    Other,
    /// Nobody may look what lies there.
    Unknown,
}
