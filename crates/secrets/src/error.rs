use std::time::Duration;

use crate::Slot;

/// Why a secret could not be read, stored or forgotten. None of these holds a value.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// Longer than what every supported keyring takes (Windows' Credential Manager sets the limit).
    #[error("{slot} has {bytes} bytes, a keyring holds {limit}")]
    TooLong {
        /// Which one.
        slot: Slot,
        /// Its length.
        bytes: usize,
        /// The most that fits.
        limit: usize,
    },
    /// The keyring is locked and was not unlocked, or refuses this program.
    #[error("the keyring is locked or refuses access to {slot}")]
    Locked {
        /// Which one.
        slot: Slot,
    },
    /// The keyring did not answer, most likely because its unlock prompt is still open.
    #[error("the keyring did not answer within {} s", waited.as_secs())]
    NoAnswer {
        /// How long it was given.
        waited: Duration,
    },
    /// What the keyring holds under this name is no text: another program wrote it.
    #[error("the keyring holds something unreadable as {slot}")]
    Unreadable {
        /// Which one.
        slot: Slot,
    },
    /// The keyring holds several entries of this name; the user has to delete all but one.
    #[error("the keyring holds several entries for {slot}")]
    Ambiguous {
        /// Which one.
        slot: Slot,
    },
    /// The keyring failed in its own way.
    #[error("the keyring failed for {slot}: {detail}")]
    Failed {
        /// Which one.
        slot: Slot,
        /// The keyring's own words.
        detail: String,
    },
    /// Storing several failed, and so did putting the former value of this one back.
    #[error("{cause}; and the former value of {slot} could not be put back")]
    Torn {
        /// Whose former value is lost.
        slot: Slot,
        /// Why storing failed in the first place.
        cause: Box<VaultError>,
    },
}
