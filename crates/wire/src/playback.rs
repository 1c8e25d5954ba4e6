//! How recordings are played, as the user left it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks how recordings are played.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlaybackQuery {}

/// How recordings are played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Playback {
    /// The speed in hundredths: 75 to 200.
    pub speed: u32,
    /// Whether stretches in which nobody speaks are passed over.
    pub skip_silence: bool,
    /// Whether the next recording begins when one ends.
    pub play_on: bool,
}

impl Default for Playback {
    fn default() -> Self {
        Playback {
            speed: 100,
            skip_silence: false,
            play_on: false,
        }
    }
}

/// Remembers how recordings are played. `BadInput` for a speed out of its range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetPlayback {
    /// From now on.
    pub playback: Playback,
}
