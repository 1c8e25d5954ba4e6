//! Custody of recordings: what is here, what is not and why, and what can be done about it.

use crate::{CallId, Fault, RecordingState, Selection};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks how the recordings stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustodyQuery {}

/// How all recordings stand.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CustodyReport {
    /// How many stand how. What is on no row of these is none to expect.
    pub standing: Vec<Standing>,
    /// Calls without a recording to expect.
    pub none: u64,
    /// When the next one that waits is tried.
    pub next_try_at: Option<i64>,
    /// Which are about to leave the platform.
    pub leaving: Leaving,
    /// Why nothing is fetched by itself at the moment, if it is so.
    pub pause: Option<QueuePause>,
    /// What is on this computer, by month: the latest first.
    pub months: Vec<MonthHeld>,
    /// Where recordings are kept.
    pub folder: String,
    /// Whether that is the desk's own folder.
    pub own_folder: bool,
    /// Bytes that are free there, where the system tells.
    pub free_bytes: Option<u64>,
    /// What is being done with all of them at the moment, or was done last.
    pub task: Option<CustodyTask>,
    /// What the last check of all files found, since the program began.
    pub checked: Option<FilesChecked>,
}

/// So many recordings stand so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Standing {
    /// Where they are.
    pub state: RecordingState,
    /// The first word of why, as in [`crate::RecordingDetail::reason`]; empty if there is none.
    pub reason: String,
    /// How many they are.
    pub recordings: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Recordings that are not here and that the platform is about to drop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct Leaving {
    /// Within a day, counted as far as a hundred thousand, as the next two are.
    pub day: u64,
    /// Within two days.
    pub two_days: u64,
    /// Within a week.
    pub week: u64,
    /// When the first one leaves.
    pub first_at: Option<i64>,
}

/// What is on this computer of one month's calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct MonthHeld {
    /// The month in Beijing, such as `2026-11`.
    pub month: String,
    /// How many recordings.
    pub recordings: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Why nothing is fetched by itself at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct QueuePause {
    /// Why.
    pub why: PauseReason,
    /// Until when, where time ends it.
    pub until: Option<i64>,
}

/// Why nothing is fetched by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The user wants to fetch by hand alone.
    ByHand,
    /// The user wants it at night, and it is day.
    Day,
    /// There is too little room where recordings are kept. It goes on by itself once there is.
    DiskFull,
    /// The platform asked for some peace.
    PlatformBusy,
}

/// Asks for the rules by which recordings are fetched and kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustodyRulesQuery {}

/// The rules by which recordings are fetched and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CustodyRules {
    /// When recordings are fetched by themselves.
    pub fetch: FetchWhen,
    /// When the night begins, in minutes after midnight in Beijing, 0 to 1439.
    pub night_from: u32,
    /// When it ends; before `night_from` if it lasts past midnight.
    pub night_until: u32,
    /// Hosts beside the platform's two that a record's link may lead to.
    pub link_hosts: Vec<String>,
    /// For how many months recordings are kept that were heard and bear no star, 1 to 240; for
    /// ever if absent.
    pub keep_months: Option<u32>,
}

/// When recordings are fetched by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FetchWhen {
    /// As soon as they can be had.
    #[default]
    Always,
    /// At night.
    AtNight,
    /// Never.
    ByHand,
}

impl Default for CustodyRules {
    fn default() -> Self {
        CustodyRules {
            fetch: FetchWhen::Always,
            night_from: 22 * 60,
            night_until: 7 * 60,
            link_hosts: Vec::new(),
            keep_months: None,
        }
    }
}

/// Changes the rules as a whole. One that drops recordings has to be the one that was shown:
/// [`PreviewKeepRule`] tells what it does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetCustodyRules {
    /// The rules from now on.
    pub rules: CustodyRules,
}

/// Asks what would be dropped if recordings were kept for so many months.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewKeepRule {
    /// For how many, 1 to 240.
    pub months: u32,
}

/// What a rule would drop, and what it would spare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct KeepRulePreview {
    /// The calls that ended before this instant are concerned.
    pub before: i64,
    /// Recordings that would be dropped.
    pub recordings: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Those that are as old and stay, since nobody heard them yet.
    pub unheard: u64,
    /// Those that are as old and stay for their star.
    pub starred: u64,
}

/// Fetches everything that is not here, now and whatever the rules say of the hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FetchAllRecordings {}

/// Keeps recordings in another folder from now on, and brings all files there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoveRecordings {
    /// The folder's whole path; empty for the desk's own.
    pub folder: String,
}

/// Reads every file and compares it with what was fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckRecordings {}

/// Fetches anew what the last check found missing or damaged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RepairRecordings {}

/// Copies recordings into a folder of the user's choice, under names made from a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRecordings {
    /// Which calls', 100,000 at most. Those without a recording here are passed by and counted; of a
    /// question only those with one are meant.
    pub selection: Selection,
    /// The folder's whole path; it is made if it is not there.
    pub folder: String,
    /// Names, such as `{date}_{number}`.
    pub template: String,
}

/// Ends what is being done with recordings. What was done so far stays done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CancelCustodyTask {}

/// Somebody heard a recording to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkHeard {
    /// Whose.
    pub call: CallId,
}

/// Gives a recording a star, or takes it: no rule drops one with a star.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StarRecording {
    /// Whose.
    pub call: CallId,
    /// Whether it bears one from now on.
    pub starred: bool,
}

/// Something that is done with many recordings, and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CustodyTask {
    /// What is done.
    pub kind: TaskKind,
    /// Whether it is under way, or how it ended.
    pub state: TaskState,
    /// Recordings that were gone through.
    pub done: u64,
    /// Recordings in all.
    pub total: u64,
    /// Bytes that were brought, copied or read.
    pub bytes: u64,
    /// Recordings that it could do nothing for, or found wanting.
    pub left: u64,
    /// What ended it, if it failed.
    pub fault: Option<Fault>,
}

/// What is done with many recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// [`FetchAllRecordings`].
    FetchAll,
    /// [`MoveRecordings`].
    Move,
    /// [`CheckRecordings`].
    Check,
    /// [`RepairRecordings`].
    Repair,
    /// [`SaveRecordings`].
    Save,
}

/// Whether it is under way, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It is under way.
    Running,
    /// It went through all of them.
    Done,
    /// Somebody ended it.
    Cancelled,
    /// Something was in its way.
    Failed,
}

/// What a check of all files found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FilesChecked {
    /// When it ended.
    pub at: i64,
    /// Files that are what was fetched.
    pub sound: u64,
    /// Recordings whose file is not there.
    pub missing: u64,
    /// Recordings whose file is not what was fetched, or can't be read.
    pub damaged: u64,
    /// How many of the missing and damaged the platform still has.
    pub to_be_had: u64,
    /// Files in the folder that no recording knows, by name, a hundred at most. They are never
    /// removed.
    pub strays: Vec<String>,
    /// How many these are in all.
    pub stray_files: u64,
}
