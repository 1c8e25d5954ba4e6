use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bohao_relay_api::{RecordsPage, StoredRecord};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tokio::sync::Semaphore;

use super::{
    super::{PAGE_BYTES, Page, SeatStatus, StoreError},
    tokens::find_seat,
};
use crate::token::{TokenHash, TokenKind};

/// More would only wait for the same disk.
const READERS: usize = 4;

/// Connections that only read. WAL lets them read while the writer commits.
#[derive(Clone)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// The seat that a live push token opens.
    pub(crate) async fn push_seat(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.read(move |connection| {
            let seat = find_seat(connection, TokenKind::Push, &token, now)?;
            Ok(seat.map(|seat| seat.id))
        })
        .await
    }

    /// The records after a cursor; `None` for a token that opens no seat. A cursor past the head
    /// gets an empty page with 0 as its next one.
    pub(crate) async fn page(
        &self,
        token: Arc<TokenHash>,
        after: i64,
        limit: u32,
        now: i64,
    ) -> Result<Option<Page>, StoreError> {
        self.read(move |connection| {
            // One transaction, so that head and records are of the same moment.
            let snapshot = connection.transaction()?;
            let Some(seat) = find_seat(&snapshot, TokenKind::Read, &token, now)? else {
                return Ok(None);
            };
            let records = records_after(&snapshot, seat.id, after, limit)?;
            let next = match records.last() {
                Some(last) => last.seq,
                None if after > seat.head => 0,
                None => after,
            };
            let page = RecordsPage {
                records,
                next,
                head: seat.head,
            };
            Ok(Some(Page {
                seat: seat.id,
                page,
            }))
        })
        .await
    }

    /// How the seat of a read token stands; `None` for a token that opens no seat.
    pub(crate) async fn status(
        &self,
        token: Arc<TokenHash>,
        now: i64,
    ) -> Result<Option<SeatStatus>, StoreError> {
        self.read(move |connection| {
            let snapshot = connection.transaction()?;
            let Some(seat) = find_seat(&snapshot, TokenKind::Read, &token, now)? else {
                return Ok(None);
            };
            let oldest = snapshot
                .prepare_cached("SELECT min(seq) FROM records WHERE seat = ?1")?
                .query_row([seat.id], |row| row.get(0))
                .optional()?
                .flatten();
            Ok(Some(SeatStatus {
                name: seat.name,
                head: seat.head,
                oldest,
                last_push_at: seat.last_push_at,
            }))
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
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
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
