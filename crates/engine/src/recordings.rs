//! Custody of recordings: fetched from the platform before it drops them, kept whole, handed out
//! whole.
//!
//! A recording is written aside as `{call}.part`, checked, synced and only then renamed to
//! `{call}.{format}`; the store learns of it last. So a file with its final name is whole, whatever
//! ends the program, and a row that says `saved` has its file. Names come from the call's id alone.
//!
//! The bytes come from the platform's own signed call; where that has none, from the record's
//! `downloadUrl`, under rules that the platform's client keeps.

mod bring;
mod checking;
mod custody;
mod erasing;
mod fetch_all;
mod keeping;
mod miss;
mod moving;
mod origin;
mod part;
mod pause;
mod queue;
mod rendition;
mod report;
mod room;
mod rules;
mod saving;
mod saving_many;
mod task;

#[cfg(test)]
mod tests;

pub use custody::RecordingFile;
pub use keeping::Star;
pub use origin::{Asked, NoRecording, Origin};

use crate::surroundings::Clock;
use bohao_store::Store;
use bohao_wire::{CallId, Event, QueuePause};
use part::Begun;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{Notify, OwnedMutexGuard, Semaphore, broadcast};
use tokio_util::task::TaskTracker;

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
    /// Until when the platform asked to be left alone.
    busy_until: AtomicI64,
    /// Why the queue rests, as far as it was told.
    paused: Mutex<Option<QueuePause>>,
    /// When the rule of months was looked at last.
    kept_at: Mutex<Option<i64>>,
    /// The line that everything fetched by itself shares.
    abreast: Arc<Semaphore>,
    task: Mutex<task::Slot>,
    tasks: TaskTracker,
    checked: Mutex<Option<checking::Checked>>,
    turns: Mutex<HashMap<CallId, Arc<tokio::sync::Mutex<()>>>>,
    begun: Mutex<HashMap<CallId, Begun>>,
    /// What came whole, by its SHA-256, and lacks its end by its own header.
    short: Mutex<HashMap<CallId, String>>,
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
                busy_until: AtomicI64::new(i64::MIN),
                paused: Mutex::default(),
                kept_at: Mutex::default(),
                abreast: Arc::new(Semaphore::new(fetch_all::ABREAST)),
                task: Mutex::default(),
                tasks: TaskTracker::new(),
                checked: Mutex::default(),
                turns: Mutex::default(),
                begun: Mutex::default(),
                short: Mutex::default(),
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

    fn tell(&self, event: Event) {
        // Nobody may be listening, which is no fault.
        let _ = self.inner.events.send(event);
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
