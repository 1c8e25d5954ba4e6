//! `recording://localhost/{call}`: a saved recording's bytes for the player in the window, and with
//! `?as=wav` the same decoded.
//!
//! The path holds a call's id and nothing else. The engine says which file that is, so that no
//! address can name a file of its own choice.

use bohao_engine::byte_range;
use bohao_engine::{Desk, RecordingFile};
use bohao_wire::{CallId, FaultCode};
use std::io::{self, SeekFrom};
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Answers one request of the window.
pub fn serve(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let desk = context
        .app_handle()
        .try_state::<Desk>()
        .map(|desk| desk.inner().clone());
    tauri::async_runtime::spawn(async move {
        let mut response = answer(desk, &request).await;
        let headers = response.headers_mut();
        // The page and this scheme are two origins; only our own pages are ever loaded.
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            header::HeaderValue::from_static(PAGE),
        );
        headers.insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("no-store"),
        );
        responder.respond(response);
    });
}

/// The origin of the window's page.
const PAGE: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// The most bytes of a part: the window takes an answer only as a whole, from memory.
const MOST_IN_MEMORY: u64 = 1024 * 1024;

async fn answer(desk: Option<Desk>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    if request.method() != Method::GET {
        return empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let Some(desk) = desk else {
        return empty(StatusCode::SERVICE_UNAVAILABLE);
    };
    let call = CallId(request.uri().path().trim_start_matches('/').to_owned());
    let asked = match request.uri().query() {
        Some("as=wav") => desk.recording_as_wav(&call).await,
        _ => desk.recording_file(&call).await,
    };
    let file = match asked {
        Ok(file) => file,
        Err(fault) => return empty(status_of(fault.code)),
    };
    let range = request
        .headers()
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    read(&file, range).await.unwrap_or_else(|_| {
        tracing::warn!("a recording's file could not be read");
        empty(StatusCode::NOT_FOUND)
    })
}

async fn read(recording: &RecordingFile, range: Option<&str>) -> io::Result<Response<Vec<u8>>> {
    let mut file = tokio::fs::File::open(&recording.path).await?;
    let length = file.metadata().await?.len();
    let answer = byte_range::answer(range, length, MOST_IN_MEMORY);
    file.seek(SeekFrom::Start(answer.bytes.start)).await?;
    let mut body = Vec::new();
    file.take(answer.bytes.count())
        .read_to_end(&mut body)
        .await?;
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(io::Error::other)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, text(&recording.content_type));
    headers.insert(header::ACCEPT_RANGES, text("bytes"));
    if let Some(part) = &answer.content_range {
        headers.insert(header::CONTENT_RANGE, text(part));
    }
    Ok(response)
}

/// The page has words of its own for each of these.
fn status_of(code: FaultCode) -> StatusCode {
    match code {
        FaultCode::UnreadableFile => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        FaultCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::NOT_FOUND,
    }
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

fn text(value: &str) -> header::HeaderValue {
    header::HeaderValue::from_str(value)
        .unwrap_or_else(|_| header::HeaderValue::from_static("application/octet-stream"))
}
