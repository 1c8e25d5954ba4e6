//! One request and its answer, bounded in time and size, with faults sorted by what they leave open.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{RequestBuilder, Response};
use serde::{Deserialize, Serialize};

use crate::platform::Timeouts;
use crate::redirect::PrivateAddress;

/// More than any honest JSON answer, little enough to hold in memory.
const JSON_LIMIT: usize = 64 * 1024;

/// Why a request surely never left: no byte of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSentReason {
    /// The request could not even be put together.
    Malformed,
    /// The host's name could not be looked up: most often, this machine is offline.
    NameNotFound,
    /// The connection did not stand in time.
    ConnectTimeout,
    /// The other side's certificate or TLS was not acceptable.
    Tls,
    /// The host is there and takes no connection.
    Refused,
    /// The host can't be reached.
    Unreachable,
}

/// What went wrong until the answer's head was there. It never holds the error that the HTTP
/// client gave, because that names the address with its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendFault {
    NotSent(NotSentReason),
    PrivateAddress,
    FirstByteTimeout,
    Cut,
}

/// Why a body did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    Idle,
    Cut,
    TooLarge,
}

/// Sends once and waits for the answer's head.
pub(crate) async fn send(
    request: RequestBuilder,
    timeouts: &Timeouts,
) -> Result<Response, SendFault> {
    // Connecting has a deadline of its own inside the client, so whoever runs into this sum has
    // waited at least `first_byte` on a standing connection.
    let patience = timeouts.connect.saturating_add(timeouts.first_byte);
    match tokio::time::timeout(patience, request.send()).await {
        Err(_) => Err(SendFault::FirstByteTimeout),
        Ok(Err(error)) => Err(fault(&error)),
        Ok(Ok(response)) => Ok(response),
    }
}

/// The next piece of a body, within the time allowed.
pub(crate) async fn next_chunk(
    response: &mut Response,
    idle: Duration,
) -> Result<Option<Bytes>, BodyFault> {
    match tokio::time::timeout(idle, response.chunk()).await {
        Err(_) => Err(BodyFault::Idle),
        Ok(Err(_)) => Err(BodyFault::Cut),
        Ok(Ok(chunk)) => Ok(chunk),
    }
}

/// The whole of a small body, after what was read of it already. All of it has no more time than a
/// piece of a large one, so that no trickle holds a dial up.
pub(crate) async fn whole_body(
    response: &mut Response,
    begun: &[u8],
    idle: Duration,
) -> Result<Bytes, BodyFault> {
    let read = async {
        let mut body = BytesMut::from(begun);
        loop {
            if body.len() > JSON_LIMIT {
                return Err(BodyFault::TooLarge);
            }
            match response.chunk().await {
                Err(_) => return Err(BodyFault::Cut),
                Ok(None) => return Ok(body.freeze()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            }
        }
    };
    tokio::time::timeout(idle, read)
        .await
        .unwrap_or(Err(BodyFault::Idle))
}

/// Only what provably happened before the first byte counts as not sent; all else may have left.
fn fault(error: &reqwest::Error) -> SendFault {
    if error.is_builder() {
        return SendFault::NotSent(NotSentReason::Malformed);
    }
    if !error.is_connect() {
        return SendFault::Cut;
    }
    if caused_by::<PrivateAddress>(error) {
        return SendFault::PrivateAddress;
    }
    SendFault::NotSent(if error.is_dns() {
        NotSentReason::NameNotFound
    } else if error.is_timeout() {
        NotSentReason::ConnectTimeout
    } else if caused_by::<rustls::Error>(error) {
        NotSentReason::Tls
    } else if has_cause(error, is_refusal) {
        NotSentReason::Refused
    } else {
        NotSentReason::Unreachable
    })
}

fn caused_by<E: Error + 'static>(error: &reqwest::Error) -> bool {
    has_cause(error, |cause| cause.is::<E>())
}

fn is_refusal(cause: &(dyn Error + 'static)) -> bool {
    let error = cause.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn has_cause(error: &reqwest::Error, is_it: impl Fn(&(dyn Error + 'static)) -> bool) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if is_it(error) {
            return true;
        }
        // An I/O error names the source of what it wraps, and not the wrapped error itself.
        cause = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}

impl fmt::Display for NotSentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the request could not be put together",
            Self::NameNotFound => "the host's name could not be looked up",
            Self::ConnectTimeout => "the connection did not stand in time",
            Self::Tls => "no trusted TLS connection could be made",
            Self::Refused => "the host refused the connection",
            Self::Unreachable => "the host could not be reached",
        })
    }
}
