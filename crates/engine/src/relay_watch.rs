//! Keeps a sync running at whatever relay the account names, and moves it when that changes.

use crate::account::AccountBook;
use crate::sync::{Seat, Sync};
use bohao_wire::Fault;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A keyring that does not answer now may be unlocked in a while.
const ASK_KEYRING_AGAIN: Duration = Duration::from_secs(30);

/// Follows the account's relay until it is stopped.
pub async fn follow(sync: Sync, book: AccountBook, moved: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // Asked for before the account is read, so that no change falls in between.
        let change = moved.notified();
        tokio::pin!(change);
        change.as_mut().enable();
        match seat(&book).await {
            Ok(Some(seat)) => {
                let until = stop.child_token();
                let run = sync.run(seat, until.clone());
                tokio::pin!(run);
                tokio::select! {
                    () = &mut run => {}
                    () = change => {
                        until.cancel();
                        run.await;
                    }
                }
            }
            Ok(None) => {
                tokio::select! { () = stop.cancelled() => {} () = change => {} }
            }
            Err(fault) => {
                tracing::warn!(code = ?fault.code, "the relay's seat can't be read");
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = change => {}
                    () = tokio::time::sleep(ASK_KEYRING_AGAIN) => {}
                }
            }
        }
    }
}

/// The seat that the account names, if it names one that can be used.
pub async fn seat(book: &AccountBook) -> Result<Option<Seat>, Fault> {
    let Some(seat) = book.relay().await? else {
        return Ok(None);
    };
    Seat::new(&seat.url, seat.token)
        .map(Some)
        .map_err(crate::faults::of_relay)
}
