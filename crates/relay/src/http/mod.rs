//! The relay's HTTP surface. Nothing here logs an address, a token or a body.

mod bearer;
mod body;
mod error;
mod gate;
mod push;
mod records;
mod status;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::{get, post},
};
use tokio::sync::watch;

pub(crate) use self::{error::ApiError, gate::Gate};
use crate::{Settings, metrics::Metrics, room::Room, store::Store, waiters::Waiters};

/// What the handlers share.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) gate: Arc<Gate>,
    pub(crate) room: Room,
    pub(crate) store: Store,
    pub(crate) waiters: Arc<Waiters>,
    pub(crate) metrics: Arc<Metrics>,
    /// Turns true once, when the relay is to end.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl App {
    fn now(&self) -> i64 {
        (self.settings.clock)()
    }
}

/// The platform's and the desks' routes.
pub(crate) fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/p/{token}", post(push::push))
        .route("/v1/records", get(records::records))
        .route("/v1/status", get(status::status))
        .route("/v1/seats", get(status::seats))
        .route("/healthz", get(status::health))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async || ApiError::NoSuchRoute)
        .with_state(app)
}

/// The operator's route, for a listener of its own.
pub(crate) fn metrics_routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(render_metrics))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async || ApiError::NoSuchRoute)
        .with_state(app)
}

async fn render_metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    // A store that does not answer is told by /healthz; what is counted here is still worth showing.
    let heads = app.store.heads().await.unwrap_or_default();
    let text = app
        .metrics
        .render(&heads, app.store.sizes(), app.room.taken());
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
}
