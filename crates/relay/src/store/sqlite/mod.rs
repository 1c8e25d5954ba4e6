//! Records in one SQLite file. One thread writes them; reads have connections of their own.

mod backup;
mod batch;
mod check;
mod checkpoint;
mod contents;
mod first_look;
mod known;
mod open;
mod place;
mod reads;
mod register;
mod schema;
mod serving;
mod shared_reads;
mod spool;
mod tokens;
mod writer;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use url::Url;

use self::{place::Place, reads::Readers, serving::Serving, writer::Writer};
use super::{DiskSpace, Ended, Health, Sizes, StoreError, Surroundings};
use crate::Limits;

pub(super) use backup::backup;
pub(super) use check::check;
pub(super) use contents::{contents, records_after};
pub(super) use register::Register;
pub(super) use spool::{
    SeatCopies, SeatCopy, Spooled, TokenCopy, copy_seats, expect_seat, expect_token, forget,
    oldest, strand,
};

/// A database that only this relay serves.
pub(crate) struct Opened {
    path: PathBuf,
    place: Place,
    connection: Connection,
    serving: Serving,
}

/// The ways into the file of a relay that serves.
#[derive(Clone)]
pub(crate) struct Store {
    pub(super) writer: Writer,
    pub(super) readers: Readers,
    space: DiskSpace,
    place: Place,
    path: PathBuf,
}

impl Opened {
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let serving = Serving::begin(&path)?;
        let connection = open::open_checked(&path)?;
        let place = Place::of(&path)?;
        Ok(Self {
            path,
            place,
            connection,
            serving,
        })
    }

    pub(super) fn note_base(&self, base: &Url) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO relay (key, value) VALUES ('base_url', ?1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            [base.as_str()],
        )?;
        Ok(())
    }

    pub(super) fn start(
        self,
        limits: &Limits,
        surroundings: Surroundings,
    ) -> Result<(Store, Ended), StoreError> {
        let space = DiskSpace::new(&self.path, limits.disk_reserve);
        let (writer, ended) = Writer::start(
            self.connection,
            self.place.clone(),
            self.serving,
            limits,
            space.clone(),
            surroundings,
        )?;
        let readers = Readers::new(&self.path);
        let store = Store {
            writer,
            readers,
            space,
            place: self.place,
            path: self.path,
        };
        Ok((store, ended))
    }
}

/// A connection to a database that no relay serves, which none can until the lock goes.
pub(super) fn open_alone(path: &Path) -> Result<(Serving, Connection), StoreError> {
    fs::metadata(path)?;
    let serving = Serving::begin(path)?;
    let connection = open::open_checked(path)?;
    Ok((serving, connection))
}

impl Store {
    pub(super) async fn sweep(&self, older_than: i64, now: i64) -> Result<usize, StoreError> {
        let sweeping = self.writer.change(move |transaction| {
            let deleted = batch::sweep(transaction, older_than, now)?;
            Ok((deleted, deleted))
        });
        sweeping.await
    }

    pub(super) async fn date_anew(&self, now: i64) -> Result<(), StoreError> {
        let dating = self.writer.change(move |transaction| {
            batch::date_anew(transaction, now)?;
            Ok(((), 0))
        });
        dating.await
    }

    pub(super) async fn health(&self) -> Result<Health, StoreError> {
        self.place.check()?;
        self.readers.touch().await?;
        if self.space.is_short() {
            return Err(StoreError::DiskFull);
        }
        Ok(Health::Well)
    }

    pub(super) fn sizes(&self) -> Sizes {
        let size = |path: &Path| fs::metadata(path).ok().map(|about| about.len());
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        Sizes {
            database: size(&self.path),
            log: size(Path::new(&log)),
            free: self.space.free(),
        }
    }
}
