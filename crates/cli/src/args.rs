//! The command line as it is typed.

use crate::beijing;
use crate::words::Language;
use crate::zone;
use bohao_wire::{
    CallState, CallStatus, CallsQuery, CustomerId, ListId, ListedAs, RecordingState, ReportRange,
    SheetFormat, Snooze, TextEncoding, Zone,
};
use clap::{Args, Parser, Subcommand};
use serde::de::DeserializeOwned;
use std::path::PathBuf;

/// Bohao without a window: dial, read the log, fetch recordings.
#[derive(Debug, Parser)]
#[command(name = "bohao-cli", version)]
pub struct Cli {
    /// The folder of the data; BOHAO_DATA_DIR, or the system's own for Bohao, if absent.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print exactly one JSON value on stdout.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language; the system's if absent.
    #[arg(long, global = true, value_enum, value_name = "zh|en")]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Practise from end to end: dial, record, recording. Nothing real is dialled, nothing is kept.
    Demo {
        /// How many calls, one after the other.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
        calls: u32,
    },
    /// Set the relay up from a pairing link; `-` reads it from stdin.
    Pair {
        /// The link.
        link: String,
    },
    /// Tell what a `tel:`, `callto:` or `bohao:` link would do in the window. Nothing is done.
    Link {
        /// The link.
        link: String,
    },
    /// The platform's credentials and the own numbers.
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Place one call.
    Dial(Dial),
    /// Ask the relay now, once.
    Sync {
        /// Read everything again from the relay's first record; nothing known is changed.
        #[arg(long)]
        from_start: bool,
    },
    /// Show the log, newest first.
    Calls {
        #[command(flatten)]
        filter: Filter,
        /// How many calls at most.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Tell what the calls of some days come to, and of the days before them; today's unless told.
    Report(ChooseDays),
    /// Choose what came of a call, and do what that says.
    Outcome(ChooseOutcome),
    /// Whom to call again, and when.
    FollowUps(FollowUpsArgs),
    /// Show the customers, the last to be added first.
    Customers {
        /// Words that must all be found in name, company, title, tags or numbers; Chinese by its
        /// pinyin too.
        #[arg(long, value_name = "Q")]
        search: Option<String>,
        /// Only customers with this tag.
        #[arg(long, value_name = "TAG")]
        tag: Option<String>,
        /// How many customers at most.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Save a call's recording, fetching it first if need be.
    Recording {
        /// The platform's identity of the call, or the log's.
        subid: String,
        /// The file, or a folder for the suggested name.
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
    /// Write down a call that was made elsewhere.
    Log(Log),
    /// Delete calls for good, with their notes and recordings.
    Delete {
        /// The platform's identities of the calls, or the log's.
        #[arg(value_name = "SUBID")]
        subids: Vec<String>,
        #[command(flatten)]
        filter: Filter,
        /// Do it: it can't be undone.
        #[arg(long)]
        yes: bool,
    },
    /// Erase everything of one person for good: calls, notes, recordings, the number itself.
    Erase(Erase),
    /// Bring records in from a CSV, XLSX, XLS or JSON file, or take an import out again.
    Import(Import),
    /// Write the log into a .csv, .xlsx, .json or .jsonl file.
    Export(Export),
    /// Show the calling lists, make one of a sheet of leads, or export one with what came of it.
    Lists {
        #[command(subcommand)]
        command: Option<ListsCommand>,
    },
    /// Put log, settings and recordings into one file, and read it back. No secret is in it.
    Backup {
        /// The file.
        file: PathBuf,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
    /// Put a backup into the place of the data. What is there is set aside, never deleted.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Set a desk aside that is there.
        #[arg(long)]
        force: bool,
    },
    /// The rules of what may not be dialled now.
    Guard {
        #[command(subcommand)]
        command: GuardCommand,
    },
    /// Numbers that are not to be called, whoever asks.
    DoNotCall {
        #[command(subcommand)]
        command: DoNotCallCommand,
    },
    /// Check the whole set-up. Nothing is dialled.
    Doctor,
    /// Serve the UI to a browser on this machine.
    Serve {
        /// Where to listen: a loopback address; port 0 picks a free one.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: String,
        /// Begin in practice, whatever was on last.
        #[arg(long)]
        practice: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Set credentials and own numbers; what is absent stays. Without any option appKey and
    /// appSecret are taken from BOHAO_APP_KEY and BOHAO_APP_SECRET, asked for on the terminal
    /// without an echo, or read as two lines from stdin.
    Set(SetAccount),
    /// Show what is set up; never a secret itself.
    Show,
}

#[derive(Debug, Args)]
pub struct SetAccount {
    /// An own number, the one that rings first first; can be given several times.
    #[arg(long, value_name = "NUMBER")]
    pub tel_a: Vec<String>,
    /// Take the credentials too, as without any option.
    #[arg(long)]
    pub credentials: bool,
    /// The platform's appKey. Others on this machine can see it here.
    #[arg(long, value_name = "KEY", requires = "app_secret")]
    pub app_key: Option<String>,
    /// The platform's appSecret. Others on this machine can see it here.
    #[arg(long, value_name = "SECRET", requires = "app_key")]
    pub app_secret: Option<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    /// The file.
    #[arg(required_unless_present_any = ["undo", "list"])]
    pub file: Option<PathBuf>,
    /// Tell what would happen, and change nothing.
    #[arg(long, conflicts_with_all = ["undo", "list"])]
    pub dry_run: bool,
    /// What a column tells, given by its header or its number: subid, tel_a, tel_x, tel_b,
    /// started_at, ended_at, duration, status, reason, download_url; nothing for none. It is
    /// remembered for sheets with the same headers. Can be given several times.
    #[arg(long, value_name = "COLUMN=FIELD", requires = "file")]
    pub map: Vec<String>,
    /// The sheet of a workbook; the first with content if absent.
    #[arg(long, value_name = "NAME", requires = "file")]
    pub sheet: Option<String>,
    /// The zone of times that name none: +08:00, UTC, Asia/Tokyo; Beijing's if absent.
    #[arg(
        long,
        value_name = "ZONE",
        allow_hyphen_values = true,
        requires = "file"
    )]
    pub zone: Option<String>,
    /// The encoding of a text, such as gbk; found by its content if absent.
    #[arg(long, value_name = "NAME", requires = "file")]
    pub encoding: Option<String>,
    /// What parts the cells of a text; found by its content if absent.
    #[arg(
        long,
        value_name = "SIGN",
        allow_hyphen_values = true,
        requires = "file"
    )]
    pub delimiter: Option<String>,
    /// Save the rows that can't be taken as a CSV sheet with the reason beside each.
    #[arg(long, value_name = "PATH", requires = "file")]
    pub rejected: Option<PathBuf>,
    /// Take everything out of the log again that this import alone told.
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "list"])]
    pub undo: Option<i64>,
    /// List the imports so far.
    #[arg(long, conflicts_with = "file")]
    pub list: bool,
}

#[derive(Debug, Args)]
pub struct Dial {
    /// The number, however it is written.
    #[arg(required = true, value_name = "NUMBER")]
    pub number: Vec<String>,
    /// Stay until the record is in, at most so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub wait: Option<u32>,
    /// Which own number rings first; the chosen one if absent.
    #[arg(long, value_name = "NUMBER")]
    pub tel_a: Option<String>,
}

#[derive(Debug, Args)]
pub struct Export {
    /// The file.
    pub file: PathBuf,
    #[command(flatten)]
    pub filter: Filter,
    /// How many calls at most; all of them if absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// csv, xlsx, json or json-lines; by the file's ending if absent.
    #[arg(long, value_name = "F", value_parser = word::<SheetFormat>)]
    pub format: Option<SheetFormat>,
    /// A CSV's encoding: utf8 with its mark, or gbk, in which rare characters are GB18030.
    #[arg(long, value_name = "utf8|gbk", value_parser = word::<TextEncoding>, default_value = "utf8")]
    pub encoding: TextEncoding,
    /// Hide the middle of every number, also in notes and in the names of recordings.
    #[arg(long)]
    pub masked: bool,
    /// Mark numbers in a CSV as text, so that a spreadsheet keeps each digit.
    #[arg(long)]
    pub as_text: bool,
    /// Copy the recordings that are on this computer into this folder, which is made.
    #[arg(long, value_name = "DIR")]
    pub recordings: Option<PathBuf>,
    /// How they are named; a slash begins a folder. date, time, customer, number, own, status,
    /// length, subid, call, note.
    #[arg(
        long,
        value_name = "TEMPLATE",
        requires = "recordings",
        default_value = "{date}_{customer}_{number}"
    )]
    pub name: String,
    /// Replace a file that is in the way.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Subcommand)]
pub enum ListsCommand {
    /// Make a list of a sheet of leads: CSV, XLSX, XLS or JSON.
    Import(ImportLeads),
    /// Write every lead of a list, and what came of it, into a .csv or .xlsx file.
    Export {
        /// The list's identity, as `lists` shows it.
        #[arg(value_name = "LIST")]
        list: i64,
        /// The file.
        file: PathBuf,
        /// Hide the middle of every number, also in notes and names.
        #[arg(long)]
        masked: bool,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub struct ImportLeads {
    /// The file.
    pub file: PathBuf,
    /// The list's name; the file's if absent.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Leave those out whose number a customer has already.
    #[arg(long)]
    pub new_only: bool,
    /// Tell what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The sheet of a workbook; the first with content if absent.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Save the rows that can't be taken as a CSV sheet with the reason beside each.
    #[arg(long, value_name = "PATH")]
    pub rejected: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ChooseOutcome {
    /// The platform's identity of the call, or the log's.
    pub subid: String,
    /// 1 to 9 as on the screen, an outcome's name, or interested, later, not_interested, no_answer,
    /// dead_number, do_not_call; `none` takes the choice back.
    pub key: String,
    /// When to follow up: Unix milliseconds, or YYYY-MM-DD[ HH:MM[:SS]] in Beijing time.
    #[arg(long, value_name = "T", value_parser = beijing::parse)]
    pub at: Option<i64>,
    /// Why to follow up.
    #[arg(long, value_name = "WHY")]
    pub why: Option<String>,
}

#[derive(Debug, Args)]
pub struct Log {
    /// The customer's number, however it is written.
    #[arg(required = true, value_name = "NUMBER")]
    pub number: Vec<String>,
    /// The own number.
    #[arg(long, value_name = "NUMBER")]
    pub tel_a: Option<String>,
    /// What became of it: connected (unless told otherwise), not_connected, failed or dialled.
    #[arg(long, value_name = "S", value_parser = word::<CallStatus>)]
    pub status: Option<CallStatus>,
    /// When it began: Unix milliseconds, or YYYY-MM-DD[ HH:MM[:SS]] in Beijing time; now if absent.
    #[arg(long, value_name = "T", value_parser = beijing::parse)]
    pub at: Option<i64>,
    /// How long it took.
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<i64>,
    /// A note.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub struct Erase {
    /// The customer's number, however it is written.
    #[arg(required = true, value_name = "NUMBER")]
    pub number: Vec<String>,
    /// Keep a mark by which the number is not called again.
    #[arg(long)]
    pub keep_off: bool,
    /// Do it: it can't be undone.
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct ChooseDays {
    /// today, yesterday, this-week, last-week, this-month or last-month.
    #[arg(value_name = "DAYS", value_parser = days, conflicts_with = "from")]
    pub days: Option<ReportRange>,
    /// The first day, in Beijing: YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day; the present one if absent.
    #[arg(long, value_name = "DAY", requires = "from")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
pub struct FollowUpsArgs {
    /// By whose clock times are meant: a name as in Asia/Tokyo, or +09:00. Beijing's unless told.
    #[arg(long, global = true, value_name = "ZONE", value_parser = zone::parse, default_value = "Asia/Shanghai", allow_hyphen_values = true)]
    pub zone: Zone,
    #[command(subcommand)]
    pub command: FollowUpCommand,
}

#[derive(Debug, Subcommand)]
pub enum FollowUpCommand {
    /// Show them by when they are due.
    List {
        /// Those that an outcome's rule asks for: try again in so many hours.
        #[arg(long)]
        again: bool,
        /// How many of each section at most.
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Keep one.
    Add {
        /// Whom to call, however the number is written.
        #[arg(required = true, value_name = "NUMBER")]
        number: Vec<String>,
        /// When, as one says it: 周四上午十点, tomorrow 3pm, in 2 hours, 2026-12-03 09:30.
        #[arg(long, value_name = "TIME")]
        at: String,
        /// Why.
        #[arg(long, value_name = "WHY")]
        why: Option<String>,
        /// The call that it comes from: the platform's identity of it, or the log's.
        #[arg(long, value_name = "SUBID")]
        call: Option<String>,
    },
    /// Change its time, or why.
    Change {
        /// The number that `list` shows first.
        id: i64,
        /// When, as for `add`.
        #[arg(long, value_name = "TIME", required_unless_present = "why")]
        at: Option<String>,
        /// Why.
        #[arg(long, value_name = "WHY")]
        why: Option<String>,
    },
    /// Put it off.
    Snooze {
        /// The number that `list` shows first.
        id: i64,
        /// ten-minutes, hour, or tomorrow, which is 9:00.
        #[arg(long, value_name = "S", value_parser = word::<Snooze>, default_value = "ten-minutes")]
        until: Snooze,
    },
    /// Say that it is done.
    Done {
        /// The number that `list` shows first.
        id: i64,
    },
    /// Delete it. `reopen` brings it back.
    Delete {
        /// The number that `list` shows first.
        id: i64,
    },
    /// Let one stand again that was done or deleted.
    Reopen {
        /// Its number.
        id: i64,
    },
    /// Show how a time is understood, and keep nothing.
    Read {
        /// The time, as for `add`.
        #[arg(required = true, value_name = "TIME")]
        time: Vec<String>,
    },
    /// Write those that stand into an .ics file, which calendars take in.
    Export {
        /// The file.
        file: PathBuf,
        /// Those that an outcome's rule asks for.
        #[arg(long)]
        again: bool,
        /// Leave the middles of numbers in.
        #[arg(long)]
        whole_numbers: bool,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, Args)]
pub struct Filter {
    /// Words that must all be found: part of the customer's number, name or company, of a call's
    /// identity, of a reason or of a note; Chinese names and notes by their pinyin too, in full or
    /// initials.
    #[arg(long, value_name = "Q")]
    search: Option<String>,
    /// Only calls whose record says dialled, connected, not_connected or failed.
    #[arg(long, value_name = "S", value_parser = word::<CallStatus>)]
    status: Option<CallStatus>,
    /// Only calls that stand so: planned, sending, accepted, refused, not_sent, unknown, recorded.
    #[arg(long, value_name = "S", value_parser = word::<CallState>)]
    state: Option<CallState>,
    /// Not before: Unix milliseconds, YYYY-MM-DD[ HH:MM[:SS]] in Beijing time, or with an offset of
    /// its own, as in 2026-11-23T14:07:00Z.
    #[arg(long, value_name = "T", value_parser = beijing::parse, allow_negative_numbers = true)]
    since: Option<i64>,
    /// Before; as --since.
    #[arg(long, value_name = "T", value_parser = beijing::parse, allow_negative_numbers = true)]
    until: Option<i64>,
    /// Only calls with a recording on this computer.
    #[arg(long)]
    recorded: bool,
    /// Only calls from this own number.
    #[arg(long, value_name = "NUMBER")]
    tel_a: Option<String>,
    /// Only calls that this came of: as for `outcome`.
    #[arg(long, value_name = "KEY")]
    pub outcome: Option<String>,
    /// Only calls to leads of this calling list: the identity that `lists` shows.
    #[arg(long, value_name = "ID")]
    list: Option<i64>,
    /// Only calls with any number of this customer: the identity that `customers` shows.
    #[arg(long, value_name = "ID")]
    customer: Option<i64>,
    /// Only calls with this customer's number, in bare digits.
    #[arg(long, value_name = "NUMBER")]
    tel_b: Option<String>,
    /// Only calls of so many billed seconds at least.
    #[arg(long, value_name = "SECONDS")]
    min_duration: Option<i64>,
    /// Only calls of so many billed seconds at most.
    #[arg(long, value_name = "SECONDS")]
    max_duration: Option<i64>,
}

#[derive(Debug, Subcommand)]
pub enum GuardCommand {
    /// Show the rules.
    Show,
    /// Change rules; each change is kept in the guard's log.
    Set {
        /// hours=08:00-21:00 gap=60 per_5min=3 per_24h=5 per_day=0 (0: no limit), and
        /// blocked=PATTERN[:WHY],…: numbers that are never dialled, `?` for any digit and `*` for
        /// any number of them; the list takes the place of the former one.
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
        /// Why.
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
    /// Show what the guard refused and how its rules changed, and whether the log is whole.
    Log {
        /// Entries to show, the latest first.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only entries before this one.
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
    },
    /// Dial without the do-not-call list, the rules and the notes of a database that was lost. It is
    /// kept in the guard's log.
    AcknowledgeLoss,
    /// Write all of the guard's log into a .jsonl or .csv file.
    Export {
        /// The file.
        file: PathBuf,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
    /// Check such a file: whether an entry was changed, dropped or slipped in, and which. It needs no
    /// data.
    Verify {
        /// The file.
        file: PathBuf,
        /// The digest of the last entry, as it was written down elsewhere.
        #[arg(long, value_name = "HEX")]
        head: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum DoNotCallCommand {
    /// Show how many there are.
    Show,
    /// Put one number there.
    Add {
        /// The number, however it is written.
        number: String,
        /// Why.
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
    /// Put the numbers of a sheet there: digits, or hashes of a list.
    Import {
        /// The file.
        file: PathBuf,
        /// Why: for every number that tells no reason of its own.
        #[arg(long, value_name = "WHY", required_unless_present = "dry_run")]
        reason: Option<String>,
        /// Tell what would happen, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// The key of a list of hashes.
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// The column of the numbers, by its number from 1; found by its header if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        column: Option<u32>,
        /// The sheet of a workbook; the first with content if absent.
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
    },
    /// Write them into a .csv or .xlsx file.
    Export {
        /// The file.
        file: PathBuf,
        /// In plain digits, or as hashes: keyed, whose key is printed and told by another way, or
        /// salted, which anybody with a computer can undo.
        #[arg(long = "as", value_name = "plain|keyed|salted", value_parser = word::<ListedAs>)]
        listed_as: ListedAs,
        /// Replace a file that is in the way.
        #[arg(long)]
        force: bool,
    },
    /// Let a number be called again.
    Lift {
        /// The number, however it is written.
        number: String,
        /// Why.
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
}

impl Filter {
    /// The question to the log that this filter stands for, but for the outcome, which only a
    /// desk can tell.
    pub fn query(&self) -> CallsQuery {
        CallsQuery {
            customer: self.customer.map(CustomerId),
            list: self.list.map(ListId),
            search: self.search.clone().unwrap_or_default(),
            status: self.status,
            state: self.state,
            recording: self.recorded.then_some(RecordingState::Saved),
            tel_a: self.tel_a.clone(),
            tel_b: self.tel_b.clone(),
            min_duration: self.min_duration,
            max_duration: self.max_duration,
            since: self.since,
            until: self.until,
            ..CallsQuery::default()
        }
    }
}

/// A word of the contract, spelled as in JSON; a dash will do for an underscore.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(text.replace('-', "_")))
}

/// Days that have a name.
fn days(text: &str) -> Result<ReportRange, serde_json::Error> {
    serde_json::from_value(serde_json::json!({ "days": text.replace('-', "_") }))
}
