use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};

use super::{
    CHANNEL, SEATS_CHANGED, StoreError, copies,
    session::{Address, within_patience},
    spool::Spool,
};
use crate::waiters::Waiters;

const PAUSE: Duration = Duration::from_millis(500);

/// A connection that is silent for so long is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(15);

/// Wakes the polls that are parked here when any relay has stored a record, and keeps the spool's
/// copies of the seats, for as long as the relay runs.
pub(super) async fn run(address: Address, spool: Spool, waiters: Arc<Waiters>) {
    loop {
        if let Err(reason) = listen(&address, &spool, &waiters).await {
            tracing::debug!(%reason, "nothing is heard of PostgreSQL");
        }
        sleep(PAUSE).await;
    }
}

async fn listen(address: &Address, spool: &Spool, waiters: &Waiters) -> Result<(), StoreError> {
    let (session, mut told) = address.listen(CHANNEL).await?;
    spool
        .copy_seats(within_patience(copies(&session.client)).await?)
        .await?;
    // What came while nobody listened was told to nobody.
    waiters.ring_all();
    loop {
        match timeout(SILENCE, told.recv()).await {
            Ok(None) => return Ok(()),
            Ok(Some(word)) if word == SEATS_CHANGED => {
                let copies = within_patience(copies(&session.client)).await?;
                spool.copy_seats(copies).await?;
            }
            Ok(Some(word)) => {
                if let Ok(seat) = word.parse() {
                    waiters.ring(seat);
                }
            }
            Err(_) => {
                within_patience(async { Ok(session.client.check_connection().await?) }).await?
            }
        }
    }
}
