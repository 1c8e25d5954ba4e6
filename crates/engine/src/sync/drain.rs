use super::{Reading, Seat, Sync, SyncError};
use crate::intake::{self, Changes};
use bohao_relay_api::{RecordsPage, RelayError, StoredRecord, UnexpectedAnswer};
use bohao_store::{Cursor, NewBody, Source, StoreError, Tx};
use bohao_wire::SyncReport;
use tokio_util::sync::CancellationToken;

/// Records that are asked for, and stored in one transaction.
const PAGE: u32 = 500;

/// A relay that still has more after so many pages makes its records up.
const MOST_PAGES: u32 = 20_000;

/// How far before the cursor [`Reading::NewAndLately`] begins.
const LATELY: i64 = 100;

/// One reading of a relay, page by page, until nothing is left.
pub(super) struct Drain<'a> {
    sync: &'a Sync,
    seat: &'a Seat,
    stop: CancellationToken,
}

/// What a reading brought.
#[derive(Debug, Default)]
pub(super) struct Drained {
    /// Bodies received.
    pub received: u32,
    /// Whether the relay knew less than the cursor, so that all was read again.
    pub rewound: bool,
    /// Whether the relay dropped records before this desk saw them.
    pub missed: bool,
    changes: Changes,
    cursor: i64,
    /// Bodies up to here were received before; reading them again is no receipt.
    received_before: i64,
}

impl<'a> Drain<'a> {
    pub(super) fn new(sync: &'a Sync, seat: &'a Seat, stop: CancellationToken) -> Self {
        Drain { sync, seat, stop }
    }

    /// Reads page after page. The relay may hold the first for `wait` seconds.
    pub(super) async fn run(&self, reading: Reading, wait: u32) -> Result<Drained, SyncError> {
        let key = self.seat.key.clone();
        let known = self
            .sync
            .around
            .store
            .read(move |db| db.cursors().get(&key))
            .await?;
        let mut after = match reading {
            Reading::New => known.cursor,
            Reading::NewAndLately => known.cursor.saturating_sub(LATELY).max(0),
            Reading::All => 0,
        };
        let mut drained = Drained {
            cursor: known.cursor,
            received_before: match reading {
                Reading::New | Reading::NewAndLately => known.cursor,
                Reading::All => 0,
            },
            missed: known.missed_before.is_some(),
            ..Drained::default()
        };
        for page_number in 0..MOST_PAGES {
            let wait = if page_number == 0 { wait } else { 0 };
            let page = self.ask(after, wait).await?;
            if page.rewinds(after) {
                if drained.rewound {
                    return Err(RelayError::Unexpected(UnexpectedAnswer::Cursor).into());
                }
                drained.rewound = true;
                drained.received_before = 0;
                after = 0;
                self.set_cursor(Cursor::default(), &mut drained).await?;
                continue;
            }
            let reached = page.records.last().map_or(after, |last| last.seq);
            let is_last = page.records.is_empty() || reached >= page.head;
            self.take(after, page, &mut drained).await?;
            after = reached;
            if is_last {
                if reading == Reading::All {
                    let whole = Cursor {
                        cursor: reached,
                        missed_before: None,
                    };
                    self.set_cursor(whole, &mut drained).await?;
                }
                return Ok(drained);
            }
        }
        Err(RelayError::Unexpected(UnexpectedAnswer::TooMany).into())
    }

    async fn ask(&self, after: i64, wait: u32) -> Result<RecordsPage, SyncError> {
        let asking = self.seat.client.records(after, PAGE, wait);
        match self.stop.run_until_cancelled(asking).await {
            Some(page) => Ok(page?),
            None => Err(SyncError::Stopped),
        }
    }

    /// Stores a page and moves the cursor in one transaction, then tells what changed.
    async fn take(
        &self,
        after: i64,
        page: RecordsPage,
        drained: &mut Drained,
    ) -> Result<(), SyncError> {
        if page.records.is_empty() && page.head <= drained.cursor {
            return Ok(());
        }
        let received = page
            .records
            .iter()
            .filter(|record| record.seq > drained.received_before)
            .count();
        let key = self.seat.key.clone();
        let (changes, cursor, unreadable) = self
            .sync
            .around
            .store
            .write(move |tx| {
                let known = tx.cursors().get(&key)?;
                let moved = advance(known, after, &page);
                let changes = take_bodies(tx, page.records)?;
                if moved != known {
                    tx.cursors().set(&key, moved)?;
                }
                Ok((changes, moved, tx.bodies().unreadable_count()?))
            })
            .await?;
        self.sync.change(|state| state.unreadable = unreadable);
        self.sync.tell(&changes);
        drained.received = drained
            .received
            .saturating_add(u32::try_from(received).unwrap_or(u32::MAX));
        drained.cursor = cursor.cursor;
        drained.missed = cursor.missed_before.is_some();
        drained.changes.absorb(changes);
        Ok(())
    }

    async fn set_cursor(&self, cursor: Cursor, drained: &mut Drained) -> Result<(), StoreError> {
        let key = self.seat.key.clone();
        self.sync
            .around
            .store
            .write(move |tx| tx.cursors().set(&key, cursor))
            .await?;
        drained.cursor = cursor.cursor;
        drained.missed = cursor.missed_before.is_some();
        Ok(())
    }
}

impl Drained {
    pub(super) fn report(&self) -> SyncReport {
        let count = |calls: usize| u32::try_from(calls).unwrap_or(u32::MAX);
        SyncReport {
            received: self.received,
            new: count(self.changes.new.len()),
            updated: count(self.changes.updated.len()),
            unreadable: self.changes.unreadable,
            cursor: self.cursor.unsigned_abs(),
        }
    }
}

fn take_bodies(tx: &Tx<'_>, records: Vec<StoredRecord>) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    for record in records {
        let body = NewBody {
            source: Source::Relay,
            relay_seq: Some(record.seq),
            received_at: record.received_at,
            content_type: record.content_type,
            body: record.body,
        };
        changes.absorb(intake::take_body(tx, &body, &intake::read)?);
    }
    Ok(changes)
}

/// The cursor after a page that was asked for `after` a number. It never goes back here: another
/// process may be ahead, and what lies before it is stored.
///
/// A relay drops its oldest records by age. Numbers that are gone before this desk saw them are
/// missed; a desk that reads a relay for the first time has missed nothing.
fn advance(known: Cursor, after: i64, page: &RecordsPage) -> Cursor {
    let seen = known.cursor.max(after);
    let oldest = match page.records.first() {
        Some(first) => first.seq,
        None => page.head.saturating_add(1),
    };
    let misses = known.cursor > 0 && oldest.saturating_sub(seen) > 1;
    let reached = page.records.last().map_or(after, |last| last.seq);
    Cursor {
        cursor: known.cursor.max(reached),
        missed_before: match misses {
            true => Some(oldest),
            false => known.missed_before,
        },
    }
}
