use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header::EXPECT},
};
use bohao_relay_api::MAX_PUSH_BYTES;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::error::ApiError;
use crate::room::Share;

/// How much of a refused body is read and thrown away.
const DRAINED_BYTES: usize = 64 * 1024 * 1024;

/// Reads a body of up to 256 KiB, however it is framed, within a deadline and into its share of the
/// room. A body that is refused for its size goes on being drained, see [`drain`].
pub(super) async fn read(
    body: Body,
    deadline: Duration,
    share: &mut Share,
) -> Result<Bytes, ApiError> {
    let ends = Instant::now() + deadline;
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    loop {
        let chunk = match timeout_at(ends, stream.next()).await {
            Err(_) => return Err(ApiError::TooSlow),
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(Err(_))) => return Err(ApiError::CutOff),
            Ok(Some(Ok(chunk))) => chunk,
        };
        if whole.len() + chunk.len() > MAX_PUSH_BYTES {
            drain(stream, deadline);
            return Err(ApiError::TooLarge);
        }
        if !share.grow(chunk.len()) {
            drain(stream, deadline);
            return Err(ApiError::Unavailable);
        }
        if whole.is_empty() && whole.capacity() == 0 {
            whole.reserve(chunk.len());
        }
        whole.extend_from_slice(&chunk);
    }
}

/// Refuses a request whose body was not read yet. A sender that waits to be asked for it has sent
/// none that would have to be drained.
pub(super) fn refuse(headers: &HeaderMap, body: Body, deadline: Duration) {
    if !headers.contains_key(EXPECT) {
        drain(body.into_data_stream(), deadline);
    }
}

/// Reads on behind an answer that was given early. A connection that is closed with unread bytes
/// in it is reset, and a sender that is still sending would then never see the answer.
pub(super) fn drain(mut stream: BodyDataStream, deadline: Duration) {
    tokio::spawn(async move {
        let ends = Instant::now() + deadline;
        let mut drained = 0;
        while let Ok(Some(Ok(chunk))) = timeout_at(ends, stream.next()).await {
            drained += chunk.len();
            if drained > DRAINED_BYTES {
                break;
            }
        }
    });
}
