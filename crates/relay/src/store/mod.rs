//! The relay's database. What is stored, and in which order, is the same on both kinds.

mod check;
mod contents;
mod database;
mod error;
mod page;
mod postgres;
mod private;
mod push;
mod register;
mod space;
mod sqlite;

use std::{path::Path, sync::Arc};

use tokio::sync::oneshot;
use url::Url;

pub use check::Checked;
pub use database::Database;
pub use error::StoreError;
use page::PAGE_BYTES;
pub(crate) use page::{Closed, Page, ReadableSeats, SeatStatus};
pub(crate) use push::{Push, PushAnswer};
pub(crate) use register::{IssuedToken, Membership, SeatRegister};
use space::DiskSpace;

use crate::{Limits, Settings, metrics::Metrics, token::TokenHash, waiters::Waiters};

/// No clock that is right shows an earlier time: 2025 began in Unix milliseconds.
const TRUSTED_FROM: i64 = 1_735_689_600_000;

/// What a store shares with the rest of the relay.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) waiters: Arc<Waiters>,
    pub(crate) metrics: Arc<Metrics>,
}

/// Tells how a store ended: well after [`Store::stop`], with an error if the disk can't be trusted
/// any more.
pub(crate) type Ended = oneshot::Receiver<Result<(), StoreError>>;

/// A database that is open and checked, before the relay serves from it.
pub(crate) enum Opened {
    Sqlite(sqlite::Opened),
    Postgres(Box<postgres::Opened>),
}

/// The store of a relay that serves.
#[derive(Clone)]
pub(crate) enum Store {
    Sqlite(sqlite::Store),
    Postgres(Arc<postgres::Store>),
}

/// How a store fares that can be read and takes pushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    /// Pushes are taken and kept on this machine for now; what they hold can't be read yet.
    Degraded,
}

/// Bytes, each `None` where it can't be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The database.
    pub(crate) database: Option<u64>,
    /// What of it is still in the write-ahead log only.
    pub(crate) log: Option<u64>,
    /// What is free on the disk that holds it.
    pub(crate) free: Option<u64>,
}

/// What was moved from one database to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// How many seats.
    pub seats: u64,
    /// How many records.
    pub records: u64,
}

pub(crate) fn check_all(database: &Database) -> Result<Checked, StoreError> {
    match database {
        Database::File(path) => sqlite::check(path),
        Database::Server(url) => postgres::check(url),
    }
}

pub(crate) fn back_up(database: &Database, to: &Path) -> Result<Checked, StoreError> {
    match database {
        Database::File(path) => sqlite::backup(path, to),
        Database::Server(_) => Err(StoreError::ServersOwn),
    }
}

pub(crate) fn move_all(from: &Database, to: &Database) -> Result<Moved, StoreError> {
    match (from, to) {
        (Database::File(from), Database::Server(to)) => postgres::take_over(from, to),
        _ => Err(StoreError::WrongWay),
    }
}

impl Opened {
    /// Makes or updates the database, checks it, and has it on disk when this returns.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, StoreError> {
        match &settings.database {
            Database::File(path) => {
                let path = path.clone();
                let opening = tokio::task::spawn_blocking(move || sqlite::Opened::open(path));
                let opened = opening.await.map_err(|_| StoreError::WriterEnded)??;
                Ok(Self::Sqlite(opened))
            }
            Database::Server(url) => {
                let opened = postgres::Opened::open(url, settings.spool.clone()).await?;
                Ok(Self::Postgres(Box::new(opened)))
            }
        }
    }

    /// Keeps the relay's address for `seat` commands, which run in processes of their own. Borrowed
    /// for itself alone, since a SQLite connection may move between threads and not be shared.
    pub(crate) async fn note_base(&mut self, base: &Url) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(opened) => opened.note_base(base),
            Self::Postgres(opened) => opened.note_base(base).await,
        }
    }

    pub(crate) async fn start(
        self,
        limits: &Limits,
        surroundings: Surroundings,
    ) -> Result<(Store, Ended), StoreError> {
        match self {
            Self::Sqlite(opened) => {
                let (store, ended) = opened.start(limits, surroundings)?;
                Ok((Store::Sqlite(store), ended))
            }
            Self::Postgres(opened) => {
                let (store, ended) = opened.start(limits, surroundings)?;
                Ok((Store::Postgres(Arc::new(store)), ended))
            }
        }
    }
}

impl Store {
    /// Queues a push, or gives it up at once if the queue is full.
    pub(crate) fn push(&self, push: Push) {
        match self {
            Self::Sqlite(store) => store.writer.push(push),
            Self::Postgres(store) => store.push(push),
        }
    }

    /// Deletes one slice of what is past its time; returns how many records that were.
    pub(crate) async fn sweep(&self, older_than: i64, now: i64) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(store) => store.sweep(older_than, now).await,
            Self::Postgres(store) => store.sweep(older_than, now).await,
        }
    }

    /// Lets records whose clock was not to be trusted age from `now` on.
    pub(crate) async fn date_anew(&self, now: i64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.date_anew(now).await,
            Self::Postgres(store) => store.date_anew(now).await,
        }
    }

    /// Ends it once what is queued before is on disk. Blocks for as long as a full queue takes.
    pub(crate) fn stop(&self) {
        match self {
            Self::Sqlite(store) => store.writer.stop(),
            Self::Postgres(store) => store.stop(),
        }
    }

    /// The seat that a live push token opens.
    pub(crate) async fn push_seat(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.push_seat(token, now).await,
            Self::Postgres(store) => store.push_seat(token, now).await,
        }
    }

    /// The records of a seat after a cursor: of the token's own one, or of the one that is `asked`
    /// for, if the token is its team's. A cursor past the head gets an empty page with 0 as its
    /// next one.
    pub(crate) async fn page(
        &self,
        token: Arc<TokenHash>,
        asked: Option<String>,
        after: i64,
        limit: u32,
        now: i64,
    ) -> Result<Result<Page, Closed>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.page(token, asked, after, limit, now).await,
            Self::Postgres(store) => {
                store
                    .page(&token, asked.as_deref(), after, limit, now)
                    .await
            }
        }
    }

    /// How a seat stands: the token's own one, or the one that is `asked` for, as in
    /// [`Self::page`].
    pub(crate) async fn status(
        &self,
        token: Arc<TokenHash>,
        asked: Option<String>,
        now: i64,
    ) -> Result<Result<SeatStatus, Closed>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.status(token, asked, now).await,
            Self::Postgres(store) => store.status(&token, asked.as_deref(), now).await,
        }
    }

    /// The seats that a token reads; `None` for a token that opens none.
    pub(crate) async fn readable(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<ReadableSeats>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.readable(token, now).await,
            Self::Postgres(store) => store.readable(&token, now).await,
        }
    }

    /// When the last push came, whichever seat it was for; `None` if none has come.
    pub(crate) async fn last_push(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.last_push().await,
            Self::Postgres(store) => store.last_push().await,
        }
    }

    /// The head of every seat, by its id.
    pub(crate) async fn heads(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.readers.heads().await,
            Self::Postgres(store) => store.heads().await,
        }
    }

    /// The room that the store takes, and what is left.
    pub(crate) fn sizes(&self) -> Sizes {
        match self {
            Self::Sqlite(store) => store.sizes(),
            Self::Postgres(store) => store.sizes(),
        }
    }

    /// Reads something, and looks whether a push would find room.
    pub(crate) async fn health(&self) -> Result<Health, StoreError> {
        match self {
            Self::Sqlite(store) => store.health().await,
            Self::Postgres(store) => store.health().await,
        }
    }
}
