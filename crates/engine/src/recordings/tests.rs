//! Promises 6, 8 and 13 on real files and real sockets.

mod checking;
mod crash;
mod disk;
mod fetch_all;
mod fetching;
mod keeping;
mod link;
mod moving;
mod pausing;
mod queue;
mod rendition;
mod report;
mod sandbox;
mod saving;
mod saving_many;
mod stand;

use super::{Around, Asked, NoRecording, Origin, Recordings};
use crate::intake::take_records;
use crate::preferences::{Topic, decoded};
use bohao_platform::{Config, Credentials, LinkRules, Platform, RangeFrom, Timeouts};
use bohao_store::{RecordFact, Store};
use bohao_wire::{
    CallId, CallStatus, CustodyRules, CustodyTask, Event, Fault, FaultCode, RecordingDetail,
    Settings, TaskState,
};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast;

/// 2026-11-23 14:10:12 in Beijing.
const ENDED: i64 = 1_795_414_212_000;
const DAY: i64 = 24 * 3600 * 1000;
const SUBID: &str = "04202107251831296890045359";

/// A desk's recordings, with everything around them in a folder that vanishes.
struct Desk {
    recordings: Recordings,
    store: Store,
    now: Arc<AtomicI64>,
    set_up: Arc<AtomicBool>,
    events: broadcast::Receiver<Event>,
    changed: Arc<Mutex<Vec<CallId>>>,
    dir: Arc<Root>,
}

/// A folder for everything, which vanishes if it was made for this desk.
struct Root {
    path: PathBuf,
    _made: Option<tempfile::TempDir>,
}

impl Root {
    fn path(&self) -> &Path {
        &self.path
    }
}

impl Desk {
    /// Recordings from the platform at this address, kept in a folder of the desk's own.
    fn new(url: &str) -> Desk {
        let dir = tempfile::tempdir().expect("a folder");
        let home = dir.path().join("data/recordings");
        Self::with_home(url, dir, home)
    }

    fn with_home(url: &str, dir: tempfile::TempDir, home: PathBuf) -> Desk {
        let root = Root {
            path: dir.path().to_owned(),
            _made: Some(dir),
        };
        Self::on(url, root, home)
    }

    /// As a program finds it that starts where another one ended.
    fn again(url: &str, path: &Path) -> Desk {
        let root = Root {
            path: path.to_owned(),
            _made: None,
        };
        let home = path.join("data/recordings");
        Self::on(url, root, home)
    }

    fn on(url: &str, dir: Root, home: PathBuf) -> Desk {
        let store = Store::open(dir.path().join("data/bohao.db"), ENDED)
            .expect("a database")
            .store;
        let settings: Settings = store
            .read_blocking(|db| {
                let settings = db.settings().get(Topic::Settings.key())?;
                Ok(decoded(settings.as_deref()))
            })
            .expect("settings");
        let now = Arc::new(AtomicI64::new(ENDED));
        let set_up = Arc::new(AtomicBool::new(true));
        let (sender, events) = broadcast::channel(4096);
        let changed = Arc::new(Mutex::new(Vec::new()));
        let (clock, names) = (now.clone(), changed.clone());
        let recordings = Recordings::new(Around {
            store: store.clone(),
            origin: Arc::new(Exchange::at(url, set_up.clone())),
            home,
            data_dir: dir.path().join("data"),
            chosen: settings.recordings_dir.map(PathBuf::from),
            events: sender,
            changed: Arc::new(move |call| names.lock().expect("a list").push(call)),
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
        });
        Desk {
            recordings,
            store,
            now,
            set_up,
            events,
            changed,
            dir: Arc::new(dir),
        }
    }

    /// A connected call whose record just came in.
    async fn connected(&self, subid: &str) -> CallId {
        let fact = RecordFact {
            subid: subid.to_owned(),
            status: Some(CallStatus::Connected),
            tel_b: Some("13922104471".to_owned()),
            started_at: Some(ENDED - 192_000),
            ended_at: Some(ENDED),
            ..RecordFact::default()
        };
        let now = self.now.load(Ordering::SeqCst);
        let changes = self
            .store
            .write(move |tx| take_records(tx, &[fact], now))
            .await;
        changes
            .expect("a call")
            .new
            .into_iter()
            .next()
            .expect("one call")
    }

    /// A connected call whose record bears a link.
    async fn connected_with_link(&self, subid: &str, link: &str) -> CallId {
        let call = self.connected(subid).await;
        let fact = RecordFact {
            subid: subid.to_owned(),
            status: Some(CallStatus::Connected),
            download_url: Some(link.to_owned()),
            ..RecordFact::default()
        };
        let taken = self
            .store
            .write(move |tx| take_records(tx, &[fact], ENDED))
            .await;
        taken.expect("a record");
        call
    }

    /// So many calls whose recordings are here.
    async fn with_saved(&self, count: usize) -> Vec<CallId> {
        let mut calls = Vec::new();
        for number in 0..count {
            let call = self.connected(&format!("s{number}")).await;
            self.fetch(&call).await;
            calls.push(call);
        }
        calls
    }

    async fn rules(&self, change: impl FnOnce(&mut CustodyRules)) {
        let mut rules = self.recordings.rules().await.expect("rules");
        change(&mut rules);
        self.recordings.set_rules(rules).await.expect("rules");
    }

    /// How a task ended that was begun.
    async fn end_of(&self, begun: Result<CustodyTask, Fault>) -> CustodyTask {
        begun.expect("a task");
        loop {
            let task = self.recordings.task().expect("a task");
            if task.state != TaskState::Running {
                return task;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn bytes_of(&self, call: &CallId) -> Vec<u8> {
        let path = self.recordings.open(call).await.expect("a file").path;
        std::fs::read(path).expect("bytes")
    }

    async fn fetch(&self, call: &CallId) -> RecordingDetail {
        self.recordings.fetch(call).await.expect("an answer")
    }

    fn later(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// What lies in the folder of recordings.
    fn files(&self) -> Vec<String> {
        names(&self.recordings.folder())
    }
}

/// A step at which a test ends the program, once for each: the child says that it is there, and
/// waits for its end.
pub(super) fn reached(step: &str) {
    let die_at = std::env::var(moving::DIE_AT).unwrap_or_default();
    if let Some((at, mark)) = die_at.split_once('@')
        && at == step
    {
        std::fs::write(mark, "here").expect("a mark");
        loop {
            std::thread::park();
        }
    }
}

fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// The real client with an account that can be taken away.
struct Exchange {
    platform: Platform,
    credentials: Credentials,
    set_up: Arc<AtomicBool>,
}

impl Exchange {
    fn at(url: &str, set_up: Arc<AtomicBool>) -> Exchange {
        let config = Config {
            recording_url: url.parse().expect("an address"),
            recording_limit: 1024 * 1024,
            timeouts: Timeouts {
                idle: Duration::from_secs(20),
                ..Timeouts::default()
            },
            ..Config::default()
        };
        Exchange {
            platform: Platform::new(config).expect("a client"),
            credentials: Credentials {
                app_key: bohao_sandbox::Settings::APP_KEY.into(),
                app_secret: bohao_sandbox::Settings::APP_SECRET.into(),
            },
            set_up,
        }
    }
}

impl Origin for Exchange {
    fn recording<'a>(&'a self, subid: &'a str, range: Option<RangeFrom>) -> Asked<'a> {
        Box::pin(async move {
            if !self.set_up.load(Ordering::SeqCst) {
                let fault =
                    Fault::new(FaultCode::NotSetUp, "no credentials").with("missing", "app_key");
                return Err(NoRecording::NotSetUp(fault));
            }
            let answer = self
                .platform
                .recording(&self.credentials, subid, &system_now, range)
                .await;
            answer.map_err(NoRecording::Failed)
        })
    }

    fn linked<'a>(
        &'a self,
        link: &'a str,
        rules: &'a LinkRules,
        range: Option<RangeFrom>,
    ) -> Asked<'a> {
        Box::pin(async move {
            let answer = self
                .platform
                .recording_at_link(link, rules, &self.credentials, range)
                .await;
            answer.map_err(NoRecording::Failed)
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox checks timestamps against the hour"
)]
fn system_now() -> i64 {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since_1970.unwrap_or_default().as_millis()).unwrap_or(0)
}

/// A WAV file of so many milliseconds whose bytes are all different from the next one's.
fn wav(ms: u32, seed: u8) -> Vec<u8> {
    let samples = ms * 8;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + samples * 2).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    file.extend((samples * 2).to_le_bytes());
    file.extend((0..samples * 2).map(|at| (at as u8).wrapping_mul(31).wrapping_add(seed)));
    file
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(bytes))
}
