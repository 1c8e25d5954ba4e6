use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::SecretString;

use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::outcome::Outcome;
use crate::record::Spelling;

/// Tells the time in Unix milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The only account's appKey.
    pub app_key: SecretString,
    /// The only account's appSecret.
    pub app_secret: SecretString,
    /// How requests must be spelled and signed.
    pub dialect: Dialect,
    /// How long things take.
    pub timing: Timing,
    /// How calls end whose callee is no magic number.
    pub outcome: Outcome,
    /// Whether the callee's last digits choose what happens (see [`crate::MAGIC_NUMBERS`]).
    pub magic_numbers: bool,
    /// How records are spelled when they are pushed.
    pub spelling: Spelling,
    /// Faults that are armed from the start, and how often each strikes.
    pub faults: Vec<(Fault, u32)>,
    /// The sandbox's clock, against which timestamps are checked; its answers bear it as `Date`.
    pub clock: Clock,
}

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From the dial to the answer of the callee, or to the call's end without one.
    pub ring: Duration,
    /// From the callee's answer to the call's end.
    pub talk: Duration,
    /// How long the binding of two numbers stays after the call; a dial within it is answered 7002.
    pub release: Duration,
    /// The pause before a failed push is tried again; each further one is twice as long, up to half a minute.
    pub push_backoff: Duration,
    /// How often one record is tried in all.
    pub push_attempts: u32,
}

impl Settings {
    /// The appKey of the account that every sandbox has unless told otherwise.
    pub const APP_KEY: &'static str = "sandbox-key";
    /// Its appSecret.
    pub const APP_SECRET: &'static str = "sandbox-secret";
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            app_key: Self::APP_KEY.into(),
            app_secret: Self::APP_SECRET.into(),
            dialect: Dialect::default(),
            timing: Timing::default(),
            outcome: Outcome::Connected,
            magic_numbers: true,
            spelling: Spelling::default(),
            faults: Vec::new(),
            clock: Arc::new(system_time),
        }
    }
}

impl Default for Timing {
    /// Brisk, but long enough to feel like a call.
    fn default() -> Self {
        Self {
            ring: Duration::from_secs(2),
            talk: Duration::from_secs(4),
            release: Duration::ZERO,
            push_backoff: Duration::from_millis(500),
            push_attempts: 12,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server's clock has to begin somewhere; a test passes its own"
)]
fn system_time() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}
