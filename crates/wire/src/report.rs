//! What the log comes to over some days, and how that compares with the days before.
//!
//! Days are Beijing's, as they are everywhere. Every figure is counted from the rows that the log
//! shows.

use crate::{Headings, ListId, NumbersShown, OutcomeMark};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks what the calls of some days come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportQuery {
    /// Which days.
    pub range: ReportRange,
}

/// Days to report on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "days", rename_all = "snake_case")]
pub enum ReportRange {
    /// The present one.
    Today,
    /// The one before it.
    Yesterday,
    /// From Monday on.
    ThisWeek,
    /// The seven before that.
    LastWeek,
    /// From the first of the month on.
    ThisMonth,
    /// The whole month before that.
    LastMonth,
    /// Any days, 36,600 at most.
    Chosen {
        /// The first one: `2026-11-01`.
        from: String,
        /// The last one, or the same.
        to: String,
    },
}

/// What the calls of some days come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Report {
    /// The days.
    pub period: ReportPeriod,
    /// What they are compared with: as many days before them, or the week or month before. Where
    /// the period is not over yet, it ends at the same hour.
    pub before: ReportPeriod,
    /// Whether the period is over.
    pub over: bool,
    /// All calls of these days.
    pub figures: CallFigures,
    /// The same of the period before.
    pub figures_before: CallFigures,
    /// In what steps `bars` goes on.
    pub step: ReportStep,
    /// The calls of each day, week or month in the order of time, also of those without any.
    pub bars: Vec<ReportBar>,
    /// The calls of each hour of the week that has any.
    pub hours: Vec<ReportHour>,
    /// What came of the calls that were dialled, the most frequent first. Together they are all
    /// that were dialled.
    pub outcomes: Vec<ReportOutcome>,
    /// The calls from each own number, the busiest first.
    pub own_numbers: Vec<ReportOwnNumber>,
    /// The calls to the leads of each list that is there, the busiest first. Calls of none are in
    /// none of them.
    pub lists: Vec<ReportList>,
    /// Why calls were not connected, or not sent: the most frequent first.
    pub reasons: Vec<ReportReason>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReportPeriod {
    /// The first day: `2026-11-01`.
    pub from: String,
    /// The last day that is in it, or some of it.
    pub to: String,
    /// When it begins.
    pub since: i64,
    /// Before which instant it ends.
    pub until: i64,
}

/// What calls come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct CallFigures {
    /// Calls that left this desk, or may have, and those from elsewhere that a record tells of.
    pub dialled: i64,
    /// Those whose record says connected.
    pub connected: i64,
    /// Billed seconds.
    pub talk_seconds: i64,
    /// Billed minutes: those of each call that have begun. What is charged the platform alone
    /// knows.
    pub billed_minutes: i64,
    /// Calls that were refused or never left, which are in none of the others.
    pub unsent: i64,
}

/// Steps of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportStep {
    /// Up to 62 days.
    Day,
    /// Up to 400 days. Weeks begin on Monday; the first and the last may be cut short.
    Week,
    /// Longer.
    Month,
}

/// The calls of a day, a week or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ReportBar {
    /// When it begins.
    pub since: i64,
    /// Its calls.
    pub figures: CallFigures,
}

/// The calls of an hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ReportHour {
    /// 0 is Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// Its calls.
    pub figures: CallFigures,
}

/// The calls that an outcome was chosen for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReportOutcome {
    /// Which one; none for calls that have none.
    pub outcome: Option<OutcomeMark>,
    /// How many they are.
    pub calls: i64,
    /// How many they were in the period before.
    pub before: i64,
}

/// The calls from an own number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReportOwnNumber {
    /// Which one, if it is known.
    pub number: Option<String>,
    /// They.
    pub figures: CallFigures,
    /// Those of the period before.
    pub before: CallFigures,
}

/// The calls to the leads of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReportList {
    /// Which one.
    pub list: ListId,
    /// Its name.
    pub name: String,
    /// They.
    pub figures: CallFigures,
    /// Those of the period before.
    pub before: CallFigures,
}

/// The calls that were not connected for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReportReason {
    /// The reason.
    pub why: NotConnectedFor,
    /// How many they are.
    pub calls: i64,
    /// How many they were in the period before.
    pub before: i64,
}

/// Why a call was not connected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotConnectedFor {
    /// The record says not connected.
    NotConnected {
        /// The platform's own words, numbers masked; empty if it said nothing.
        reason: String,
    },
    /// The record says failed.
    Failed {
        /// The platform's own words, numbers masked; empty if it said nothing.
        reason: String,
    },
    /// The record says dialled, and nothing of its end.
    Dialled,
    /// There is no record yet, or there never will be.
    NoRecord,
    /// All reasons that are too rare to be shown.
    Rare,
    /// The platform refused it: it was not dialled.
    Refused {
        /// With this code.
        code: Option<i64>,
    },
    /// It never left: it was not dialled.
    NotSent,
}

/// Writes a report into a workbook, through the save dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportReport {
    /// A word for this one job, by which the file is shown afterwards.
    pub job: String,
    /// Which days.
    pub range: ReportRange,
    /// Whether own numbers are whole.
    pub numbers: NumbersShown,
    /// The language of headings and words.
    pub headings: Headings,
}

/// Saves a picture of a report as the page drew it, through the save dialog.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveReportPicture {
    /// A word for this one job, by which the file is shown afterwards.
    pub job: String,
    /// A PNG in base64, of 720 KiB and 8192 points each way at most.
    pub png: String,
    /// The language of the file's name.
    pub headings: Headings,
}

/// What became of a report's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SavedReport {
    /// It lies there, whole.
    Saved {
        /// Where.
        path: String,
    },
    /// The user closed the dialog.
    Cancelled,
    /// The host hands it out itself: a browser downloads it from this address, once.
    Download {
        /// The address, relative to the page.
        href: String,
    },
}

impl std::fmt::Debug for SaveReportPicture {
    /// A picture is long and says nothing in letters.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SaveReportPicture")
            .field("job", &self.job)
            .field("png", &self.png.len())
            .finish_non_exhaustive()
    }
}
