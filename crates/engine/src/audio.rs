//! What a recording's bytes are: their format, their length, their shape.
//!
//! Recordings come from strangers. Nothing here allocates by a size that a header claims, and no
//! header, however wrong, ends in a panic.

mod format;
mod length;
mod wav;
mod waveform;

pub use format::{Format, HEAD};
pub use length::length_ms;
pub use waveform::waveform;
