//! The guard: what may not be dialled now, and why.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the guard's rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GuardQuery {}

/// The guard's rules. Hours are Beijing time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
}

impl Default for GuardRules {
    fn default() -> Self {
        GuardRules {
            hours: "08:00-21:00".to_owned(),
            gap: 60,
            per_5min: 3,
            per_24h: 5,
            per_day: 0,
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
    /// Why; required, at most 500 characters.
    pub reason: String,
}

/// What the guard says of one number now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GuardVerdict {
    /// What stops it; nothing if it may be dialled.
    pub block: Option<Block>,
    /// Calls to this number in the last 24 hours.
    pub dialled_24h: u32,
    /// The limit of them; 0 for none.
    pub limit_24h: u32,
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
}
