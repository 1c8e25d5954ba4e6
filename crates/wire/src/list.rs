//! Calling lists: leads worked one by one. Nothing of a list dials by itself; each dial is asked for
//! by a [`DialLead`] of its own.

use crate::{
    Block, CallId, CallRow, Customer, CustomerField, CustomerName, DoNotCall, GuardVerdict,
    OutcomeId, OutcomeMark, ScriptId, SheetKind, StagedId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A list's identity on this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ListId(pub i64);

/// A lead's identity on this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct LeadId(pub i64);

/// How a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ListState {
    /// It can be worked.
    Open,
    /// It rests: nothing of it is dialled until it goes on.
    Paused,
    /// It is over, and kept.
    Archived,
}

/// In which order a list's leads have their turn. Those that are to be tried again come first, once
/// it is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadOrder {
    /// As the sheet had them, or as they were put by hand.
    ByHand,
    /// By chance, always the same within one list.
    Random,
    /// First those who picked up at this hour of the day before.
    BestHour,
    /// First those who were called longest ago, or never.
    Oldest,
}

/// How a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadState {
    /// It waits for its turn.
    Open,
    /// It is to be tried again, not before its `next_at`.
    Waiting,
    /// It was dialled, and what came of it is not said yet.
    Called,
    /// It is over.
    Done,
    /// It was passed over.
    Skipped,
    /// Its number is not to be called.
    Barred,
}

/// The figures of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct ListFigures {
    /// Leads in all.
    pub leads: u32,
    /// Leads that wait for their first turn.
    pub open: u32,
    /// Leads that are to be tried again.
    pub waiting: u32,
    /// Leads that were dialled and have no outcome yet.
    pub called: u32,
    /// Leads that are over.
    pub done: u32,
    /// Leads that were passed over.
    pub skipped: u32,
    /// Leads whose numbers are not to be called.
    pub barred: u32,
    /// Dials that left, or may have.
    pub dials: u32,
    /// Dials that a record calls connected.
    pub connected: u32,
    /// Billed seconds of them.
    pub talk_seconds: u64,
}

/// A calling list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CallList {
    /// Its identity.
    pub list: ListId,
    /// Its name: 1 to 60 characters.
    pub name: String,
    /// How it stands.
    pub state: ListState,
    /// In which order its leads have their turn.
    pub order: LeadOrder,
    /// Seconds between the key and the dial, in which it can be taken back: 0 to 10.
    pub countdown: u32,
    /// How often a lead is dialled at most when it is to be tried again: 1 to 20.
    pub tries: u32,
    /// Minutes between two tries when nobody answered: 5 to 10080.
    pub apart_minutes: u32,
    /// The script that is asked in its calls; absent for the one of all calls.
    pub script: Option<ScriptId>,
    /// When it was made.
    pub made_at: i64,
    /// Its figures.
    pub figures: ListFigures,
}

/// Asks for the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListsQuery {}

/// The lists there are: the latest first, archived ones behind the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Lists {
    /// They.
    pub lists: Vec<CallList>,
}

/// A lead as a row shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeadRow {
    /// Its identity.
    pub lead: LeadId,
    /// Its list.
    pub list: ListId,
    /// The digits of its number.
    pub number: String,
    /// The person's name; empty when unknown.
    pub name: String,
    /// The company's; empty when unknown.
    pub company: String,
    /// How it stands.
    pub state: LeadState,
    /// How often it was dialled.
    pub tries: u32,
    /// When it is to be tried again.
    pub next_at: Option<i64>,
    /// Its latest dial.
    pub call: Option<CallId>,
    /// What came of it.
    pub outcome: Option<OutcomeMark>,
    /// When it had its latest turn.
    pub turned_at: Option<i64>,
}

/// Asks for a page of a list's leads, in the order by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct LeadsQuery {
    /// Of which list.
    pub list: ListId,
    /// Only leads that stand so.
    #[serde(default)]
    pub state: Option<LeadState>,
    /// Words, all of which must be found: part of the number, the name or the company, Chinese by
    /// its pinyin too; empty for all.
    #[serde(default)]
    pub search: Option<String>,
    /// Rows to pass over.
    #[serde(default)]
    pub offset: u32,
    /// Rows to return, 1 to 1000; 0 stands for 100.
    #[serde(default)]
    pub limit: u32,
}

/// A page of a list's leads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct LeadsPage {
    /// The rows asked for.
    pub rows: Vec<LeadRow>,
    /// How many fit the question in all.
    pub total: u64,
}

/// Asks whose turn it is in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct WorkQuery {
    /// Which list.
    pub list: ListId,
    /// Shows this lead whoever's turn it is.
    #[serde(default)]
    pub lead: Option<LeadId>,
}

/// A list at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Work {
    /// The list.
    pub list: CallList,
    /// The lead to show: one that was asked for, else one whose outcome is still to be said, else
    /// the next that may be dialled. None if nobody has a turn now.
    pub lead: Option<LeadCard>,
    /// Who comes after it.
    pub next: Vec<NextLead>,
    /// When the next one is to be tried again, or may be called again, if nobody has a turn before.
    pub next_at: Option<i64>,
    /// The lead that had its turn before the one that is shown.
    pub back: Option<LeadId>,
    /// How often each outcome was chosen last, the most frequent first.
    pub outcomes: Vec<OutcomeCount>,
}

/// How many leads have this outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct OutcomeCount {
    /// Which outcome.
    pub outcome: OutcomeId,
    /// How many leads.
    pub leads: u32,
}

/// A lead that has its turn soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NextLead {
    /// Its row.
    pub lead: LeadRow,
    /// What stops it now; it is passed over until then.
    pub block: Option<Block>,
}

/// Everything that is known of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeadCard {
    /// Its row.
    pub lead: LeadRow,
    /// What the sheet says of it besides.
    pub note: String,
    /// The sheet's other columns.
    pub fields: Vec<CustomerField>,
    /// The customer behind its number.
    pub customer: Option<Customer>,
    /// How many calls the log has with it, or with all numbers of its customer.
    pub calls: u32,
    /// The latest of them that is not this lead's own open one: what was said last time.
    pub last: Option<CallRow>,
    /// This lead's latest dial, whose outcome is chosen here.
    pub call: Option<CallRow>,
    /// That its number is not to be called, if it is not.
    pub do_not_call: Option<DoNotCall>,
    /// Whether the guard lets it through now.
    pub guard: GuardVerdict,
}

/// Dials a lead: once, by the way of every dial, and written down with its lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct DialLead {
    /// Which lead.
    pub lead: LeadId,
    /// As in [`crate::PlaceCall`].
    #[serde(default)]
    pub tel_a: Option<String>,
    /// As in [`crate::PlaceCall`].
    #[serde(default)]
    pub ticket: Option<String>,
}

/// Changes whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TurnLead {
    /// Which lead.
    pub lead: LeadId,
    /// What becomes of it.
    pub turn: LeadTurn,
}

/// What becomes of a lead without a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum LeadTurn {
    /// It is passed over.
    Skip,
    /// It comes again later today, within the guard's hours.
    LaterToday,
    /// It waits for its turn again, at its place.
    Open,
    /// It comes before all others in the order by hand.
    First,
    /// It comes right before this one in the order by hand.
    Before {
        /// Before which.
        lead: LeadId,
    },
}

/// Changes a list; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ChangeList {
    /// Which list.
    pub list: ListId,
    /// As in [`CallList`].
    #[serde(default)]
    pub name: Option<String>,
    /// As in [`CallList`].
    #[serde(default)]
    pub state: Option<ListState>,
    /// As in [`CallList`].
    #[serde(default)]
    pub order: Option<LeadOrder>,
    /// As in [`CallList`].
    #[serde(default)]
    pub countdown: Option<u32>,
    /// As in [`CallList`].
    #[serde(default)]
    pub tries: Option<u32>,
    /// As in [`CallList`].
    #[serde(default)]
    pub apart_minutes: Option<u32>,
    /// Which script is asked in its calls.
    #[serde(default)]
    pub script: Option<ListScript>,
}

/// Which script is asked in a list's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "asks", rename_all = "snake_case")]
pub enum ListScript {
    /// The one of all calls.
    Common,
    /// One of its own.
    Own {
        /// Which one.
        script: ScriptId,
    },
}

/// Removes a list with its leads. Calls stay in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveList {
    /// Which list.
    pub list: ListId,
}

/// What a column of a sheet of leads can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadField {
    /// The number to call.
    Number,
    /// The person's name.
    Name,
    /// The company's.
    Company,
    /// What to know before the call.
    Note,
    /// A field of the user's own, under the column's header. Any number of columns can be one.
    Field,
}

/// What is done with rows whose number a customer has already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KnownRows {
    /// They come onto the list.
    #[default]
    Take,
    /// They stay out of it.
    LeaveOut,
}

/// How a sheet of leads is to be read, where it is not as it would be read by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct LeadReading {
    /// As in [`crate::ImportReading`].
    pub sheet: Option<String>,
    /// As in [`crate::ImportReading`].
    pub encoding: Option<String>,
    /// As in [`crate::ImportReading`].
    pub delimiter: Option<String>,
    /// What each column tells, in the sheet's order; `null` for one that is passed over.
    pub mapping: Option<Vec<Option<LeadField>>>,
    /// What is done with rows whose number a customer has already.
    pub known: Option<KnownRows>,
}

/// Asks how a staged file of leads would be read: its columns and its first rows. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewLeads {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: LeadReading,
}

/// How a staged file of leads is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeadsPreview {
    /// The file's name.
    pub name: String,
    /// What it is.
    pub form: SheetKind,
    /// The encoding of a text.
    pub encoding: Option<String>,
    /// What parts the cells of a text.
    pub delimiter: Option<String>,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Which of them is read.
    pub sheet: Option<String>,
    /// Its columns.
    pub columns: Vec<LeadColumn>,
    /// Whether the columns tell what they did the last time a sheet had these headers, by the
    /// user's own choice.
    pub remembered: bool,
    /// Whether a column tells the number. Otherwise nothing can be taken in.
    pub usable: bool,
    /// The first rows.
    pub rows: Vec<LeadPreviewRow>,
    /// The latest list that was made of the same sheet.
    pub made_before: Option<MadeBefore>,
}

/// A list that was made of a sheet before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct MadeBefore {
    /// Which.
    pub list: ListId,
    /// What it is called.
    pub name: String,
    /// When it was made, in Unix milliseconds.
    pub made_at: i64,
}

/// A column of a sheet of leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeadColumn {
    /// Its header as it is written; empty where it has none.
    pub header: String,
    /// What it tells.
    pub field: Option<LeadField>,
    /// What its first row holds.
    pub sample: String,
}

/// A row of a sheet of leads as it would be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum LeadPreviewRow {
    /// It tells of a lead.
    Read {
        /// Its number as a spreadsheet counts.
        row: u32,
        /// What it tells.
        lead: ReadLead,
    },
    /// It can't be taken.
    Rejected {
        /// Why.
        rejected: crate::RejectedRow,
    },
}

/// What a row tells of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ReadLead {
    /// The digits of its number.
    pub number: String,
    /// The person's name; empty when unknown.
    pub name: String,
    /// The company's; empty when unknown.
    pub company: String,
    /// What to know before the call.
    pub note: String,
}

/// Asks what [`ImportLeads`] would do. Nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RehearseLeads {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: LeadReading,
}

/// What an import of leads did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct LeadsReport {
    /// Rows read, the header not counted.
    pub rows: u32,
    /// Rows that became leads.
    pub taken: u32,
    /// Rows whose number a customer has already, taken or not.
    pub known: u32,
    /// The first 1,000 of them.
    pub known_rows: Vec<KnownRow>,
    /// Rows that were not taken: the first 10,000 of them.
    pub rejected: Vec<crate::RejectedRow>,
}

/// A row whose number a customer has already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KnownRow {
    /// Its number as a spreadsheet counts.
    pub row: u32,
    /// Whose number it is.
    pub customer: CustomerName,
}

/// Makes a list of a staged file, as a whole or not at all. Answers when it is done. Progress is told
/// as for any import ([`crate::ImportProgress`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportLeads {
    /// Which file.
    pub file: StagedId,
    /// How to read it.
    #[serde(default)]
    pub reading: LeadReading,
    /// The list's name: 1 to 60 characters.
    pub name: String,
}

/// What came of [`ImportLeads`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum LeadsImported {
    /// The list is there.
    Done {
        /// Which one.
        list: ListId,
        /// What became of the rows.
        report: LeadsReport,
    },
    /// It was cancelled, and nothing of it is left.
    Cancelled,
}

/// Saves the rows of leads that are not taken, as a sheet with the reason beside each, where the user
/// chooses. A browser has its own way to fetch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRejectedLeads {
    /// Which file.
    pub file: StagedId,
    /// How it was read.
    #[serde(default)]
    pub reading: LeadReading,
}

/// Writes what came of a list into a file of the user's choice, through the save dialog: XLSX or CSV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportList {
    /// As in [`crate::ExportCalls`].
    pub job: String,
    /// Which list.
    pub list: ListId,
    /// What the file is like.
    pub sheet: crate::SheetForm,
}
