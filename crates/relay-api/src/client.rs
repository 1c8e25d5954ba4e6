use std::{fmt, time::Duration};

use reqwest::{
    Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{
    MAX_LIMIT, MAX_WAIT_SECONDS, ReadableSeats, RecordsPage, RelayError, RelayStatus,
    UnexpectedAnswer, Unreachable, address::is_loopback, check_address,
};

/// A relay's page holds at most about 6 MiB; whatever sends more is no relay.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an answer may take beyond the time for which the relay was asked to park the poll.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads one seat's records. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct RelayClient {
    records: Url,
    status: Url,
    seats: Url,
    http: reqwest::Client,
}

impl fmt::Debug for RelayClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelayClient")
    }
}

impl RelayClient {
    /// A client for the relay at `url` (its base address, a path prefix included) and the seat
    /// that `token` reads. `http://` is taken for loopback hosts only. Connects to nothing yet.
    pub fn new(url: &str, token: SecretString) -> Result<Self, RelayError> {
        let mut base = check_address(url)?;
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let join = |path| {
            base.join(path)
                .map_err(|_| crate::AddressError::NotAnAddress)
        };
        Ok(Self {
            records: join("v1/records")?,
            status: join("v1/status")?,
            seats: join("v1/seats")?,
            http: build_http(&base, &token)?,
        })
    }

    /// The records after the cursor `after`, at most `limit` (1 to 1000) of them. If there are
    /// none, the relay holds the answer for up to `wait` seconds (0 to 60) until one comes.
    ///
    /// A page is checked before it is returned: ascending after the cursor, with a next cursor
    /// that fits. The one page whose `next` may lie before `after` is that of a relay which knows
    /// less than the cursor, see [`RecordsPage::rewinds`].
    pub async fn records(
        &self,
        after: i64,
        limit: u32,
        wait: u32,
    ) -> Result<RecordsPage, RelayError> {
        let (after, limit) = (after.max(0), limit.clamp(1, MAX_LIMIT));
        let wait = wait.min(MAX_WAIT_SECONDS);
        let request = self
            .http
            .get(self.records.clone())
            .query(&[
                ("after", after),
                ("limit", limit.into()),
                ("wait", wait.into()),
            ])
            .timeout(ANSWER_TIMEOUT + Duration::from_secs(wait.into()));
        let page = read_answer(request.send().await).await?;
        check_page(&page, after, limit).map_err(RelayError::Unexpected)?;
        Ok(page)
    }

    /// The same client for one seat of a team, where the token is a team's.
    #[must_use]
    pub fn of_seat(&self, name: &str) -> Self {
        let named = |url: &Url| {
            let mut url = url.clone();
            url.query_pairs_mut().clear().append_pair("seat", name);
            url
        };
        Self {
            records: named(&self.records),
            status: named(&self.status),
            ..self.clone()
        }
    }

    /// The seats that the token reads, by name: all of a team's, or the token's own one.
    pub async fn seats(&self) -> Result<ReadableSeats, RelayError> {
        let request = self.http.get(self.seats.clone()).timeout(ANSWER_TIMEOUT);
        read_answer(request.send().await).await
    }

    /// How the seat stands.
    pub async fn status(&self) -> Result<RelayStatus, RelayError> {
        let request = self.http.get(self.status.clone()).timeout(ANSWER_TIMEOUT);
        read_answer(request.send().await).await
    }
}

fn build_http(base: &Url, token: &SecretString) -> Result<reqwest::Client, RelayError> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        .map_err(|_| RelayError::MalformedToken)?;
    bearer.set_sensitive(true);
    plain_http(base, HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
}

/// A client that follows nobody elsewhere, and goes through no proxy to this very machine.
pub(crate) fn plain_http(base: &Url, headers: HeaderMap) -> Result<reqwest::Client, RelayError> {
    // Installing twice is refused and harmless: whichever provider came first serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .default_headers(headers)
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_keepalive(Duration::from_secs(30))
        // One poll follows the other, so a connection is worth keeping between them.
        .pool_idle_timeout(Duration::from_secs(90))
        .pool_max_idle_per_host(2)
        .user_agent(concat!("bohao/", env!("CARGO_PKG_VERSION")));
    if is_loopback(base) {
        // A proxy's loopback is another machine's.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| RelayError::Client)
}

async fn read_answer<T: DeserializeOwned>(
    sent: Result<Response, reqwest::Error>,
) -> Result<T, RelayError> {
    let response = sent.map_err(|error| unreachable(&error))?;
    check_status(&response)?;
    let is_html = is_html(&response);
    let body = read_capped(response).await?;
    serde_json::from_slice(&body).map_err(|_| {
        RelayError::Unexpected(match is_html || body.trim_ascii_start().starts_with(b"<") {
            true => UnexpectedAnswer::Html,
            false => UnexpectedAnswer::Malformed,
        })
    })
}

fn check_status(response: &Response) -> Result<(), RelayError> {
    let unexpected = match response.status() {
        StatusCode::OK => return Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(RelayError::Unauthorized),
        // A proxy in front of a relay that restarts answers 502 or 504: that is no lie, and it passes.
        StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::GATEWAY_TIMEOUT => {
            return Err(RelayError::Busy {
                retry_after: retry_after(response.headers()),
            });
        }
        status if status.is_redirection() => UnexpectedAnswer::Redirect,
        status => UnexpectedAnswer::Status(status.as_u16()),
    };
    Err(RelayError::Unexpected(unexpected))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    // An hour is the most that a relay can ask for; a lying one can't park a desk for ever.
    Some(Duration::from_secs(seconds.min(3600)))
}

fn is_html(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"text/html")
    })
}

async fn read_capped(mut response: Response) -> Result<Vec<u8>, RelayError> {
    const TOO_LARGE: RelayError = RelayError::Unexpected(UnexpectedAnswer::TooLarge);
    if response
        .content_length()
        .is_some_and(|length| length > MAX_ANSWER_BYTES as u64)
    {
        return Err(TOO_LARGE);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| unreachable(&error))?
    {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(TOO_LARGE);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Only the kind of failure is kept: reqwest's own error text holds the address.
fn unreachable(error: &reqwest::Error) -> RelayError {
    RelayError::Unreachable(if error.is_timeout() {
        Unreachable::TimedOut
    } else if error.is_connect() {
        Unreachable::NoConnection
    } else {
        Unreachable::Interrupted
    })
}

fn check_page(page: &RecordsPage, after: i64, limit: u32) -> Result<(), UnexpectedAnswer> {
    if page.records.len() > limit as usize {
        return Err(UnexpectedAnswer::TooMany);
    }
    let mut last = after;
    for record in &page.records {
        if record.seq <= last {
            return Err(UnexpectedAnswer::OutOfOrder);
        }
        last = record.seq;
    }
    let rewinds = page.records.is_empty() && page.rewinds(after) && page.head >= 0;
    let fits = match rewinds {
        true => page.next == 0 || page.next == after,
        false => page.next >= last && page.next <= page.head,
    };
    fits.then_some(()).ok_or(UnexpectedAnswer::Cursor)
}
