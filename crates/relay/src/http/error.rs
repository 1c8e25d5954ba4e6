use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use bohao_relay_api::ErrorBody;

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
    Unauthorized,
    Unavailable,
}

impl IntoResponse for ApiError {
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
            Self::TooSlow | Self::CutOff => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
