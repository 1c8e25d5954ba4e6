//! Records in PostgreSQL, for several relays at a time. Numbers are given inside one statement, under
//! the seat's lock; what the server does not take waits in a spool on this machine's own disk.

mod batch;
mod check;
mod encryption;
mod intake;
mod listener;
mod reads;
mod register;
mod schema;
mod session;
mod spool;
mod tokens;
mod writer;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
};

use secrecy::SecretString;
use tokio_postgres::Client;
use url::Url;

use self::{
    reads::Readers,
    session::{Address, Session, within_patience},
    spool::Spool,
    writer::{Ends, Writer},
};
use super::{
    Closed, Ended, Health, IssuedToken, Membership, PAGE_BYTES, Page, Push, PushAnswer,
    ReadableSeats, SeatStatus, Sizes, StoreError, Surroundings,
    sqlite::{self, SeatCopies, SeatCopy, TokenCopy},
};
use crate::{Limits, token::TokenHash};

pub(super) use check::check;
pub(super) use intake::take_over;
pub(super) use register::Register;

/// Where relays on one database tell each other what they stored, by the seat's id.
const CHANNEL: &str = "bohao_relay";

/// The word on that channel for seats that were added, changed or removed.
const SEATS_CHANGED: &str = "seats";

/// A database that was reached, or one whose spool can stand in for it.
pub(crate) struct Opened {
    address: Address,
    identity: String,
    session: Option<Session>,
    spool: sqlite::Opened,
}

/// The ways into the database of a relay that serves.
pub(crate) struct Store {
    writer: Writer,
    readers: Readers,
    spool: Spool,
    /// The last seat with which the sweep is done.
    swept_through: AtomicI64,
    /// Ends with this.
    _listener: Listener,
}

struct Listener(tokio::task::JoinHandle<()>);

impl Opened {
    pub(super) async fn open(url: &SecretString, spools: PathBuf) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let joined = match join(&address).await {
            // A spool from before may stand in for it.
            Err(away @ StoreError::Server(_)) if spools.exists() => Err(away),
            joined => Ok(joined?),
        };
        let claiming = {
            let address = address.clone();
            tokio::task::spawn_blocking(move || spool::claim(&spools, &address))
        };
        let mut spool = claiming.await.map_err(|_| StoreError::WriterEnded)??;
        let (session, identity) = match joined {
            Ok((session, identity)) => {
                spool.belong(&identity)?;
                spool.copy_seats(&within_patience(copies(&session.client)).await?)?;
                (Some(session), identity)
            }
            Err(reason) => {
                // Whoever never reached the server has nobody's seats to take pushes for.
                let Some(identity) = spool.identity()? else {
                    return Err(reason);
                };
                tracing::error!(%reason, "pushes are kept in the spool for now");
                (None, identity)
            }
        };
        Ok(Self {
            address,
            identity,
            session,
            spool,
        })
    }

    /// Borrowed for itself alone, as the spool's connection may not be shared between threads.
    pub(super) async fn note_base(&mut self, base: &Url) -> Result<(), StoreError> {
        let Some(session) = &self.session else {
            return Ok(());
        };
        let query = "INSERT INTO relay (key, value) VALUES ('base_url', $1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value
             WHERE relay.value <> excluded.value";
        let noting = async { Ok(session.client.execute(query, &[&base.as_str()]).await?) };
        within_patience(noting).await.map(drop)
    }

    pub(super) fn start(
        self,
        limits: &Limits,
        surroundings: Surroundings,
    ) -> Result<(Store, Ended), StoreError> {
        let is_behind = !self.spool.is_empty()?;
        let (spool, spool_ended) = Spool::start(self.spool, limits, &surroundings)?;
        let listening = listener::run(
            self.address.clone(),
            spool.clone(),
            Arc::clone(&surroundings.waiters),
        );
        let listener = Listener(tokio::spawn(listening));
        let ends = Ends {
            address: self.address.clone(),
            identity: self.identity,
            session: self.session,
            spool: spool.clone(),
            spool_ended,
            is_behind,
        };
        let (writer, ended) = Writer::start(ends, limits.queue, surroundings);
        let store = Store {
            writer,
            readers: Readers::new(self.address),
            spool,
            swept_through: AtomicI64::new(0),
            _listener: listener,
        };
        Ok((store, ended))
    }
}

impl Store {
    pub(super) fn push(&self, push: Push) {
        self.writer.push(push);
    }

    /// Goes through the seats portion by portion, each within the server's patience. Where it was
    /// cut short it goes on the next time.
    pub(super) async fn sweep(&self, older_than: i64, now: i64) -> Result<usize, StoreError> {
        loop {
            let after = self.swept_through.load(Relaxed);
            let lease = self.readers.lease().await?;
            let (deleted, last) = lease
                .ask(async |session| batch::sweep(session, older_than, now, after).await)
                .await?;
            if deleted > 0 {
                return Ok(deleted);
            }
            self.swept_through.store(last.unwrap_or(0), Relaxed);
            if last.is_none() {
                return Ok(0);
            }
        }
    }

    pub(super) async fn date_anew(&self, now: i64) -> Result<(), StoreError> {
        let lease = self.readers.lease().await?;
        lease
            .ask(async |session| batch::date_anew(session, now).await)
            .await
    }

    pub(super) fn stop(&self) {
        self.writer.stop();
    }

    /// Asked of the copies first: they save a way to the server, and are there without it. A seat
    /// that was removed since is found out when the push is stored.
    pub(super) async fn push_seat(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        if let Some(seat) = self.spool.push_seat(Arc::clone(&token), now).await {
            return Ok(Some(seat));
        }
        let found = self.readers.push_seat(&token, now).await?;
        if let Some(seat) = found {
            self.spool.learn(token, seat).await;
        }
        Ok(found)
    }

    pub(super) async fn page(
        &self,
        token: &TokenHash,
        asked: Option<&str>,
        after: i64,
        limit: u32,
        now: i64,
    ) -> Result<Result<Page, Closed>, StoreError> {
        self.readers.page(token, asked, after, limit, now).await
    }

    pub(super) async fn status(
        &self,
        token: &TokenHash,
        asked: Option<&str>,
        now: i64,
    ) -> Result<Result<SeatStatus, Closed>, StoreError> {
        self.readers.status(token, asked, now).await
    }

    pub(super) async fn readable(
        &self,
        token: &TokenHash,
        now: i64,
    ) -> Result<Option<ReadableSeats>, StoreError> {
        self.readers.readable(token, now).await
    }

    pub(super) async fn last_push(&self) -> Result<Option<i64>, StoreError> {
        self.readers.last_push().await
    }

    pub(super) async fn heads(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        self.readers.heads().await
    }

    /// The spool's disk is the one that this relay can fill.
    pub(super) fn sizes(&self) -> Sizes {
        self.spool.sizes()
    }

    /// Degraded, pushes are taken, and nothing can be read.
    pub(super) async fn health(&self) -> Result<Health, StoreError> {
        // A server that is known to be away is not waited for once more.
        if !self.writer.is_degraded() && self.readers.touch().await.is_ok() {
            return Ok(Health::Well);
        }
        self.spool.health().await?;
        Ok(Health::Degraded)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Connects, with the schema made or brought up to date; returns the database's identity as well.
async fn join(address: &Address) -> Result<(Session, String), StoreError> {
    let mut session = address.connect().await?;
    schema::migrate(&mut session.client).await?;
    let query = "SELECT value FROM relay WHERE key = 'identity'";
    let asking = session.client.query_one(query, &[]);
    let row = within_patience(async { Ok(asking.await?) }).await?;
    let identity = row.try_get(0)?;
    Ok((session, identity))
}

/// The seats and tokens for the spool.
async fn copies(client: &Client) -> Result<SeatCopies, StoreError> {
    let seats = client
        .query("SELECT id, name, created_at FROM seats ORDER BY id", &[])
        .await?;
    let tokens = client
        .query(
            "SELECT tag, hash, kind, seat, expires_at FROM tokens ORDER BY hash",
            &[],
        )
        .await?;
    let seats = seats.iter().map(|row| {
        Ok(SeatCopy {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            created_at: row.try_get(2)?,
        })
    });
    let tokens = tokens.iter().map(|row| {
        Ok(TokenCopy {
            tag: row.try_get(0)?,
            hash: row.try_get(1)?,
            kind: row.try_get(2)?,
            seat: row.try_get(3)?,
            expires_at: row.try_get(4)?,
        })
    });
    Ok(SeatCopies {
        seats: seats.collect::<Result<_, StoreError>>()?,
        tokens: tokens.collect::<Result<_, StoreError>>()?,
    })
}
