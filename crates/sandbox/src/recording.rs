//! `GET /call/companyRecordDownlaod/{subid}`, and the public link that a record's `downloadUrl` bears.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use crate::answer::{Code, Refusal, TEN_GIBIBYTES, broken_off, flood, insert, redirect};
use crate::exchange::{Call, CallState};
use crate::fault::{Fault, FaultKind, Stage};
use crate::outcome::Outcome;
use crate::request::Parameters;
use crate::server::Sandbox;
use crate::sound;

const AUDIO: &str = "audio/wav";
const SILENCE: u8 = 0;

/// By which way a recording is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Signed,
    Link,
}

/// The platform's own call: signed, with the path's `subid` among what is signed.
pub(crate) async fn signed(
    State(sandbox): State<Arc<Sandbox>>,
    Path(subid): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match check(&sandbox, &subid, query.as_deref(), &method) {
        Ok(()) => serve(&sandbox, &subid, &headers, Door::Signed),
        Err(refusal) => refusal.into_response(),
    }
}

/// The link in the record: open to everyone, and nobody's business to send credentials to.
pub(crate) async fn public(
    State(sandbox): State<Arc<Sandbox>>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET {
        return Refusal::from(Code::WrongMethod).into_response();
    }
    let subid = file.strip_suffix(".wav").unwrap_or(&file);
    let query = query.unwrap_or_default().to_ascii_lowercase();
    let carries = ["appkey=", "appsecret=", "sign="];
    if carries.iter().any(|name| query.contains(name))
        && let Some((index, _)) = sandbox.exchange.find(subid)
    {
        sandbox.exchange.leaked(index);
    }
    serve(&sandbox, subid, &headers, Door::Link)
}

fn check(
    sandbox: &Sandbox,
    subid: &str,
    query: Option<&str>,
    method: &Method,
) -> Result<(), Refusal> {
    if method != Method::GET {
        return Err(Code::WrongMethod.into());
    }
    Parameters::from_form(query.unwrap_or_default().as_bytes())?
        .with("subid", subid)?
        .verify(&sandbox.settings, sandbox.now())
}

fn serve(sandbox: &Sandbox, subid: &str, headers: &HeaderMap, door: Door) -> Response {
    let Some((index, call)) = sandbox.exchange.find(subid) else {
        return Refusal::from(Code::NoData).into_response();
    };
    if !is_recorded(&call) {
        return Refusal::from(Code::NoData).into_response();
    }
    let armed = sandbox.faults.strike(Stage::Recording);
    let own = || sandbox.exchange.strike(index, Stage::Recording);
    let fault = armed.or_else(|| own().map(Fault::from));

    let talk = sandbox.settings.timing.talk;
    let Some(fault) = fault else {
        return ranged(sound::wav(subid, talk), headers);
    };
    match fault.kind {
        FaultKind::RecordingAtLink if door == Door::Signed => {
            Refusal::from(Code::NoData).into_response()
        }
        FaultKind::RecordingBusy => busy(fault.delay()),
        FaultKind::RecordingNotReady => Refusal::from(Code::NoData).into_response(),
        FaultKind::RecordingJson => Refusal::from(Code::ServerFault).into_response(),
        FaultKind::RecordingCut => {
            let bytes = Bytes::from(sound::wav(subid, talk));
            let half = bytes.len() / 2;
            let mut response = broken_off(AUDIO, bytes.clone(), half);
            tag(response.headers_mut(), &bytes);
            response
        }
        FaultKind::RecordingEndless => flood(AUDIO, SILENCE, None),
        FaultKind::RecordingHuge => flood(AUDIO, SILENCE, Some(TEN_GIBIBYTES)),
        FaultKind::RecordingEmpty => with_type(Response::new(Body::empty())),
        FaultKind::RecordingNoRange => {
            with_type(Response::new(Body::from(sound::wav(subid, talk))))
        }
        FaultKind::RecordingChanged => {
            ranged(sound::wav(&format!("{subid}/changed"), talk), headers)
        }
        FaultKind::RecordingRedirect => redirect(StatusCode::FOUND, &sandbox.recording_link(subid)),
        FaultKind::RecordingRedirectAway => {
            let elsewhere = || sandbox.elsewhere(&format!("/sandbox/recordings/{subid}.wav"));
            redirect(StatusCode::FOUND, &fault.to.unwrap_or_else(elsewhere))
        }
        // An empty reference means the very address that was asked, parameters and all.
        FaultKind::RecordingRedirectLoop => redirect(StatusCode::FOUND, ""),
        // Faults of the other stages never strike here.
        _ => ranged(sound::wav(subid, talk), headers),
    }
}

fn busy(pause: Duration) -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    let seconds = pause.as_secs().to_string();
    insert(response.headers_mut(), RETRY_AFTER, &seconds);
    response
}

fn is_recorded(call: &Call) -> bool {
    call.state == CallState::Ended && call.outcome == Outcome::Connected
}

/// The whole file, or the part of it that `Range` asks for (one range; several are answered with the whole).
fn ranged(file: Vec<u8>, headers: &HeaderMap) -> Response {
    let bytes = Bytes::from(file);
    let length = bytes.len();
    let mut response = Response::new(Body::empty());
    tag(response.headers_mut(), &bytes);

    let unchanged = match headers.get(IF_RANGE) {
        Some(condition) => Some(condition) == response.headers().get(ETAG),
        None => true,
    };
    let range = match text(headers, &RANGE).filter(|_| unchanged) {
        Some(range) => parse(range, length),
        None => Range::Whole,
    };
    let part = match range {
        Range::Whole => bytes,
        Range::Part(first, last) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let place = format!("bytes {first}-{last}/{length}");
            insert(response.headers_mut(), CONTENT_RANGE, &place);
            bytes.slice(first..=last)
        }
        Range::Outside => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            insert(
                response.headers_mut(),
                CONTENT_RANGE,
                &format!("bytes */{length}"),
            );
            return response;
        }
    };
    *response.body_mut() = Body::from(part);
    with_type(response)
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// First and last byte.
    Part(usize, usize),
    Outside,
}

/// What can't be understood is ignored, as HTTP has it.
fn parse(range: &str, length: usize) -> Range {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|set| set.split_once('-'))
    else {
        return Range::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let end = length.saturating_sub(1);

    if first.is_empty() {
        return match last.parse::<usize>() {
            Ok(0) => Range::Outside,
            Ok(count) => Range::Part(length.saturating_sub(count), end),
            Err(_) => Range::Whole,
        };
    }
    let Ok(first) = first.parse::<usize>() else {
        return Range::Whole;
    };
    let last = match last {
        "" => end,
        last => match last.parse::<usize>() {
            Ok(last) if last >= first => last.min(end),
            _ => return Range::Whole,
        },
    };
    if first >= length {
        return Range::Outside;
    }
    Range::Part(first, last)
}

fn tag(headers: &mut HeaderMap, bytes: &Bytes) {
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    insert(
        headers,
        ETAG,
        &format!("\"{:016x}\"", sound::fingerprint(bytes)),
    );
}

fn with_type(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(AUDIO));
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("bytes=0-9", Range::Part(0, 9))]
    #[case("bytes=10-", Range::Part(10, 99))]
    #[case("bytes=-10", Range::Part(90, 99))]
    #[case("bytes=-1000", Range::Part(0, 99))]
    #[case("bytes=90-1000", Range::Part(90, 99))]
    #[case("bytes=100-", Range::Outside)]
    #[case("bytes=-0", Range::Outside)]
    #[case("bytes=9-3", Range::Whole)]
    #[case("bytes=0-1,5-6", Range::Whole)]
    #[case("seconds=1-2", Range::Whole)]
    #[case("bytes=99999999999999999999-", Range::Whole)]
    fn a_range_of_a_hundred_bytes(#[case] range: &str, #[case] expected: Range) {
        assert_eq!(parse(range, 100), expected);
    }
}
