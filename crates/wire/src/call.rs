//! Calls as the log shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A call's identity on this desk: a UUID in text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct CallId(pub String);

/// Where a call stands on its way, as far as this desk knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Written down, not sent.
    Planned,
    /// On its way to the platform.
    Sending,
    /// The platform took it; the salesperson's phone rings.
    Accepted,
    /// The platform refused it; nothing was dialled.
    Refused,
    /// It surely never left; nothing was dialled.
    NotSent,
    /// It may have left. Never repeated by the program; a record settles it.
    Unknown,
    /// Its record is in.
    Recorded,
}

/// What the record says of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// 0: dialled, no word of its end.
    Dialled,
    /// 3: failed.
    Failed,
    /// 2: not connected.
    NotConnected,
    /// 1: connected.
    Connected,
}

/// Where a call's recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// There is none to expect.
    None,
    /// It will be fetched, or is being fetched.
    Waiting,
    /// It lies on this computer, whole.
    Saved,
    /// The platform keeps it no longer.
    Gone,
    /// Every try failed; it can be tried again by hand.
    Failed,
    /// It was here, and the user's own rule dropped it for its age.
    Dropped,
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallRow {
    /// Its identity.
    pub call: CallId,
    /// The platform's identity of it, once known.
    pub subid: Option<String>,
    /// Where it stands.
    pub state: CallState,
    /// What the record says, once it is in.
    pub status: Option<CallStatus>,
    /// The salesperson's own number.
    pub tel_a: Option<String>,
    /// The middle number.
    pub tel_x: Option<String>,
    /// The customer's number.
    pub tel_b: Option<String>,
    /// Who is behind it, if anybody is known.
    pub customer: Option<crate::CustomerName>,
    /// When it was placed here, or else began: the log's order.
    pub at: i64,
    /// When the platform says it began.
    pub started_at: Option<i64>,
    /// When the platform says it ended.
    pub ended_at: Option<i64>,
    /// Billed seconds.
    pub duration: Option<i64>,
    /// Why it was not connected, refused or not sent, in the platform's or the network's words.
    pub reason: Option<String>,
    /// The platform's answer code, where it refused.
    pub code: Option<i64>,
    /// Where its recording is.
    pub recording: RecordingState,
    /// The user's note; empty when there is none.
    pub note: String,
    /// What came of it, once somebody chose.
    pub outcome: Option<crate::OutcomeMark>,
    /// Whether an attempt of this desk explains it.
    pub placed_here: bool,
    /// Until when the platform keeps its recording, as long as that is not here.
    pub recording_leaves_at: Option<i64>,
    /// Whether its recording bears a star.
    pub starred: bool,
    /// Whether only what was written down by hand tells of it.
    pub by_hand: bool,
}

/// By what a log is put in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CallsOrder {
    /// When the calls were placed or began.
    #[default]
    Time,
    /// The customer's number.
    Number,
    /// The salesperson's own number.
    OwnNumber,
    /// What the record says.
    Status,
    /// Billed seconds.
    Duration,
    /// Where the recording is.
    Recording,
    /// What came of it.
    Outcome,
}

/// Which calls to show: newest first, unless told otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct CallsQuery {
    /// Words, all of which must be found: part of the customer's number, name or company, of a
    /// subid, of a reason or of a note, in names and notes also the pinyin of Chinese, full or
    /// initials; empty for all. Case, width and what stands between a number's digits do not matter.
    pub search: String,
    /// Only calls whose record says so.
    pub status: Option<CallStatus>,
    /// Only calls that stand so.
    pub state: Option<CallState>,
    /// Only calls whose recording stands so.
    pub recording: Option<RecordingState>,
    /// Only calls whose recording is not here and leaves the platform until this instant.
    pub leaving_until: Option<i64>,
    /// Only calls whose recording bears a star.
    pub starred: bool,
    /// Only calls with this customer's number, whole.
    pub tel_b: Option<String>,
    /// Only calls from this own number.
    pub tel_a: Option<String>,
    /// Only calls with any number of this customer.
    pub customer: Option<crate::CustomerId>,
    /// Only calls that this came of.
    pub outcome: Option<crate::OutcomeId>,
    /// Only calls to leads of this calling list.
    pub list: Option<crate::ListId>,
    /// Only calls of so many billed seconds at least.
    pub min_duration: Option<i64>,
    /// Only calls of so many billed seconds at most.
    pub max_duration: Option<i64>,
    /// Not before this instant.
    pub since: Option<i64>,
    /// Before this instant.
    pub until: Option<i64>,
    /// The order of the rows: the greatest first. Calls alike in it are in the order of time.
    pub order: CallsOrder,
    /// The least first instead.
    pub ascending: bool,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows to return, 1 to 1000; 0 stands for 100.
    pub limit: u32,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CallsPage {
    /// The rows asked for.
    pub rows: Vec<CallRow>,
    /// How many rows fit the question in all, or so many at least.
    pub total: u64,
    /// Whether more fit than `total` says: counting on would have taken too long.
    pub more: bool,
}

/// Asks for everything known of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallQuery {
    /// Which one.
    pub call: CallId,
}

/// Everything known of one call.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CallDetail {
    /// Its row.
    pub row: CallRow,
    /// When the request left this desk.
    pub sent_at: Option<i64>,
    /// When the platform answered it.
    pub answered_at: Option<i64>,
    /// When its first record came in.
    pub recorded_at: Option<i64>,
    /// How many records the platform sent of it.
    pub records: u32,
    /// Every choice of its outcome, the latest first.
    pub outcomes: Vec<crate::OutcomeChange>,
    /// The wish to call again that came of it and still stands.
    pub follow_up: Option<crate::FollowUp>,
    /// What was answered in it.
    pub answers: Vec<crate::Answer>,
    /// That its number is not to be called, if it is not.
    pub do_not_call: Option<crate::DoNotCall>,
    /// Its recording.
    pub recording: crate::RecordingDetail,
}

/// Writes the user's note on a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetNote {
    /// Which call.
    pub call: CallId,
    /// The whole note; empty erases it. At most 4,000 characters.
    pub note: String,
}

/// Asks for the figures of the current day in Beijing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TodayQuery {}

/// The figures of the current day in Beijing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Today {
    /// When the day began.
    pub since: i64,
    /// Calls that left this desk, or may have, and those from elsewhere that a record tells of.
    pub dialled: u32,
    /// Calls whose record says connected.
    pub connected: u32,
    /// Billed seconds in all.
    pub talk_seconds: i64,
}
