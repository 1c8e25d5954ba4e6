//! The connection check: what was tried, what came back, what to do. It places no call.

use crate::{DigestCase, LowerCase, TimestampUnit};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// Asks for a check of the whole set-up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Examine {}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Examination {
    /// A row a check, in the order they were made.
    pub findings: Vec<Finding>,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub verdict: Verdict,
    /// What came back.
    pub what: Found,
    /// The same in one English sentence without any secret; hosts have their own words.
    pub found: String,
    /// What to do, where something is to be done.
    pub advice: Option<Advice>,
}

/// The checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The keyring can be used.
    Keyring,
    /// The database is whole.
    Database,
    /// The recordings' folder can be written.
    RecordingsFolder,
    /// Credentials and own number are set.
    Account,
    /// The platform answers, and how it takes the signature. It asks for a recording that does
    /// not exist.
    Platform,
    /// The computer's clock against the platform's.
    Clock,
    /// The relay answers and takes the token.
    Relay,
    /// A marked record goes around the whole loop: pushed as by the platform, read as by the desk.
    Loop,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Doubtful,
    /// It does not work.
    Bad,
    /// It could not be tried, for want of something before it.
    Skipped,
}

/// What came back. None of it is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    /// Secrets are kept in the system's keyring.
    Keyring,
    /// Practice keeps no secrets.
    Practice,
    /// Secrets last until the program ends.
    SessionOnly {
        /// What the keyring said.
        reason: String,
    },
    /// The keyring does not answer.
    KeyringSilent,
    /// The database answers.
    Calls {
        /// How many it holds.
        count: u64,
    },
    /// The database or the folder can't be used, or the platform's or the relay's answer is none.
    Trouble {
        /// What it said.
        reason: String,
    },
    /// The folder can be written.
    Writable,
    /// appKey, appSecret and own number are set.
    SetUp,
    /// Something of the account is not set.
    Missing {
        /// Of `app_key`, `app_secret` and `own_number`.
        parts: Vec<String>,
    },
    /// It could not be asked, for this.
    Fault {
        /// What stood in the way.
        fault: crate::Fault,
    },
    /// The platform was not asked.
    NotAsked,
    /// The platform takes credentials and signature.
    Taken,
    /// The platform can't be reached.
    Unreachable,
    /// Code 1005.
    UnknownCredentials,
    /// Code 1006.
    ClockRefused,
    /// A code that proves nothing.
    Code {
        /// The platform's code.
        code: i64,
    },
    /// The platform takes the signature in another dialect than is set.
    OtherDialect {
        /// This one.
        dialect: crate::Dialect,
    },
    /// Code 1004 in every dialect.
    NoDialect,
    /// How far the clock is from the platform's.
    Drift {
        /// Ahead of it, or behind it if negative.
        seconds: i64,
    },
    /// The desk is not paired.
    NoRelay,
    /// The relay answers.
    Relay {
        /// How many records it has received.
        records: i64,
    },
    /// A marked record was pushed to the relay and came back, and how long each leg took.
    WentAround {
        /// Until the relay told how the seat stands, in milliseconds.
        asked_ms: u64,
        /// From the push until it was answered: on the relay's disk.
        pushed_ms: u64,
        /// From the push until the waiting poll had it.
        arrived_ms: u64,
    },
    /// The platform has no address to push to.
    NoPushAddress,
    /// Nobody answers at the push address.
    PushUnanswered,
    /// The push address refuses.
    PushRefused {
        /// The status; 403 where only the platform's own machines may push.
        status: u16,
    },
    /// The push was taken, and nothing came back: the address is another seat's.
    PushDidNotArrive,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Start or install a keyring.
    StartKeyring,
    /// Free some space or choose another folder.
    ChooseFolder,
    /// Enter the credentials.
    EnterCredentials,
    /// Enter the credentials again: the platform does not know them.
    ReenterCredentials,
    /// Choose the dialect that [`Found::OtherDialect`] names.
    ChangeDialect,
    /// Ask the platform about the signature: no dialect was taken.
    AskPlatform,
    /// Set the computer's clock.
    SetClock,
    /// Check the network.
    CheckNetwork,
    /// Pair with a relay.
    PairRelay,
    /// Ask for a new pairing link.
    RenewPairing,
    /// Ask whoever runs the relay.
    AskOperator,
    /// Restore a backup.
    RestoreBackup,
}

impl Finding {
    /// What a check found.
    pub fn new(check: Check, verdict: Verdict, what: Found, advice: Option<Advice>) -> Self {
        Finding {
            check,
            verdict,
            found: what.to_string(),
            what,
            advice,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Keyring => f.write_str("secrets are kept in the system's keyring"),
            Found::Practice => f.write_str("practice keeps no secrets"),
            Found::SessionOnly { reason } => {
                write!(f, "secrets last until the program ends: {reason}")
            }
            Found::KeyringSilent => f.write_str("the keyring does not answer"),
            Found::Calls { count } => write!(f, "it holds {count} calls and answers"),
            Found::Trouble { reason } => f.write_str(reason),
            Found::Writable => f.write_str("it can be written"),
            Found::SetUp => f.write_str("appKey, appSecret and own number are set"),
            Found::Missing { parts } => write!(f, "missing: {}", parts.join(", ")),
            Found::Fault { fault } => f.write_str(&fault.message),
            Found::NotAsked => f.write_str("the platform was not asked"),
            Found::Taken => f.write_str("it takes credentials and signature"),
            Found::Unreachable => f.write_str("it can't be reached"),
            Found::UnknownCredentials => {
                f.write_str("it does not know these credentials (code 1005)")
            }
            Found::ClockRefused => f.write_str("it refuses the clock (code 1006)"),
            Found::Code { code } => write!(f, "it answered code {code}"),
            Found::OtherDialect { dialect } => write!(
                f,
                "the signature is taken with timestamps in {}, {} lower-cased, the digest in {} case",
                match dialect.timestamp {
                    TimestampUnit::Seconds => "seconds",
                    TimestampUnit::Milliseconds => "milliseconds",
                },
                match dialect.lower_case {
                    LowerCase::Keys => "keys",
                    LowerCase::KeysAndValues => "keys and values",
                },
                match dialect.digest {
                    DigestCase::Lower => "lower",
                    DigestCase::Upper => "upper",
                }
            ),
            Found::NoDialect => f.write_str(
                "it takes the signature in no dialect (code 1004): the appSecret may be wrong",
            ),
            Found::Drift { seconds } => write!(f, "{seconds} s from the platform's"),
            Found::NoRelay => f.write_str("there is none: records do not arrive by themselves"),
            Found::Relay { records } => write!(f, "it answers and has received {records} records"),
            Found::WentAround {
                asked_ms,
                pushed_ms,
                arrived_ms,
            } => write!(
                f,
                "a marked record went around: asked {asked_ms} ms, on the relay's disk after \
                 {pushed_ms} ms, back here after {arrived_ms} ms"
            ),
            Found::NoPushAddress => f.write_str("the platform has no address to push to"),
            Found::PushUnanswered => f.write_str("nobody answers at the push address"),
            Found::PushRefused { status: 403 } => f.write_str(
                "the relay takes pushes from the platform's own machines alone (status 403)",
            ),
            Found::PushRefused { status: 404 } => {
                f.write_str("no seat has this push address (status 404)")
            }
            Found::PushRefused { status } => {
                write!(f, "the push address refuses (status {status})")
            }
            Found::PushDidNotArrive => f.write_str(
                "the push was taken and did not come back: the push address may be another seat's",
            ),
        }
    }
}
