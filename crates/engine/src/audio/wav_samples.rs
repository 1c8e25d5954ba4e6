//! The samples of a WAV file, one small buffer at a time.

use super::samples::{CHANNELS, Samples, Source};
use super::wav::{Wav, fill};
use std::io::{self, SeekFrom};

/// How many frames are read at a time.
const FRAMES: u64 = 4096;

pub(super) struct WavSamples<S> {
    wav: Wav,
    source: S,
    buffer: Vec<u8>,
    left: u64,
}

impl<S: Source> WavSamples<S> {
    pub fn new(wav: Wav, mut source: S) -> io::Result<Self> {
        source.seek(SeekFrom::Start(wav.data_at))?;
        Ok(WavSamples {
            buffer: vec![0; size(FRAMES * wav.frame_bytes)],
            left: wav.frames,
            wav,
            source,
        })
    }
}

impl<S: Source> Samples for WavSamples<S> {
    fn rate(&self) -> u32 {
        u32::try_from(self.wav.frames_per_second).unwrap_or(u32::MAX)
    }

    fn channels(&self) -> usize {
        size(self.wav.frame_bytes)
            .div_euclid(self.wav.encoding.bytes())
            .clamp(1, CHANNELS)
    }

    fn next(&mut self, block: &mut Vec<f32>) -> io::Result<bool> {
        block.clear();
        let frames = FRAMES.min(self.left);
        let piece = &mut self.buffer[..size(frames * self.wav.frame_bytes)];
        if frames == 0 || !fill(&mut self.source, piece)? {
            return Ok(false);
        }
        self.left -= frames;
        let (encoding, channels) = (self.wav.encoding, self.channels());
        let piece = &self.buffer[..size(frames * self.wav.frame_bytes)];
        for frame in piece.chunks_exact(size(self.wav.frame_bytes)) {
            let samples = frame.chunks_exact(encoding.bytes()).take(channels);
            block.extend(samples.map(|sample| encoding.value(sample)));
        }
        Ok(true)
    }
}

/// Blocks are far smaller than any memory.
fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
