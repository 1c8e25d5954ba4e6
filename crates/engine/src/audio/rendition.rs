//! A recording as the plainest WAV there is, for a player that knows no other form.

use super::samples::{self, Samples, Source};
use std::io::{self, Seek, SeekFrom, Write};

/// The most bytes of a rendition: more than an hour and a half of two channels in the quality of
/// a compact disc, and eighteen hours of a telephone's.
pub const LARGEST: u64 = 1 << 30;

/// What became of a rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendered {
    /// It is written, and sounds as long as the recording does.
    Whole,
    /// The recording is in no form that is understood here.
    NotUnderstood,
    /// It would be larger than [`LARGEST`].
    TooLong,
}

const HEADER: u64 = 44;

/// Writes a recording as a WAV of 16 bits, with its own rate and its first two channels. A file
/// that is cut or damaged is rendered as far as it is whole.
pub fn render(source: impl Source, out: &mut (impl Write + Seek)) -> io::Result<Rendered> {
    let Some(mut sound) = samples::open(source)? else {
        return Ok(Rendered::NotUnderstood);
    };
    // The sizes in the header are known at the end.
    out.write_all(&header(sound.as_ref(), 0))?;
    let (mut block, mut bytes) = (Vec::new(), Vec::new());
    let mut size = 0;
    while sound.next(&mut block)? {
        bytes.clear();
        for &sample in &block {
            bytes.extend(((sample * 32_768.0).round() as i16).to_le_bytes());
        }
        size += bytes.len() as u64;
        if size + HEADER > LARGEST {
            return Ok(Rendered::TooLong);
        }
        out.write_all(&bytes)?;
    }
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&header(
        sound.as_ref(),
        u32::try_from(size).unwrap_or(u32::MAX),
    ))?;
    Ok(Rendered::Whole)
}

fn header(sound: &dyn Samples, size: u32) -> Vec<u8> {
    let channels = u16::try_from(sound.channels()).unwrap_or(1);
    let frame = channels * 2;
    let mut header = b"RIFF".to_vec();
    header.extend(size.saturating_add(36).to_le_bytes());
    header.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    header.extend(channels.to_le_bytes());
    header.extend(sound.rate().to_le_bytes());
    header.extend(sound.rate().saturating_mul(u32::from(frame)).to_le_bytes());
    header.extend(frame.to_le_bytes());
    header.extend(b"\x10\0data");
    header.extend(size.to_le_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Format, length_ms, waveform};
    use proptest::prelude::*;
    use rstest::rstest;
    use std::io::Cursor;

    fn rendered(file: &[u8]) -> (Rendered, Vec<u8>) {
        let mut out = Cursor::new(Vec::new());
        let outcome = render(Cursor::new(file), &mut out).unwrap();
        (outcome, out.into_inner())
    }

    #[rstest]
    #[case(include_bytes!("fixtures/call.mp3"))]
    #[case(include_bytes!("fixtures/call.ogg"))]
    #[case(include_bytes!("fixtures/call.m4a"))]
    #[case(include_bytes!("fixtures/call.flac"))]
    #[case(include_bytes!("fixtures/adpcm.wav"))]
    #[case(include_bytes!("fixtures/mulaw.wav"))]
    #[case(include_bytes!("fixtures/call.amr"))]
    fn a_rendition_sounds_as_its_recording_does(#[case] file: &[u8]) {
        let (outcome, wav) = rendered(file);

        assert_eq!(outcome, Rendered::Whole);
        assert_eq!(Format::of(&wav), Some(Format::Wav));
        let of_file = waveform(&mut Cursor::new(file), 30).unwrap();
        let of_wav = waveform(&mut Cursor::new(&wav[..]), 30).unwrap();
        assert_eq!(of_wav.length_ms, of_file.length_ms);
        assert_eq!(of_wav.silences, of_file.silences);
        let apart = of_wav.peaks.iter().zip(&of_file.peaks);
        assert!(
            apart
                .into_iter()
                .all(|(one, other)| (one - other).abs() < 0.001)
        );
        // A player that believes the header finds the same length.
        let claimed = u32::from_le_bytes([wav[40], wav[41], wav[42], wav[43]]);
        assert_eq!(claimed as usize, wav.len() - 44);
        assert_eq!(
            length_ms(Format::Wav, &mut Cursor::new(&wav[..])).unwrap(),
            Some(of_file.length_ms)
        );
    }

    #[test]
    fn sixteen_bits_stay_what_they_are() {
        let samples: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_le_bytes).collect();
        let mut file =
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data"
                .to_vec();
        file.extend(u32::try_from(samples.len()).unwrap().to_le_bytes());
        file.extend(&samples);

        let (_, wav) = rendered(&file);

        assert_eq!(wav[44..], samples[..]);
    }

    #[rstest]
    #[case(include_bytes!("fixtures/opus.ogg"))]
    #[case(b"{\"code\":2002}")]
    #[case(b"")]
    fn what_is_not_understood_is_said_so(#[case] file: &[u8]) {
        assert_eq!(rendered(file).0, Rendered::NotUnderstood);
    }

    proptest! {
        #[test]
        fn promise_13_any_bytes_are_rendered_or_not(bytes: Vec<u8>, amr: bool) {
            let mark: &[u8] = if amr { b"#!AMR\n" } else { b"" };
            rendered(&[mark, &bytes].concat());
        }
    }
}
