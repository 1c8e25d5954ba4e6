//! `recording SUBID --to PATH`.

use super::calls::Pages;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::{Desk, Overwrite};
use bohao_wire::{
    CallId, CallQuery, CallsQuery, Fault, FaultCode, FetchRecording, Mutations, Queries,
    RecordingDetail, RecordingState,
};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Serialize)]
struct Saved {
    path: String,
    bytes: Option<u64>,
    sha256: Option<String>,
    length_ms: Option<u64>,
    format: Option<String>,
}

/// Saves a call's recording, fetching it first if need be.
///
/// # Errors
/// `NotFound` without such a call, `FileExists`, or whatever kept it from being fetched or saved.
pub async fn run(
    desk: &Desk,
    output: Output,
    subid: &str,
    to: PathBuf,
    overwrite: Overwrite,
) -> Result<Exit, Failure> {
    let call = find(desk, subid).await?;
    // What would be refused at the end is refused before anything is fetched.
    if overwrite == Overwrite::Refuse && to.exists() && !to.is_dir() {
        return Err(Fault::new(FaultCode::FileExists, "the file exists")
            .with("path", to.display().to_string())
            .into());
    }
    let detail = at_hand(desk, &call).await?;
    let target = target(desk, &call, to).await?;
    let target = desk.save_recording(&call, &target, overwrite).await?;
    let saved = Saved {
        path: target.display().to_string(),
        bytes: detail.bytes,
        sha256: detail.sha256,
        length_ms: detail.length_ms,
        format: detail.format,
    };
    output.answer(&saved, |language| match language {
        Language::Zh => format!("录音已保存：{}", saved.path),
        Language::En => format!("The recording is saved: {}", saved.path),
    })?;
    Ok(Exit::Done)
}

/// The call of this subid; a call's own identity will do too.
pub async fn find(desk: &Desk, subid: &str) -> Result<CallId, Failure> {
    let subid = subid.trim();
    let by_id = CallQuery {
        call: CallId(subid.to_owned()),
    };
    match desk.call(by_id).await {
        Ok(detail) => return Ok(detail.row.call),
        Err(fault) if fault.code != FaultCode::NotFound => return Err(fault.into()),
        Err(_) => {}
    }
    let query = CallsQuery {
        // No search finds what Bohao itself made up.
        search: match bohao_engine::is_written_down(subid) {
            true => String::new(),
            false => subid.to_owned(),
        },
        ..CallsQuery::default()
    };
    let mut pages = Pages::of(query, None);
    while !subid.is_empty()
        && let Some(rows) = pages.next(desk).await?
    {
        let found = rows
            .into_iter()
            .find(|row| row.subid.as_deref() == Some(subid));
        if let Some(row) = found {
            return Ok(row.call);
        }
    }
    Err(Fault::new(FaultCode::NotFound, "there is no call of this subid").into())
}

/// The recording on this computer, whole: as it lies there, or fetched now.
async fn at_hand(desk: &Desk, call: &CallId) -> Result<RecordingDetail, Failure> {
    let request = FetchRecording { call: call.clone() };
    let detail = desk.fetch_recording(request).await?;
    match detail.state {
        RecordingState::Saved => Ok(detail),
        _ => Err(unavailable(detail)),
    }
}

fn unavailable(detail: RecordingDetail) -> Failure {
    Fault::new(
        FaultCode::RecordingUnavailable,
        "the recording could not be fetched",
    )
    .with("reason", detail.reason)
    .into()
}

/// The file to write: the given one, or the suggested name in the given folder.
async fn target(desk: &Desk, call: &CallId, to: PathBuf) -> Result<PathBuf, Failure> {
    if !Path::is_dir(&to) {
        return Ok(to);
    }
    let file = desk.recording_file(call).await?;
    Ok(to.join(file.suggested_name))
}
