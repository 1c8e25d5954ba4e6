use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest body that the relay takes in one push, in bytes.
pub const MAX_PUSH_BYTES: usize = 256 * 1024;

/// The most records that one page may be asked to hold.
pub const MAX_LIMIT: u32 = 1000;

/// The longest that a poll may be parked, in seconds.
pub const MAX_WAIT_SECONDS: u32 = 60;

/// What every push token starts with, so that a leaked one is recognised for what it is.
pub const PUSH_TOKEN_PREFIX: &str = "bhp_";

/// What every read token starts with. A token with this start and another length was cut short.
pub const READ_TOKEN_PREFIX: &str = "bhr_";

/// What every team's read token starts with.
pub const TEAM_TOKEN_PREFIX: &str = "bht_";

/// The length of a token: its prefix and 256 bits in base64url without padding.
pub const TOKEN_LENGTH: usize = 4 + 43;

/// One page of a seat's records, the answer to `GET /v1/records`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsPage {
    /// The records, ascending by `seq`; gaps are records that were deleted by age.
    pub records: Vec<StoredRecord>,
    /// The cursor to pass as `after` in the next request.
    pub next: i64,
    /// The seat's highest `seq` ever given, 0 if there was no push yet.
    pub head: i64,
}

impl RecordsPage {
    /// Whether the relay knows less than this cursor says was read, as after a restore from an
    /// older backup. `next` is then 0: read everything again, which changes nothing for a reader
    /// that merges by content.
    pub fn rewinds(&self, after: i64) -> bool {
        self.head < after
    }
}

/// A pushed body as it came, with the number that the relay gave it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRecord {
    /// The record's place in its seat's log, from 1, never reused.
    pub seq: i64,
    /// When the relay took it, in Unix milliseconds.
    pub received_at: i64,
    /// The `Content-Type` it was pushed with, if there was one.
    #[serde(default)]
    pub content_type: Option<String>,
    /// The body, byte for byte; base64 on the wire.
    #[serde(with = "base64_body")]
    pub body: Vec<u8>,
}

impl fmt::Debug for StoredRecord {
    /// A body holds phone numbers, so only its length is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredRecord")
            .field("seq", &self.seq)
            .field("received_at", &self.received_at)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// How a seat stands, the answer to `GET /v1/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayStatus {
    /// The seat's name.
    pub seat: String,
    /// The seat's highest `seq` ever given, 0 if there was no push yet.
    pub head: i64,
    /// The lowest `seq` that can still be read, `None` if nothing is kept.
    #[serde(default)]
    pub oldest: Option<i64>,
    /// When the last push came, in Unix milliseconds.
    #[serde(default)]
    pub last_push_at: Option<i64>,
    /// For how many days records are kept.
    pub retain_days: u32,
    /// The relay's version.
    pub version: String,
}

/// The seats that a token reads, the answer to `GET /v1/seats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadableSeats {
    /// The team whose token was used, `None` for a seat's own token.
    #[serde(default)]
    pub team: Option<String>,
    /// By name; a seat's own token reads one.
    pub seats: Vec<SeatStanding>,
}

/// How one of several seats stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatStanding {
    /// The seat's name, as the parameter `seat` takes it.
    pub seat: String,
    /// The seat's highest `seq` ever given, 0 if there was no push yet.
    pub head: i64,
    /// The lowest `seq` that can still be read, `None` if nothing is kept.
    #[serde(default)]
    pub oldest: Option<i64>,
    /// When the last push came, in Unix milliseconds.
    #[serde(default)]
    pub last_push_at: Option<i64>,
}

/// The body of every answer that is an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// A stable word for programs, such as `not_found`.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}

mod base64_body {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(body))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(text)
            .map_err(|_| D::Error::custom("a body that is not base64"))
    }
}
