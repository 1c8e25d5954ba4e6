use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};

use super::error::ApiError;
use crate::token::TokenHash;

/// The hash of the bearer token that came with a request. Whether it opens a seat, and which, is
/// asked together with what is read from that seat.
pub(super) struct Bearer(pub(super) Arc<TokenHash>);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let value = parts
            .headers
            .get(AUTHORIZATION)
            .ok_or(ApiError::Unauthorized)?;
        let text = value.to_str().map_err(|_| ApiError::Unauthorized)?;
        let (scheme, token) = text.split_once(' ').ok_or(ApiError::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::Unauthorized);
        }
        Ok(Self(Arc::new(TokenHash::of(token.trim()))))
    }
}
