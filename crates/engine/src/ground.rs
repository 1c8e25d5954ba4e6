//! What a desk stands on: one database with its account, its line, its sync and its recordings.
//!
//! There are two of them, the real one and practice's. They share no row, no secret and no
//! folder, so nothing practised can be mistaken for a call, and nothing real can be dialled by
//! practising.

use crate::account::AccountBook;
use crate::deleting::Deleting;
use crate::dialing::Dialing;
use crate::follow_ups::reminder;
use crate::import::{self, Imports};
use crate::line::Line;
use crate::notifier::{self, Events};
use crate::practice::Practice;
use crate::preferences::{self, Topic};
use crate::recordings::{self, Recordings};
use crate::surroundings::{Clock, Environment, Surroundings};
use crate::sync::{self, Pace, Reading, SyncError};
use crate::true_clock::TrueClock;
use crate::{faults, intake, relay_watch, search_upkeep};
use bohao_secrets::Vault;
use bohao_store::{Built, Store};
use bohao_wire::{CallId, Event, Fault, FaultCode, Settings, SyncNow, SyncReport};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const LIVE_DATABASE: &str = "bohao.db";
const PRACTICE_DIR: &str = "practice";
const PRACTICE_DATABASE: &str = "practice.db";
const RECORDINGS_DIR: &str = "recordings";
const UPLOADS_DIR: &str = "imports";
const INTERRUPTED: &str = "the program ended before the platform's answer was written down";

/// One ground.
pub struct Ground {
    /// Which of the two it is.
    pub kind: Kind,
    /// Its database.
    pub store: Store,
    /// Its account.
    pub book: AccountBook,
    /// Its way to the platform.
    pub line: Line,
    /// Places its calls.
    pub dialing: Dialing,
    /// Its recordings.
    pub recordings: Recordings,
    /// Its deletions.
    pub deleting: Deleting,
    /// Its sync with the relay.
    pub sync: sync::Sync,
    /// What is brought in by file.
    pub imports: Imports,
    /// Names a call that changed.
    pub changed: Arc<dyn Fn(CallId) + Send + Sync>,
    /// Where practice's damaged database was put, if there was one in place. The real one's loss is
    /// written in the one that took its place.
    pub set_aside: Option<PathBuf>,
    events: Events,
    practice: Mutex<Option<Practice>>,
    tasks: TaskTracker,
    stop: Mutex<CancellationToken>,
    /// Woken when the account may name another relay.
    moved: Arc<Notify>,
    /// Woken when calls wait to be indexed or summed, or have to be found by other names than before.
    pub index_due: Arc<Notify>,
    /// Woken when follow-ups came or were put off.
    wishes: Arc<Notify>,
    clock: Clock,
}

/// The two grounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The real one.
    Live,
    /// Practice's.
    Practice,
}

impl Ground {
    /// The real ground.
    pub async fn live(around: &Surroundings, events: &Events) -> Result<Self, Fault> {
        let opened = open(around.data_dir.join(LIVE_DATABASE), around.now()).await?;
        let place = Place {
            kind: Kind::Live,
            vault: around.vault.clone(),
            environment: around.environment.clone(),
            home: around.data_dir.join(RECORDINGS_DIR),
            data: around.data_dir.clone(),
        };
        Self::on(opened, place, around, events).await
    }

    /// Practice's ground, with its platform and relay running.
    pub async fn practice(around: &Surroundings, events: &Events) -> Result<Self, Fault> {
        let dir = around.data_dir.join(PRACTICE_DIR);
        let opened = open(dir.join(PRACTICE_DATABASE), around.now()).await?;
        let forgotten = opened.store.write(|tx| tx.settings().acknowledge_loss());
        // Nobody real can be called from here, and what was practised is easily practised anew.
        forgotten.await.map_err(faults::of_store)?;
        let place = Place {
            kind: Kind::Practice,
            vault: Vault::in_memory(),
            environment: Arc::new(|_| None),
            home: dir.join(RECORDINGS_DIR),
            data: dir.clone(),
        };
        let practice =
            Practice::begin(&dir, around.clock.clone(), &opened.store, &place.vault).await?;
        let ground = Self::on(opened, place, around, events).await?;
        *lock(&ground.practice) = Some(practice);
        Ok(ground)
    }

    /// Turns attempts that no living program is sending any more into unknown ones, and settles
    /// those whose records are in already. Ends deletions that nobody can undo any more.
    pub async fn recover(&self) -> Result<(), Fault> {
        let recovered = self
            .store
            .write(move |tx| {
                let recovered = tx.calls().recover_interrupted(INTERRUPTED)?;
                // Whoever could have undone a deletion is gone: it is carried out from the start on.
                tx.deletions().begin_all()?;
                intake::settle_all(tx)?;
                Ok(recovered)
            })
            .await
            .map_err(faults::of_store)?;
        recovered.into_iter().for_each(|call| (self.changed)(call));
        self.imports.recover().await
    }

    /// Keeps the ground in step from now on: records come in, recordings are fetched when due.
    pub fn start(&self) {
        let stop = CancellationToken::new();
        let (recordings, ended) = (self.recordings.clone(), stop.clone());
        self.tasks.spawn(async move {
            recordings.empty_renditions().await;
            ended.run_until_cancelled(recordings.run()).await
        });
        let (deleting, ended) = (self.deleting.clone(), stop.clone());
        self.tasks
            .spawn(async move { ended.run_until_cancelled(deleting.run()).await });
        self.tasks.spawn(relay_watch::follow(
            self.sync.clone(),
            self.book.clone(),
            self.moved.clone(),
            stop.clone(),
        ));
        let (store, events, ended) = (self.store.clone(), self.events.clone(), stop.clone());
        let due = self.index_due.clone();
        let upkeep = search_upkeep::run(store, due, move |Built { done, total }| {
            // Nobody may be listening.
            let _ = events.send(Event::SearchBuilt { done, total });
        });
        self.tasks
            .spawn(async move { ended.run_until_cancelled(upkeep).await });
        let (imports, ended) = (self.imports.clone(), stop.clone());
        self.tasks.spawn(async move {
            ended
                .run_until_cancelled(imports.take_back(import::APART))
                .await
        });
        let (reminding, ended) = (reminder::run(self.reminder()), stop.clone());
        self.tasks
            .spawn(async move { ended.run_until_cancelled(reminding).await });
        std::mem::replace(&mut *lock(&self.stop), stop).cancel();
    }

    /// Ends what [`Ground::start`] began, and practice's platform and relay.
    pub async fn stop(&self) {
        lock(&self.stop).cancel();
        self.recordings.settle().await;
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
        let practice = lock(&self.practice).take();
        if let Some(practice) = practice {
            practice.end().await;
        }
    }

    /// Tells that follow-ups came, went or were put off.
    pub fn follow_ups_changed(&self) {
        self.wishes.notify_one();
        // Nobody may be listening.
        let _ = self.events.send(Event::FollowUpsChanged);
    }

    /// Tells that customers changed, and sees to it that their calls are found by their names.
    pub fn customers_changed(&self) {
        self.index_due.notify_one();
        // Nobody may be listening.
        let _ = self.events.send(Event::CustomersChanged);
    }

    /// Tells that lists or the turns of leads changed.
    pub fn lists_changed(&self) {
        // Nobody may be listening.
        let _ = self.events.send(Event::ListsChanged);
    }

    /// What hung on the former credentials or addresses is tried again with the new ones.
    pub async fn account_changed(&self) -> Result<(), Fault> {
        self.line.renew();
        self.moved.notify_waiters();
        self.recordings.credentials_changed().await
    }

    /// Asks the relay now, once.
    ///
    /// # Errors
    /// `NotSetUp` without a relay; `RelayUnreachable`, `RelayRefused`, `RelayLying`; a fault of
    /// the database.
    pub async fn sync_now(&self, request: SyncNow) -> Result<SyncReport, Fault> {
        let seat = relay_watch::seat(&self.book).await?.ok_or_else(|| {
            Fault::new(FaultCode::NotSetUp, "the desk is not paired with a relay")
                .with("missing", "relay")
        })?;
        let reading = match request.from_start {
            true => Reading::All,
            false => Reading::NewAndLately,
        };
        self.sync.wake();
        self.sync
            .once(&seat, reading)
            .await
            .map_err(SyncError::fault)
    }

    /// What tells of follow-ups that are due.
    fn reminder(&self) -> reminder::Around {
        reminder::Around {
            store: self.store.clone(),
            clock: self.clock.clone(),
            events: self.events.clone(),
            changed: self.wishes.clone(),
            look_again: reminder::LOOK_AGAIN,
        }
    }

    async fn on(
        opened: bohao_store::Opened,
        place: Place,
        around: &Surroundings,
        events: &Events,
    ) -> Result<Self, Fault> {
        let store = opened.store;
        let book = AccountBook::new(store.clone(), place.vault, place.environment);
        let told = preferences::read(&store, Topic::TrueTime).await?;
        let true_clock = TrueClock::new(around.clock.clone(), told);
        let line = Line::new(
            book.clone(),
            around.clock.clone(),
            true_clock.clone(),
            around.platform.clone(),
        );
        let changed = notifier::follow(store.clone(), events.clone(), around.clock.clone());
        let settings: Settings = preferences::read(&store, Topic::Settings).await?;
        let recordings = Recordings::new(recordings::Around {
            store: store.clone(),
            origin: Arc::new(line.clone()),
            home: place.home,
            data_dir: around.data_dir.clone(),
            chosen: settings.recordings_dir.map(PathBuf::from),
            events: events.clone(),
            changed: changed.clone(),
            clock: around.clock.clone(),
        });
        let deleting = Deleting::new(
            store.clone(),
            recordings.clone(),
            events.clone(),
            around.clock.clone(),
        );
        let due = recordings.clone();
        let sync = sync::Sync::new(sync::Around {
            store: store.clone(),
            clock: around.clock.clone(),
            events: events.clone(),
            changed: changed.clone(),
            recordings_due: Arc::new(move || due.wake()),
            jitter: around.chance.clone(),
            pace: Pace::default(),
        });
        let dialing = Dialing {
            store: store.clone(),
            book: book.clone(),
            line: line.clone(),
            clock: true_clock,
            ids: around.ids.clone(),
            changed: changed.clone(),
            events: events.clone(),
            unwritten: Arc::default(),
        };
        let (due, index_due) = (recordings.clone(), Arc::<Notify>::default());
        let imports = Imports::new(
            import::Around {
                store: store.clone(),
                home: place.data.clone(),
                clock: around.clock.clone(),
                ids: around.ids.clone(),
                events: events.clone(),
                changed: changed.clone(),
                recordings_due: Arc::new(move || due.wake()),
                index_due: index_due.clone(),
            },
            place.data.join(UPLOADS_DIR),
        );
        Ok(Ground {
            kind: place.kind,
            store,
            book,
            line,
            dialing,
            deleting,
            recordings,
            sync,
            imports,
            changed,
            set_aside: opened.lost.and_then(|lost| lost.set_aside),
            events: events.clone(),
            practice: Mutex::default(),
            tasks: TaskTracker::new(),
            stop: Mutex::default(),
            moved: Arc::default(),
            index_due,
            wishes: Arc::default(),
            clock: around.clock.clone(),
        })
    }
}

/// What the two grounds differ in.
struct Place {
    kind: Kind,
    vault: Vault,
    environment: Environment,
    home: PathBuf,
    data: PathBuf,
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

/// What these mutexes guard is changed in one step, so a panic elsewhere leaves it in order.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
