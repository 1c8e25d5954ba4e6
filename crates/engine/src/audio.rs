//! What a recording's bytes are: their format, their length, their shape, their sound.
//!
//! Recordings come from strangers. Nothing here allocates by a size that a header claims, and no
//! header, however wrong, ends in a panic. [`samples`] is the one way to what a recording sounds
//! like; behind it are WAV and AMR, which are read here, and Symphonia for everything else.

mod amr;
mod decoded;
mod envelope;
mod format;
mod length;
mod mp3;
mod ogg;
mod rendition;
mod samples;
mod wav;
mod wav_samples;
mod waveform;

pub use format::{Format, HEAD};
pub use length::length_ms;
pub use rendition::{LARGEST, Rendered, render};
pub use samples::Source;
pub use wav::is_short as is_short_wav;
pub use waveform::waveform;
