//! Filters of the log that are saved under a name.

use crate::CallsQuery;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the saved filters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ViewsQuery {}

/// The saved filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SavedViews {
    /// In the order in which they were saved.
    pub views: Vec<View>,
}

/// A filter that was saved under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it asks. The days of a range that moves with the calendar are in `days`.
    pub query: CallsQuery,
    /// A range that moves with the calendar, in place of the question's own instants.
    pub days: Option<Days>,
}

/// A range of days that moves with the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// The current day.
    Today,
    /// The day before.
    Yesterday,
    /// The last seven days, the current one included.
    Week,
    /// The last thirty days, the current one included.
    Month,
    /// The current month of the calendar.
    ThisMonth,
}

/// Saves a filter; one of the same name is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct SaveView {
    /// Its name, of 1 to 40 characters.
    pub name: String,
    /// What it asks.
    pub query: CallsQuery,
    /// As in [`View`].
    #[serde(default)]
    pub days: Option<Days>,
}

/// Gives a saved filter another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RenameView {
    /// Which one.
    pub view: i64,
    /// The name, of 1 to 40 characters, which no other has.
    pub name: String,
}

/// Removes a saved filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveView {
    /// Which one.
    pub view: i64,
}
