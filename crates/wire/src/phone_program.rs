//! Which program the system opens links to numbers with.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks which one it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhoneProgramQuery {}

/// Makes it Bohao, or opens the system's page on which its user does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BecomePhoneProgram {}

/// Takes back what [`BecomePhoneProgram`] wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeavePhoneProgram {}

/// What the system says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PhoneProgram {
    /// Who opens `tel:` links.
    pub opener: LinkOpener,
    /// How another one is chosen here.
    pub way: PhoneProgramWay,
}

/// Who opens links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum LinkOpener {
    /// This program.
    Bohao,
    /// Another one.
    Other {
        /// What the system calls it.
        name: String,
    },
    /// No program.
    Nobody,
    /// The system does not say.
    Unknown,
}

/// How the program is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PhoneProgramWay {
    /// Bohao writes it down.
    Itself,
    /// The user chooses on a page of the system's settings, which Bohao opens.
    SystemPage,
    /// The user chooses in FaceTime's settings; Bohao opens FaceTime.
    FaceTime,
}
