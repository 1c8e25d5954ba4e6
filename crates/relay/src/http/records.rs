use std::{
    ops::RangeInclusive,
    str::FromStr,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use axum::{
    Extension,
    extract::{RawQuery, State},
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
};
use bohao_relay_api::{MAX_LIMIT, MAX_WAIT_SECONDS};
use tokio::time::{Instant, timeout_at};
use url::form_urlencoded;

use super::{App, bearer::Bearer, error::ApiError, gate::Client};
use crate::{metrics::Gauge, store::Page, token::TokenHash};

const DEFAULT_LIMIT: u32 = 100;

/// `GET /v1/records`
pub(super) async fn records(
    State(app): State<Arc<App>>,
    Bearer(token): Bearer,
    Extension(client): Extension<Client>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, ApiError> {
    app.metrics.polls.fetch_add(1, Relaxed);
    let asked = Asked::parse(query.as_deref().unwrap_or_default());
    // The token comes first: who has none learns nothing, not even what is wrong with the query.
    let looked = asked.as_ref().cloned().unwrap_or_default();
    let rung = app.waiters.rung();
    let first = match read(&app, &token, &looked).await {
        Err(ApiError::Unauthorized) => return Err(ApiError::Unauthorized),
        first => first,
    };
    let asked = asked?;
    let first = first?;
    app.gate.read(client, token.tag(), app.now())?;
    if first.is_own {
        app.metrics.reached.note(first.seat, asked.after);
    }
    let page = park(&app, &token, &asked, first, rung).await?;
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_TYPE, "application/json"),
    ];
    Ok((headers, page.json))
}

#[derive(Clone)]
struct Asked {
    seat: Option<String>,
    after: i64,
    limit: u32,
    wait: Duration,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            seat: None,
            after: 0,
            limit: DEFAULT_LIMIT,
            wait: Duration::ZERO,
        }
    }
}

impl Asked {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut asked = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                "seat" => asked.seat = Some(value.into_owned()),
                "after" => {
                    asked.after = number(&value, 0..=i64::MAX)
                        .ok_or(ApiError::BadRequest("after is a whole number from 0"))?;
                }
                "limit" => {
                    asked.limit = number(&value, 1..=MAX_LIMIT).ok_or(ApiError::BadRequest(
                        "limit is a whole number from 1 to 1000",
                    ))?;
                }
                "wait" => {
                    let seconds: u32 = number(&value, 0..=MAX_WAIT_SECONDS)
                        .ok_or(ApiError::BadRequest("wait is a whole number from 0 to 60"))?;
                    asked.wait = Duration::from_secs(seconds.into());
                }
                _ => {}
            }
        }
        Ok(asked)
    }
}

fn number<T: FromStr + PartialOrd>(text: &str, range: RangeInclusive<T>) -> Option<T> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain)?;
    range.contains(&number).then_some(number)
}

async fn read(app: &App, token: &Arc<TokenHash>, asked: &Asked) -> Result<Page, ApiError> {
    let (token, seat) = (Arc::clone(token), asked.seat.clone());
    let page = app
        .store
        .page(token, seat, asked.after, asked.limit, app.now())
        .await?;
    Ok(page?)
}

/// Holds an empty page back until a record of its seat is on disk, the time is up, or the relay is
/// to end. A cursor past the head is not held: nothing that comes would be after it for long.
/// `rung` is what the bells said before the page was read.
async fn park(
    app: &App,
    token: &Arc<TokenHash>,
    asked: &Asked,
    mut page: Page,
    mut rung: u64,
) -> Result<Page, ApiError> {
    if asked.wait.is_zero() || page.is_due {
        return Ok(page);
    }
    let _parked = Gauge::enter(&app.metrics.parked_polls);
    let bell = app.waiters.bell(page.seat);
    let ends = Instant::now() + asked.wait;
    let mut stopping = app.stopping.clone();
    loop {
        // Made before the look, so that a commit between look and wait still rings it.
        let ring = bell.notified();
        let now = app.waiters.rung();
        if now != rung {
            rung = now;
            page = read(app, token, asked).await?;
            if page.is_due {
                return Ok(page);
            }
        }
        let is_over = tokio::select! {
            ring = timeout_at(ends, ring) => ring.is_err(),
            _ = stopping.wait_for(|stopping| *stopping) => true,
        };
        if is_over {
            return Ok(page);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", Some((0, 100, 0)))]
    #[case("after=7&limit=1000&wait=60", Some((7, 1000, 60)))]
    #[case("after=9223372036854775807&later=x", Some((i64::MAX, 100, 0)))]
    #[case("after=-1", None)]
    #[case("after=", None)]
    #[case("after=1.5", None)]
    #[case("after=%2B1", None)]
    #[case("after=9223372036854775808", None)]
    #[case("limit=0", None)]
    #[case("limit=1001", None)]
    #[case("wait=61", None)]
    #[case("wait=x", None)]
    fn parameters_are_taken_in_their_ranges_only(
        #[case] query: &str,
        #[case] expected: Option<(i64, u32, u64)>,
    ) {
        let asked = Asked::parse(query).ok();
        assert_eq!(
            asked.map(|asked| (asked.after, asked.limit, asked.wait.as_secs())),
            expected
        );
    }
}
