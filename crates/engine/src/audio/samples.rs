//! A recording as a stream of samples, whatever it is written in.

use super::amr::{AmrSamples, Band};
use super::decoded::Decoded;
use super::wav::Wav;
use super::wav_samples::WavSamples;
use std::io::{self, Read, Seek};

/// Where a recording's bytes come from.
pub trait Source: Read + Seek + Send + Sync {}

impl<T: Read + Seek + Send + Sync> Source for T {}

/// Samples block by block, so that no recording has to fit into memory.
pub(super) trait Samples {
    /// Frames a second; never 0.
    fn rate(&self) -> u32;

    /// 1 or 2. What has more channels is told by its first two.
    fn channels(&self) -> usize;

    /// Puts the next block into `block`, interleaved, each sample from -1 to 1. `false` at the
    /// end, also at the end of what is whole in a file that is cut or damaged.
    fn next(&mut self, block: &mut Vec<f32>) -> io::Result<bool>;
}

/// The most that is kept of a recording's channels: the two parties of a call.
pub(super) const CHANNELS: usize = 2;

/// The samples of a recording, or nothing if it is in no form that is understood here.
pub(super) fn open<'s>(mut source: impl Source + 's) -> io::Result<Option<Box<dyn Samples + 's>>> {
    if let Some(wav) = Wav::open(&mut source)? {
        return Ok(Some(Box::new(WavSamples::new(wav, source)?)));
    }
    if let Some(band) = Band::of(&mut source)? {
        return Ok(Some(Box::new(AmrSamples::new(band, source)?)));
    }
    Ok(match Decoded::open(source)? {
        Some(decoded) => Some(Box::new(decoded)),
        None => None,
    })
}

/// A sample that is a number, and no louder than the loudest.
pub(super) fn sane(sample: f32) -> f32 {
    if sample.is_nan() {
        0.0
    } else {
        sample.clamp(-1.0, 1.0)
    }
}
