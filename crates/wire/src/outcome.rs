//! What came of a call, in the words of whoever made it, and what is to happen next.

use crate::CallId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An outcome's identity on this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct OutcomeId(pub i64);

/// The colours that an outcome may have: names of the screen's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeColour {
    /// It went well.
    Jade,
    /// It waits.
    Amber,
    /// Not again.
    Red,
    /// Neither.
    Grey,
}

/// The outcomes that every desk begins with. Screens have their words for them in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeWord {
    /// The customer is interested.
    Interested,
    /// To be called again.
    Later,
    /// The customer is not interested.
    NotInterested,
    /// Nobody answered.
    NoAnswer,
    /// There is no such number.
    DeadNumber,
    /// The customer wants no calls.
    DoNotCall,
}

/// What an outcome does once it is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "does", rename_all = "snake_case")]
pub enum OutcomeEffect {
    /// Nothing more.
    Done,
    /// The number is to be tried again.
    Again {
        /// So many hours later, 1 to 8760.
        hours: u32,
    },
    /// A day and hour may be named at which to follow up.
    FollowUp,
    /// The number goes onto the do-not-call table, which no later outcome takes it from.
    DoNotCall,
}

/// One outcome that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outcome {
    /// Its identity.
    pub outcome: OutcomeId,
    /// Its name: 1 to 20 characters.
    pub name: String,
    /// Which of the first ones it is, if it still bears the name it began with.
    pub word: Option<OutcomeWord>,
    /// Its colour.
    pub colour: OutcomeColour,
    /// What it does.
    pub effect: OutcomeEffect,
    /// Whether it is no longer offered; calls that have it keep it.
    pub archived: bool,
}

/// The outcome of a call as a row shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutcomeMark {
    /// Which one.
    pub outcome: OutcomeId,
    /// As in [`Outcome`].
    pub name: String,
    /// As in [`Outcome`].
    pub word: Option<OutcomeWord>,
    /// As in [`Outcome`].
    pub colour: OutcomeColour,
}

/// One choice of a call's outcome. All of them are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct OutcomeChange {
    /// When it was made.
    pub at: i64,
    /// What was chosen; nothing if the outcome was taken back.
    pub outcome: Option<OutcomeMark>,
    /// By which program: `desk` is the screen, `cli` the command line.
    pub by: String,
}

/// Asks which outcomes there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutcomesQuery {}

/// The outcomes there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Outcomes {
    /// All of them in their order, archived ones last. The first nine have the keys 1 to 9.
    pub outcomes: Vec<Outcome>,
    /// Whether the last call needs one before the next dial.
    pub required: bool,
}

/// Chooses the outcome of a call, at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct SetOutcome {
    /// Which call.
    pub call: CallId,
    /// What came of it; absent takes the choice back, and with it the wish to call again.
    #[serde(default)]
    pub outcome: Option<OutcomeId>,
    /// When to follow up, or to try again at another time than the outcome says.
    #[serde(default)]
    pub follow_up_at: Option<i64>,
    /// Why to follow up: at most 200 characters.
    #[serde(default)]
    pub why: Option<String>,
    /// Who chooses: `desk` unless told.
    #[serde(default)]
    pub by: Option<String>,
}

/// Adds an outcome at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddOutcome {
    /// As in [`Outcome`].
    pub name: String,
    /// As in [`Outcome`].
    pub colour: OutcomeColour,
    /// As in [`Outcome`].
    pub effect: OutcomeEffect,
}

/// Changes an outcome; what is absent stays. Calls that have it show it as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ChangeOutcome {
    /// Which one.
    pub outcome: OutcomeId,
    /// As in [`Outcome`].
    #[serde(default)]
    pub name: Option<String>,
    /// As in [`Outcome`].
    #[serde(default)]
    pub colour: Option<OutcomeColour>,
    /// As in [`Outcome`].
    #[serde(default)]
    pub effect: Option<OutcomeEffect>,
    /// As in [`Outcome`].
    #[serde(default)]
    pub archived: Option<bool>,
}

/// Puts the outcomes in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderOutcomes {
    /// Those that come first, in their order; others follow as they stood.
    pub outcomes: Vec<OutcomeId>,
}

/// Removes an outcome: one that any call ever had is archived instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveOutcome {
    /// Which one.
    pub outcome: OutcomeId,
}

/// Says whether the last call needs an outcome before the next dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RequireOutcome {
    /// Whether it does.
    pub required: bool,
}

/// A number that is not to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DoNotCall {
    /// The number.
    pub number: String,
    /// Since when.
    pub since: i64,
    /// Why, in the user's words or an outcome's name; empty after an erasure.
    pub reason: String,
    /// What put it there.
    pub source: DoNotCallSource,
}

/// What put a number onto the do-not-call table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DoNotCallSource {
    /// The outcome of a call.
    Outcome,
    /// Somebody, by hand.
    User,
    /// A sheet.
    Import,
    /// The erasure of everything else: neither a reason nor a name is known.
    Erasure,
}

/// Lets a number be called again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LiftDoNotCall {
    /// The number's digits.
    pub number: String,
    /// Why; required, at most 500 characters. It is kept, if anything of the number is.
    pub reason: String,
}
