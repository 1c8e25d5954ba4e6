//! AMR, narrow and wide, as telephones speak it: a mark, then frames of 20 ms each.

use super::samples::{Samples, Source};
use super::wav::fill;
use codec_core::codecs::amr::AmrCodec;
use codec_core::types::{CodecConfig, CodecType, CodedFrame, FrameKind, VariableRateCodec};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How long a frame sounds.
pub(super) const FRAME_MS: u64 = 20;

/// The two kinds of AMR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Band {
    Narrow,
    Wide,
}

/// One frame as it lies in the file, without its first byte.
pub(super) struct Frame {
    kind: FrameKind,
    /// The bit rate, by its number.
    mode: u8,
    /// Whether its sender vouches for its bits.
    good: bool,
    bits: Vec<u8>,
}

impl Band {
    /// Reads the mark at the beginning of a file; nothing if it is no AMR of one channel.
    pub fn of(source: &mut (impl Read + Seek)) -> io::Result<Option<Band>> {
        source.seek(SeekFrom::Start(0))?;
        let mut mark = Vec::new();
        source.by_ref().take(9).read_to_end(&mut mark)?;
        let band = [Band::Wide, Band::Narrow]
            .into_iter()
            .find(|band| mark.starts_with(band.mark()));
        if let Some(band) = band {
            source.seek(SeekFrom::Start(band.mark().len() as u64))?;
        }
        Ok(band)
    }

    fn mark(self) -> &'static [u8] {
        match self {
            Band::Narrow => b"#!AMR\n",
            Band::Wide => b"#!AMR-WB\n",
        }
    }

    /// How many bytes follow the first byte of a frame of this type.
    fn size(self, kind: u8) -> u64 {
        const NARROW: [u64; 16] = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, 0, 0, 0, 0];
        const WIDE: [u64; 16] = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0];
        let sizes = match self {
            Band::Narrow => NARROW,
            Band::Wide => WIDE,
        };
        sizes[usize::from(kind & 0x0f)]
    }

    /// What a frame of this type holds. Types that nobody defined hold nothing.
    fn kind(self, number: u8) -> FrameKind {
        match (self, number) {
            (Band::Narrow, 0..=7) | (Band::Wide, 0..=8) => FrameKind::Speech,
            (Band::Narrow, 8) | (Band::Wide, 9) => FrameKind::ComfortNoise,
            (Band::Wide, 14) => FrameKind::Lost,
            _ => FrameKind::NoData,
        }
    }

    fn rate(self) -> u32 {
        match self {
            Band::Narrow => 8_000,
            Band::Wide => 16_000,
        }
    }

    fn frame_samples(self) -> usize {
        match self {
            Band::Narrow => 160,
            Band::Wide => 320,
        }
    }

    /// The next frame, or nothing at the end; one that is cut is none.
    pub fn next(self, source: &mut impl BufRead) -> io::Result<Option<Frame>> {
        let mut first = [0];
        if !fill(source, &mut first)? {
            return Ok(None);
        }
        let number = first[0] >> 3 & 0x0f;
        let size = self.size(number);
        let mut bits = Vec::new();
        source.by_ref().take(size).read_to_end(&mut bits)?;
        Ok((bits.len() as u64 == size).then_some(Frame {
            kind: self.kind(number),
            mode: number,
            good: first[0] & 0x04 != 0,
            bits,
        }))
    }
}

pub(super) struct AmrSamples<S> {
    band: Band,
    codec: AmrCodec,
    source: BufReader<S>,
    /// The bit rate of the latest speech: what stands for a gap needs one.
    mode: u8,
}

impl<S: Source> AmrSamples<S> {
    /// The samples of a file whose mark was read.
    pub fn new(band: Band, source: S) -> io::Result<Self> {
        let kind = match band {
            Band::Narrow => CodecType::AmrNb,
            Band::Wide => CodecType::AmrWb,
        };
        Ok(AmrSamples {
            band,
            codec: AmrCodec::new(&CodecConfig::new(kind)).map_err(io::Error::other)?,
            source: BufReader::new(source),
            mode: 0,
        })
    }
}

impl<S: Source> Samples for AmrSamples<S> {
    fn rate(&self) -> u32 {
        self.band.rate()
    }

    fn channels(&self) -> usize {
        1
    }

    fn next(&mut self, block: &mut Vec<f32>) -> io::Result<bool> {
        block.clear();
        let Some(frame) = self.band.next(&mut self.source)? else {
            return Ok(false);
        };
        if frame.kind == FrameKind::Speech {
            self.mode = frame.mode;
        }
        let coded = CodedFrame {
            kind: frame.kind,
            mode: self.mode,
            quality_ok: frame.good,
            data: frame.bits,
        };
        let codec = &mut self.codec;
        // A frame that can't be decoded is a gap of its length; a decoder that panics has ended.
        let decoded = catch_unwind(AssertUnwindSafe(|| codec.decode_frame(&coded)));
        let Ok(decoded) = decoded else {
            return Ok(false);
        };
        let samples = decoded.unwrap_or_default();
        block.extend(samples.iter().map(|&sample| f32::from(sample) / 32_768.0));
        block.resize(self.band.frame_samples(), 0.0);
        Ok(true)
    }
}
