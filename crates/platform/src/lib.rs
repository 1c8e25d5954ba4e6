//! A client for the AXB click-to-call platform: signed dials, records, recordings.

mod dialect;
mod sign;

pub use dialect::{BodyStyle, Dialect, DigestCase, LowerCase, TimestampUnit};
pub use sign::{sign, signing_string};
