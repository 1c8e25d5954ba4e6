//! What a table shows of a call, decided once for every form of table.

use super::Files;
use bohao_wire::{CallRow, CallState, CallStatus, Headings, OutcomeWord, RecordingState};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::borrow::Cow;

/// A column.
pub(super) struct Column {
    chinese: &'static str,
    english: &'static str,
    /// In digits of the font, as a spreadsheet counts.
    pub width: u8,
    pub of: for<'a> fn(&'a CallRow, Headings) -> Cell<'a>,
}

/// What stands in a cell, and what it means.
pub(super) enum Cell<'a> {
    Nothing,
    /// Words.
    Text(Cow<'a, str>),
    /// A phone number or an id: text for which a spreadsheet has to be told so.
    Digits(&'a str),
    /// A figure to reckon with.
    Figure(i64),
    /// Unix milliseconds.
    Instant(i64),
}

/// The names of those that come from a record are ones that an import knows again; the others are
/// ones that it does not mistake for a record's.
pub(super) const COLUMNS: &[Column] = &[
    column("通话标识", "subid", 29, |row, _| digits(&row.subid)),
    column("主叫号码", "tel_a", 15, |row, _| digits(&row.tel_a)),
    column("中间号", "tel_x", 15, |row, _| digits(&row.tel_x)),
    column("被叫号码", "tel_b", 15, |row, _| digits(&row.tel_b)),
    column("客户姓名", "customer_name", 13, |row, _| {
        row.customer
            .as_ref()
            .map_or(Cell::Nothing, |who| text(&who.name))
    }),
    column("公司", "company", 24, |row, _| {
        row.customer
            .as_ref()
            .map_or(Cell::Nothing, |who| text(&who.company))
    }),
    column("开始时间", "started_at", 19, |row, _| {
        instant(row.started_at)
    }),
    column("结束时间", "ended_at", 19, |row, _| {
        instant(row.ended_at)
    }),
    column("通话时长（秒）", "duration", 14, |row, _| {
        figure(row.duration)
    }),
    column("通话状态", "status", 13, |row, headings| {
        row.status.map_or(Cell::Nothing, |status| {
            words(status_words(status), headings)
        })
    }),
    column("原因", "reason", 24, reason),
    column("结果", "outcome", 13, |row, headings| {
        row.outcome
            .as_ref()
            .map_or(Cell::Nothing, |mark| match mark.word {
                Some(word) => words(outcome_words(word), headings),
                None => text(&mark.name),
            })
    }),
    column("录音状态", "recording", 12, |row, headings| {
        words(recording_words(row.recording), headings)
    }),
    column("备注", "note", 40, |row, _| text(&row.note)),
    column("拨号进度", "state", 13, |row, headings| {
        words(state_words(row.state), headings)
    }),
    column("平台返回码", "code", 11, |row, _| figure(row.code)),
    column("本机时间", "at", 19, |row, _| Cell::Instant(row.at)),
    column("本机编号", "call", 38, |row, _| {
        Cell::Digits(&row.call.0)
    }),
];

/// Where the recordings lie beside a table, its last column says under which names. No import takes
/// it for an address to download from.
const FILE: Column = column("录音文件名", "recording_name", 44, |_, _| {
    Cell::Nothing
});

const fn column(
    chinese: &'static str,
    english: &'static str,
    width: u8,
    of: for<'a> fn(&'a CallRow, Headings) -> Cell<'a>,
) -> Column {
    Column {
        chinese,
        english,
        width,
        of,
    }
}

/// What a table is like, whatever its rows tell.
pub(super) struct Plan {
    /// What it is of.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Planned>,
}

/// A column of it.
pub(super) struct Planned {
    pub heading: Cow<'static, str>,
    /// As in [`Column`].
    pub width: u8,
}

/// A table of calls.
pub(super) fn plan(headings: Headings, files: Files) -> Plan {
    Plan {
        name: match headings {
            Headings::Zh => "通话",
            Headings::En => "Calls",
        },
        columns: all(files)
            .map(|column| Planned {
                heading: column.heading(headings).into(),
                width: column.width,
            })
            .collect(),
    }
}

/// The columns of a table of calls.
fn all(files: Files) -> impl Iterator<Item = &'static Column> {
    let file = (files == Files::Beside).then_some(&FILE);
    COLUMNS.iter().chain(file)
}

/// The cells of a call, in the order of the columns.
pub(super) fn cells<'a>(
    row: &'a CallRow,
    file: Option<&'a str>,
    headings: Headings,
    files: Files,
) -> impl Iterator<Item = Cell<'a>> {
    let file = (files == Files::Beside).then(|| file.map_or(Cell::Nothing, text));
    COLUMNS
        .iter()
        .map(move |column| (column.of)(row, headings))
        .chain(file)
}

impl Column {
    pub fn heading(&self, headings: Headings) -> &'static str {
        match headings {
            Headings::Zh => self.chinese,
            Headings::En => self.english,
        }
    }
}

/// An instant to the second, in Beijing; nothing if no calendar has it.
pub(crate) fn beijing(instant: i64) -> Option<String> {
    let instant = Timestamp::from_millisecond(instant).ok()?;
    let local = Offset::constant(8).to_datetime(instant);
    Some(local.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

pub(super) fn text(text: &str) -> Cell<'_> {
    match text {
        "" => Cell::Nothing,
        text => Cell::Text(text.into()),
    }
}

fn digits(digits: &Option<String>) -> Cell<'_> {
    digits.as_deref().map_or(Cell::Nothing, Cell::Digits)
}

pub(super) fn figure(figure: Option<i64>) -> Cell<'static> {
    figure.map_or(Cell::Nothing, Cell::Figure)
}

pub(super) fn instant(instant: Option<i64>) -> Cell<'static> {
    instant.map_or(Cell::Nothing, Cell::Instant)
}

pub(super) fn words(
    (chinese, english): (&'static str, &'static str),
    headings: Headings,
) -> Cell<'static> {
    Cell::Text(Cow::Borrowed(match headings {
        Headings::Zh => chinese,
        Headings::En => english,
    }))
}

/// What this computer alone knows of a dial is kept in English; a platform's own words stay as they
/// are.
fn reason(row: &CallRow, headings: Headings) -> Cell<'_> {
    match (headings, row.state) {
        (Headings::Zh, CallState::NotSent) => text("没能连上平台，没有拨出"),
        (Headings::Zh, CallState::Unknown) => text("没有得到平台的有效回答，可能已经拨出"),
        _ => text(row.reason.as_deref().unwrap_or_default()),
    }
}

pub(super) fn status_words(status: CallStatus) -> (&'static str, &'static str) {
    match status {
        CallStatus::Dialled => ("已拨打", "dialled"),
        CallStatus::Connected => ("已接通", "connected"),
        CallStatus::NotConnected => ("未接通", "not_connected"),
        CallStatus::Failed => ("失败", "failed"),
    }
}

fn recording_words(recording: RecordingState) -> (&'static str, &'static str) {
    match recording {
        RecordingState::None => ("无", "none"),
        RecordingState::Waiting => ("等待获取", "waiting"),
        RecordingState::Saved => ("已保存", "saved"),
        RecordingState::Gone => ("平台已删除", "gone"),
        RecordingState::Failed => ("获取失败", "failed"),
        RecordingState::Dropped => ("按规则清理", "dropped"),
    }
}

fn outcome_words(word: OutcomeWord) -> (&'static str, &'static str) {
    match word {
        OutcomeWord::Interested => ("意向", "interested"),
        OutcomeWord::Later => ("稍后再拨", "later"),
        OutcomeWord::NotInterested => ("无意向", "not_interested"),
        OutcomeWord::NoAnswer => ("未接", "no_answer"),
        OutcomeWord::DeadNumber => ("空号", "dead_number"),
        OutcomeWord::DoNotCall => ("勿扰", "do_not_call"),
    }
}

fn state_words(state: CallState) -> (&'static str, &'static str) {
    match state {
        CallState::Planned => ("未发出", "planned"),
        CallState::Sending => ("正在提交", "sending"),
        CallState::Accepted => ("平台已受理", "accepted"),
        CallState::Refused => ("平台已拒绝", "refused"),
        CallState::NotSent => ("未发出", "not_sent"),
        CallState::Unknown => ("结果未知", "unknown"),
        CallState::Recorded => ("已有通话记录", "recorded"),
    }
}
