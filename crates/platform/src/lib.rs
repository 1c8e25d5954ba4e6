#![doc = include_str!("../README.md")]

mod answer;
mod audio;
mod clock;
mod code;
mod credentials;
mod dial;
mod dialect;
mod endpoint;
mod exchange;
mod fields;
mod letters;
mod link;
mod platform;
pub mod record;
mod recording;
mod redirect;
mod sign;

pub use audio::Found;
pub use clock::Clock;
pub use code::{Class, Refusal, class_of};
pub use credentials::Credentials;
pub use dial::{DialOutcome, DialRequest, UnknownReason};
pub use dialect::{BodyStyle, Dialect, DigestCase, LowerCase, TimestampUnit};
pub use endpoint::{AddressError, check_base, is_loopback};
pub use exchange::NotSentReason;
pub use letters::plain_words;
pub use link::{LinkRefusal, LinkRules};
pub use platform::{Config, ConfigError, Platform, Timeouts};
pub use record::{Parsed, Record, Status, Unreadable, parse_records, without_records};
pub use recording::{RangeFrom, Recording, RecordingError};
pub use redirect::RedirectRefusal;
pub use sign::{sign, signing_string};
