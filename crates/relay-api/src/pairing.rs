use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::{AddressError, READ_TOKEN_PREFIX, TOKEN_LENGTH, check_address};

const START: &str = "bohao://pair";

/// Far more than any link; a longer text was not meant to be one.
const MAX_LINK_BYTES: usize = 8 * 1024;

/// All that a desk needs to use a seat, as carried by `bohao://pair?relay=…&push=…&read=…`.
#[derive(Clone)]
pub struct PairingLink {
    /// The relay's base address.
    pub relay: Url,
    /// The seat's push address, which the platform gets as `return_url`. Whoever knows it can push.
    pub push: SecretString,
    /// The seat's read token.
    pub read: SecretString,
}

/// One of the three values of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PairingPart {
    /// The relay's base address.
    #[error("relay address")]
    Relay,
    /// The seat's push address.
    #[error("push address")]
    Push,
    /// The seat's read token.
    #[error("read token")]
    Read,
}

/// Why a text is no pairing link. None of it holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PairingLinkError {
    /// Not a link at all.
    #[error("this is not a pairing link")]
    NotALink,
    /// A link that another program opens.
    #[error("this link is for another program")]
    OtherProgram,
    /// A Bohao link, but not one that pairs.
    #[error("this Bohao link is not a pairing link")]
    NotPairing,
    /// The link ends too early, or a part is missing or empty.
    #[error("the link is cut short: its {0} is missing or not whole")]
    CutShort(PairingPart),
    /// A part is there twice, so it is not clear which one is meant.
    #[error("the link holds its {0} twice")]
    Repeated(PairingPart),
    /// An address that can't be used, for instance `http://` on another machine.
    #[error("the link's {0} can't be used: {1}")]
    Address(PairingPart, AddressError),
    /// The read token holds characters that no token has.
    #[error("the link's read token is malformed")]
    MalformedToken,
}

impl PairingLink {
    /// Builds a link from its parts, checked as [`PairingLink::parse`] checks them.
    pub fn new(relay: &str, push: &str, read: &str) -> Result<Self, PairingLinkError> {
        let address = |part, text: &str| {
            check_address(text).map_err(|error| PairingLinkError::Address(part, error))
        };
        let relay = address(PairingPart::Relay, relay)?;
        let push = address(PairingPart::Push, push)?;
        check_token(read)?;
        Ok(Self {
            relay,
            push: String::from(push).into(),
            read: read.into(),
        })
    }

    /// Reads a link as it was opened or pasted, white space around it allowed. Parts that are not
    /// known are passed over, so that a later relay may add some.
    pub fn parse(text: &str) -> Result<Self, PairingLinkError> {
        let query = split_query(text.trim())?;
        let mut parts = Parts::default();
        // These are percent-encoded values and no form: a plus sign stands for itself.
        let query = query.replace('+', "%2B");
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            parts.take(&key, value.into_owned())?;
        }
        let relay = present(PairingPart::Relay, parts.relay)?;
        let push = present(PairingPart::Push, parts.push)?;
        let read = present(PairingPart::Read, parts.read)?;
        if ends_in_half_an_escape(&query) {
            return Err(PairingLinkError::CutShort(PairingPart::Read));
        }
        Self::new(&relay, &push, &read)
    }

    /// The link as text. It holds the seat's secrets: show it once, never log it.
    pub fn to_link(&self) -> SecretString {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let relay = self.relay.as_str().trim_end_matches('/');
        let push = self.push.expose_secret();
        let read = self.read.expose_secret();
        format!(
            "{START}?relay={}&push={}&read={}",
            encode(relay),
            encode(push),
            encode(read)
        )
        .into()
    }
}

impl fmt::Debug for PairingLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingLink([REDACTED])")
    }
}

#[derive(Default)]
struct Parts {
    relay: Option<String>,
    push: Option<String>,
    read: Option<String>,
}

impl Parts {
    fn take(&mut self, key: &str, value: String) -> Result<(), PairingLinkError> {
        let (part, slot) = match key {
            "relay" => (PairingPart::Relay, &mut self.relay),
            "push" => (PairingPart::Push, &mut self.push),
            "read" => (PairingPart::Read, &mut self.read),
            _ => return Ok(()),
        };
        match slot.replace(value) {
            Some(_) => Err(PairingLinkError::Repeated(part)),
            None => Ok(()),
        }
    }
}

fn split_query(text: &str) -> Result<&str, PairingLinkError> {
    let (scheme, _) = text.split_once("://").ok_or(PairingLinkError::NotALink)?;
    let names_a_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !names_a_scheme || text.len() > MAX_LINK_BYTES {
        return Err(PairingLinkError::NotALink);
    }
    if !scheme.eq_ignore_ascii_case("bohao") {
        return Err(PairingLinkError::OtherProgram);
    }
    let (action, query) = match text[scheme.len() + 3..].split_once('?') {
        Some((action, query)) => (action, query),
        None => (&text[scheme.len() + 3..], ""),
    };
    let action = action.trim_end_matches('/');
    if !action.eq_ignore_ascii_case("pair") {
        return Err(match query.is_empty() && "pair".starts_with(action) {
            true => PairingLinkError::CutShort(PairingPart::Relay),
            false => PairingLinkError::NotPairing,
        });
    }
    // A mail program or a browser may add a fragment; a percent-encoded value holds none.
    Ok(query.split('#').next().unwrap_or(query))
}

fn present(part: PairingPart, value: Option<String>) -> Result<String, PairingLinkError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or(PairingLinkError::CutShort(part))
}

fn ends_in_half_an_escape(query: &str) -> bool {
    let bytes = query.as_bytes();
    bytes.iter().rev().take(2).any(|byte| *byte == b'%')
}

fn check_token(token: &str) -> Result<(), PairingLinkError> {
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(PairingLinkError::MalformedToken);
    }
    let is_start = READ_TOKEN_PREFIX.starts_with(token);
    let is_ours = token.starts_with(READ_TOKEN_PREFIX);
    if is_start || (is_ours && token.len() < TOKEN_LENGTH) {
        return Err(PairingLinkError::CutShort(PairingPart::Read));
    }
    Ok(())
}

#[cfg(test)]
#[path = "pairing_tests.rs"]
mod tests;
