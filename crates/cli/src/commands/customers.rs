//! `customers`: who is behind the numbers, the last to be added first.

use crate::beijing;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::{self, Language};
use bohao_engine::Desk;
use bohao_wire::{CustomerRow, CustomersQuery, Queries};

/// The most rows that the engine gives at once.
const PAGE: u32 = 1000;

/// Shows the customers.
///
/// # Errors
/// A fault of the database.
pub async fn run(
    desk: &Desk,
    output: Output,
    query: CustomersQuery,
    limit: u32,
) -> Result<Exit, Failure> {
    let mut rows: Vec<CustomerRow> = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let wanted = limit.saturating_sub(offset).min(PAGE);
        let page = CustomersQuery {
            offset,
            limit: wanted,
            ..query.clone()
        };
        let found = match wanted {
            0 => Vec::new(),
            _ => desk.customers(page).await?.rows,
        };
        if found.is_empty() {
            break;
        }
        rows.extend(found);
    }
    output.answer(&rows, |language| shown(language, &rows))?;
    Ok(Exit::Done)
}

fn shown(language: Language, rows: &[CustomerRow]) -> String {
    if rows.is_empty() {
        return language.pick("没有客户。", "No customers.").to_owned();
    }
    let titles = match language {
        Language::Zh => ["姓名", "公司", "号码", "通话", "最近", "结果", "标签"],
        Language::En => [
            "name", "company", "numbers", "calls", "last", "outcome", "tags",
        ],
    };
    let mut cells = vec![titles.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        [
            table::cell(&row.name),
            table::cell(&row.company),
            row.numbers.join(" "),
            row.calls.to_string(),
            row.last_at.map(beijing::format).unwrap_or_default(),
            row.outcome
                .as_ref()
                .map(|mark| words::outcome(language, mark))
                .unwrap_or_default(),
            table::cell(&row.tags.join(" ")),
        ]
    }));
    table::aligned(&cells)
}
