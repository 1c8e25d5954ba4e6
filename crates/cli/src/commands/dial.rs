//! `dial NUMBER [--wait SECONDS]`.

use super::record::Watch;
use crate::args::Dial;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use bohao_engine::Desk;
use bohao_wire::{
    AccountQuery, CallId, CallRow, CallStatus, FaultCode, GuardRule, Mutations, PlaceCall, Placed,
    Queries, RecordingState, SecretOrigin,
};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long an answer waits for room on a disk that is full. A script that waits for a dial should
/// learn of it.
const UNTIL_THERE_IS_ROOM: Duration = Duration::from_secs(30);

/// What became of a dial, every key always there.
#[derive(Debug, Default, Serialize)]
struct Answer {
    call: Option<CallId>,
    state: &'static str,
    code: Option<i64>,
    message: String,
    subid: Option<String>,
    tel_x: Option<String>,
    /// Whether all of this is in the log.
    noted: bool,
    #[serde(flatten)]
    block: Option<Block>,
    #[serde(flatten)]
    record: Option<Record>,
}

/// What stopped it.
#[derive(Debug, Serialize)]
struct Block {
    rule: GuardRule,
    count: u32,
    limit: u32,
    frees_at: Option<i64>,
    /// Which call has to get its outcome first.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<CallId>,
}

/// What its record said in time, if it was waited for.
#[derive(Debug, Default, Serialize)]
struct Record {
    status: Option<CallStatus>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    duration: Option<i64>,
    reason: Option<String>,
    recording: Option<RecordingState>,
}

/// Dials once, and waits for the record if it is asked to.
///
/// # Errors
/// Only before anything was dialled: from then on, what became of it is told by the exit code, too.
pub async fn run(desk: &Desk, output: Output, dial: Dial) -> Result<Exit, Failure> {
    let stopping = CancellationToken::new();
    crate::signals::end_on_signal(stopping.clone())?;
    if dial.wait.is_some() {
        keep_in_step(desk, output).await?;
    }
    let request = PlaceCall {
        number: dial.number.join(" "),
        tel_a: dial.tel_a,
        ticket: None,
    };
    let Some(placed) = stopping.run_until_cancelled(desk.place_call(request)).await else {
        return Ok(stopped(output));
    };
    let placed = placed.map_err(|fault| Failure::from(fault).nothing_dialled())?;
    let mut exit = exit_of(&placed);
    let mut answer = answer_of(output.language, &placed);
    if !desk.answers_written(Duration::ZERO).await {
        output.remark(
            "平台已回答，却写不进记录：磁盘可能已满。请腾出空间，正在重试…",
            "The platform answered, and that can't be written into the log: the disk may be full. Free some space; trying again…",
        );
        let written = desk.answers_written(UNTIL_THERE_IS_ROOM);
        answer.noted = stopping.run_until_cancelled(written).await == Some(true);
        remark_on_what_was_noted(output, &answer);
    }
    let may_have_a_record = matches!(placed, Placed::Accepted { .. } | Placed::Unknown { .. });
    let mut told_before = false;
    if let (Some(seconds), Some(call), true) = (dial.wait, answer.call.clone(), may_have_a_record) {
        let told = output.progress(|language| headline(language, &placed, &answer));
        tell_elsewhere(output, told, &placed, &answer);
        told_before = true;
        let deadline = Instant::now() + Duration::from_secs(seconds.into());
        // A log that can't be read is no reason to keep back what is known of the dial.
        let mut watch = Watch::on(desk, call);
        let row = stopping
            .run_until_cancelled(watch.until(deadline, |row| row.status.is_some()))
            .await
            .unwrap_or(Ok(None))
            .unwrap_or_else(|failure| {
                let told = |language| failure.words(language);
                output.remark(&told(Language::Zh), &told(Language::En));
                None
            });
        if let Some(row) = &row
            && exit == Exit::Unknown
        {
            // The record proves that the platform took it.
            answer.state = "accepted";
            answer.message = words::taken(output.language).to_owned();
            answer.subid.clone_from(&row.subid);
            answer.tel_x.clone_from(&row.tel_x);
            exit = Exit::Done;
        }
        answer.record = Some(row.map(Record::from).unwrap_or_default());
    }
    let told = output.answer(&answer, |language| match told_before {
        true => record_line(language, answer.record.as_ref()),
        false => headline(language, &placed, &answer),
    });
    tell_elsewhere(output, told, &placed, &answer);
    Ok(exit)
}

/// Says on stderr what stdout did not take, so that nobody dials again for want of a word.
fn tell_elsewhere(output: Output, told: Result<(), Failure>, placed: &Placed, answer: &Answer) {
    if let Err(failure) = told {
        let words = |language| {
            let (failure, headline) = (failure.words(language), headline(language, placed, answer));
            format!("{failure}\n{headline}")
        };
        output.remark(&words(Language::Zh), &words(Language::En));
    }
}

/// Ended by a signal while the platform was asked. Whether it took the call is what its record will
/// tell; the attempt stands in the log, and is not repeated.
fn stopped(output: Output) -> Exit {
    let answer = Answer {
        state: "unknown",
        message: words::interrupted(output.language).to_owned(),
        ..Answer::default()
    };
    // Whoever sent the signal may have closed stdout as well; the exit code tells it.
    let _ = output.answer(&answer, |_| answer.message.clone());
    Exit::Unknown
}

fn remark_on_what_was_noted(output: Output, answer: &Answer) {
    if answer.noted {
        output.remark("已经写进记录。", "It is in the log now.");
        return;
    }
    let subid = answer.subid.as_deref().unwrap_or("-");
    output.remark(
        &format!("没有写进本机：这通电话会显示为待核对，通话记录到后自动补齐。请记下 subid {subid}，不要重拨。"),
        &format!("It is not in the log, where the call's outcome will be unknown until its record comes. Note its subid, {subid}, and don't dial again."),
    );
}

/// Records come in by themselves from now on. If another process sees to it, that will do.
async fn keep_in_step(desk: &Desk, output: Output) -> Result<(), Failure> {
    let account = desk.account(AccountQuery {}).await?;
    if account.relay_url.is_none() || account.relay_token == SecretOrigin::Unset {
        output.remark(
            "提醒：还没有配对中继，通话记录不会自己到来。",
            "Mind: no relay is set up, so the record will not come by itself.",
        );
    }
    match desk.start().await {
        Err(fault) if fault.code != FaultCode::InUse => Err(fault.into()),
        _ => Ok(()),
    }
}

fn exit_of(placed: &Placed) -> Exit {
    match placed {
        Placed::Accepted { .. } => Exit::Done,
        Placed::Refused { .. } | Placed::Blocked { .. } => Exit::Refused,
        Placed::Unknown { .. } => Exit::Unknown,
        Placed::NotSent { .. } => Exit::Unreached,
    }
}

fn answer_of(language: Language, placed: &Placed) -> Answer {
    let answer = Answer {
        message: words::answer(language, placed),
        noted: true,
        ..Answer::default()
    };
    match placed.clone() {
        Placed::Accepted {
            call,
            code,
            subid,
            tel_x,
            ..
        } => Answer {
            call: Some(call),
            state: "accepted",
            code: Some(code),
            subid: Some(subid),
            tel_x,
            ..answer
        },
        Placed::Refused { call, code, .. } => Answer {
            call: Some(call),
            state: "refused",
            code: Some(code),
            ..answer
        },
        Placed::NotSent { call, .. } => Answer {
            call: Some(call),
            state: "not_sent",
            ..answer
        },
        Placed::Unknown { call, .. } => Answer {
            call: Some(call),
            state: "unknown",
            ..answer
        },
        Placed::Blocked { block, .. } => Answer {
            state: "blocked",
            block: Some(Block {
                rule: block.rule,
                count: block.count,
                limit: block.limit,
                frees_at: block.frees_at,
                waits_for: block.call.filter(|_| block.rule == GuardRule::Outcome),
            }),
            ..answer
        },
    }
}

fn headline(language: Language, placed: &Placed, answer: &Answer) -> String {
    let mut text = words::dial_state(language, placed).to_owned();
    let detail = match placed {
        Placed::Accepted { .. } => answer
            .tel_x
            .as_deref()
            .map(crate::table::short_cell)
            .map(|tel_x| format!("{} {tel_x}", language.pick("中间号", "middle number"))),
        Placed::Refused { class, code, .. } => {
            let message = crate::table::cell(&answer.message);
            Some(words::refusal(language, *code, &message, *class))
        }
        Placed::Blocked { .. } => Some(answer.message.clone()),
        Placed::NotSent { .. } => Some(crate::table::cell(&answer.message)),
        // The network's own words are English, and the headline tells what counts.
        Placed::Unknown { .. } => match language {
            Language::Zh => None,
            Language::En => Some(crate::table::cell(&answer.message)),
        },
    };
    if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
        text.push('\n');
        text.push_str(&detail);
    }
    text
}

fn record_line(language: Language, record: Option<&Record>) -> String {
    let Some((record, status)) = record.and_then(|record| Some((record, record.status?))) else {
        let late = "通话记录还没有到；之后可以用 bohao-cli sync 取回";
        let english = "The record is not in yet; `bohao-cli sync` brings it later";
        return language.pick(late, english).to_owned();
    };
    let mut parts = vec![words::status(language, status).to_owned()];
    parts.extend(record.duration.map(words::duration));
    parts.extend(record.reason.as_deref().map(crate::table::cell));
    let head = language.pick("通话记录已到：", "The record is in: ");
    format!("{head}{}", parts.join(language.pick("，", ", ")))
}

impl From<CallRow> for Record {
    fn from(row: CallRow) -> Self {
        Record {
            status: row.status,
            started_at: row.started_at,
            ended_at: row.ended_at,
            duration: row.duration,
            reason: row.reason,
            recording: Some(row.recording),
        }
    }
}
