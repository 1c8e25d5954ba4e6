use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::http::ApiError;

/// How many were turned away, by reason.
#[derive(Default)]
pub(crate) struct Rejected {
    pub(crate) unknown_token: AtomicU64,
    pub(crate) unauthorized: AtomicU64,
    pub(crate) forbidden: AtomicU64,
    pub(crate) too_many_requests: AtomicU64,
    pub(crate) too_large: AtomicU64,
    pub(crate) cut_off: AtomicU64,
    pub(crate) timeout: AtomicU64,
    pub(crate) bad_request: AtomicU64,
    pub(crate) not_found: AtomicU64,
    pub(crate) unavailable: AtomicU64,
    pub(crate) fault: AtomicU64,
    /// Connections of an address that has its share.
    pub(crate) connections: AtomicU64,
    /// Connections that kept the relay waiting while others found no place.
    pub(crate) sent_off: AtomicU64,
}

impl Rejected {
    pub(crate) fn note(&self, refusal: ApiError) {
        let counter = match refusal {
            ApiError::UnknownPushToken => &self.unknown_token,
            ApiError::Unauthorized => &self.unauthorized,
            ApiError::Forbidden => &self.forbidden,
            ApiError::PushedTooOften(_) | ApiError::AskedTooOften(_) => &self.too_many_requests,
            ApiError::TooLarge => &self.too_large,
            ApiError::CutOff => &self.cut_off,
            ApiError::TooSlow => &self.timeout,
            ApiError::BadRequest(_) | ApiError::MethodNotAllowed => &self.bad_request,
            ApiError::NoSuchRoute | ApiError::NoSuchSeat => &self.not_found,
            ApiError::Unavailable => &self.unavailable,
            ApiError::Fault => &self.fault,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// Each reason with its count.
    pub(crate) fn rows(&self) -> [(&'static str, u64); 13] {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        [
            ("unknown_token", count(&self.unknown_token)),
            ("unauthorized", count(&self.unauthorized)),
            ("forbidden", count(&self.forbidden)),
            ("too_many_requests", count(&self.too_many_requests)),
            ("too_large", count(&self.too_large)),
            ("cut_off", count(&self.cut_off)),
            ("timeout", count(&self.timeout)),
            ("bad_request", count(&self.bad_request)),
            ("not_found", count(&self.not_found)),
            ("unavailable", count(&self.unavailable)),
            ("fault", count(&self.fault)),
            ("connections", count(&self.connections)),
            ("sent_off", count(&self.sent_off)),
        ]
    }
}
