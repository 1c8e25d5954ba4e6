//! Settings: one struct, changed by one patch.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsQuery {}

/// All settings that hold no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// The language of the screen.
    pub language: Language,
    /// The theme of the screen.
    pub theme: Theme,
    /// Whether numbers are whole on screen. [`crate::MaskNumbers`] and [`crate::ShowNumbers`]
    /// change it, and nothing else.
    pub show_numbers: bool,
    /// The columns of the log, in their order; the usual ones if empty.
    pub log_columns: Vec<LogColumn>,
    /// Where recordings are kept; the data folder's own if absent.
    pub recordings_dir: Option<String>,
    /// The platform's base address for calls; the documented one if absent.
    pub call_url: Option<String>,
    /// The platform's base address for recordings; the documented one if absent.
    pub recording_url: Option<String>,
    /// How the platform wants requests to be signed.
    pub dialect: Dialect,
    /// The keys that dial what was copied, from any program, such as `CmdOrCtrl+Shift+D`: the usual
    /// ones if absent, none if empty. [`crate::SetShortcut`] tries them.
    pub shortcut: Option<String>,
}

/// Columns of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LogColumn {
    /// What became of the call.
    Status,
    /// The customer: the name, if one is known, and the number.
    Number,
    /// The customer's company.
    Company,
    /// When it began.
    Start,
    /// Its length, or why it came to nothing.
    Length,
    /// What came of it.
    Outcome,
    /// The user's note.
    Note,
    /// Where the recording is.
    Recording,
    /// The salesperson's own number.
    OwnNumber,
}

/// Languages of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// The system's.
    #[default]
    System,
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

/// Themes of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the platform's document leaves open about signing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Dialect {
    /// How the dial's parameters are encoded.
    pub body: BodyStyle,
    /// The timestamp's unit.
    pub timestamp: TimestampUnit,
    /// What is lower-cased for the digest.
    pub lower_case: LowerCase,
    /// The digest's letters.
    pub digest: DigestCase,
}

/// How the dial's parameters are encoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BodyStyle {
    /// `application/x-www-form-urlencoded`.
    #[default]
    Form,
    /// `application/json`.
    Json,
}

/// The timestamp's unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimestampUnit {
    /// Seconds since 1970.
    #[default]
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
}

/// What is lower-cased for the digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LowerCase {
    /// Names of parameters.
    #[default]
    Keys,
    /// Names and values.
    KeysAndValues,
}

/// The digest's letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DigestCase {
    /// `a` to `f`.
    #[default]
    Lower,
    /// `A` to `F`.
    Upper,
}

/// Changes settings; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ChangeSettings {
    /// As in [`Settings`].
    pub language: Option<Language>,
    /// As in [`Settings`].
    pub theme: Option<Theme>,
    /// As in [`Settings`].
    pub log_columns: Option<Vec<LogColumn>>,
    /// As in [`Settings`]; empty text returns to the default.
    pub recordings_dir: Option<String>,
    /// As in [`Settings`]; empty text returns to the default.
    pub call_url: Option<String>,
    /// As in [`Settings`]; empty text returns to the default.
    pub recording_url: Option<String>,
    /// As in [`Settings`].
    pub dialect: Option<Dialect>,
    /// As in [`Settings`].
    pub shortcut: Option<String>,
}
