use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, body, error::ApiError};
use crate::{
    Access, Limits,
    address::{self, neighbourhood},
    buckets::Buckets,
    crowd::Peer,
};

/// Who may push at all, and who may ask for how much.
pub(crate) struct Gate {
    access: Access,
    by_address: Buckets<IpAddr>,
    pushes: Buckets<i64>,
    reads: Buckets<i64>,
}

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client(IpAddr);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errand {
    Push,
    Other,
}

/// Every request comes through here, and every refusal is counted on its way out.
pub(super) async fn pass(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = app.gate.client(&request);
    let errand = Errand::of(&request);
    let answer = match app.gate.enter(client, errand, app.now()) {
        Ok(()) => {
            request.extensions_mut().insert(client);
            next.run(request).await
        }
        Err(refusal) => {
            let (parts, body) = request.into_parts();
            body::refuse(&parts.headers, body, app.settings.limits.body_deadline);
            refusal.into_response()
        }
    };
    if let Some(refusal) = answer.extensions().get::<ApiError>() {
        app.metrics.rejected.note(*refusal);
    }
    answer
}

impl Gate {
    pub(crate) fn new(access: Access, limits: &Limits) -> Self {
        Self {
            access,
            by_address: Buckets::new(limits.requests_by_address),
            pushes: Buckets::new(limits.pushes_by_seat),
            reads: Buckets::new(limits.reads_by_token),
        }
    }

    /// To be asked for a push to a seat, once its token is known to be live.
    pub(super) fn push(&self, client: Client, seat: i64, now: i64) -> Result<(), ApiError> {
        match client.is_limited() {
            true => self
                .pushes
                .take(seat, now)
                .map_err(ApiError::PushedTooOften),
            false => Ok(()),
        }
    }

    /// To be asked for a reading, once its token is known to be live.
    pub(super) fn read(&self, client: Client, token: i64, now: i64) -> Result<(), ApiError> {
        match client.is_limited() {
            true => self.reads.take(token, now).map_err(ApiError::AskedTooOften),
            false => Ok(()),
        }
    }

    fn client(&self, request: &Request) -> Client {
        let peer = request.extensions().get::<Arc<Peer>>();
        // Every connection has its peer; without one, nobody is trusted.
        let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.address);
        Client(address::client(
            peer,
            request.headers(),
            &self.access.proxies,
        ))
    }

    fn enter(&self, client: Client, errand: Errand, now: i64) -> Result<(), ApiError> {
        let platform = &self.access.platform;
        let may_push = platform.is_empty() || platform.iter().any(|it| it.contains(client.0));
        if errand == Errand::Push && !may_push {
            return Err(ApiError::Forbidden);
        }
        if !client.is_limited() {
            return Ok(());
        }
        let taken = self.by_address.take(neighbourhood(client.0), now);
        taken.map_err(|wait| match errand {
            Errand::Push => ApiError::PushedTooOften(wait),
            Errand::Other => ApiError::AskedTooOften(wait),
        })
    }
}

impl Client {
    /// Whoever comes from this very machine is its operator, or a proxy that was not named and
    /// speaks for everybody: a limit would hit all of them at once.
    fn is_limited(self) -> bool {
        !self.0.is_loopback()
    }
}

impl Errand {
    fn of(request: &Request) -> Self {
        match request.uri().path().starts_with("/p/") {
            true => Self::Push,
            false => Self::Other,
        }
    }
}
