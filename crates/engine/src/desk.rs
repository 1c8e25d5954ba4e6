//! The desk: what a host opens, asks and closes.

mod deletions;
mod files;
mod listening;
mod masking;
mod mutations;
mod queries;
mod sheets;

use crate::ground::{Ground, Kind};
use crate::import::Imports;
use crate::jobs::Jobs;
use crate::notifier::{self, Events};
use crate::preferences::{self, Topic};
use crate::presence::{Company, Duty, Presence};
use crate::surroundings::Surroundings;
use crate::{backup, faults, reports, search_upkeep};
use bohao_wire::{Event, Fault, FaultCode, Mode, Notice, SecretOrigin};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, broadcast};

/// The folder of the copies from before each upgrade.
const BACKUPS: &str = "backups";

/// A desk with everything on it. Clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

/// On which ground a desk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Where its user left it.
    Remembered,
    /// On the real one, whatever a window shows: for a command line.
    Live,
    /// On practice's.
    Practice,
}

struct Inner {
    around: Surroundings,
    events: Events,
    live: Arc<Ground>,
    /// The ground one stands on: the real one, or practice's.
    current: RwLock<Arc<Ground>>,
    /// Held while the ground changes, and while background work starts or ends.
    standing: Mutex<Standing>,
    /// Exports and their like that are under way.
    jobs: Jobs,
    /// Where the desk lies that a backup has replaced at this opening.
    replaced: Option<PathBuf>,
    _presence: Presence,
}

/// What this process does by itself.
#[derive(Default)]
struct Standing {
    /// That no other process does it. Practice needs it as well: its platform and relay live in
    /// one process only.
    duty: Option<Duty>,
    /// Whether relay, platform and recordings are kept in step.
    started: bool,
}

impl Desk {
    /// Opens the data, makes it if there is none, and stands on a ground. Nothing is asked of any
    /// network yet.
    ///
    /// # Errors
    /// `NotWritable`, `DiskFull`, `DatabaseNewer`, `DatabaseForeign`; on practice's ground `InUse` if another process
    /// works on the same data, or a fault of practice's start.
    pub async fn open(around: Surroundings, opening: Opening) -> Result<Self, Fault> {
        let Entered { presence, replaced } = enter(&around.data_dir).await?;
        let events = notifier::events();
        let live = Arc::new(Ground::live(&around, &events).await?);
        if presence.company() == Company::Alone {
            live.recover().await?;
        }
        presence.share();
        let desk = Desk {
            inner: Arc::new(Inner {
                current: RwLock::new(live.clone()),
                live,
                around,
                events,
                standing: Mutex::default(),
                jobs: Jobs::default(),
                replaced,
                _presence: presence,
            }),
        };
        let practice = match opening {
            Opening::Live => false,
            Opening::Practice => true,
            Opening::Remembered => desk.remembered_mode().await? == Some(Mode::Practice),
        };
        if practice {
            let mut standing = desk.inner.standing.lock().await;
            desk.stand_on_practice(&mut standing).await?;
        }
        Ok(desk)
    }

    /// Makes sure that this process, and no other, is the one to keep the data in step, before it
    /// [starts](Desk::start) to.
    ///
    /// # Errors
    /// `InUse` if another process does so.
    pub async fn take_charge(&self) -> Result<(), Fault> {
        let mut standing = self.inner.standing.lock().await;
        self.take_duty(&mut standing)
    }

    /// Keeps the desk in step by itself from now on: records come in, recordings are fetched.
    ///
    /// # Errors
    /// `InUse` if another process does so for the same data.
    pub async fn start(&self) -> Result<(), Fault> {
        let mut standing = self.inner.standing.lock().await;
        self.take_duty(&mut standing)?;
        if !standing.started {
            standing.started = true;
            self.ground().start();
        }
        Ok(())
    }

    /// What changes, from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Ends all background work. A dial that is under way is waited for, within the platform's
    /// own deadlines; whatever happens to it is in the journal.
    pub async fn close(&self) {
        self.inner.jobs.stop_all();
        let mut standing = self.inner.standing.lock().await;
        let ground = self.ground();
        ground.stop().await;
        // Whoever copies the database alone has all of it. Where that can't be, its log is still there.
        let _ = ground.store.fold_log().await;
        *standing = Standing::default();
    }

    /// Whether each answer of the platform to a dial is in the journal, after as much patience: a disk
    /// that is full takes it as soon as there is room.
    pub async fn answers_written(&self, patience: Duration) -> bool {
        let mut unwritten = self.ground().dialing.unwritten.subscribe();
        let written = unwritten.wait_for(|answers| *answers == 0);
        let in_time = tokio::time::timeout(patience, written).await;
        in_time.is_ok_and(|written| written.is_ok())
    }

    /// Takes calls into the index of searches that wait for it, and sums days that do: for a host
    /// that does not [`start`](Desk::start) the desk.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn build_index(&self) -> Result<(), Fault> {
        let store = self.ground().store.clone();
        let built = search_upkeep::build(&store, |_| ()).await;
        built.map_err(faults::of_store)?;
        reports::settle(&store).await.map_err(faults::of_store)
    }

    /// What is brought in by file.
    pub fn imports(&self) -> Imports {
        self.ground().imports.clone()
    }

    /// The ground one stands on.
    pub(crate) fn ground(&self) -> Arc<Ground> {
        self.inner
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) async fn mode(&self) -> Result<Mode, Fault> {
        if self.ground().kind == Kind::Practice {
            return Ok(Mode::Practice);
        }
        if let Some(mode) = self.remembered_mode().await? {
            return Ok(if mode == Mode::Practice {
                Mode::Live
            } else {
                mode
            });
        }
        let account = self.inner.live.book.view().await?;
        let begun = account.app_key != SecretOrigin::Unset;
        Ok(if begun { Mode::Live } else { Mode::FirstRun })
    }

    pub(crate) async fn change_mode(&self, mode: Mode) -> Result<(), Fault> {
        let mut standing = self.inner.standing.lock().await;
        let before = self.ground();
        match (mode, before.kind) {
            (Mode::Practice, Kind::Live) => self.stand_on_practice(&mut standing).await?,
            (Mode::Live | Mode::FirstRun, Kind::Practice) => self.stand_on(self.inner.live.clone()),
            _ => {}
        }
        preferences::change(&self.inner.live.store, Topic::Mode, move |remembered| {
            *remembered = Some(mode);
        })
        .await?;
        let now = self.ground();
        if !Arc::ptr_eq(&before, &now) {
            before.stop().await;
            if standing.started {
                now.start();
            }
        }
        self.tell(Event::DeskChanged);
        Ok(())
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody may be listening, which is no fault.
        let _ = self.inner.events.send(event);
    }

    /// What the user should know. The loss of the real database is told in practice too, and at each
    /// opening until somebody acknowledges it; the rest once.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn notice(&self) -> Result<Option<Notice>, Fault> {
        let shown = |path: &PathBuf| path.display().to_string();
        let loss = self.inner.live.store.read(|db| db.settings().loss()).await;
        if let Some(loss) = loss.map_err(faults::of_store)? {
            let backups = self.inner.around.data_dir.join(BACKUPS);
            return Ok(Some(Notice::DatabaseLost {
                path: loss.set_aside.as_ref().map(shown),
                backups: backups.is_dir().then(|| shown(&backups)),
            }));
        }
        let aside = self.ground().set_aside.as_ref().map(shown);
        let set_aside = aside.map(|path| Notice::DatabaseSetAside { path });
        let replaced = self.inner.replaced.as_ref().map(shown);
        Ok(set_aside.or(replaced.map(|path| Notice::Restored { path })))
    }

    async fn remembered_mode(&self) -> Result<Option<Mode>, Fault> {
        preferences::read(&self.inner.live.store, Topic::Mode).await
    }

    fn take_duty(&self, standing: &mut Standing) -> Result<(), Fault> {
        if standing.duty.is_none() {
            standing.duty = Some(Duty::take(&self.inner.around.data_dir)?);
        }
        Ok(())
    }

    async fn stand_on_practice(&self, standing: &mut Standing) -> Result<(), Fault> {
        self.take_duty(standing)?;
        let ground = Ground::practice(&self.inner.around, &self.inner.events).await?;
        ground.recover().await?;
        self.stand_on(Arc::new(ground));
        Ok(())
    }

    fn stand_on(&self, ground: Arc<Ground>) {
        *self
            .inner
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner) = ground;
    }
}

/// What the first of all steps comes to.
struct Entered {
    presence: Presence,
    /// Where the desk lies that a backup has replaced.
    replaced: Option<PathBuf>,
}

/// Takes part in the data folder. A backup that is ready takes the desk's place, for which nobody
/// else may have it open: a program that was told to start anew may still be ending.
async fn enter(data_dir: &Path) -> Result<Entered, Fault> {
    const TRIES: u32 = 100;
    const PAUSE: Duration = Duration::from_millis(50);
    for _ in 0..TRIES {
        let presence = Presence::enter(data_dir)?;
        if presence.company() == Company::Alone {
            let replaced = backup::take_over(data_dir);
            let replaced = replaced.map_err(|error| faults::of_disk(&error, data_dir))?;
            return Ok(Entered { presence, replaced });
        }
        if !backup::pending(data_dir) {
            return Ok(Entered {
                presence,
                replaced: None,
            });
        }
        drop(presence);
        tokio::time::sleep(PAUSE).await;
    }
    Err(Fault::new(
        FaultCode::InUse,
        "a backup is ready, and another Bohao works on the data that it replaces",
    )
    .with("path", data_dir.display().to_string()))
}
