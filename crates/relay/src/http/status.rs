use std::sync::Arc;

use axum::{Json, extract::State, http::header::CACHE_CONTROL, response::IntoResponse};
use bohao_relay_api::RelayStatus;
use serde_json::json;

use super::{App, bearer::Bearer, error::ApiError};
use crate::store::Health;

/// `GET /v1/status`
pub(super) async fn status(
    State(app): State<Arc<App>>,
    Bearer(token): Bearer,
) -> Result<impl IntoResponse, ApiError> {
    let seat = app.store.status(token, app.now()).await;
    let seat = seat
        .map_err(|_| ApiError::Unavailable)?
        .ok_or(ApiError::Unauthorized)?;
    let status = RelayStatus {
        seat: seat.name,
        head: seat.head,
        oldest: seat.oldest,
        last_push_at: seat.last_push_at,
        retain_days: app.settings.retain_days,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(status)))
}

/// `GET /healthz`: reads the store, and looks whether a push would find room. It does not depend
/// on the last push, or a relay taken out of rotation for one failure would never come back.
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    let health = app.store.health().await;
    let status = match health.map_err(|_| ApiError::Unavailable)? {
        Health::Well => "ok",
    };
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(json!({"status": status})),
    ))
}
