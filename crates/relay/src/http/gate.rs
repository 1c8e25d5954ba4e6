use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use axum::{
    extract::{Request, State},
    http::header::EXPECT,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, body, error::ApiError};
use crate::{
    address::{self, neighbourhood},
    buckets::Buckets,
    crowd::Peer,
    settings::{Access, Limits},
};

/// Who may ask for how much, and who may push at all.
pub(crate) struct Gate {
    access: Access,
    by_address: Buckets<IpAddr>,
    pushes: Buckets<i64>,
    reads: Buckets<i64>,
}

/// What a request's address is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Client(IpAddr);

impl Gate {
    pub(crate) fn new(access: Access, limits: &Limits) -> Self {
        Self {
            access,
            by_address: Buckets::new(limits.requests_by_address),
            pushes: Buckets::new(limits.pushes_by_seat),
            reads: Buckets::new(limits.reads_by_seat),
        }
    }

    /// A push to a seat, once its token is known to be live.
    pub(super) fn push(&self, seat: i64, client: IpAddr, now: i64) -> Result<(), ApiError> {
        if client.is_loopback() {
            return Ok(());
        }
        let taken = self.pushes.take(seat, now);
        taken.map_err(ApiError::TooManyPushes)
    }

    /// A reading of a seat, once its token is known to be live.
    pub(super) fn read(&self, seat: i64, client: IpAddr, now: i64) -> Result<(), ApiError> {
        if client.is_loopback() {
            return Ok(());
        }
        self.reads.take(seat, now).map_err(ApiError::TooManyReads)
    }

    /// Before anything of a request is looked at but its path and its address. Whoever comes from
    /// this machine is the operator, or a proxy that was not named and speaks for everybody: a
    /// limit would hit all of them at once.
    fn enter(&self, client: IpAddr, is_push: bool, now: i64) -> Result<(), ApiError> {
        let platform = &self.access.platform;
        if is_push && !platform.is_empty() && !platform.iter().any(|it| it.contains(client)) {
            return Err(ApiError::Forbidden);
        }
        if client.is_loopback() {
            return Ok(());
        }
        let taken = self.by_address.take(neighbourhood(client), now);
        taken.map_err(|wait| match is_push {
            true => ApiError::TooManyPushes(wait),
            false => ApiError::TooManyReads(wait),
        })
    }
}
