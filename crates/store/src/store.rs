use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    StoreError,
    bodies::{Bodies, BodiesMut},
    calls::{Calls, CallsMut},
    cursors::{Cursors, CursorsMut},
    custody::{Custody, CustodyMut},
    customers::{Customers, CustomersMut},
    deletions::{Deletions, DeletionsMut},
    digests::{Digests, DigestsMut},
    do_not_call::{Barred, BarredMut},
    do_not_call_hashes::{HashedBarred, HashedBarredMut},
    facts::{Facts, FactsMut},
    follow_ups::{FollowUps, FollowUpsMut},
    guard_log::{GuardLog, GuardLogMut},
    imports::{ImportsLog, ImportsLogMut},
    leads::{Leads, LeadsMut},
    lists::{ListsMut, ListsOf},
    marks::{Marks, MarksMut},
    nameless::{NamelessRecords, NamelessRecordsMut},
    opening::{self, Opened},
    outcomes::{OutcomesMut, OutcomesOf},
    place::Place,
    recordings::{Recordings, RecordingsMut},
    scripts::{ScriptsMut, ScriptsOf},
    search::{Search, SearchMut, keep},
    settings::{Settings, SettingsMut},
    sums::{self, Sums, SumsMut},
    views::{Views, ViewsMut},
};

/// Connections for reading that are kept for the next reader.
const IDLE_READERS: usize = 4;

/// An open database. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    place: Place,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

/// A view of the database as it stands at one instant.
pub struct Db<'c> {
    connection: &'c Connection,
}

/// A transaction that writes. What it wrote is kept if its closure ends well, and only then.
pub struct Tx<'c> {
    connection: &'c Connection,
}

impl Store {
    /// Opens the database at `path`, makes it if there is none, and brings it up to date after a
    /// backup. A damaged one is moved aside and a new one begun. `now` in Unix milliseconds
    /// names what is put beside it.
    ///
    /// Takes as long as a disk takes: call it off the async threads.
    pub fn open(path: impl AsRef<Path>, now: i64) -> Result<Opened, StoreError> {
        opening::open(path.as_ref(), now, crate::migration::STEPS)
    }

    pub(crate) fn new(place: Place, writer: Connection) -> Self {
        Store {
            inner: Arc::new(Inner {
                place,
                writer: Mutex::new(writer),
                readers: Mutex::default(),
            }),
        }
    }

    /// Reads in one transaction, off the async threads.
    pub async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Db<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || store.read_blocking(read)).await
    }

    /// Writes in one transaction, off the async threads. It is committed and synced to disk when
    /// this returns `Ok`, in the file that lies at [`Store::path`]; if the closure fails, nothing
    /// of it is kept. A write that began is carried through even if nobody waits for it any more.
    ///
    /// # Errors
    /// [`StoreError::Replaced`] if another file lies there now, or none; whatever `write` says.
    pub async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || store.write_blocking(write)).await
    }

    /// As [`Store::write`], while somebody waits for it: the index of searches learns of it by the
    /// next write. Until then searches find everything, only not as fast.
    pub async fn write_first<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || store.transact(write, |_| Ok(()))).await
    }

    /// Copies what is in the log beside the database into it, as far as nobody else reads there: from
    /// then on the database is whole by itself. Nobody is waited for.
    ///
    /// # Errors
    /// If the disk has no room for it. The log stays then, and nothing is lost.
    pub async fn fold_log(&self) -> Result<(), StoreError> {
        let store = self.clone();
        off_thread(move || {
            store.with_writer(|writer| {
                writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
                Ok(())
            })
        })
        .await
    }

    /// Does everything that [`Store::write`] does, and then undoes it.
    pub async fn rehearse<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let store = self.clone();
        off_thread(move || {
            let mut writer = lock(&store.inner.writer);
            let transaction = begin(&mut writer)?;
            // The transaction is rolled back when it is dropped.
            write(&Tx {
                connection: &transaction,
            })
        })
        .await
    }

    /// As [`Store::read`], on this thread.
    pub fn read_blocking<T>(
        &self,
        read: impl FnOnce(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = lock(&self.inner.readers).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => opening::reader(self.path())?,
        };
        let answer = {
            let snapshot = reader.transaction()?;
            read(&Db {
                connection: &snapshot,
            })
        };
        let mut readers = lock(&self.inner.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        answer
    }

    /// As [`Store::write`], on this thread.
    pub fn write_blocking<T>(
        &self,
        write: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transact(write, |connection| {
            keep::catch_up(connection)?;
            sums::catch_up(connection)
        })
    }

    /// As [`Store::write_blocking`], for very many rows at a time: the index of searches learns of
    /// them later, by [`SearchMut::build`], and they are summed by [`SumsMut::settle`].
    pub fn write_in_bulk<T>(
        &self,
        write: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transact(write, keep::put_off)
    }

    /// Writes, and does to the index of searches and the sums of days what `after` says, in one
    /// transaction.
    fn transact<T>(
        &self,
        write: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
        after: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = lock(&self.inner.writer);
        self.inner.place.check()?;
        let transaction = begin(&mut writer)?;
        let answer = write(&Tx {
            connection: &transaction,
        })?;
        after(&transaction)?;
        transaction.commit()?;
        // What went into a file that was taken away meanwhile is in no log.
        self.inner.place.check()?;
        Ok(answer)
    }

    /// Lends the writing connection out, between two transactions.
    pub(crate) fn with_writer<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(&lock(&self.inner.writer))
    }

    /// Where the database lies.
    pub fn path(&self) -> &Path {
        self.inner.place.path()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident: $read:ident, $write:ident;)*) => {
        impl<'c> Db<'c> {
            $($(#[$doc])* pub fn $table(&self) -> $read<'c> { $read::new(self.connection) })*
        }

        impl<'c> Tx<'c> {
            $($(#[$doc])* pub fn $table(&self) -> $write<'c> { $write::new(self.connection) })*

            /// The same data for reading, changes of this transaction included.
            pub fn db(&self) -> Db<'c> {
                Db { connection: self.connection }
            }
        }
    };
}

tables! {
    /// The log.
    calls: Calls, CallsMut;
    /// Pushed and imported bodies as they came.
    bodies: Bodies, BodiesMut;
    /// What was read from them.
    facts: Facts, FactsMut;
    /// How far each relay seat was read.
    cursors: Cursors, CursorsMut;
    /// Where each call's recording is.
    recordings: Recordings, RecordingsMut;
    /// The user's marks in recordings.
    marks: Marks, MarksMut;
    /// How many recordings stand how.
    custody: Custody, CustodyMut;
    /// The index that searches use.
    search: Search, SearchMut;
    /// What the log comes to by days.
    sums: Sums, SumsMut;
    /// Settings by key.
    settings: Settings, SettingsMut;
    /// What was brought in by file.
    imports: ImportsLog, ImportsLogMut;
    /// Records without ids.
    nameless: NamelessRecords, NamelessRecordsMut;
    /// Changes of the guard's rules.
    guard_log: GuardLog, GuardLogMut;
    /// The people and companies behind the numbers.
    customers: Customers, CustomersMut;
    /// Which outcomes there are, and every choice of one.
    outcomes: OutcomesOf, OutcomesMut;
    /// Wishes to call a number again.
    follow_ups: FollowUps, FollowUpsMut;
    /// Numbers that are not to be called.
    do_not_call: Barred, BarredMut;
    /// The same, where only hashes are known.
    do_not_call_hashes: HashedBarred, HashedBarredMut;
    /// Questions to ask, and what was answered.
    scripts: ScriptsOf, ScriptsMut;
    /// Calls that are deleted and not gone yet.
    deletions: Deletions, DeletionsMut;
    /// Digests of what was deleted.
    digests: Digests, DigestsMut;
    /// Saved filters.
    views: Views, ViewsMut;
    /// Calling lists.
    lists: ListsOf, ListsMut;
    /// Their leads.
    leads: Leads, LeadsMut;
}

impl Tx<'_> {
    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }
}

#[cfg(test)]
impl Tx<'_> {
    /// Takes a call out of the log, as a program does that knows of nothing else.
    pub(crate) fn forget_for_good(&self, call: &bohao_wire::CallId) -> Result<(), StoreError> {
        let delete = "DELETE FROM calls WHERE call = ?1";
        self.connection.execute(delete, [&call.0])?;
        Ok(())
    }
}

fn begin(writer: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    // A transaction that asks for the write lock at once waits for it; one that asks half-way
    // would fail, since what it read may be stale by then.
    Ok(writer.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::Stopping),
        },
    }
}

/// A panic in a closure has rolled its transaction back, so the connection is fit for the next.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a table's pair of handles: one that reads, and one that also writes.
macro_rules! handles {
    ($read:ident, $write:ident, $what:literal) => {
        #[doc = concat!("Reads ", $what, ".")]
        pub struct $read<'c> {
            connection: &'c rusqlite::Connection,
        }

        #[doc = concat!("Reads and writes ", $what, ".")]
        pub struct $write<'c> {
            read: $read<'c>,
            connection: &'c rusqlite::Connection,
        }

        impl<'c> $read<'c> {
            pub(crate) fn new(connection: &'c rusqlite::Connection) -> Self {
                $read { connection }
            }
        }

        impl<'c> $write<'c> {
            pub(crate) fn new(connection: &'c rusqlite::Connection) -> Self {
                $write {
                    read: $read::new(connection),
                    connection,
                }
            }
        }

        impl<'c> std::ops::Deref for $write<'c> {
            type Target = $read<'c>;

            fn deref(&self) -> &$read<'c> {
                &self.read
            }
        }
    };
}

pub(crate) use handles;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewBody, Source};

    #[test]
    fn a_full_disk_is_said_so_and_leaves_nothing_half_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bohao.db");
        let store = Store::open(&path, 1).expect("new").store;
        let room = |pages: i64| {
            lock(&store.inner.writer)
                .pragma_update(None, "max_page_count", pages)
                .expect("a limit");
        };
        let write = || {
            store.write_blocking(|tx| {
                tx.settings().set("before", "1")?;
                tx.bodies().keep(&NewBody {
                    source: Source::Relay,
                    relay_seq: None,
                    received_at: 1,
                    content_type: None,
                    body: vec![b'x'; 256 * 1024],
                })
            })
        };

        room(1);
        assert!(matches!(write(), Err(StoreError::DiskFull)));
        let before = store.read_blocking(|db| db.settings().get("before"));
        assert_eq!(before.expect("it still reads"), None);

        room(1_000_000);
        assert!(!write().expect("there is room again").known);
    }
}
