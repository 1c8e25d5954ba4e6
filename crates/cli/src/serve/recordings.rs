//! `GET /api/recording/{call}`: a saved recording's bytes, to be heard or to be kept, and with
//! `?as=wav` the same decoded.
//!
//! The path holds a call's id and nothing else; the engine says which file that is.

use super::App;
use super::api::fault_response;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bohao_engine::RecordingFile;
use bohao_engine::byte_range;
use bohao_wire::{CallId, Fault, FaultCode};
use bytes::Bytes;
use futures_util::stream;
use std::io::{self, SeekFrom};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};

const CHUNK: usize = 64 * 1024;

/// Hands a recording out, whole or the part asked for.
pub async fn hand_out(
    State(app): State<App>,
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asks = |word: &str| {
        let mut words = query.as_deref().unwrap_or_default().split('&');
        words.any(|it| it == word)
    };
    let call = CallId(call);
    let recording = match asks("as=wav") {
        true => app.desk.recording_as_wav(&call).await,
        false => app.desk.recording_file(&call).await,
    };
    let recording = match recording {
        Ok(recording) => recording,
        Err(fault) => return fault_response(&fault),
    };
    let range = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    let mut response = match opened(&recording, range).await {
        Ok(response) => response,
        Err(_) => {
            let fault = Fault::new(FaultCode::NotFound, "the recording's file can't be read");
            return fault_response(&fault);
        }
    };
    if asks("download") {
        let name = match app.desk.name_on_screen(&recording).await {
            Ok(name) => attachment(&name),
            Err(fault) => return fault_response(&fault),
        };
        put(response.headers_mut(), header::CONTENT_DISPOSITION, &name);
    }
    response
}

async fn opened(recording: &RecordingFile, range: Option<&str>) -> io::Result<Response> {
    let mut file = File::open(&recording.path).await?;
    let length = file.metadata().await?.len();
    let answer = byte_range::answer(range, length, u64::MAX);
    file.seek(SeekFrom::Start(answer.bytes.start)).await?;
    let mut response = Response::new(body(file.take(answer.bytes.count())));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(io::Error::other)?;
    let headers = response.headers_mut();
    put(headers, header::CONTENT_TYPE, &recording.content_type);
    put(headers, header::ACCEPT_RANGES, "bytes");
    let count = answer.bytes.count().to_string();
    put(headers, header::CONTENT_LENGTH, &count);
    if let Some(part) = &answer.content_range {
        put(headers, header::CONTENT_RANGE, part);
    }
    Ok(response)
}

pub(super) fn body(file: impl AsyncRead + Send + Unpin + 'static) -> Body {
    Body::from_stream(stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let count = file.read(&mut chunk).await?;
        chunk.truncate(count);
        let more = (count > 0).then(|| (Bytes::from(chunk), file));
        Ok::<_, io::Error>(more)
    }))
}

/// The name in the old spelling for old programs, and whole in the new one.
pub(super) fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => '_',
            letter if letter.is_ascii_graphic() || letter == ' ' => letter,
            _ => '_',
        })
        .collect();
    let whole: String = name
        .bytes()
        .map(
            |byte| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            },
        )
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

pub(super) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // A name or type that is no header value is left out: the bytes are what counts.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_chinese_name_survives_the_header() {
        assert_eq!(
            attachment("通话 \"1\".wav"),
            "attachment; filename=\"__ _1_.wav\"; filename*=UTF-8''%E9%80%9A%E8%AF%9D%20%221%22.wav"
        );
    }
}
