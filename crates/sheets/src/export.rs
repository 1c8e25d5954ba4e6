//! Rows of the log, written out.

use bohao_wire::{CallRow, CallState, CallStatus, RecordingState};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::io::{self, Write};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// CSV that a spreadsheet opens by a double click: UTF-8 with its mark, times of Beijing.
    Csv(Headings),
    /// One JSON array of the contract's rows.
    Json,
    /// One of the contract's rows a line.
    JsonLines,
}

/// The language of a table's headings and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headings {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// An export that is being written: any number of [`Export::row`], then [`Export::finish`].
pub struct Export<W: Write> {
    out: W,
    form: Form,
    rows: u64,
}

impl<W: Write> Export<W> {
    /// Begins an export.
    pub fn new(mut out: W, form: Form) -> io::Result<Self> {
        match form {
            Form::Csv(headings) => {
                out.write_all("\u{feff}".as_bytes())?;
                write_cells(
                    &mut out,
                    &COLUMNS.map(|(chinese, english)| headings.pick(chinese, english)),
                )?;
            }
            Form::Json => out.write_all(b"[")?,
            Form::JsonLines => {}
        }
        Ok(Export { out, form, rows: 0 })
    }

    /// Writes one row.
    pub fn row(&mut self, row: &CallRow) -> io::Result<()> {
        match self.form {
            Form::Csv(headings) => write_cells(&mut self.out, &cells(row, headings))?,
            Form::Json => {
                let before: &[u8] = if self.rows == 0 { b"\n" } else { b",\n" };
                self.out.write_all(before)?;
                serde_json::to_writer(&mut self.out, row)?;
            }
            Form::JsonLines => {
                serde_json::to_writer(&mut self.out, row)?;
                self.out.write_all(b"\n")?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the export and hands out what it was written to, flushed, and the number of rows.
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        if self.form == Form::Json {
            self.out
                .write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()?;
        Ok((self.out, self.rows))
    }
}

/// The columns of a table. The names of those that come from a record are ones that an import
/// knows again; the others are ones that it does not mistake for a record's.
const COLUMNS: [(&str, &str); 15] = [
    ("通话标识", "subid"),
    ("主叫号码", "tel_a"),
    ("中间号", "tel_x"),
    ("被叫号码", "tel_b"),
    ("开始时间", "started_at"),
    ("结束时间", "ended_at"),
    ("通话时长（秒）", "duration"),
    ("通话状态", "status"),
    ("原因", "reason"),
    ("录音状态", "recording"),
    ("备注", "note"),
    ("拨号进度", "state"),
    ("平台返回码", "code"),
    ("本机时间", "at"),
    ("本机编号", "call"),
];

fn cells(row: &CallRow, headings: Headings) -> [String; 15] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let status = row
        .status
        .map(|status| headings.pick_pair(status_words(status)));
    [
        text(&row.subid),
        text(&row.tel_a),
        text(&row.tel_x),
        text(&row.tel_b),
        beijing(row.started_at),
        beijing(row.ended_at),
        number(row.duration),
        status.unwrap_or_default().to_owned(),
        reason(row, headings),
        headings
            .pick_pair(recording_words(row.recording))
            .to_owned(),
        row.note.clone(),
        headings.pick_pair(state_words(row.state)).to_owned(),
        number(row.code),
        beijing(Some(row.at)),
        row.call.0.clone(),
    ]
}

/// What this computer alone knows of a dial is kept in English; a platform's own words stay as they
/// are.
fn reason(row: &CallRow, headings: Headings) -> String {
    match (headings, row.state) {
        (Headings::Chinese, CallState::NotSent) => "连不上平台，没有拨出".to_owned(),
        (Headings::Chinese, CallState::Unknown) => "没有收到平台的回答，可能已经拨出".to_owned(),
        _ => row.reason.clone().unwrap_or_default(),
    }
}

fn write_cells(out: &mut impl Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let cell = cell.as_ref();
        let mark = if is_formula(cell) { "'" } else { "" };
        if cell.contains(['"', ',', '\n', '\r', ';', '\t']) {
            write!(out, "\"{mark}{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(out, "{mark}{cell}")?;
        }
    }
    out.write_all(b"\r\n")
}

/// A spreadsheet would run it. A plain number, or a phone number with its country, is none: an
/// apostrophe would spoil it for every other program.
fn is_formula(cell: &str) -> bool {
    let Some(sign) = cell
        .chars()
        .next()
        .filter(|c| "=+-@\t\r\n＝＋－＠".contains(*c))
    else {
        return false;
    };
    let digits = &cell[sign.len_utf8()..];
    let plain = !digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|&byte| byte == b'.').count() <= 1;
    !(plain && matches!(sign, '+' | '-'))
}

/// An instant to the second.
fn beijing(instant: Option<i64>) -> String {
    let instant = instant.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let Some(instant) = instant else {
        return String::new();
    };
    let local = Offset::constant(8).to_datetime(instant);
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

impl Headings {
    fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Headings::Chinese => chinese,
            Headings::English => english,
        }
    }

    fn pick_pair(self, (chinese, english): (&'static str, &'static str)) -> &'static str {
        self.pick(chinese, english)
    }
}

fn status_words(status: CallStatus) -> (&'static str, &'static str) {
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
        CallState::Recorded => ("已有话单", "recorded"),
    }
}
