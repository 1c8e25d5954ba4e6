//! Custody of recordings: fetched from the platform before it drops them, kept whole, handed out
//! whole.
//!
//! A recording is written aside as `{call}.part`, checked, synced and only then renamed to
//! `{call}.{format}`; the store learns of it last. So a file with its final name is whole, whatever
//! ends the program, and a row that says `saved` has its file. Names come from the call's id alone.
//!
//! The bytes come from the platform's own signed call. A pushed `downloadUrl` is kept with its
//! record and never asked.

mod bring;
mod custody;
mod miss;
mod origin;
mod part;
mod queue;
mod rendition;
mod saving;

#[cfg(test)]
mod tests;

pub use custody::RecordingFile;
pub use origin::{Asked, NoRecording, Origin};

use crate::surroundings::Clock;
use bohao_store::Store;
use bohao_wire::{CallId, Event};
use part::Begun;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{Notify, OwnedMutexGuard, broadcast};

/// The recordings of one ground. Clones are the same.
#[derive(Clone)]
pub struct Recordings {
    inner: Arc<Inner>,
}

/// What recordings need to know of the rest.
pub struct Around {
    /// Which calls have which recording.
    pub store: Store,
    /// Where recordings come from.
    pub origin: Arc<dyn Origin>,
    /// The folder of recordings, unless the user chose another one. It is made when it is needed.
    pub home: PathBuf,
    /// The folder of everything that is Bohao's: no copy of a recording replaces a file in it.
    pub data_dir: PathBuf,
    /// The folder that the user chose, if any.
    pub chosen: Option<PathBuf>,
    /// Where progress is told.
    pub events: broadcast::Sender<Event>,
    /// Names a call whose recording changed.
    pub changed: Arc<dyn Fn(CallId) + Send + Sync>,
    /// The hour.
    pub clock: Clock,
}

struct Inner {
    store: Store,
    origin: Arc<dyn Origin>,
    home: PathBuf,
    data_dir: PathBuf,
    chosen: RwLock<Option<PathBuf>>,
    events: broadcast::Sender<Event>,
    changed: Arc<dyn Fn(CallId) + Send + Sync>,
    clock: Clock,
    wake: Notify,
    turns: Mutex<HashMap<CallId, Arc<tokio::sync::Mutex<()>>>>,
    begun: Mutex<HashMap<CallId, Begun>>,
}

impl Recordings {
    /// Custody over a ground's recordings. Nothing is fetched before [`Recordings::run`] or
    /// [`Recordings::fetch`].
    pub fn new(around: Around) -> Self {
        Recordings {
            inner: Arc::new(Inner {
                store: around.store,
                origin: around.origin,
                home: around.home,
                data_dir: around.data_dir,
                chosen: RwLock::new(around.chosen),
                events: around.events,
                changed: around.changed,
                clock: around.clock,
                wake: Notify::new(),
                turns: Mutex::default(),
                begun: Mutex::default(),
            }),
        }
    }

    /// Keeps recordings in this folder from now on, or in the ground's own. Those that are kept
    /// already stay where they are and are found there.
    pub fn choose_folder(&self, chosen: Option<PathBuf>) {
        *self
            .inner
            .chosen
            .write()
            .unwrap_or_else(PoisonError::into_inner) = chosen;
    }

    /// Where new recordings are kept.
    pub fn folder(&self) -> PathBuf {
        let chosen = self
            .inner
            .chosen
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        chosen.clone().unwrap_or_else(|| self.inner.home.clone())
    }

    /// Where a file lies that is kept under this name.
    pub(crate) fn place_of(&self, file: &str) -> PathBuf {
        // One in a folder that the user chose has its whole path.
        self.inner.home.join(file)
    }

    fn now(&self) -> i64 {
        (self.inner.clock)()
    }

    /// One at a time may work on a call's recording.
    async fn turn(&self, call: &CallId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = lock(&self.inner.turns);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(call.clone()).or_default().clone()
        };
        turn.lock_owned().await
    }
}

/// What these mutexes guard is changed in one step, so a panic elsewhere leaves it in order.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
