//! How long an MP3 file sounds: its frames, counted.
//!
//! A header that tells (Xing, VBRI) is not asked: whoever writes one may be wrong, and the frames
//! are what is played. It is known all the same, since its own frame sounds like nothing.

use super::wav::fill;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// More bytes between two frames are no damage but another file.
const GARBAGE: usize = 64 * 1024;

/// Kilobits a second by index, of which the first says "free" and the last is none: MPEG-1 layer
/// II, layer III; MPEG-2 and 2.5, whose layers share theirs.
const RATES: [[u64; 15]; 3] = [
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
    ],
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// The length in milliseconds, or nothing if there is no frame.
pub(super) fn length_ms(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(0))?;
    let mut file = BufReader::new(file);
    pass_tags(&mut file)?;
    let (mut nanoseconds, mut frames) = (0_u128, 0_u64);
    while let Some(frame) = next_frame(&mut file)? {
        let mut rest = vec![0; frame.bytes - 4];
        if !fill(&mut file, &mut rest)? {
            break;
        }
        let tells = frames == 0 && frame.is_index(&rest);
        frames += 1;
        if !tells {
            nanoseconds += u128::from(frame.samples) * 1_000_000_000 / u128::from(frame.hertz);
        }
    }
    let length = u64::try_from(nanoseconds / 1_000_000).unwrap_or(u64::MAX);
    Ok((frames > 0).then_some(length))
}

/// Passes by the ID3 tags at the beginning.
fn pass_tags(file: &mut (impl Read + Seek)) -> io::Result<()> {
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 10];
        if !fill(file, &mut head)? || &head[..3] != b"ID3" {
            file.seek(SeekFrom::Start(at))?;
            return Ok(());
        }
        // Seven bits a byte, so that no size looks like a frame.
        let size = head[6..]
            .iter()
            .fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
        let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
        at += 10 + size + footer;
    }
}

struct Frame {
    bytes: usize,
    samples: u32,
    hertz: u32,
    /// Where an index would stand that takes the first frame's place, behind the four first bytes.
    index_at: usize,
}

/// The next frame, past what is none; its first four bytes are read.
fn next_frame(file: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut head = [0; 4];
    if !fill(file, &mut head)? {
        return Ok(None);
    }
    for _ in 0..GARBAGE {
        if let Some(frame) = Frame::of(head) {
            return Ok(Some(frame));
        }
        let mut next = [0];
        if !fill(file, &mut next)? {
            return Ok(None);
        }
        head = [head[1], head[2], head[3], next[0]];
    }
    Ok(None)
}

impl Frame {
    fn of([first, second, third, fourth]: [u8; 4]) -> Option<Frame> {
        if first != 0xff || second & 0xe0 != 0xe0 {
            return None;
        }
        let version_1 = second & 0x18 == 0x18;
        let halved = match second & 0x18 {
            0x18 => 0,
            0x10 => 1,
            0x00 => 2,
            _ => return None,
        };
        let layer_3 = match second & 0x06 {
            0x02 => true,
            0x04 => false,
            _ => return None,
        };
        let table = match (version_1, layer_3) {
            (true, false) => 0,
            (true, true) => 1,
            (false, _) => 2,
        };
        let kilobits = *RATES[table].get(usize::from(third >> 4))?;
        let hertz = [44_100_u32, 48_000, 32_000].get(usize::from(third >> 2 & 3))? >> halved;
        let samples = if layer_3 && !version_1 { 576 } else { 1152 };
        let padding = u64::from(third >> 1 & 1);
        let bytes = u64::from(samples) / 8 * kilobits * 1000 / u64::from(hertz) + padding;
        let mono = fourth & 0xc0 == 0xc0;
        let index_at = match (version_1, mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        // A free rate is in nobody's use, and would have to be guessed.
        (kilobits > 0 && bytes > 4).then_some(Frame {
            bytes: usize::try_from(bytes).ok()?,
            samples,
            hertz,
            index_at,
        })
    }

    fn is_index(&self, rest: &[u8]) -> bool {
        let mark = |at: usize| rest.get(at..at + 4);
        matches!(mark(self.index_at), Some(b"Xing" | b"Info")) || mark(32) == Some(b"VBRI")
    }
}
