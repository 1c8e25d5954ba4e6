//! The shape of a recording: the loudest sample of each bar, and where nobody speaks.

use super::envelope::Envelope;
use super::samples::{self, Source};
use bohao_wire::Waveform;
use std::io;

/// More bars than this are no use on any screen.
const BARS: u32 = 2000;

/// Draws a recording with that many bars (1 to 2000). One that can't be decoded here has no peaks
/// and the length 0.
///
/// The file is read from end to end, block by block.
pub fn waveform(file: &mut impl Source, bars: u32) -> io::Result<Waveform> {
    let nothing = Waveform {
        peaks: Vec::new(),
        length_ms: 0,
        silences: Vec::new(),
    };
    let Some(mut sound) = samples::open(file)? else {
        return Ok(nothing);
    };
    let heard = Envelope::of(sound.as_mut())?;
    let bars = usize::try_from(bars.clamp(1, BARS)).unwrap_or(1);
    Ok(Waveform {
        peaks: heard.bars(bars),
        length_ms: heard.length_ms(),
        silences: heard.silences(),
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

    /// Each of them is a tone, 1.2 s of silence from 0.6 s on, and the tone again.
    #[rstest]
    #[case(include_bytes!("fixtures/call.mp3"))]
    #[case(include_bytes!("fixtures/call.ogg"))]
    #[case(include_bytes!("fixtures/call.m4a"))]
    #[case(include_bytes!("fixtures/call.flac"))]
    #[case(include_bytes!("fixtures/adpcm.wav"))]
    #[case(include_bytes!("fixtures/mulaw.wav"))]
    #[case(include_bytes!("fixtures/call.amr"))]
    fn compressed_recordings_are_drawn_with_their_silence(#[case] file: &[u8]) {
        let drawn = waveform(&mut Cursor::new(file), 8).unwrap();

        assert!((2_380..=2_700).contains(&drawn.length_ms), "{drawn:?}");
        assert!(drawn.peaks[0] > 0.3 && drawn.peaks[7] > 0.3, "{drawn:?}");
        assert!(drawn.peaks[4] < 0.03, "{drawn:?}");
        let [silence] = drawn.silences[..] else {
            panic!("one silence: {drawn:?}");
        };
        assert!(silence.from_ms.abs_diff(650) < 130, "{silence:?}");
        assert!(silence.to_ms.abs_diff(1_850) < 130, "{silence:?}");
    }

    #[rstest]
    #[case::opus(include_bytes!("fixtures/opus.ogg"))]
    #[case::text(b"no recording at all, and longer than any mark")]
    #[case::nothing(b"")]
    fn what_can_not_be_decoded_has_no_peaks(#[case] file: &[u8]) {
        let drawn = waveform(&mut Cursor::new(file), 10).unwrap();

        assert!(drawn.peaks.is_empty() && drawn.silences.is_empty());
        assert_eq!(drawn.length_ms, 0);
    }

    const SOUNDS: &[&[u8]] = &[
        include_bytes!("fixtures/call.mp3"),
        include_bytes!("fixtures/call.ogg"),
        include_bytes!("fixtures/call.m4a"),
        include_bytes!("fixtures/call.flac"),
        include_bytes!("fixtures/adpcm.wav"),
        include_bytes!("fixtures/call.amr"),
        include_bytes!("fixtures/opus.ogg"),
    ];

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
        fn promise_13_no_damaged_recording_ends_in_a_panic(
            file in prop::sample::select(SOUNDS),
            hurt in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
            cut: prop::sample::Index,
            bars in 1_u32..100,
        ) {
            let mut bytes = file.to_vec();
            for (place, byte) in hurt {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(cut.index(bytes.len()) + 1);
            let drawn = waveform(&mut Cursor::new(bytes), bars).unwrap();
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
