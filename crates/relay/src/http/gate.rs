use std::{net::IpAddr, time::Duration};

use axum::{
    body::{Body, HttpBody},
    http::Request,
};
use bytes::Bytes;

use super::{body, error::ApiError};
use crate::{
    Access, Clock, Settings,
    address::{self, neighbourhood},
    buckets::Buckets,
    crowd::Peer,
};

/// Who may push at all, and who may ask for how much.
pub(crate) struct Gate {
    access: Access,
    clock: Clock,
    body_deadline: Duration,
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

impl Gate {
    pub(crate) fn new(settings: &Settings) -> Self {
        let limits = &settings.limits;
        Self {
            access: settings.access.clone(),
            clock: settings.clock.clone(),
            body_deadline: limits.body_deadline,
            by_address: Buckets::new(limits.requests_by_address),
            pushes: Buckets::new(limits.pushes_by_seat),
            reads: Buckets::new(limits.reads_by_token),
        }
    }

    /// Every request comes through here, before anything of it is looked at but its address and its
    /// path. It leaves with its [`Client`].
    pub(crate) fn pass<B>(
        &self,
        mut request: Request<B>,
        peer: &Peer,
    ) -> Result<Request<B>, ApiError>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let proxies = &self.access.proxies;
        let client = Client(address::client(peer.address, request.headers(), proxies));
        let errand = Errand::of(request.uri().path());
        match self.enter(client, errand, (self.clock)()) {
            Ok(()) => {
                request.extensions_mut().insert(client);
                Ok(request)
            }
            Err(refusal) => {
                let (parts, rest) = request.into_parts();
                body::refuse(&parts.headers, Body::new(rest), self.body_deadline);
                Err(refusal)
            }
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
    fn of(path: &str) -> Self {
        match path.starts_with("/p/") {
            true => Self::Push,
            false => Self::Other,
        }
    }
}
