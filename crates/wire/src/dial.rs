//! Placing a call, and what is known of a number before it is dialled.

use crate::{CallId, CallRow, GuardVerdict};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks what a piece of text would dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LookUpNumber {
    /// Anything that was typed or pasted.
    pub text: String,
}

/// What a piece of text would dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NumberCard {
    /// The number, when there is exactly one.
    pub number: Option<DialableNumber>,
    /// Why there is none.
    pub flaw: Option<NumberFlaw>,
    /// Who is behind it, if anybody is known.
    pub customer: Option<crate::Customer>,
    /// How many calls the log has with it, or with all numbers of its customer.
    pub calls: u32,
    /// The latest of them.
    pub last: Option<CallRow>,
    /// The last outcome of any of them.
    pub outcome: Option<crate::OutcomeMark>,
    /// That it is not to be called, if it is not.
    pub do_not_call: Option<crate::DoNotCall>,
    /// Whether the guard lets it through now.
    pub guard: Option<GuardVerdict>,
}

/// A number that can be dialled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DialableNumber {
    /// The digits as they are sent.
    pub digits: String,
    /// The digits in groups as one reads them.
    pub grouped: String,
    /// What kind of number it is.
    pub kind: NumberKind,
}

/// Kinds of Chinese numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 11 digits that begin with 1.
    Mobile,
    /// Area code and subscriber number.
    Landline,
    /// 400 and 800 numbers.
    Enterprise,
    /// 95 and 96 numbers.
    Service,
}

/// Why a piece of text is no number that can be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NumberFlaw {
    /// There is nothing yet.
    Empty,
    /// There is text, and no number in it.
    NoDigits,
    /// There are too few digits; the beginning could become a number.
    TooShort,
    /// There are too many digits.
    TooLong,
    /// A landline without its area code.
    NoAreaCode,
    /// A number outside mainland China.
    Foreign,
    /// An emergency or a short service number, which a middle number can't reach.
    Special,
    /// More than one number.
    Several,
    /// The digits begin as no Chinese number does.
    UnknownPrefix,
    /// The own number that would ring first.
    OwnNumber,
}

/// Places one call. It leaves at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct PlaceCall {
    /// Anything that was typed or pasted and holds exactly one number.
    pub number: String,
    /// Which own number rings first; the chosen one if absent.
    #[serde(default)]
    pub tel_a: Option<String>,
    /// One word for one click: a second request with the same ticket answers what became of the
    /// first and dials nothing.
    #[serde(default)]
    pub ticket: Option<String>,
}

/// What became of a dial, as far as it is known now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Placed {
    /// The platform took it. It says nothing of a connection.
    Accepted {
        /// The call's identity here.
        call: CallId,
        /// Always 200.
        code: i64,
        /// The platform's words.
        message: String,
        /// The platform's identity of it.
        subid: String,
        /// The middle number, on direct lines.
        tel_x: Option<String>,
    },
    /// The platform refused it. Nothing was dialled.
    Refused {
        /// The call's identity here.
        call: CallId,
        /// The platform's code.
        code: i64,
        /// The platform's words.
        message: String,
        /// What kind of refusal it is, and so what helps.
        class: RefusalClass,
    },
    /// It surely never left. Nothing was dialled.
    NotSent {
        /// The call's identity here.
        call: CallId,
        /// What stood in the way, in English.
        message: String,
        /// The same as a word; of a dial that is asked for again it is not known any more.
        why: Option<NotSentWhy>,
    },
    /// It may have left. It is not repeated; a record settles it.
    Unknown {
        /// The call's identity here.
        call: CallId,
        /// What happened instead of an answer.
        message: String,
    },
    /// The guard stopped it before anything was written or sent.
    Blocked {
        /// The rule in one English sentence; hosts have their own words.
        message: String,
        /// Which rule, how many, and when it frees up.
        block: crate::Block,
    },
}

/// What stood in the way of a dial that surely never left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotSentWhy {
    /// The request could not even be put together.
    Malformed,
    /// The platform's name could not be looked up: most often, this computer is offline.
    NameNotFound,
    /// The connection did not stand in time.
    ConnectTimeout,
    /// The platform's certificate or TLS was not acceptable.
    Tls,
    /// The platform's host is there and takes no connection.
    Refused,
    /// The platform's host can't be reached.
    Unreachable,
}

/// What kind of refusal a platform code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RefusalClass {
    /// A mistake of this program: report it.
    Ours,
    /// A number the platform does not take.
    Input,
    /// Credentials or signature: check the set-up.
    SetUp,
    /// The computer's clock.
    Clock,
    /// The platform is busy or ill: try again later.
    Platform,
    /// The platform has nothing for it.
    NothingThere,
    /// The line: a call is under way or a binding exists.
    Line,
    /// The account is out of credit.
    Account,
    /// A code that the platform's document does not name: its own words are all there is.
    Other,
}
