use std::time::Duration;

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use bohao_relay_api::ErrorBody;

use crate::store::{Closed, StoreError};

/// After how many seconds a push that could not be stored is worth another try.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// Every refusal that the relay gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApiError {
    NoSuchRoute,
    UnknownPushToken,
    MethodNotAllowed,
    TooLarge,
    /// The body ended early; mostly nobody is there any more to read this.
    CutOff,
    /// The body did not come in time.
    TooSlow,
    BadRequest(&'static str),
    /// A team's token, and a seat that its team has not.
    NoSuchSeat,
    /// A push from an address that is not the platform's.
    Forbidden,
    /// A seat or an address pushes too often; when to come again.
    PushedTooOften(Duration),
    /// A token or an address asks too often; when to come again.
    AskedTooOften(Duration),
    /// The relay's own fault, told to its log and not to the peer.
    Fault,
    Unauthorized,
    Unavailable,
}

impl From<StoreError> for ApiError {
    fn from(_: StoreError) -> Self {
        Self::Unavailable
    }
}

impl From<Closed> for ApiError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::UnknownToken => Self::Unauthorized,
            Closed::NoSeatNamed => Self::BadRequest("a team's token needs the name of a seat"),
            Closed::NotInTeam => Self::NoSuchSeat,
        }
    }
}

impl IntoResponse for ApiError {
    /// The refusal itself goes along, for who counts them.
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::NoSuchRoute => (StatusCode::NOT_FOUND, "not_found", "there is nothing here"),
            Self::UnknownPushToken => (
                StatusCode::NOT_FOUND,
                "not_found",
                "no seat has this push address",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not take this method",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                "a body may have up to 256 KiB",
            ),
            Self::CutOff => (
                StatusCode::BAD_REQUEST,
                "bad_request",
                "the body is not whole",
            ),
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "timeout",
                "the body did not come in time",
            ),
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, "bad_request", message),
            Self::NoSuchSeat => (
                StatusCode::NOT_FOUND,
                "not_found",
                "the team has no seat of this name",
            ),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "pushes are not taken from this address",
            ),
            // The push surface has one answer for what is not stored now.
            Self::PushedTooOften(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_requests",
                "too many pushes at once; try again later",
            ),
            Self::AskedTooOften(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "too many requests at once; try again later",
            ),
            Self::Fault => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "fault",
                "the relay failed at this request",
            ),
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "a valid read token is needed",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "this can't be done now; try again later",
            ),
        };
        let body = ErrorBody {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized => {
                headers.insert(
                    WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"relay\""),
                );
            }
            Self::Unavailable => {
                headers.insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
            }
            Self::PushedTooOften(wait) | Self::AskedTooOften(wait) => {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                headers.insert(RETRY_AFTER, seconds.max(1).into());
            }
            Self::TooSlow | Self::CutOff => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}
