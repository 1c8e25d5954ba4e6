//! A stand-in platform for practice and tests, strict about signatures.
//!
//! It takes dials, plays the calls, pushes their records and serves their recordings as the platform's interface
//! document has them, and misbehaves on demand. It never leaves the machine: records are pushed to loopback addresses
//! only. What it can do is described in this crate's README: magic numbers, faults, the control surface.
//!
//! ```no_run
//! # async fn practice() -> Result<(), bohao_sandbox::StartError> {
//! use bohao_sandbox::{FaultKind, Settings};
//!
//! let sandbox = bohao_sandbox::start(Settings::default()).await?;
//! sandbox.set_fault(FaultKind::CutAfter, 1);
//! // … dial against sandbox.url() …
//! assert_eq!(sandbox.rings("13800006620", "13922104471"), 1);
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod calendar;
mod control;
mod dial;
mod dialect;
mod exchange;
mod fault;
mod outcome;
mod play;
mod record;
mod recording;
mod request;
mod server;
mod settings;
mod signature;
mod sound;

pub use answer::Code;
pub use dialect::{BodyKind, Dialect, DigestCase, Lowered, TimestampUnit};
pub use exchange::{Call, CallState, PushAttempt, Rings};
pub use fault::{ArmedFault, Fault, FaultKind, UnknownFault};
pub use outcome::{MAGIC_NUMBERS, MagicNumber, Outcome};
pub use record::{Numbers, PushShape, Spelling, Times};
pub use server::{Running, StartError, start};
pub use settings::{Clock, Settings, Timing};
