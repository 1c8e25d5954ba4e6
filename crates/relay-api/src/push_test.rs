use std::{
    fmt,
    time::{Duration, Instant},
};

use reqwest::{
    Client, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::{
    MAX_LIMIT, MAX_WAIT_SECONDS, PairingLink, RelayClient, RelayError, check_address,
    client::plain_http,
};

const KIND: &str = "push-test";

const PUSH_TIMEOUT: Duration = Duration::from_secs(30);

/// The push starts a moment after the poll, which is then parked already, as a desk's is.
const HEAD_START: Duration = Duration::from_millis(300);

/// A record that nobody called for: it goes around the whole loop and is passed over by desks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Marked {
    bohao: String,
    nonce: String,
}

/// How long each leg of a push-test took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Legs {
    /// Asking the relay how the seat stands.
    pub asked: Duration,
    /// From the push's begin until it was answered: it is on the relay's disk.
    pub pushed: Duration,
    /// From the push's begin until the parked poll brought it.
    pub arrived: Duration,
}

/// Where a push-test failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PushTestError {
    /// The relay can't be asked.
    #[error("the relay can't be asked: {0}")]
    Asking(RelayError),
    /// The push address is not one.
    #[error("the push address can't be used")]
    PushAddress,
    /// Nobody answered at the push address.
    #[error("nobody answers at the push address")]
    NoAnswer,
    /// The push was answered, and not as stored.
    #[error("the push was refused with status {0}{hint}", hint = hint(*.0))]
    Refused(u16),
    /// Answered with 200, but not with the words of a relay.
    #[error("the push address is answered by something else than a relay")]
    NotARelay,
    /// It was answered as stored, and can't be read.
    #[error("the push was taken, but the record can't be read: {0}")]
    Reading(RelayError),
    /// It was answered as stored, and did not come.
    #[error("the push was taken, but the record did not come back")]
    DidNotArrive,
}

/// Pushes a marked record to a seat and reads it back by a parked poll, as the platform and a desk
/// would. `nonce` must differ from test to test: an identical body is stored once.
pub async fn push_test(link: &PairingLink, nonce: &str) -> Result<Legs, PushTestError> {
    let client = RelayClient::new(link.relay.as_str(), link.read.clone());
    let client = client.map_err(PushTestError::Asking)?;
    let began = Instant::now();
    let head = client.status().await.map_err(PushTestError::Asking)?.head;
    let asked = began.elapsed();
    let body = body(nonce);
    let address = check_address(link.push.expose_secret());
    let address = address.map_err(|_| PushTestError::PushAddress)?;
    // Made before the clock runs: it reads the system's certificates.
    let http = plain_http(&address, HeaderMap::new()).map_err(|_| PushTestError::PushAddress)?;
    let reading = read_back(&client, head, &body);
    let pushing = async {
        tokio::time::sleep(HEAD_START).await;
        let began = Instant::now();
        push(&http, address, &body).await?;
        Ok((began, began.elapsed()))
    };
    // A push that failed ends the waiting for it.
    let ((began, pushed), arrived) = tokio::try_join!(pushing, reading)?;
    Ok(Legs {
        asked,
        pushed,
        arrived: arrived.saturating_duration_since(began),
    })
}

/// Whether a pushed body is a push-test's, and no record.
pub fn is_push_test(body: &[u8]) -> bool {
    serde_json::from_slice(body).is_ok_and(|marked: Marked| marked.bohao == KIND)
}

impl Legs {
    /// How long the record took from the relay's disk to the reader. The poll may even be answered
    /// before the push is, since both are as soon as the record is on disk.
    pub fn woken(&self) -> Duration {
        self.arrived.saturating_sub(self.pushed)
    }
}

fn body(nonce: &str) -> Vec<u8> {
    let marked = Marked {
        bohao: KIND.to_owned(),
        nonce: nonce.to_owned(),
    };
    serde_json::to_vec(&marked).expect("two strings are always JSON")
}

async fn push(http: &Client, address: Url, body: &[u8]) -> Result<(), PushTestError> {
    let request = http
        .post(address)
        .header(CONTENT_TYPE, "application/json")
        .timeout(PUSH_TIMEOUT)
        .body(body.to_vec());
    // reqwest's own words would hold the address, and so the token.
    let answer = request.send().await.map_err(|_| PushTestError::NoAnswer)?;
    if answer.status() != StatusCode::OK {
        return Err(PushTestError::Refused(answer.status().as_u16()));
    }
    #[derive(Deserialize)]
    struct Arrived {
        code: i64,
    }
    let said: Option<Arrived> = answer.json().await.ok();
    said.filter(|said| said.code == 200)
        .map(drop)
        .ok_or(PushTestError::NotARelay)
}

/// Returns when the body came.
async fn read_back(client: &RelayClient, head: i64, body: &[u8]) -> Result<Instant, PushTestError> {
    let mut after = head;
    // Real records may come in between; a page or two of them at the most.
    for _ in 0..8 {
        let page = client.records(after, MAX_LIMIT, MAX_WAIT_SECONDS).await;
        let page = page.map_err(PushTestError::Reading)?;
        if page.records.iter().any(|record| record.body == body) {
            return Ok(Instant::now());
        }
        if page.records.is_empty() {
            break;
        }
        after = page.next;
    }
    Err(PushTestError::DidNotArrive)
}

fn hint(status: u16) -> impl fmt::Display {
    match status {
        403 => ": this machine is not among the platform's addresses",
        404 => ": no seat has this push address, or a proxy does not pass it on",
        413 => ": a proxy in front allows no body of this size",
        502..=504 => ": the relay or its disk does not take it now, or a proxy does not reach it",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn what_is_sent_around_is_known_again() {
        assert!(is_push_test(&body("1f \"\\ 号")));
    }

    #[rstest]
    #[case(r#"{"bohao":"push-test","nonce":"1f","subid":"s1"}"#)]
    #[case(r#"{"bohao":"push","nonce":"1f"}"#)]
    #[case(r#"{"bohao":"push-test","nonce":7}"#)]
    #[case(r#"[{"bohao":"push-test","nonce":"1f"}]"#)]
    #[case("bohao=push-test&nonce=1f")]
    #[case("")]
    fn nothing_else_is_taken_for_it(#[case] body: &str) {
        assert!(!is_push_test(body.as_bytes()));
    }
}
