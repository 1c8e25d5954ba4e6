//! How long a recording sounds, without decoding it.

use super::amr::{Band, FRAME_MS};
use super::decoded;
use super::format::Format;
use super::samples::Source;
use super::wav::Wav;
use std::io::{self, BufReader};

/// A recording's length in milliseconds, or nothing where its form is not understood.
pub fn length_ms(format: Format, file: &mut impl Source) -> io::Result<Option<u64>> {
    match format {
        Format::Wav => match Wav::open(file)? {
            Some(wav) => Ok(Some(wav.length_ms())),
            None => decoded::length_ms(file),
        },
        Format::Amr => amr(file),
        Format::Mp3 | Format::Ogg | Format::Bin => decoded::length_ms(file),
    }
}

impl Wav {
    pub(super) fn length_ms(&self) -> u64 {
        let ms = u128::from(self.frames) * 1000 / u128::from(self.frames_per_second);
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

fn amr(file: &mut impl Source) -> io::Result<Option<u64>> {
    let Some(band) = Band::of(file)? else {
        return Ok(None);
    };
    let mut file = BufReader::new(file);
    let mut frames = 0;
    while band.next(&mut file)?.is_some() {
        frames += 1;
    }
    Ok(Some(frames * FRAME_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use std::io::Cursor;

    #[test]
    fn frames_of_amr_are_counted_and_a_cut_one_is_not() {
        let mut file = b"#!AMR\n".to_vec();
        for _ in 0..50 {
            file.push(0x3c);
            file.extend([0; 31]);
        }
        file.extend([0x3c, 0, 0]);

        let length = length_ms(Format::Amr, &mut Cursor::new(file)).unwrap();

        assert_eq!(length, Some(1000));
    }

    /// Each was made to sound for 2.4 s; an encoder may add the rest of its last frame.
    #[rstest]
    #[case(Format::Mp3, include_bytes!("fixtures/call.mp3"))]
    #[case(Format::Ogg, include_bytes!("fixtures/call.ogg"))]
    #[case(Format::Bin, include_bytes!("fixtures/call.m4a"))]
    #[case(Format::Bin, include_bytes!("fixtures/call.flac"))]
    #[case(Format::Wav, include_bytes!("fixtures/adpcm.wav"))]
    #[case(Format::Wav, include_bytes!("fixtures/mulaw.wav"))]
    #[case(Format::Amr, include_bytes!("fixtures/call.amr"))]
    fn a_length_is_known_before_anything_is_decoded(#[case] format: Format, #[case] file: &[u8]) {
        let length = length_ms(format, &mut Cursor::new(file)).unwrap();

        assert!(
            length.is_some_and(|ms| (2_380..=2_700).contains(&ms)),
            "{length:?}"
        );
    }

    proptest! {
        #[test]
        fn promise_13_any_bytes_have_a_length_or_none(bytes: Vec<u8>, wide: bool) {
            let mark: &[u8] = if wide { b"#!AMR-WB\n" } else { b"#!AMR\n" };
            let file = [mark, &bytes].concat();
            let _ = length_ms(Format::Amr, &mut Cursor::new(file)).unwrap();
            let _ = length_ms(Format::Wav, &mut Cursor::new(bytes)).unwrap();
        }
    }
}
