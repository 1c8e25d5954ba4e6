use std::{fmt, time::Duration};

use url::Url;

use crate::{Clock, Database, system_clock};

/// Where the relay listens unless told otherwise.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8787";

/// For how many days records are kept unless told otherwise.
pub const DEFAULT_RETAIN_DAYS: u32 = 45;

/// What one relay needs to know.
#[derive(Clone)]
pub struct Settings {
    /// Where records are kept.
    pub database: Database,
    /// The address by which the platform and the desks reach the relay, if it is not the one
    /// that it listens on.
    pub public_url: Option<Url>,
    /// Records older than this many days are deleted.
    pub retain_days: u32,
    /// Deadlines and bounds.
    pub limits: Limits,
    /// The time.
    pub clock: Clock,
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
    /// How many connections are served at a time; more wait in the backlog.
    pub connections: usize,
    /// How many pushes may wait for the writer.
    pub queue: usize,
    /// The free disk space, in bytes, that pushes must leave; at most a 20th of the disk is reserved.
    pub disk_reserve: u64,
    /// How long open requests are given to end at a stop.
    pub stop_grace: Duration,
    /// How often records past their age are looked for.
    pub sweep_every: Duration,
}

impl Settings {
    /// The defaults around a database.
    pub fn new(database: impl Into<Database>) -> Self {
        Self {
            database: database.into(),
            public_url: None,
            retain_days: DEFAULT_RETAIN_DAYS,
            limits: Limits::default(),
            clock: system_clock(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database", &self.database)
            .field("retain_days", &self.retain_days)
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
            connections: 4096,
            queue: 1024,
            disk_reserve: 64 * 1024 * 1024,
            stop_grace: Duration::from_millis(1500),
            sweep_every: Duration::from_secs(600),
        }
    }
}
