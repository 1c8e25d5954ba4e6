//! Wishes to call a number again at some time, and times as people say them.

use crate::{CallId, CustomerName, DoNotCall, Headings, NumbersShown};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A wish to call a number again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FollowUp {
    /// Its identity.
    pub follow_up: i64,
    /// Whom to call.
    pub number: String,
    /// The call it came from.
    pub call: Option<CallId>,
    /// When. The instant counts, whatever zone one is in by then.
    pub due_at: i64,
    /// The clock it was meant by, where somebody named a time.
    pub meant: Option<WallTime>,
    /// Why; empty when nothing was said.
    pub why: String,
    /// Whether somebody asked for it, or an outcome's rule did.
    pub kind: FollowUpKind,
    /// Whether it still stands.
    pub state: FollowUpState,
    /// When it was first wished for.
    pub made_at: i64,
}

/// Where a wish to call again comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpKind {
    /// An outcome's rule: try again in so many hours. Nobody is told when it is due.
    Again,
    /// A day and hour that was agreed on.
    #[default]
    FollowUp,
}

/// Whether a wish still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpState {
    /// It stands.
    Open,
    /// The number was called, or somebody said that it is done.
    Done,
    /// It is wished for no more.
    Dropped,
}

/// A time as a clock on the wall shows it, and how far that clock is from UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WallTime {
    /// To the minute: `2026-12-03T09:30`.
    pub local: String,
    /// Minutes ahead of UTC: 480 in Beijing.
    pub offset_minutes: i32,
}

/// The zone that somebody's clock goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Zone {
    /// Its name: `Asia/Shanghai`. One that is not known, or empty, is passed over.
    pub name: String,
    /// Minutes ahead of UTC now, for where the name is not known.
    pub offset_minutes: i32,
}

/// A follow-up with whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FollowUpRow {
    /// The wish.
    pub follow_up: FollowUp,
    /// Who is behind its number, if anybody is known.
    pub customer: Option<CustomerName>,
}

/// Asks for the follow-ups of one kind, by when they are due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FollowUpsQuery {
    /// Those that were agreed on, or those that an outcome's rule asks for.
    pub kind: FollowUpKind,
    /// By whose days today and tomorrow are told apart.
    pub zone: Zone,
    /// Rows of each section, 1 to 1000; 0 stands for 100.
    #[serde(default)]
    pub limit: u32,
}

/// The follow-ups, by when they are due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FollowUps {
    /// Every section, in the order in which a screen shows them.
    pub sections: Vec<FollowUpSection>,
    /// How many that were agreed on are due.
    pub due: u64,
    /// How many that a rule asks for are due.
    pub due_again: u64,
    /// When a row comes to stand in another section, if nothing else happens.
    pub changes_at: i64,
}

/// Follow-ups that are due at about the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FollowUpSection {
    /// Which ones.
    pub name: SectionName,
    /// How many there are.
    pub total: u64,
    /// The first of them: the earliest, and of those that are done the latest.
    pub rows: Vec<FollowUpRow>,
}

/// When follow-ups are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SectionName {
    /// They were due already.
    Overdue,
    /// Later today.
    Today,
    /// In the seven days after today.
    Next,
    /// After that.
    Later,
    /// Those that were done in the last thirty days.
    Done,
}

/// Asks which follow-ups stand for some numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NumberFollowUps {
    /// Their digits: 50 at most.
    pub numbers: Vec<String>,
}

/// Follow-ups that stand, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StandingFollowUps {
    /// All of them.
    pub follow_ups: Vec<FollowUp>,
}

/// Asks which time a text means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReadTime {
    /// As one says it, in Chinese or English: `周四上午十点`, `tomorrow 3pm`, `三天后`.
    pub text: String,
    /// By whose clock it is meant.
    pub zone: Zone,
}

/// What a text means as a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TimeRead {
    /// The time, or all that it may mean, the likeliest first. A past one is among them only if the
    /// text can't mean any other.
    pub times: Vec<ReadInstant>,
    /// Why it means none.
    pub flaw: Option<TimeFlaw>,
}

/// One thing that a text may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReadInstant {
    /// The instant.
    pub at: i64,
    /// The same on the clock that it was meant by.
    pub meant: WallTime,
    /// Whether it is over already.
    pub past: bool,
    /// Whether the text names no hour, so that a usual one was taken.
    pub hour_assumed: bool,
}

/// Why a text means no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimeFlaw {
    /// There is nothing.
    Empty,
    /// Part of it is no time.
    Unknown,
    /// No clock or calendar shows that: 25:00, the 30th of February.
    Impossible,
    /// It names more than one.
    Several,
    /// It is more than five years away.
    TooFar,
}

/// Keeps a wish to call a number. One that its call left before gives way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct AddFollowUp {
    /// Anything that was typed or pasted and holds exactly one number.
    pub number: String,
    /// The call that it comes from.
    #[serde(default)]
    pub call: Option<CallId>,
    /// When: at most five years from now.
    pub at: i64,
    /// The clock it was meant by, which shows the same instant.
    #[serde(default)]
    pub meant: Option<WallTime>,
    /// Why: at most 200 characters.
    #[serde(default)]
    pub why: Option<String>,
}

/// Changes a follow-up that stands; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ChangeFollowUp {
    /// Which one.
    pub follow_up: i64,
    /// When. It is told of anew then, and counts as agreed on.
    #[serde(default)]
    pub at: Option<i64>,
    /// The clock that `at` was meant by.
    #[serde(default)]
    pub meant: Option<WallTime>,
    /// Why: at most 200 characters.
    #[serde(default)]
    pub why: Option<String>,
}

/// Puts a follow-up off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SnoozeFollowUp {
    /// Which one.
    pub follow_up: i64,
    /// Until when.
    pub until: Snooze,
    /// By whose clock it is tomorrow.
    pub zone: Zone,
}

/// Until when a follow-up is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Snooze {
    /// Ten minutes from now.
    TenMinutes,
    /// An hour from now.
    Hour,
    /// Nine in the morning of the next day.
    Tomorrow,
}

/// Says that a follow-up is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FinishFollowUp {
    /// Which one.
    pub follow_up: i64,
}

/// Deletes a follow-up. It can be had back by [`ReopenFollowUp`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DropFollowUp {
    /// Which one.
    pub follow_up: i64,
}

/// Lets a follow-up stand again that was done or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReopenFollowUp {
    /// Which one.
    pub follow_up: i64,
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum FollowUpKept {
    /// It is kept so.
    Kept {
        /// As it is now.
        row: Box<FollowUpRow>,
    },
    /// The time is over already. Nothing was changed.
    Past,
    /// The number is not to be called. Nothing was changed.
    Barred {
        /// Since when and why.
        do_not_call: DoNotCall,
    },
}

/// Writes follow-ups into a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportFollowUps {
    /// Those that were agreed on, or those that an outcome's rule asks for.
    pub kind: FollowUpKind,
    /// Whether numbers are whole in it.
    pub numbers: NumbersShown,
    /// In which language it speaks.
    pub words: Headings,
}

/// What became of a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ExportedFollowUps {
    /// It lies there, whole.
    Saved {
        /// Where.
        path: String,
        /// How many follow-ups it holds.
        count: u64,
    },
    /// The user closed the dialog; nothing was left.
    Cancelled,
    /// The host hands it out itself: a browser downloads it from this address, once.
    Download {
        /// The address, relative to the page.
        href: String,
        /// How many follow-ups it holds.
        count: u64,
    },
}
