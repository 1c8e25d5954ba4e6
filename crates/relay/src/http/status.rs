use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{RawQuery, State},
    http::header::CACHE_CONTROL,
    response::IntoResponse,
};
use bohao_relay_api::{ReadableSeats, RelayStatus, SeatStanding};
use serde_json::json;
use url::form_urlencoded;

use super::{App, bearer::Bearer, error::ApiError, gate::Client};
use crate::store::Health;

/// `GET /v1/status`
pub(super) async fn status(
    State(app): State<Arc<App>>,
    Bearer(token): Bearer,
    Extension(client): Extension<Client>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, ApiError> {
    let query = query.unwrap_or_default();
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "seat");
    let asked = asked.map(|(_, name)| name.into_owned());
    let found = app.store.status(Arc::clone(&token), asked, app.now()).await;
    let seat = found??;
    app.gate.read(client, token.tag(), app.now())?;
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

/// `GET /v1/seats`: the seats that the token reads, for a reader of a whole team.
pub(super) async fn seats(
    State(app): State<Arc<App>>,
    Bearer(token): Bearer,
    Extension(client): Extension<Client>,
) -> Result<impl IntoResponse, ApiError> {
    let readable = app.store.readable(Arc::clone(&token), app.now()).await?;
    let readable = readable.ok_or(ApiError::Unauthorized)?;
    app.gate.read(client, token.tag(), app.now())?;
    let seats = readable.seats.into_iter().map(|seat| SeatStanding {
        seat: seat.name,
        head: seat.head,
        oldest: seat.oldest,
        last_push_at: seat.last_push_at,
    });
    let seats = ReadableSeats {
        team: readable.team,
        seats: seats.collect(),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(seats)))
}

/// `GET /healthz`: reads the store, and looks whether a push would find room. It does not depend
/// on the last push, or a relay taken out of rotation for one failure would never come back.
pub(super) async fn health(State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    let health = app.store.health().await;
    let status = match health.map_err(|_| ApiError::Unavailable)? {
        Health::Well => "ok",
        Health::Degraded => "degraded",
    };
    Ok((
        [(CACHE_CONTROL, "no-store")],
        Json(json!({"status": status})),
    ))
}
