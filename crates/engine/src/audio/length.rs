//! How long a recording sounds, where its format tells without decoding it.

use super::format::Format;
use super::wav::Wav;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// A recording's length in milliseconds, or nothing where only a decoder could tell.
pub fn length_ms(format: Format, file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    match format {
        Format::Wav => Ok(Wav::open(file)?.map(|wav| wav.length_ms())),
        Format::Amr => amr(file),
        Format::Mp3 | Format::Ogg | Format::Bin => Ok(None),
    }
}

impl Wav {
    pub(super) fn length_ms(&self) -> u64 {
        let ms = u128::from(self.frames) * 1000 / u128::from(self.frames_per_second);
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

/// A frame of AMR lasts 20 ms, and its first byte tells how many more it has.
fn amr(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    const NARROW: [u64; 16] = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, 0, 0, 0, 0];
    const WIDE: [u64; 16] = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0];
    file.seek(SeekFrom::Start(0))?;
    let mut head = [0; 9];
    let mut file = BufReader::new(file);
    let mut read = 0;
    while read < head.len() {
        match file.read(&mut head[read..])? {
            0 => break,
            more => read += more,
        }
    }
    let (sizes, begin) = match &head[..read] {
        wide if wide.starts_with(b"#!AMR-WB\n") => (WIDE, 9),
        narrow if narrow.starts_with(b"#!AMR\n") => (NARROW, 6),
        _ => return Ok(None),
    };
    file.seek(SeekFrom::Start(begin))?;
    let mut frames = 0;
    let mut first = [0];
    while file.read(&mut first)? == 1 {
        let size = sizes[usize::from(first[0] >> 3 & 0x0f)];
        if io::copy(&mut file.by_ref().take(size), &mut io::sink())? < size {
            break;
        }
        frames += 1;
    }
    Ok(Some(frames * 20))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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
