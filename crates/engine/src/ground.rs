//! What a desk stands on: one database with its account, its line, its sync and its recordings.
//!
//! There are two of them, the real one and practice's. They share no row, no secret and no
//! folder, so nothing practised can be mistaken for a call, and nothing real can be dialled by
//! practising.

use crate::account::AccountBook;
use crate::dialing::Dialing;
use crate::faults;
use crate::line::Line;
use crate::notifier::{self, Events};
use crate::practice::Practice;
use crate::surroundings::{Environment, Surroundings};
use bohao_secrets::Vault;
use bohao_store::Store;
use bohao_wire::{CallId, Fault, FaultCode};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LIVE_DATABASE: &str = "bohao.db";
const PRACTICE_DIR: &str = "practice";
const PRACTICE_DATABASE: &str = "practice.db";
const RECORDINGS_DIR: &str = "recordings";
const INTERRUPTED: &str = "the program ended before the platform answered";

/// One ground.
pub struct Ground {
    /// Its database.
    pub store: Store,
    /// Its account.
    pub book: AccountBook,
    /// Its way to the platform.
    pub line: Line,
    /// Places its calls.
    pub dialing: Dialing,
    /// Where its recordings are kept unless the user chose another folder.
    pub recordings_dir: PathBuf,
    /// Names a call that changed.
    pub changed: Arc<dyn Fn(CallId) + Send + Sync>,
    /// The stand-in platform and relay, on practice ground.
    pub practice: Option<Practice>,
    /// Where a damaged database was put, if there was one in place.
    pub set_aside: Option<PathBuf>,
}

impl Ground {
    /// The real ground.
    pub async fn live(around: &Surroundings, events: &Events) -> Result<Self, Fault> {
        let opened = open(around.data_dir.join(LIVE_DATABASE), around.now()).await?;
        let dir = around.data_dir.join(RECORDINGS_DIR);
        let vault = around.vault.clone();
        Ok(Self::on(
            opened,
            around,
            events,
            vault,
            around.environment.clone(),
            dir,
        ))
    }

    /// Practice's ground, with its platform and relay running.
    pub async fn practice(around: &Surroundings, events: &Events) -> Result<Self, Fault> {
        let dir = around.data_dir.join(PRACTICE_DIR);
        let opened = open(dir.join(PRACTICE_DATABASE), around.now()).await?;
        let vault = Vault::in_memory();
        let practice = Practice::begin(&dir, around.clock.clone(), &opened.store, &vault).await?;
        let recordings = dir.join(RECORDINGS_DIR);
        let mut ground = Self::on(
            opened,
            around,
            events,
            vault,
            Arc::new(|_| None),
            recordings,
        );
        ground.practice = Some(practice);
        Ok(ground)
    }

    /// Turns attempts that no living program is sending any more into unknown ones.
    pub async fn recover(&self, now: i64) -> Result<(), Fault> {
        let recovered = self
            .store
            .write(move |tx| tx.calls().recover_interrupted(now, INTERRUPTED))
            .await
            .map_err(faults::of_store)?;
        recovered.into_iter().for_each(|call| (self.changed)(call));
        Ok(())
    }

    fn on(
        opened: bohao_store::Opened,
        around: &Surroundings,
        events: &Events,
        vault: Vault,
        environment: Environment,
        recordings_dir: PathBuf,
    ) -> Self {
        let store = opened.store;
        let book = AccountBook::new(store.clone(), vault, environment);
        let line = Line::new(book.clone(), around.clock.clone());
        let changed = notifier::follow(store.clone(), events.clone(), around.clock.clone());
        let dialing = Dialing {
            store: store.clone(),
            book: book.clone(),
            line: line.clone(),
            clock: around.clock.clone(),
            ids: around.ids.clone(),
            changed: changed.clone(),
        };
        Ground {
            store,
            book,
            line,
            dialing,
            recordings_dir,
            changed,
            practice: None,
            set_aside: opened.set_aside,
        }
    }
}

async fn open(path: PathBuf, now: i64) -> Result<bohao_store::Opened, Fault> {
    let place = path.clone();
    tokio::task::spawn_blocking(move || Store::open(place, now))
        .await
        .map_err(|_| Fault::new(FaultCode::Internal, "opening the database was interrupted"))?
        .map_err(|error| at(faults::of_store(error), &path))
}

fn at(fault: Fault, path: &Path) -> Fault {
    if fault
        .details
        .get("path")
        .is_some_and(|path| !path.is_null())
    {
        return fault;
    }
    fault.with("path", path.display().to_string())
}

impl Ground {
    pub fn start(&self) {}
    pub async fn stop(&self) {}
    pub fn sync_state(&self) -> bohao_wire::SyncState {
        bohao_wire::SyncState {
            phase: bohao_wire::SyncPhase::Off,
            since: 0,
            synced_at: None,
            trouble: None,
            unreadable: 0,
        }
    }
    pub async fn sync_now(&self, _: bohao_wire::SyncNow) -> Result<bohao_wire::SyncReport, Fault> {
        Err(Fault::new(FaultCode::NotFound, "not there"))
    }
    pub async fn import(
        &self,
        _: bohao_wire::ImportRecords,
    ) -> Result<bohao_wire::ImportReport, Fault> {
        Err(Fault::new(FaultCode::NotFound, "not there"))
    }
    pub fn account_changed(&self) {}
    pub async fn recordings_dir(&self, _: &Store) -> Result<PathBuf, Fault> {
        Ok(self.recordings_dir.clone())
    }
}
