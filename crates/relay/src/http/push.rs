use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{
        HeaderMap,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use bohao_relay_api::MAX_PUSH_BYTES;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::{App, body, error::ApiError, gate::Client};
use crate::{
    crowd::Peer,
    store::{Push, PushAnswer},
    token::TokenHash,
};

/// What the platform takes for "arrived". Given only when the body is on disk.
const ARRIVED: &str = r#"{"code":200,"msg":"success"}"#;

const LONGEST_CONTENT_TYPE: usize = 255;

/// `POST /p/{token}`
pub(super) async fn push(
    State(app): State<Arc<App>>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let answer = take(&app, token, request).await;
    let metrics = &app.metrics;
    let counter = match answer {
        Ok(PushAnswer::Stored) => &metrics.stored,
        Ok(PushAnswer::Repeated) => &metrics.repeated,
        Err(ApiError::UnknownPushToken) => &metrics.unknown_token,
        Err(ApiError::TooLarge) => &metrics.too_large,
        Err(ApiError::CutOff | ApiError::TooSlow) => &metrics.cut_off,
        _ => &metrics.not_stored,
    };
    counter.fetch_add(1, Relaxed);
    match answer {
        Ok(_) => ([(CONTENT_TYPE, "application/json")], ARRIVED).into_response(),
        Err(error) => error.into_response(),
    }
}

/// Stores a push. `Ok` means that the body is on disk.
async fn take(
    app: &App,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<PushAnswer, ApiError> {
    let received_at = app.now();
    let deadline = app.settings.limits.body_deadline;
    let (parts, body) = request.into_parts();
    let seat = match check(app, token, &parts, received_at).await {
        Ok(seat) => seat,
        Err(refusal) => {
            body::refuse(&parts.headers, body, deadline);
            return Err(refusal);
        }
    };
    let peer = parts.extensions.get::<Arc<Peer>>();
    peer.inspect(|peer| peer.is_waited_for());
    let mut share = app.room.share();
    let body = body::read(body, deadline, &mut share).await?;
    peer.inspect(|peer| peer.is_at_work());
    let (answer, answered) = oneshot::channel();
    app.store.push(Push {
        seat,
        digest: Sha256::digest(&body).into(),
        body,
        share,
        content_type: content_type(&parts.headers),
        received_at,
        deadline: Instant::now() + app.settings.limits.store_deadline,
        answer,
    });
    match answered.await {
        Ok(PushAnswer::UnknownToken) => Err(ApiError::UnknownPushToken),
        // A writer that ended without a word may or may not have stored it: not a success.
        Ok(PushAnswer::NotStored) | Err(_) => Err(ApiError::Unavailable),
        Ok(stored) => Ok(stored),
    }
}

/// What can be refused before the body is read; returns the seat that is pushed to.
async fn check(
    app: &App,
    token: Result<Path<String>, PathRejection>,
    parts: &Parts,
    now: i64,
) -> Result<i64, ApiError> {
    // A token that is not even text is looked up like any other that is wrong.
    let token = token.map_or_else(|_| String::new(), |Path(token)| token);
    let token = Arc::new(TokenHash::of(&token));
    let seat = app.store.push_seat(token, now).await;
    let seat = seat
        .map_err(|_| ApiError::Unavailable)?
        .ok_or(ApiError::UnknownPushToken)?;
    if let Some(client) = parts.extensions.get::<Client>() {
        app.gate.push(*client, seat, now)?;
    }
    let length = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let length: Option<u64> = length.and_then(|text| text.trim().parse().ok());
    if length.is_some_and(|length| length > MAX_PUSH_BYTES as u64) {
        return Err(ApiError::TooLarge);
    }
    Ok(seat)
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(text.chars().take(LONGEST_CONTENT_TYPE).collect())
}
