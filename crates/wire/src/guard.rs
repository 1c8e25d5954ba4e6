//! The guard: what may not be dialled now, and why.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the guard's rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GuardQuery {}

/// The guard's rules. Hours are Beijing time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct GuardRules {
    /// `HH:MM-HH:MM`; `00:00-24:00` is all day.
    pub hours: String,
    /// Seconds between two calls to one number; 0 for none.
    pub gap: u32,
    /// Calls to one number in five minutes; 0 for no limit.
    pub per_5min: u32,
    /// Calls to one number in 24 hours; 0 for no limit.
    pub per_24h: u32,
    /// Calls of this desk in a Beijing day; 0 for no limit.
    pub per_day: u32,
    /// Numbers that are never dialled: international and premium ones, and the team's own.
    pub blocked: Vec<BlockedPattern>,
}

/// Numbers that are never dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BlockedPattern {
    /// Digits as they are sent; `?` stands for any one digit, `*` for any number of them. At most
    /// 32 characters, a digit among them.
    pub pattern: String,
    /// Why, at most 200 characters.
    pub why: String,
}

impl Default for GuardRules {
    fn default() -> Self {
        GuardRules {
            hours: "08:00-21:00".to_owned(),
            gap: 60,
            per_5min: 3,
            per_24h: 5,
            per_day: 0,
            blocked: [
                ("00*", "国际长途"),
                ("160*", "声讯收费"),
                ("168*", "声讯收费"),
                ("12590*", "声讯收费"),
                ("0??160*", "声讯收费"),
                ("0??168*", "声讯收费"),
                ("0???160*", "声讯收费"),
                ("0???168*", "声讯收费"),
            ]
            .map(|(pattern, why)| BlockedPattern {
                pattern: pattern.to_owned(),
                why: why.to_owned(),
            })
            .into(),
        }
    }
}

/// Changes the guard's rules; what is absent stays. Each change is kept in the guard's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SetGuard {
    /// As in [`GuardRules`].
    pub hours: Option<String>,
    /// As in [`GuardRules`].
    pub gap: Option<u32>,
    /// As in [`GuardRules`].
    pub per_5min: Option<u32>,
    /// As in [`GuardRules`].
    pub per_24h: Option<u32>,
    /// As in [`GuardRules`].
    pub per_day: Option<u32>,
    /// As in [`GuardRules`]; at most 200 of them.
    pub blocked: Option<Vec<BlockedPattern>>,
    /// Why; required, at most 500 characters.
    pub reason: String,
}

/// What the guard says of one number now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GuardVerdict {
    /// What stops it; nothing if it may be dialled.
    pub block: Option<Block>,
    /// How near each limit is.
    pub counters: Vec<GuardCounter>,
}

/// How near a limit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GuardCounter {
    /// Of which rule: `per5min`, `per24h` or `per_day`.
    pub rule: GuardRule,
    /// How many calls the rule counts now.
    pub count: u32,
    /// How many it allows; 0 for no limit.
    pub limit: u32,
}

/// A rule that stops a dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Block {
    /// Which rule.
    pub rule: GuardRule,
    /// How many calls the rule counts now.
    pub count: u32,
    /// How many it allows.
    pub limit: u32,
    /// When it frees up, if time frees it.
    pub frees_at: Option<i64>,
    /// Which call it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call: Option<crate::CallId>,
    /// Why the number is never dialled, in the words that were written beside its pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
}

/// The guard's rules by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuardRule {
    /// Outside the hours.
    Hours,
    /// Too soon after the last call to this number.
    Gap,
    /// Too many to this number in five minutes.
    Per5min,
    /// Too many to this number in 24 hours.
    Per24h,
    /// Too many of this desk today.
    PerDay,
    /// A call of this own number is under way.
    UnderWay,
    /// The number is on the do-not-call table. Nothing but lifting it with a reason frees it.
    DoNotCall,
    /// The last call has no outcome, and one is asked for; the block names the call.
    Outcome,
    /// The number is one of those that are never dialled.
    Pattern,
    /// The database with the do-not-call table, the rules and the notes was lost. Nothing but
    /// [`AcknowledgeLoss`] frees it, or a backup in its place.
    Loss,
    /// The lead was dialled already, is over, or its list rests: see whose turn it is.
    Lead,
}

/// The user knows that the do-not-call table, the rules and the notes of a lost database are not here,
/// and lets calls be placed without them. It is kept in the guard's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AcknowledgeLoss {}

/// Asks for the guard's log: what it refused, and each change of its rules, of do-not-call and of
/// masking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct GuardLogQuery {
    /// Only entries before this one; from the latest on if absent.
    pub before: Option<i64>,
    /// Entries to return, 1 to 1000; 0 stands for 100.
    pub limit: u32,
}

/// Writes all of the guard's log into a file of the user's choice, through the save dialog. It can be
/// checked anywhere by `bohao-cli guard verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportGuardLog {
    /// A word by which [`crate::ShowSaved`] finds it.
    pub job: String,
    /// What the file is like.
    pub form: GuardLogForm,
}

/// Forms of the guard's log in a file. Both hold everything that its chain is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuardLogForm {
    /// One entry a line, as JSON.
    JsonLines,
    /// A table.
    Csv,
}

/// Part of the guard's log, and whether all of it is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GuardLogPage {
    /// The entries asked for, the latest first.
    pub entries: Vec<GuardEntry>,
    /// Entries in all.
    pub total: u64,
    /// The first entry that was changed, dropped or slipped in; none if the log is whole.
    pub broken_at: Option<i64>,
    /// The digest of the last entry, in hex: by it a later look tells whether the end was cut off.
    pub head: Option<String>,
}

/// An entry of the guard's log. It holds no whole number, since it outlives an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GuardEntry {
    /// Its number, ascending from 1.
    pub id: i64,
    /// When it happened.
    pub at: i64,
    /// What happened.
    pub what: GuardEvent,
    /// Why, in the user's words; empty where nobody was asked.
    pub reason: String,
    /// SHA-256 in hex over the entry before and this one.
    pub chain: Option<String>,
}

/// What the guard's log tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GuardEvent {
    /// The rules were changed.
    Rules {
        /// As they were.
        from: GuardRules,
        /// As they are since.
        to: GuardRules,
    },
    /// A dial was refused.
    Refused {
        /// The number's last four digits.
        tail: String,
        /// By which rule.
        block: Block,
    },
    /// A number was put on the do-not-call table.
    Barred {
        /// The number's last four digits.
        tail: String,
    },
    /// A number was taken from the do-not-call table.
    Lifted {
        /// The number's last four digits.
        tail: String,
    },
    /// Numbers of a sheet were put on the do-not-call table.
    BarredMany {
        /// How many.
        count: u32,
        /// The sheet's name.
        sheet: String,
    },
    /// Numbers on screen are masked again.
    Masked,
    /// Numbers are whole on screen from then on.
    Unmasked {
        /// By what the user was let.
        by: crate::Proof,
    },
    /// The database before was lost, and somebody acknowledged that what it held is not here.
    LossAcknowledged {
        /// When the loss was found out.
        lost_at: i64,
    },
    /// It can't be read by this version.
    Unknown {
        /// The entry's own text.
        change: String,
    },
}
