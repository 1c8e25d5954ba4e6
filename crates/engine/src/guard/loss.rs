//! After the database was lost nothing is dialled until somebody has acknowledged what is not here.

use crate::faults;
use crate::guard::log;
use bohao_store::Store;
use bohao_wire::{Fault, GuardEvent};

/// Lets calls be placed. Without a loss nothing is written down.
///
/// # Errors
/// A fault of the database.
pub async fn acknowledge(store: &Store, at: i64) -> Result<(), Fault> {
    let written = store.write(move |tx| {
        let Some(loss) = tx.settings().loss()? else {
            return Ok(());
        };
        tx.settings().acknowledge_loss()?;
        let event = GuardEvent::LossAcknowledged { lost_at: loss.at };
        log::append(tx, at, &event, "")
    });
    written.await.map_err(faults::of_store)
}
