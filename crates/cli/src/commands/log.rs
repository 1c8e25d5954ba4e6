//! `log NUMBER …`: a call that was made elsewhere, written down.

use crate::args::Log;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::Desk;
use bohao_wire::{CallStatus, DeskQuery, LogCall, Mutations, Queries};

/// Writes the call down.
///
/// # Errors
/// `BadNumber`, `BadInput` with its field, or a fault of the database.
pub async fn run(desk: &Desk, output: Output, log: Log) -> Result<Exit, Failure> {
    let started_at = match log.at {
        Some(at) => at,
        None => desk.desk(DeskQuery {}).await?.now,
    };
    let logged = desk
        .log_call(LogCall {
            number: log.number.join(" "),
            tel_a: log.tel_a,
            status: log.status.unwrap_or(CallStatus::Connected),
            started_at,
            duration: log.duration,
            note: log.note.unwrap_or_default(),
        })
        .await?;
    output.answer(&logged, |language| match (language, logged.merged) {
        (Language::Zh, false) => "已记入。".to_owned(),
        (Language::Zh, true) => "这通电话已在记录中，已补充进去。".to_owned(),
        (Language::En, false) => "Written down.".to_owned(),
        (Language::En, true) => "The log knew this call already; it was added to.".to_owned(),
    })?;
    Ok(Exit::Done)
}
