use std::{path::Path, sync::Arc};

use super::{
    Ended, Push, Sizes, StoreError, Surroundings,
    session::Address,
    writer::{BATCH_BYTES, BATCH_ROWS},
};
use crate::{
    Limits,
    store::{
        private,
        sqlite::{self, SeatCopies},
    },
    token::TokenHash,
    waiters::Waiters,
};

pub(super) use crate::store::sqlite::Spooled;

/// How many relays of one folder find a spool.
const SPOOLS: usize = 64;

/// So many pushes go to the server at a time: more than a batch brings meanwhile, or a relay under
/// load would never catch up.
const SLICE_ROWS: usize = 2 * BATCH_ROWS;
const SLICE_BYTES: usize = 2 * BATCH_BYTES;

/// A database of this relay's own on this machine's disk. While the server does not take pushes
/// they are kept here, by the same writer as a relay's on SQLite; they follow in their order.
#[derive(Clone)]
pub(super) struct Spool(sqlite::Store);

/// The first of what waits.
pub(super) struct Slice {
    pub(super) pushes: Vec<Spooled>,
    /// Whether nothing waits behind it.
    pub(super) is_all: bool,
}

/// Takes the first spool in the folder that no other relay holds, and what was left in those of
/// relays that are gone.
pub(super) fn claim(folder: &Path, address: &Address) -> Result<sqlite::Opened, StoreError> {
    private::create_folder(folder)?;
    let path = |number: usize| folder.join(format!("{}-{number}.db", address.fingerprint()));
    let mut claimed = None;
    for number in 1..=SPOOLS {
        let path = path(number);
        if claimed.is_some() && !path.exists() {
            continue;
        }
        let opened = match sqlite::Opened::open(path.clone()) {
            Err(StoreError::Served) => continue,
            opened => opened?,
        };
        let Some(own) = &mut claimed else {
            claimed = Some(opened);
            continue;
        };
        // Held until here, so that nobody else takes it over as well.
        if !opened.is_empty()? {
            let taken = own.inherit(&path)?;
            tracing::info!(taken, "pushes of a relay that is gone were taken over");
        }
        drop(opened);
    }
    claimed.ok_or(StoreError::Served)
}

impl Spool {
    pub(super) fn start(
        opened: sqlite::Opened,
        limits: &Limits,
        surroundings: &Surroundings,
    ) -> Result<(Self, Ended), StoreError> {
        let surroundings = Surroundings {
            // What is only in the spool can't be read yet.
            waiters: Arc::new(Waiters::default()),
            ..surroundings.clone()
        };
        let (store, ended) = opened.start(limits, surroundings)?;
        Ok((Self(store), ended))
    }

    pub(super) fn push(&self, push: Push) {
        self.0.writer.push(push);
    }

    /// Makes room for pushes to seats that may be newer than the copies.
    pub(super) async fn expect_seats(&self, seats: Vec<i64>) -> Result<(), StoreError> {
        let expecting = self.0.writer.change(move |transaction| {
            for seat in seats {
                sqlite::expect_seat(transaction, seat)?;
            }
            Ok(((), 0))
        });
        expecting.await
    }

    /// What waits, the first of it: all that was pushed before this was asked, up to a slice.
    pub(super) async fn oldest(&self) -> Result<Slice, StoreError> {
        let reading = self.0.writer.change(|transaction| {
            let (pushes, is_all) = sqlite::oldest(transaction, SLICE_ROWS, SLICE_BYTES)?;
            Ok((Slice { pushes, is_all }, 0))
        });
        reading.await
    }

    /// Drops what the server has by now, up to a place, and sets some of it aside before.
    pub(super) async fn forget(&self, through: i64, stranded: Vec<i64>) -> Result<(), StoreError> {
        let forgetting = self.0.writer.change(move |transaction| {
            sqlite::strand(transaction, &stranded)?;
            let gone = sqlite::forget(transaction, through)?;
            Ok(((), gone))
        });
        forgetting.await
    }

    pub(super) async fn copy_seats(&self, copies: SeatCopies) -> Result<(), StoreError> {
        let copying = self.0.writer.change(move |transaction| {
            sqlite::copy_seats(transaction, &copies)?;
            Ok(((), 0))
        });
        copying.await
    }

    /// The seat that a push token opens, as far as the copies know.
    pub(super) async fn push_seat(&self, token: Arc<TokenHash>, now: i64) -> Option<i64> {
        let found = self.0.readers.push_seat(token, now).await;
        found.ok().flatten()
    }

    /// Adds a token that is newer than the copies. They come within moments; what was pushed to
    /// once is known from then on, even if the server goes in between.
    pub(super) async fn learn(&self, token: Arc<TokenHash>, seat: i64) {
        let learning = self.0.writer.change(move |transaction| {
            sqlite::expect_seat(transaction, seat)?;
            sqlite::expect_token(transaction, &token, seat)?;
            Ok(((), 1))
        });
        if let Err(reason) = learning.await {
            tracing::debug!(%reason, "the spool did not learn of a token");
        }
    }

    /// Whether a push would be kept here.
    pub(super) async fn health(&self) -> Result<(), StoreError> {
        self.0.health().await.map(drop)
    }

    pub(super) fn sizes(&self) -> Sizes {
        self.0.sizes()
    }

    /// Ends it once what is queued is on disk. Blocks.
    pub(super) fn stop(&self) {
        self.0.writer.stop();
    }
}
