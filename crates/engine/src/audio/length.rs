//! How long a recording sounds, without decoding it.

use super::amr::{Band, FRAME_MS};
use super::decoded;
use super::format::Format;
use super::samples::Source;
use super::wav::Wav;
use super::{mp3, ogg};
use std::io::{self, BufReader};

/// A recording's length in milliseconds, or nothing where its form is not understood.
pub fn length_ms(format: Format, file: &mut impl Source) -> io::Result<Option<u64>> {
    match format {
        Format::Wav => match Wav::open(file)? {
            Some(wav) => Ok(Some(wav.length_ms())),
            None => decoded::length_ms(file),
        },
        Format::Amr => amr(file),
        Format::Mp3 => or_decoded(mp3::length_ms(file)?, file),
        Format::Ogg => or_decoded(ogg::length_ms(file)?, file),
        Format::Bin => decoded::length_ms(file),
    }
}

/// What was not understood here may be by a decoder.
fn or_decoded(length: Option<u64>, file: &mut impl Source) -> io::Result<Option<u64>> {
    match length {
        None => decoded::length_ms(file),
        length => Ok(length),
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
    use crate::audio::HEAD;
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

    /// Files as encoders write them, each of a second and a half of a tone; an encoder may begin or
    /// end with some silence of its own.
    #[rstest]
    #[case::cbr(include_bytes!("fixtures/cbr.mp3"), Format::Mp3)]
    #[case::vbr(include_bytes!("fixtures/vbr.mp3"), Format::Mp3)]
    #[case::vbr_without_index(include_bytes!("fixtures/vbr-plain.mp3"), Format::Mp3)]
    #[case::tagged(include_bytes!("fixtures/tagged.mp3"), Format::Mp3)]
    #[case::telephone(include_bytes!("fixtures/8khz.mp3"), Format::Mp3)]
    #[case::amr(include_bytes!("fixtures/narrow.amr"), Format::Amr)]
    #[case::vorbis(include_bytes!("fixtures/vorbis.ogg"), Format::Ogg)]
    #[case::opus(include_bytes!("fixtures/tone-opus.ogg"), Format::Ogg)]
    #[case::speex(include_bytes!("fixtures/speex.ogg"), Format::Ogg)]
    #[case::wav(include_bytes!("fixtures/pcm.wav"), Format::Wav)]
    fn a_file_of_any_format_tells_its_length(#[case] file: &[u8], #[case] format: Format) {
        assert_eq!(Format::of(&file[..HEAD]), Some(format));

        let length = length_ms(format, &mut Cursor::new(file)).unwrap();

        let off = length.expect("a length").abs_diff(1500);
        assert!(off <= 200, "{length:?} ms");
    }

    #[test]
    fn a_frame_that_was_cut_is_not_counted() {
        let file = include_bytes!("fixtures/cbr.mp3");
        let whole = length_ms(Format::Mp3, &mut Cursor::new(file)).unwrap();

        let cut = length_ms(Format::Mp3, &mut Cursor::new(&file[..file.len() - 3])).unwrap();

        assert!(cut < whole);
    }

    #[test]
    fn another_stream_in_an_ogg_file_has_no_say() {
        let mut file = include_bytes!("fixtures/vorbis.ogg").to_vec();
        let length = length_ms(Format::Ogg, &mut Cursor::new(&file)).unwrap();
        let mut page = file[..27].to_vec();
        page[6..14].copy_from_slice(&1_u64.to_le_bytes());
        page[14] ^= 0xff;
        file.extend(page);

        let beside = length_ms(Format::Ogg, &mut Cursor::new(&file)).unwrap();

        assert_eq!(beside, length);
    }

    proptest! {
        #[test]
        fn promise_13_any_bytes_have_a_length_or_none(bytes: Vec<u8>, wide: bool) {
            let mark: &[u8] = if wide { b"#!AMR-WB\n" } else { b"#!AMR\n" };
            let file = [mark, &bytes].concat();
            let _ = length_ms(Format::Amr, &mut Cursor::new(file)).unwrap();
            let _ = length_ms(Format::Wav, &mut Cursor::new(&bytes)).unwrap();
            let _ = length_ms(Format::Mp3, &mut Cursor::new([b"\xff\xfb\x90\x00", &bytes[..]].concat())).unwrap();
            let _ = length_ms(Format::Mp3, &mut Cursor::new([b"ID3", &bytes[..]].concat())).unwrap();
            let _ = length_ms(Format::Ogg, &mut Cursor::new(&bytes)).unwrap();
        }
    }
}
