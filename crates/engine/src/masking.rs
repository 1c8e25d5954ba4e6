//! Whether numbers are whole on screen: changed through one door, and each change is kept in the
//! guard's log.

use crate::preferences::{Topic, decoded, encoded};
use crate::{faults, guard};
use bohao_store::Store;
use bohao_wire::{Fault, GuardEvent, Proof, Settings};

/// How numbers are to stand on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masking {
    /// With their middles hidden.
    On,
    /// Whole, and by what the user was let.
    Off(Proof),
}

/// Masks numbers, or stops it. What is so already is not written down again.
///
/// # Errors
/// A fault of the database.
pub async fn change(store: &Store, masking: Masking, at: i64) -> Result<Settings, Fault> {
    let written = store.write(move |tx| {
        let known = tx.settings().get(Topic::Settings.key())?;
        let mut settings: Settings = decoded(known.as_deref());
        let (whole, event) = match masking {
            Masking::On => (false, GuardEvent::Masked),
            Masking::Off(by) => (true, GuardEvent::Unmasked { by }),
        };
        if settings.show_numbers != whole {
            settings.show_numbers = whole;
            tx.settings()
                .set(Topic::Settings.key(), &encoded(&settings))?;
            guard::log::append(tx, at, &event, "")?;
        }
        Ok(settings)
    });
    written.await.map_err(faults::of_store)
}
