//! Questions to ask in a call, and the answers that are kept with it.

use crate::CallId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A script's identity on this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ScriptId(pub i64);

/// One question of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    /// Its identity within the script: 1 to 40 characters, chosen once and kept when its words
    /// change.
    pub key: String,
    /// Its words: 1 to 200 characters.
    pub text: String,
    /// What can be answered, at most 12 choices; any text if there are none.
    pub choices: Vec<String>,
}

/// A script: an opening, and questions. Nothing depends on a list; a list names the one it uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Script {
    /// Its identity.
    pub script: ScriptId,
    /// Its name: 1 to 40 characters.
    pub name: String,
    /// What to say first: at most 1,000 characters.
    pub opening: String,
    /// Its questions in order: at most 30.
    pub questions: Vec<Question>,
}

/// Asks for the scripts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScriptsQuery {}

/// The scripts there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Scripts {
    /// In the order in which they were made.
    pub scripts: Vec<Script>,
    /// The one that is asked in every call that no list has another for.
    pub asked: Option<ScriptId>,
}

/// Writes a script down, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct SaveScript {
    /// Which one; a new one if absent.
    #[serde(default)]
    pub script: Option<ScriptId>,
    /// As in [`Script`].
    pub name: String,
    /// As in [`Script`].
    pub opening: String,
    /// As in [`Script`].
    pub questions: Vec<Question>,
}

/// Removes a script. Answers that were given stay with their calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveScript {
    /// Which one.
    pub script: ScriptId,
}

/// Chooses the script that is asked in every call; absent for none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct AskScript {
    /// Which one.
    pub script: Option<ScriptId>,
}

/// An answer that was given in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answer {
    /// The question's identity.
    pub key: String,
    /// The question as it was asked.
    pub question: String,
    /// What was answered.
    pub text: String,
}

/// Writes down what was answered in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAnswer {
    /// Which call.
    pub call: CallId,
    /// The question's identity.
    pub key: String,
    /// The question as it was asked: at most 200 characters.
    pub question: String,
    /// The whole answer, at most 1,000 characters; empty erases it.
    pub text: String,
}

/// The answers of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Answers {
    /// In the order in which they were first given.
    pub answers: Vec<Answer>,
}
