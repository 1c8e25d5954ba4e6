//! `calls`: the log, newest first.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use crate::{beijing, table};
use bohao_engine::Desk;
use bohao_wire::{CallRow, CallsQuery, Queries, RecordingState};

/// The most rows that the engine gives at once.
const PAGE: u32 = 1000;

/// Shows the log.
///
/// # Errors
/// A fault of the database.
pub async fn run(
    desk: &Desk,
    output: Output,
    query: CallsQuery,
    limit: u32,
) -> Result<Exit, Failure> {
    let mut rows = Vec::new();
    let mut pages = Pages::of(query, Some(limit));
    while let Some(page) = pages.next(desk).await? {
        rows.extend(page.into_iter().map(|row| CallRow {
            reason: words::why(output.language, &row),
            ..row
        }));
    }
    output.answer(&rows, |language| shown(language, &rows))?;
    Ok(Exit::Done)
}

/// The log in pages that fit together even if calls come in meanwhile: each page goes on from the
/// instant of the last row, not from a count of rows.
pub struct Pages {
    query: CallsQuery,
    left: Option<u32>,
    ended: bool,
}

impl Pages {
    /// All rows that fit the question, or so many of them.
    pub fn of(query: CallsQuery, limit: Option<u32>) -> Self {
        Pages {
            query,
            left: limit,
            ended: false,
        }
    }

    /// The next page; nothing after the last one.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn next(&mut self, desk: &Desk) -> Result<Option<Vec<CallRow>>, Failure> {
        let wanted = self.left.map_or(PAGE, |left| left.min(PAGE));
        if self.ended || wanted == 0 {
            return Ok(None);
        }
        self.query.limit = wanted;
        let rows = desk.calls(self.query.clone()).await?.rows;
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.left = self.left.map(|left| left.saturating_sub(count));
        self.ended = count < wanted;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        let at_the_last_instant = rows.iter().rev().take_while(|row| row.at == last.at);
        let seen = u32::try_from(at_the_last_instant.count()).unwrap_or(u32::MAX);
        let until = last.at.saturating_add(1);
        let same_instant = self.query.until == Some(until);
        self.query.offset = seen + if same_instant { self.query.offset } else { 0 };
        self.query.until = Some(until);
        Ok(Some(rows))
    }
}

fn shown(language: Language, rows: &[CallRow]) -> String {
    if rows.is_empty() {
        return language.pick("没有通话。", "No calls.").to_owned();
    }
    let titles = match language {
        Language::Zh => ["时间", "号码", "状态", "时长", "录音", "通话标识", "说明"],
        Language::En => [
            "time",
            "number",
            "state",
            "length",
            "recording",
            "subid",
            "remark",
        ],
    };
    let mut cells = vec![titles.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| row_cells(language, row)));
    table::aligned(&cells)
}

fn row_cells(language: Language, row: &CallRow) -> [String; 7] {
    let state = match row.status {
        Some(status) => words::status(language, status),
        None => words::state(language, row.state),
    };
    let recording = match (row.status, row.recording) {
        (None, RecordingState::None) => "",
        (_, recording) => words::recording(language, recording),
    };
    let remark = [row.reason.as_deref().unwrap_or_default(), &row.note]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(table::cell)
        .collect::<Vec<_>>()
        .join(" · ");
    [
        beijing::format(row.at),
        row.tel_b
            .as_deref()
            .map(table::short_cell)
            .unwrap_or_default(),
        state.to_owned(),
        row.duration.map(words::duration).unwrap_or_default(),
        recording.to_owned(),
        row.subid
            .as_deref()
            .map(table::short_cell)
            .unwrap_or_default(),
        remark,
    ]
}
