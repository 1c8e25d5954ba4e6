use std::{fmt, path::PathBuf, time::Duration};

use url::Url;

use crate::{AddressRange, Clock, Database, Rate, TlsFiles, clock::system_uptime, system_clock};

/// Where the relay listens unless told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8787";

/// For how many days records are kept unless told otherwise.
pub const DEFAULT_RETAIN_DAYS: u32 = 45;

/// Where a relay on PostgreSQL keeps what its server does not take, unless told otherwise.
pub const DEFAULT_SPOOL: &str = "relay-spool";

/// What one relay needs to know.
#[derive(Clone)]
pub struct Settings {
    /// Where records are kept.
    pub database: Database,
    /// The folder for what PostgreSQL does not take; made if it is not there.
    pub spool: PathBuf,
    /// The address by which the platform and the desks reach the relay, if it is not the one
    /// that it listens on.
    pub public_url: Option<Url>,
    /// Records older than this many days are deleted.
    pub retain_days: u32,
    /// Whom addresses are believed, and who may push.
    pub access: Access,
    /// The certificate, for a relay that speaks TLS itself; plain HTTP without.
    pub tls: Option<TlsFiles>,
    /// Deadlines and bounds.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
    /// Milliseconds that have passed since some instant. Nobody sets it, so that it tells a clock
    /// that was set from time that has passed.
    pub uptime: Clock,
}

/// Whom addresses are believed, and who may push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<AddressRange>,
    /// Where pushes come from; from anywhere, if there are none.
    pub platform: Vec<AddressRange>,
}

/// Deadlines and bounds; the defaults suit a relay on the open internet.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a connection may take to send a request's header, idling between requests included.
    pub header_deadline: Duration,
    /// How long a request may take to send its body.
    pub body_deadline: Duration,
    /// How long a peer may take nothing of an answer.
    pub answer_deadline: Duration,
    /// How long a push may wait for its batch to begin.
    pub store_deadline: Duration,
    /// How many connections are served at a time. When there are more, those that keep the relay
    /// waiting for a request are sent off.
    pub connections: usize,
    /// How many of them may come from one address; proxies and this machine have no such limit.
    pub connections_by_address: usize,
    /// The longest header of a request, in bytes; at least 8192.
    pub header_bytes: usize,
    /// Requests from one address; this machine has no such limit.
    pub requests_by_address: Rate,
    /// Pushes to one seat, from other machines than this one.
    pub pushes_by_seat: Rate,
    /// Requests with one read token, from other machines than this one.
    pub reads_by_token: Rate,
    /// How many bytes bodies that are under way may take in all. What each has in its first 8 KiB
    /// is not counted, so that a usual one always finds room.
    pub body_bytes: usize,
    /// How many pushes may wait for the writer.
    pub queue: usize,
    /// The free disk space, in bytes, that pushes must leave; at most a 20th of the disk is reserved.
    pub disk_reserve: u64,
    /// How long open requests are given to end at a stop.
    pub stop_grace: Duration,
    /// How often records past their age are looked for.
    pub sweep_every: Duration,
    /// How many digests of bodies are held in memory before they move into their table. Few are for
    /// tests, which otherwise would have to push tens of thousands of bodies.
    #[doc(hidden)]
    pub digests_in_memory: usize,
    /// How many of them move at a time, so that pushes do not wait for long.
    #[doc(hidden)]
    pub digests_a_move: usize,
}

impl Settings {
    /// The defaults around a database.
    pub fn new(database: impl Into<Database>) -> Self {
        Self {
            database: database.into(),
            spool: DEFAULT_SPOOL.into(),
            public_url: None,
            retain_days: DEFAULT_RETAIN_DAYS,
            access: Access::default(),
            tls: None,
            limits: Limits::default(),
            clock: system_clock(),
            uptime: system_uptime(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database", &self.database)
            .field("retain_days", &self.retain_days)
            .field("access", &self.access)
            .field("tls", &self.tls)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_deadline: Duration::from_secs(10),
            body_deadline: Duration::from_secs(30),
            answer_deadline: Duration::from_secs(30),
            store_deadline: Duration::from_secs(10),
            connections: 16_384,
            connections_by_address: 1024,
            header_bytes: 32 * 1024,
            requests_by_address: Rate {
                per_second: 500,
                burst: 20_000,
            },
            pushes_by_seat: Rate {
                per_second: 50,
                burst: 5000,
            },
            reads_by_token: Rate {
                per_second: 50,
                burst: 2000,
            },
            body_bytes: 64 * 1024 * 1024,
            queue: 1024,
            disk_reserve: 64 * 1024 * 1024,
            stop_grace: Duration::from_millis(1500),
            sweep_every: Duration::from_secs(600),
            digests_in_memory: 16 * 1024,
            digests_a_move: 1024,
        }
    }
}
