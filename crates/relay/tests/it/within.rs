//! A relay within the test's process.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bohao_relay::{Limits, NewSeat, Relay, Seats, ServeError, Settings, Teams};
use secrecy::ExposeSecret;
use tokio::{runtime::Runtime, sync::oneshot, task::JoinHandle};
use url::Url;

use crate::{
    database::TestDatabase,
    socket::{self, Answer},
};

/// What the clock says at first.
const BEGAN: i64 = 1_764_000_000_000;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(crate) struct TestRelay {
    runtime: Runtime,
    running: Option<Running>,
    settings: Settings,
    /// Milliseconds that have passed, and by how many the clock was set.
    passed: Arc<AtomicI64>,
    set: Arc<AtomicI64>,
    /// Held while the relay must not look at the time that passes.
    unseen: Arc<Mutex<()>>,
    pub(crate) database: TestDatabase,
}

/// A relay from its start to its stop.
pub(crate) struct Running {
    address: SocketAddr,
    metrics: SocketAddr,
    url: Url,
    seats: Seats,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

pub(crate) struct Seat {
    pub(crate) address: SocketAddr,
    pub(crate) push_path: String,
    pub(crate) read_token: String,
}

impl TestRelay {
    pub(crate) fn start() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::configured(|settings| settings.limits = limits)
    }

    pub(crate) fn configured(configure: impl FnOnce(&mut Settings)) -> Self {
        Self::on(TestDatabase::new(), configure)
    }

    /// A relay on a database that there is already.
    pub(crate) fn on(database: TestDatabase, configure: impl FnOnce(&mut Settings)) -> Self {
        let (passed, set) = (Arc::<AtomicI64>::default(), Arc::<AtomicI64>::default());
        let unseen = Arc::<Mutex<()>>::default();
        let clock = (Arc::clone(&passed), Arc::clone(&set));
        let uptime = (Arc::clone(&passed), Arc::clone(&unseen));
        let mut settings = Settings {
            clock: Arc::new(move || BEGAN + clock.0.load(SeqCst) + clock.1.load(SeqCst)),
            uptime: Arc::new(move || {
                let _seen = uptime.1.lock().unwrap();
                uptime.0.load(SeqCst)
            }),
            spool: database.folder().to_path_buf(),
            ..Settings::new(database.location())
        };
        configure(&mut settings);
        let mut relay = Self {
            runtime: Runtime::new().unwrap(),
            running: None,
            settings,
            passed,
            set,
            unseen,
            database,
        };
        relay.open();
        relay
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.open();
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.stop.send(());
            let served = self.runtime.block_on(running.serving);
            served.unwrap().unwrap();
        }
    }

    fn open(&mut self) {
        let bound = self.runtime.block_on(async {
            let relay = Relay::open(self.settings.clone()).await.unwrap();
            let any = "127.0.0.1:0";
            relay.bind(any, Some(any)).await.unwrap()
        });
        let url = bound.url().unwrap();
        let (stop, stopped) = oneshot::channel();
        self.running = Some(Running {
            address: bound.address().unwrap(),
            metrics: bound.metrics_address().unwrap().unwrap(),
            seats: Seats::new(self.settings.database.clone(), Some(url.clone())),
            url,
            stop,
            serving: self.runtime.spawn(bound.serve(async {
                let _ = stopped.await;
            })),
        });
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().address
    }

    /// What its metrics say of one thing now.
    pub(crate) fn metric(&self, name: &str) -> i64 {
        socket::metric(self.running().metrics, name)
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.passed.fetch_add(days * DAY_MS, SeqCst);
    }

    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.passed.fetch_add(seconds * 1000, SeqCst);
    }

    /// Sets the clock, by so many days, while no time passes.
    pub(crate) fn set_clock(&self, days: i64) {
        self.set.fetch_add(days * DAY_MS, SeqCst);
    }

    /// What happens to the clock meanwhile no sweep sees. A look that began before is held up for
    /// so long that the relay looks again.
    pub(crate) fn unseen_by_sweeps(&self, meanwhile: impl FnOnce()) {
        let _unseen = self.unseen.lock().unwrap();
        meanwhile();
        self.pass_seconds(2);
    }

    pub(crate) fn now(&self) -> i64 {
        BEGAN + self.passed.load(SeqCst) + self.set.load(SeqCst)
    }

    pub(crate) fn add(&self, name: &str) -> Seat {
        self.seat(&self.running().seats().add(name, self.now()).unwrap())
    }

    pub(crate) fn seat(&self, new: &NewSeat) -> Seat {
        Seat {
            address: self.address(),
            push_path: socket::path_of(new.push_url.expose_secret()),
            read_token: new.read_token.expose_secret().to_owned(),
        }
    }

    pub(crate) fn teams(&self) -> Teams {
        Teams::new(self.settings.database.clone())
    }

    /// The same seat behind the port that a restart gave.
    pub(crate) fn again(&self, seat: Seat) -> Seat {
        Seat {
            address: self.address(),
            ..seat
        }
    }
}

impl Running {
    pub(crate) fn url(&self) -> Url {
        self.url.clone()
    }

    pub(crate) fn seats(&self) -> &Seats {
        &self.seats
    }
}

impl Drop for TestRelay {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Seat {
    pub(crate) fn push(&self, body: &[u8]) -> Answer {
        socket::push(self.address, &self.push_path, body)
    }

    /// Pushes what must be stored.
    pub(crate) fn keep(&self, body: &[u8]) {
        let answer = self.push(body);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, r#"{"code":200,"msg":"success"}"#)
        );
    }

    pub(crate) fn get(&self, query: &str) -> Answer {
        socket::get(
            self.address,
            &format!("/v1/records{query}"),
            &self.read_token,
        )
    }

    /// All that can be read, page by page.
    pub(crate) fn read_all(&self) -> Vec<(i64, Vec<u8>)> {
        let (mut after, mut all) = (0, Vec::new());
        loop {
            let page = self.get(&format!("?after={after}&limit=1000")).json();
            let records = page["records"].as_array().unwrap();
            if records.is_empty() {
                return all;
            }
            for record in records {
                let body = STANDARD.decode(record["body"].as_str().unwrap()).unwrap();
                all.push((record["seq"].as_i64().unwrap(), body));
            }
            after = page["next"].as_i64().unwrap();
        }
    }
}
