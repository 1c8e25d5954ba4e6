//! How long an Ogg file sounds: where its last page says that it ends.

use super::wav::fill;
use std::io::{self, Read, Seek, SeekFrom};

/// The longest page.
const PAGE: u64 = 65_307;

/// Before its segments, a page says so much.
const HEAD: usize = 27;

/// The length in milliseconds, or nothing if the first stream in it is of no known kind.
pub(super) fn length_ms(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut begin = Vec::new();
    file.by_ref().take(PAGE).read_to_end(&mut begin)?;
    let Some(stream) = Stream::of(&begin) else {
        return Ok(None);
    };
    let last_at = end.saturating_sub(2 * PAGE);
    file.seek(SeekFrom::Start(last_at))?;
    let mut last = vec![0; usize::try_from(end - last_at).unwrap_or(0)];
    if !fill(file, &mut last)? {
        return Ok(None);
    }
    Ok(stream.end(&last).map(|samples| {
        let sounding = u128::from(samples.saturating_sub(stream.silent));
        u64::try_from(sounding * 1000 / u128::from(stream.hertz)).unwrap_or(u64::MAX)
    }))
}

/// The first stream of a file.
struct Stream {
    serial: [u8; 4],
    hertz: u32,
    /// Samples at its begin that are not played.
    silent: u64,
}

impl Stream {
    fn of(page: &[u8]) -> Option<Stream> {
        if !page.starts_with(b"OggS\0") {
            return None;
        }
        let segments = usize::from(*page.get(26)?);
        let packet = page.get(HEAD + segments..)?;
        let four = |at: usize| Some(u32::from_le_bytes(packet.get(at..at + 4)?.try_into().ok()?));
        let (hertz, silent) = if packet.starts_with(b"\x01vorbis") {
            (four(12)?, 0)
        } else if packet.starts_with(b"OpusHead") {
            let silent = u16::from_le_bytes(packet.get(10..12)?.try_into().ok()?);
            (48_000, u64::from(silent))
        } else if packet.starts_with(b"Speex   ") {
            (four(36)?, 0)
        } else if packet.starts_with(b"\x7fFLAC") {
            let bits = packet.get(27..30)?;
            let hertz = u32::from_be_bytes([0, bits[0], bits[1], bits[2]]) >> 4;
            (hertz, 0)
        } else {
            return None;
        };
        (hertz > 0).then_some(Stream {
            serial: page.get(14..18)?.try_into().ok()?,
            hertz,
            silent,
        })
    }

    /// Where the last page of this stream ends, in samples.
    fn end(&self, tail: &[u8]) -> Option<u64> {
        /// No packet ends on such a page.
        const NOWHERE: u64 = u64::MAX;
        let pages = tail.windows(HEAD).rev();
        pages
            .filter(|head| head.starts_with(b"OggS\0") && head[14..18] == self.serial)
            .filter_map(|head| Some(u64::from_le_bytes(head[6..14].try_into().ok()?)))
            .find(|&at| at != NOWHERE)
    }
}
