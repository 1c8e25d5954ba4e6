use std::time::Duration;

use thiserror::Error;

use crate::AddressError;

/// Why the relay gave no usable answer. None of it holds the address or the token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RelayError {
    /// The relay's address can't be used.
    #[error("the relay's address can't be used: {0}")]
    Address(#[from] AddressError),
    /// The read token holds characters that no token has.
    #[error("the read token is malformed")]
    MalformedToken,
    /// The client could not be set up on this machine.
    #[error("the HTTP client can't be set up on this machine")]
    Client,
    /// Nothing came back, or not all of it. Asking again later is right.
    #[error("the relay can't be reached: {0}")]
    Unreachable(Unreachable),
    /// The relay does not know the read token (any more).
    #[error("the relay does not accept the read token")]
    Unauthorized,
    /// The relay asks to come back later.
    #[error("the relay is busy")]
    Busy {
        /// How long the relay asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// Something answered, but not as a relay does. Nothing of the answer is used.
    #[error("the answer is not a relay's: {0}")]
    Unexpected(UnexpectedAnswer),
}

/// Which way the connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreachable {
    /// No connection: name, network, port or certificate.
    #[error("no connection")]
    NoConnection,
    /// Connected, but no whole answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    Interrupted,
}

/// What was wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnexpectedAnswer {
    /// A redirect; following it would hand the token to another host.
    #[error("it redirects elsewhere")]
    Redirect,
    /// A status that the relay does not use here.
    #[error("status {0}")]
    Status(u16),
    /// A web page.
    #[error("it is a web page")]
    Html,
    /// Not JSON, half of one, or JSON of another shape.
    #[error("it is not the expected JSON")]
    Malformed,
    /// Larger than any page can be.
    #[error("it is too large")]
    TooLarge,
    /// More records than were asked for.
    #[error("it holds more records than were asked for")]
    TooMany,
    /// Records at or before the cursor, twice, or out of order.
    #[error("its records are not in ascending order after the cursor")]
    OutOfOrder,
    /// A next cursor that goes back, or past what was given.
    #[error("its next cursor does not fit its records")]
    Cursor,
}
