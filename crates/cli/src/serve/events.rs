//! `GET /api/events`: what changes, as server-sent events.

use super::App;
use axum::extract::State;
use axum::response::sse::{Event as Line, KeepAlive, Sse};
use bohao_wire::Event;
use futures_util::Stream;
use futures_util::stream;
use std::convert::Infallible;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

/// Each event as one JSON value. It ends with the server, so that the end need not wait for it.
pub async fn stream(
    State(app): State<App>,
) -> Sse<impl Stream<Item = Result<Line, Infallible>> + Send> {
    let listening = (app.desk.events(), app.stopping);
    let lines = stream::unfold(listening, |(mut events, stopping)| async move {
        let event = next(&mut events, &stopping).await?;
        let json = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(Line::default().data(json)), (events, stopping)))
    });
    Sse::new(lines).keep_alive(KeepAlive::default())
}

/// The next event. A page that fell behind is told to ask for the desk again.
async fn next(events: &mut Receiver<Event>, stopping: &CancellationToken) -> Option<Event> {
    let heard = tokio::select! {
        heard = events.recv() => heard,
        () = stopping.cancelled() => return None,
    };
    match heard {
        Ok(event) => Some(event),
        Err(RecvError::Lagged(_)) => Some(Event::DeskChanged),
        Err(RecvError::Closed) => None,
    }
}
