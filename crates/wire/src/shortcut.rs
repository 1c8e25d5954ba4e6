//! The keys that dial what was copied, from any program.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks which keys they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShortcutQuery {}

/// Takes other keys. They are kept only if they work, or none are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetShortcut {
    /// As in [`crate::Settings::shortcut`]; the usual ones if absent.
    pub keys: Option<String>,
}

/// The keys, and whether they work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Shortcut {
    /// As in [`crate::Settings::shortcut`]; empty for none.
    pub keys: String,
    /// Whether the system hands them over.
    pub standing: ShortcutStanding,
}

/// Whether keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutStanding {
    /// They do.
    Works,
    /// None are wanted.
    Off,
    /// Another program has them.
    Taken,
    /// They are no keys that can be held together.
    NoKeys,
    /// This desktop hands keys to no program. Its own settings can start `bohao --dial-copied` with them.
    Wayland,
}
