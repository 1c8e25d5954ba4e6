//! The header of a WAV file and its samples.

use super::samples::sane;
use std::io::{self, Read, Seek, SeekFrom};

/// Where a WAV file's samples lie and how to read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wav {
    pub encoding: Encoding,
    pub frame_bytes: u64,
    pub frames_per_second: u64,
    /// Where the samples begin.
    pub data_at: u64,
    /// Whole frames that are really there, whatever the header claims.
    pub frames: u64,
}

/// How one sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
    ALaw,
    MuLaw,
}

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xfffe;

/// More chunks than this before the samples are no recording but a trap.
const CHUNKS: usize = 1000;

impl Wav {
    /// Reads the header; nothing if this is no WAV file whose samples are understood.
    pub fn open(file: &mut (impl Read + Seek)) -> io::Result<Option<Wav>> {
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        let mut riff = [0; 12];
        if !fill(file, &mut riff)? || &riff[..4] != b"RIFF" || &riff[8..] != b"WAVE" {
            return Ok(None);
        }
        let mut layout = None;
        let mut at = 12;
        for _ in 0..CHUNKS {
            let Some((name, claimed)) = chunk(file, at)? else {
                return Ok(None);
            };
            match &name {
                b"fmt " => layout = Layout::read(file, claimed)?,
                b"data" => return Ok(layout.and_then(|layout| layout.over(at + 8, claimed, end))),
                _ => {}
            }
            // Chunks are padded to an even length.
            at += 8 + claimed + claimed % 2;
        }
        Ok(None)
    }
}

/// Whether a WAV file holds fewer bytes than its header counts, in all or of samples. What was
/// written before its samples were counted claims none or the most there can be, and lacks nothing;
/// nor does a file without the byte that pads its last chunk.
pub fn is_short(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    const UNCOUNTED: u64 = 0x7fff_0000;
    let end = file.seek(SeekFrom::End(0))?;
    let lacks = |at: u64, claimed: u64| claimed < UNCOUNTED && at + claimed > end + 1;
    let Some((name, claimed)) = chunk(file, 0)? else {
        return Ok(false);
    };
    let mut form = [0; 4];
    if &name != b"RIFF" || !fill(file, &mut form)? || &form != b"WAVE" {
        return Ok(false);
    }
    if lacks(8, claimed) {
        return Ok(true);
    }
    let mut at = 12;
    for _ in 0..CHUNKS {
        match chunk(file, at)? {
            Some((name, claimed)) if &name == b"data" => return Ok(lacks(at + 8, claimed)),
            Some((_, claimed)) => at += 8 + claimed + claimed % 2,
            None => break,
        }
    }
    Ok(false)
}

/// The name of the chunk that begins there, and how many bytes it claims to hold.
fn chunk(file: &mut (impl Read + Seek), at: u64) -> io::Result<Option<([u8; 4], u64)>> {
    file.seek(SeekFrom::Start(at))?;
    let mut head = [0; 8];
    if !fill(file, &mut head)? {
        return Ok(None);
    }
    let [a, b, c, d, e, f, g, h] = head;
    let claimed = u32::from_le_bytes([e, f, g, h]);
    Ok(Some(([a, b, c, d], u64::from(claimed))))
}

struct Layout {
    encoding: Encoding,
    channels: u64,
    rate: u64,
}

impl Layout {
    fn read(file: &mut impl Read, claimed: u64) -> io::Result<Option<Layout>> {
        let mut fmt = [0; 26];
        let there = usize::try_from(claimed)
            .unwrap_or(usize::MAX)
            .min(fmt.len());
        if there < 16 || !fill(file, &mut fmt[..there])? {
            return Ok(None);
        }
        let word = |at: usize| u16::from_le_bytes([fmt[at], fmt[at + 1]]);
        let tag = if word(0) == EXTENSIBLE {
            word(24)
        } else {
            word(0)
        };
        let encoding = match (tag, word(14)) {
            (PCM, 8) => Encoding::U8,
            (PCM, 16) => Encoding::I16,
            (PCM, 24) => Encoding::I24,
            (PCM, 32) => Encoding::I32,
            (FLOAT, 32) => Encoding::F32,
            (FLOAT, 64) => Encoding::F64,
            (A_LAW, 8) => Encoding::ALaw,
            (MU_LAW, 8) => Encoding::MuLaw,
            _ => return Ok(None),
        };
        let rate = u64::from(u32::from_le_bytes([fmt[4], fmt[5], fmt[6], fmt[7]]));
        let channels = u64::from(word(2));
        let sane = (1..=64).contains(&channels) && rate > 0;
        Ok(sane.then_some(Layout {
            encoding,
            channels,
            rate,
        }))
    }

    /// A header written before its samples were counted claims none, or too many.
    fn over(&self, data_at: u64, claimed: u64, end: u64) -> Option<Wav> {
        let there = end.checked_sub(data_at)?;
        let bytes = if claimed == 0 {
            there
        } else {
            claimed.min(there)
        };
        let frame_bytes = self.channels * self.encoding.bytes() as u64;
        Some(Wav {
            encoding: self.encoding,
            frame_bytes,
            frames_per_second: self.rate,
            data_at,
            frames: bytes / frame_bytes,
        })
    }
}

impl Encoding {
    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Encoding::U8 | Encoding::ALaw | Encoding::MuLaw => 1,
            Encoding::I16 => 2,
            Encoding::I24 => 3,
            Encoding::I32 | Encoding::F32 => 4,
            Encoding::F64 => 8,
        }
    }

    /// One sample, -1 to 1. `sample` has [`Encoding::bytes`] bytes.
    pub fn value(self, sample: &[u8]) -> f32 {
        sane(match (self, sample) {
            (Encoding::U8, &[a]) => (f32::from(a) - 128.0) / 128.0,
            (Encoding::I16, &[a, b]) => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Encoding::I24, &[a, b, c]) => {
                i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0
            }
            (Encoding::I32, &[a, b, c, d]) => {
                i32::from_le_bytes([a, b, c, d]) as f32 / 2_147_483_648.0
            }
            (Encoding::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Encoding::F64, &[a, b, c, d, e, f, g, h]) => {
                f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32
            }
            (Encoding::ALaw, &[a]) => a_law(a),
            (Encoding::MuLaw, &[a]) => mu_law(a),
            _ => 0.0,
        })
    }
}

/// ITU-T G.711 A-law: a sign, three bits of exponent, four of mantissa, every other bit inverted.
fn a_law(byte: u8) -> f32 {
    let plain = byte ^ 0x55;
    let exponent = (plain >> 4) & 7;
    let mantissa = u16::from(plain & 0x0f) << 4;
    let magnitude = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 0x108) << (exponent - 1),
    };
    let loud = loudness(magnitude);
    if plain & 0x80 != 0 { loud } else { -loud }
}

/// ITU-T G.711 µ-law: as A-law, but all bits inverted and biased by 132.
fn mu_law(byte: u8) -> f32 {
    let plain = !byte;
    let exponent = (plain >> 4) & 7;
    let mantissa = u16::from(plain & 0x0f) << 3;
    let magnitude = ((mantissa + 132) << exponent) - 132;
    let loud = loudness(magnitude);
    if plain & 0x80 == 0 { loud } else { -loud }
}

fn loudness(magnitude: u16) -> f32 {
    f32::from(magnitude) / 32_768.0
}

/// Fills the buffer, or says that the file ended before.
pub(super) fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
