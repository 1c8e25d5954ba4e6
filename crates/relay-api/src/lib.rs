//! What the relay and its clients say to each other, and the client.
//!
//! The relay keeps every body that the platform pushes to a seat's secret address, numbers it, and
//! hands it out to whoever holds the seat's read token. [`RelayClient`] is that reader;
//! [`PairingLink`] carries a seat's three values from the relay's operator to a desk in one string.
//!
//! No error, `Debug` output or log line of this crate holds an address or a token.

mod address;
mod client;
mod error;
mod pairing;
mod push_test;
mod types;

pub use address::{AddressError, check_address};
pub use client::RelayClient;
pub use error::{RelayError, UnexpectedAnswer, Unreachable};
pub use pairing::{PairingLink, PairingLinkError, PairingPart};
pub use push_test::{Legs, PushTestError, is_push_test, push_test};
pub use types::{
    ErrorBody, MAX_LIMIT, MAX_PUSH_BYTES, MAX_WAIT_SECONDS, PUSH_TOKEN_PREFIX, READ_TOKEN_PREFIX,
    ReadableSeats, RecordsPage, RelayStatus, SeatStanding, StoredRecord, TEAM_TOKEN_PREFIX,
    TOKEN_LENGTH,
};
