//! `sync`.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::Desk;
use bohao_wire::{Mutations, SyncNow};

/// Asks the relay once.
///
/// # Errors
/// `NotSetUp` without a relay, else what the relay answered.
pub async fn run(desk: &Desk, output: Output, from_start: bool) -> Result<Exit, Failure> {
    let report = desk.sync_now(SyncNow { from_start }).await?;
    output.answer(&report, |language| {
        let bohao_wire::SyncReport {
            received,
            new,
            updated,
            unreadable,
            cursor,
        } = report;
        match language {
            Language::Zh => format!(
                "收到 {received} 条：新通话 {new}，有更新 {updated}，看不懂 {unreadable}（原文已保留）。游标 {cursor}"
            ),
            Language::En => format!(
                "{received} received: {new} new calls, {updated} updated, {unreadable} unreadable (kept as they came). Cursor {cursor}"
            ),
        }
    })?;
    Ok(Exit::Done)
}
