use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bohao_relay_api::{RecordsPage, StoredRecord};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    Closed, PAGE_BYTES, Page, ReadableSeats, SeatStatus, StoreError,
    session::{Address, Session, within_patience},
    tokens::{Reader, TokenSeat, find_read_seat, find_reader, find_seat, members_of},
};
use crate::token::{TokenHash, TokenKind};

/// How many connections a relay reads by. More would only wait for the same server.
const READERS: usize = 6;

/// A page ends at so many bytes of bodies, with one record at the least.
const RECORDS_AFTER: &str = "SELECT seq, received_at, content_type, body FROM (
        SELECT *, sum(octet_length(body)) OVER (ORDER BY seq) AS bytes,
               row_number() OVER (ORDER BY seq) AS place
        FROM (SELECT * FROM records WHERE seat = $1 AND seq > $2 ORDER BY seq LIMIT $3) slice
    ) page
    WHERE bytes <= $4 OR place = 1 ORDER BY seq";

/// Connections that only read.
#[derive(Clone)]
pub(super) struct Readers {
    address: Address,
    idle: Arc<Mutex<Vec<Session>>>,
    permits: Arc<Semaphore>,
}

/// A connection for one question.
pub(super) struct Lease<'a> {
    session: Session,
    readers: &'a Readers,
    _permit: SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// Asks within the server's time. A connection on which something failed is not used again.
    pub(super) async fn ask<T>(
        mut self,
        question: impl AsyncFnOnce(&mut Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let answer = within_patience(question(&mut self.session)).await?;
        self.readers.lock_idle().push(self.session);
        Ok(answer)
    }
}

impl Readers {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        }
    }

    pub(super) async fn push_seat(
        &self,
        token: &TokenHash,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let seat = find_seat(session, TokenKind::Push, token, now).await?;
                Ok(seat.map(|seat| seat.id))
            })
            .await
    }

    pub(super) async fn page(
        &self,
        token: &TokenHash,
        asked: Option<&str>,
        after: i64,
        limit: u32,
        now: i64,
    ) -> Result<Result<Page, Closed>, StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let (seat, is_own) = match find_read_seat(session, token, asked, now).await? {
                    Ok(found) => found,
                    Err(closed) => return Ok(Err(closed)),
                };
                let records = records_after(session, seat.id, after, limit).await?;
                // Records may have come between the two statements.
                let last = records.last().map(|last| last.seq);
                let head = last.map_or(seat.head, |last| seat.head.max(last));
                let next = match last {
                    Some(last) => last,
                    None if after > head => 0,
                    None => after,
                };
                let page = RecordsPage {
                    records,
                    next,
                    head,
                };
                Ok(Ok(Page::new(seat.id, is_own, after, &page)))
            })
            .await
    }

    pub(super) async fn status(
        &self,
        token: &TokenHash,
        asked: Option<&str>,
        now: i64,
    ) -> Result<Result<SeatStatus, Closed>, StoreError> {
        self.lease()
            .await?
            .ask(
                async |session| match find_read_seat(session, token, asked, now).await? {
                    Ok((seat, _)) => Ok(Ok(status_of(session, seat).await?)),
                    Err(closed) => Ok(Err(closed)),
                },
            )
            .await
    }

    pub(super) async fn readable(
        &self,
        token: &TokenHash,
        now: i64,
    ) -> Result<Option<ReadableSeats>, StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let (team, found) = match find_reader(session, token, now).await? {
                    None => return Ok(None),
                    Some(Reader::Seat(seat)) => (None, vec![seat]),
                    Some(Reader::Team { id, name }) => (Some(name), members_of(session, id).await?),
                };
                let mut seats = Vec::with_capacity(found.len());
                for seat in found {
                    seats.push(status_of(session, seat).await?);
                }
                Ok(Some(ReadableSeats { team, seats }))
            })
            .await
    }

    pub(super) async fn last_push(&self) -> Result<Option<i64>, StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let query = "SELECT max(last_push_at) FROM seats";
                let statement = session.statement(query).await?;
                let row = session.client.query_one(&statement, &[]).await?;
                Ok(row.try_get(0)?)
            })
            .await
    }

    pub(super) async fn heads(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let statement = session.statement("SELECT id, head FROM seats").await?;
                let rows = session.client.query(&statement, &[]).await?;
                rows.iter()
                    .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                    .collect()
            })
            .await
    }

    /// Reads something, so that a database that is out of reach shows.
    pub(super) async fn touch(&self) -> Result<(), StoreError> {
        self.lease()
            .await?
            .ask(async |session| {
                let statement = session.statement("SELECT count(*) FROM seats").await?;
                session.client.query_one(&statement, &[]).await?;
                Ok(())
            })
            .await
    }

    /// An idle connection, or a new one.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, StoreError> {
        // Others may wait for a server that stands still.
        let permit = within_patience(async {
            let permit = self.permits.acquire().await;
            permit.map_err(|_| StoreError::WriterEnded)
        });
        let permit = permit.await?;
        let idle = {
            let mut idle = self.lock_idle();
            // The server may have restarted, which closed them.
            idle.retain(|session| !session.is_closed());
            idle.pop()
        };
        let session = match idle {
            Some(session) => session,
            None => self.address.connect().await?,
        };
        Ok(Lease {
            session,
            readers: self,
            _permit: permit,
        })
    }

    fn lock_idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn status_of(session: &mut Session, seat: TokenSeat) -> Result<SeatStatus, StoreError> {
    let statement = session
        .statement("SELECT min(seq) FROM records WHERE seat = $1")
        .await?;
    let row = session.client.query_one(&statement, &[&seat.id]).await?;
    Ok(SeatStatus {
        name: seat.name,
        head: seat.head,
        oldest: row.try_get(0)?,
        last_push_at: seat.last_push_at,
    })
}

async fn records_after(
    session: &mut Session,
    seat: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<StoredRecord>, StoreError> {
    let statement = session.statement(RECORDS_AFTER).await?;
    let (limit, bytes) = (i64::from(limit), PAGE_BYTES as i64);
    let rows = session
        .client
        .query(&statement, &[&seat, &after, &limit, &bytes])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredRecord {
                seq: row.try_get(0)?,
                received_at: row.try_get(1)?,
                content_type: row.try_get(2)?,
                body: row.try_get(3)?,
            })
        })
        .collect()
}
