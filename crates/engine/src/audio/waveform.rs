//! The shape of a recording: the loudest sample of each bar.

use super::wav::{Wav, fill};
use bohao_wire::Waveform;
use std::io::{self, Read, Seek, SeekFrom};

/// More bars than this are no use on any screen.
const BARS: u32 = 2000;

/// How many frames are read at a time.
const FRAMES: u64 = 4096;

/// Draws a recording with that many bars (1 to 2000). A file that is no WAV, or whose samples are
/// not understood, has no peaks and the length 0.
///
/// The file is read from end to end with one small buffer.
pub fn waveform(file: &mut (impl Read + Seek), bars: u32) -> io::Result<Waveform> {
    let nothing = Waveform {
        peaks: Vec::new(),
        length_ms: 0,
    };
    let Some(wav) = Wav::open(file)? else {
        return Ok(nothing);
    };
    if wav.frames == 0 {
        return Ok(nothing);
    }
    let bars = u64::from(bars.clamp(1, BARS));
    let mut peaks = vec![0_f32; usize::try_from(bars).unwrap_or(1)];
    let mut buffer = vec![0; usize::try_from(FRAMES * wav.frame_bytes).unwrap_or(1)];
    file.seek(SeekFrom::Start(wav.data_at))?;

    let mut frame = 0;
    while frame < wav.frames {
        let frames = FRAMES.min(wav.frames - frame);
        let piece = &mut buffer[..usize::try_from(frames * wav.frame_bytes).unwrap_or(0)];
        if !fill(file, piece)? {
            break;
        }
        for samples in piece.chunks_exact(usize::try_from(wav.frame_bytes).unwrap_or(1)) {
            let bar = u128::from(frame) * u128::from(bars) / u128::from(wav.frames);
            let peak = &mut peaks[usize::try_from(bar).unwrap_or(0)];
            for sample in samples.chunks_exact(wav.encoding.bytes()) {
                *peak = peak.max(wav.encoding.loudness(sample));
            }
            frame += 1;
        }
    }
    Ok(Waveform {
        peaks,
        length_ms: wav.length_ms(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use std::io::Cursor;

    /// A WAV file around these samples, with a chunk before them that must be passed over.
    fn wav(tag: u16, bits: u16, channels: u16, rate: u32, data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        let frame = channels * bits / 8;
        file.extend(tag.to_le_bytes());
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend((rate * u32::from(frame)).to_le_bytes());
        file.extend(frame.to_le_bytes());
        file.extend(bits.to_le_bytes());
        file.extend(b"data");
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file
    }

    /// A silent half, then a loud one, in each encoding.
    #[rstest]
    #[case::u8(1, 8, &[128], &[0])]
    #[case::i16(1, 16, &[0, 0], &[0, 0x80])]
    #[case::i24(1, 24, &[0, 0, 0], &[0, 0, 0x80])]
    #[case::i32(1, 32, &[0, 0, 0, 0], &[0, 0, 0, 0x80])]
    #[case::f32(3, 32, &[0, 0, 0, 0], &[0, 0, 0x80, 0xbf])]
    #[case::f64(3, 64, &[0, 0, 0, 0, 0, 0, 0, 0], &[0, 0, 0, 0, 0, 0, 0xf0, 0xbf])]
    #[case::a_law(6, 8, &[0xd5], &[0xaa])]
    #[case::mu_law(7, 8, &[0xff], &[0x80])]
    fn peaks_show_silence_and_noise(
        #[case] tag: u16,
        #[case] bits: u16,
        #[case] silence: &[u8],
        #[case] noise: &[u8],
        #[values(1, 2)] channels: u16,
    ) {
        let half = 4000 * usize::from(channels);
        let data = [silence.repeat(half), noise.repeat(half)].concat();
        let file = wav(tag, bits, channels, 8000, &data);

        let drawn = waveform(&mut Cursor::new(file), 4).unwrap();

        assert_eq!(drawn.length_ms, 1000);
        assert_eq!(drawn.peaks.len(), 4);
        assert!(
            drawn.peaks[..2].iter().all(|&peak| peak < 0.001),
            "{:?}",
            drawn.peaks
        );
        assert!(
            drawn.peaks[2..].iter().all(|&peak| peak > 0.95),
            "{:?}",
            drawn.peaks
        );
    }

    #[rstest]
    #[case::unfinished_header(0)]
    #[case::streamed_header(u32::MAX)]
    fn a_header_that_miscounts_is_not_believed(#[case] claimed: u32) {
        let mut file = wav(1, 16, 1, 8000, &[0; 16_000]);
        let at = file.len() - 16_000 - 4;
        file[at..at + 4].copy_from_slice(&claimed.to_le_bytes());

        assert_eq!(
            waveform(&mut Cursor::new(file), 10).unwrap().length_ms,
            1000
        );
    }

    #[test]
    fn another_format_has_no_peaks() {
        let drawn = waveform(&mut Cursor::new(b"#!AMR\n\x3c".to_vec()), 10).unwrap();

        assert_eq!(
            drawn,
            Waveform {
                peaks: Vec::new(),
                length_ms: 0
            }
        );
    }

    proptest! {
        #[test]
        fn promise_13_no_header_ends_in_a_panic(bytes: Vec<u8>, bars: u32) {
            let _ = waveform(&mut Cursor::new(bytes), bars).unwrap();
        }

        #[test]
        fn promise_13_no_fmt_chunk_ends_in_a_panic(
            fmt in prop::collection::vec(any::<u8>(), 26),
            claimed: u32,
            data: Vec<u8>,
            bars: u32,
        ) {
            let mut file = b"RIFF\0\0\0\0WAVEfmt \x1a\0\0\0".to_vec();
            file.extend(fmt);
            file.extend(b"data");
            file.extend(claimed.to_le_bytes());
            file.extend(data);
            let drawn = waveform(&mut Cursor::new(file), bars).unwrap();
            prop_assert!(drawn.peaks.iter().all(|peak| (0.0..=1.0).contains(peak)));
        }

        #[test]
        fn each_bar_holds_its_own_frames(bars in 1_u32..50, frames in 50_usize..500) {
            let data: Vec<u8> = (0..frames).flat_map(|_| [0xff, 0x7f]).collect();
            let drawn = waveform(&mut Cursor::new(wav(1, 16, 1, 8000, &data)), bars).unwrap();
            prop_assert!(drawn.peaks.iter().all(|&peak| peak > 0.99));
        }
    }
}
