//! `demo`: the whole of Bohao in a terminal, against the stand-in platform and relay inside.

use super::record::Watch;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use bohao_engine::{Desk, Opening, Surroundings};
use bohao_wire::{
    CallId, CallQuery, CallRow, CallStatus, Mutations, PlaceCall, Placed, Queries, RecordingDetail,
    RecordingState,
};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;

/// A call of practice takes some seconds; after so many something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize)]
struct Demo {
    calls: Vec<Practised>,
}

/// One call from end to end.
#[derive(Debug, Serialize)]
struct Practised {
    call: CallId,
    tel_b: String,
    state: &'static str,
    subid: String,
    tel_x: Option<String>,
    status: Option<CallStatus>,
    duration: Option<i64>,
    recording: RecordingDetail,
}

/// Practises so many calls, one after the other, in a folder that vanishes.
///
/// # Errors
/// Whatever did not arrive.
pub async fn run(output: Output, calls: u32) -> Result<Exit, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::internal)?;
    let around = Surroundings::apart(folder.path().to_owned());
    let desk = Desk::open(around, Opening::Practice).await?;
    let practised = practise(&desk, output, calls).await;
    desk.close().await;
    let demo = Demo { calls: practised? };
    output.answer(&demo, |language| match language {
        Language::Zh => format!("\n完成：{calls} 通电话，通话记录和录音都已到。练习数据已清除。"),
        Language::En => format!(
            "\nDone: {calls} {}, each with its record and recording. Nothing was kept.",
            if calls == 1 { "call" } else { "calls" }
        ),
    })?;
    Ok(Exit::Done)
}

async fn practise(desk: &Desk, output: Output, calls: u32) -> Result<Vec<Practised>, Failure> {
    output.progress(|language| {
        language
            .pick(
                "练习：平台和中继都在本机模拟，不会拨打任何真实号码。",
                "Practice: platform and relay are played on this machine, and no real number is dialled.",
            )
            .to_owned()
    })?;
    desk.start().await?;
    let mut practised = Vec::new();
    for index in 0..calls {
        practised.push(one(desk, output, number(index)).await?);
    }
    Ok(practised)
}

async fn one(desk: &Desk, output: Output, tel_b: String) -> Result<Practised, Failure> {
    let [zone, middle, end] = [&tel_b[..3], &tel_b[3..7], &tel_b[7..]];
    output.progress(|_| format!("\n{zone} {middle} {end}"))?;
    let request = PlaceCall {
        number: tel_b.clone(),
        ..PlaceCall::default()
    };
    let placed = desk.place_call(request).await?;
    let step = |chinese: String, english: String| {
        output.progress(move |language| match language {
            Language::Zh => format!("  · {chinese}"),
            Language::En => format!("  · {english}"),
        })
    };
    let Placed::Accepted {
        call, subid, tel_x, ..
    } = placed
    else {
        let headline = words::dial_state(Language::En, &placed);
        return Err(Failure::internal(format!("practice's dial: {headline}")));
    };
    let middle = tel_x.as_deref().unwrap_or("–");
    step(
        format!("已受理，中间号 {middle}"),
        format!("accepted, middle number {middle}"),
    )?;
    step("响铃，通话……".to_owned(), "ringing, talking …".to_owned())?;
    let deadline = Instant::now() + PATIENCE;
    let mut watch = Watch::on(desk, call.clone());
    let row = arrived(&mut watch, deadline, "record", |row| row.status.is_some()).await?;
    let talked = words::duration(row.duration.unwrap_or_default());
    let status = row.status.unwrap_or(CallStatus::Dialled);
    step(
        format!(
            "通话记录已到：{}，{talked}",
            words::status(Language::Zh, status)
        ),
        format!(
            "the record is in: {}, {talked}",
            words::status(Language::En, status)
        ),
    )?;
    arrived(&mut watch, deadline, "recording", |row| {
        row.recording == RecordingState::Saved
    })
    .await?;
    let recording = desk.call(CallQuery { call: call.clone() }).await?.recording;
    let length = recording.length_ms.unwrap_or_default() as f64 / 1000.0;
    let size = recording.bytes.unwrap_or_default().div_ceil(1024);
    step(
        format!("录音已保存：{length:.1} 秒，{size} KB"),
        format!("the recording is saved: {length:.1} s, {size} KB"),
    )?;
    Ok(Practised {
        call,
        tel_b,
        state: "accepted",
        subid,
        tel_x,
        status: row.status,
        duration: row.duration,
        recording,
    })
}

async fn arrived(
    watch: &mut Watch<'_>,
    deadline: Instant,
    what: &str,
    wanted: impl Fn(&CallRow) -> bool,
) -> Result<CallRow, Failure> {
    let late = || Failure::internal(format!("practice's {what} did not arrive"));
    watch.until(deadline, wanted).await?.ok_or_else(late)
}

/// Numbers that nobody has; the last digits keep clear of those with which the stand-in platform
/// plays misfortunes.
fn number(index: u32) -> String {
    format!("1392210{:04}", 4471 + 7 * index)
}
