use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bohao_relay_api::{RecordsPage, StoredRecord};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Semaphore;

use super::{
    super::{Closed, PAGE_BYTES, Page, ReadableSeats, SeatStatus, StoreError},
    open,
    shared_reads::{Asked, SharedReads},
    tokens::{Reader, TokenSeat, find_read_seat, find_reader, find_seat, members_of},
};
use crate::{
    recent::RecentTokens,
    token::{TokenHash, TokenKind},
};

/// More would only wait for the same disk.
const READERS: usize = 4;

/// Connections that only read. WAL lets them read while the writer commits.
#[derive(Clone)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    recent: RecentTokens,
    pages: SharedReads,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(READERS)),
            recent: RecentTokens::default(),
            pages: SharedReads::default(),
        }
    }

    /// The seat that a live push token opens.
    pub(crate) async fn push_seat(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        if let Some(seat) = self.recent.seat(&token, now) {
            return Ok(Some(seat));
        }
        let asked = Arc::clone(&token);
        let found = self.read(move |connection| {
            let seat = find_seat(connection, TokenKind::Push, &asked, now)?;
            Ok(seat.map(|seat| seat.id))
        });
        let seat = found.await?;
        if let Some(seat) = seat {
            self.recent.note(token, seat, now);
        }
        Ok(seat)
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
        let asked = Asked {
            token: token.as_bytes().to_vec(),
            seat: asked,
            after,
            limit,
        };
        let shared = self.pages.join(&asked);
        let read = shared.get_or_try_init(|| {
            let (pages, shared) = (self.pages.clone(), Arc::clone(&shared));
            self.read(move |connection| {
                pages.begin(&asked, &shared);
                read_page(connection, &token, &asked, now)
            })
        });
        Ok(read.await?.clone())
    }

    /// How a seat stands: the token's own one, or the one that is `asked` for, as in
    /// [`Self::page`].
    pub(crate) async fn status(
        &self,
        token: Arc<TokenHash>,
        asked: Option<String>,
        now: i64,
    ) -> Result<Result<SeatStatus, Closed>, StoreError> {
        self.read(move |connection| {
            let snapshot = connection.transaction()?;
            match find_read_seat(&snapshot, &token, asked.as_deref(), now)? {
                Ok((seat, _)) => Ok(Ok(status_of(&snapshot, seat)?)),
                Err(closed) => Ok(Err(closed)),
            }
        })
        .await
    }

    /// The seats that a token reads; `None` for a token that opens none.
    pub(crate) async fn readable(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<ReadableSeats>, StoreError> {
        self.read(move |connection| {
            let snapshot = connection.transaction()?;
            let (team, seats) = match find_reader(&snapshot, &token, now)? {
                None => return Ok(None),
                Some(Reader::Seat(seat)) => (None, vec![seat]),
                Some(Reader::Team { id, name }) => (Some(name), members_of(&snapshot, id)?),
            };
            let seats = seats.into_iter().map(|seat| status_of(&snapshot, seat));
            let seats = seats.collect::<rusqlite::Result<_>>()?;
            Ok(Some(ReadableSeats { team, seats }))
        })
        .await
    }

    /// The head of every seat, by its id.
    pub(crate) async fn heads(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, head FROM seats")?;
            let heads = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            heads.collect()
        })
        .await
    }

    /// When the last push came, whichever seat it was for.
    pub(crate) async fn last_push(&self) -> Result<Option<i64>, StoreError> {
        self.read(|connection| {
            let query = "SELECT max(last_push_at) FROM seats";
            connection.query_row(query, [], |row| row.get(0))
        })
        .await
    }

    /// Reads something, so that a database that is out of reach shows.
    pub(crate) async fn touch(&self) -> Result<(), StoreError> {
        self.read(|connection| connection.query_row("SELECT count(*) FROM seats", [], |_| Ok(())))
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = readers.lock_idle().pop();
            let mut connection = idle.map_or_else(|| open_reader(&readers.path), Ok)?;
            let answer = query(&mut connection)?;
            // A connection that failed is not put back: the next one starts afresh.
            readers.lock_idle().push(connection);
            Ok::<T, rusqlite::Error>(answer)
        });
        match reading.await {
            Ok(answer) => Ok(answer?),
            // Only a runtime that is being taken down drops a blocking task.
            Err(_) => Err(StoreError::WriterEnded),
        }
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open::connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn status_of(connection: &Connection, seat: TokenSeat) -> rusqlite::Result<SeatStatus> {
    let oldest = connection
        .prepare_cached("SELECT min(seq) FROM records WHERE seat = ?1")?
        .query_row([seat.id], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(SeatStatus {
        name: seat.name,
        head: seat.head,
        oldest,
        last_push_at: seat.last_push_at,
    })
}

fn read_page(
    connection: &mut Connection,
    token: &TokenHash,
    asked: &Asked,
    now: i64,
) -> rusqlite::Result<Result<Page, Closed>> {
    // One transaction, so that head and records are of the same moment.
    let snapshot = connection.transaction()?;
    let (seat, is_own) = match find_read_seat(&snapshot, token, asked.seat.as_deref(), now)? {
        Ok(found) => found,
        Err(closed) => return Ok(Err(closed)),
    };
    let records = records_after(&snapshot, seat.id, asked.after, asked.limit)?;
    let next = match records.last() {
        Some(last) => last.seq,
        None if asked.after > seat.head => 0,
        None => asked.after,
    };
    let page = RecordsPage {
        records,
        next,
        head: seat.head,
    };
    Ok(Ok(Page::new(seat.id, is_own, asked.after, &page)))
}

fn records_after(
    connection: &Connection,
    seat: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<StoredRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, received_at, content_type, body FROM records
         WHERE seat = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![seat, after, limit])?;
    let (mut records, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(3)?;
        bytes += body.len();
        if bytes > PAGE_BYTES && !records.is_empty() {
            break;
        }
        records.push(StoredRecord {
            seq: row.get(0)?,
            received_at: row.get(1)?,
            content_type: row.get(2)?,
            body,
        });
    }
    Ok(records)
}
