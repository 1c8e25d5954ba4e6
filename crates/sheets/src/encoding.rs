//! Bytes of unknown encoding become text, a piece at a time.

use crate::SheetError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Read, Seek};

/// Bytes that are asked of a file at a time.
const PIECE: usize = 64 * 1024;
/// Bytes that tell an encoding which is none of Unicode's.
const TELLING: usize = 4 * 1024 * 1024;

/// Which encoding a file has, by its bytes. The file is left at its beginning.
///
/// A byte-order mark is trusted; without one, valid UTF-8 is UTF-8, since no other encoding looks
/// like it by chance.
pub(crate) fn detect(source: &mut (impl Read + Seek)) -> Result<&'static Encoding, SheetError> {
    source.rewind()?;
    let mut head = Vec::new();
    source.by_ref().take(4096).read_to_end(&mut head)?;
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None => match utf16_without_mark(&head) {
            Some(utf16) => utf16,
            None => guess(source)?,
        },
    };
    source.rewind()?;
    Ok(encoding)
}

/// The encoding that a label names, such as `gbk`.
pub(crate) fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).map(|encoding| match encoding {
        gbk if gbk == GBK => GB18030,
        other => other,
    })
}

fn guess(source: &mut (impl Read + Seek)) -> Result<&'static Encoding, SheetError> {
    source.rewind()?;
    if is_utf8(source)? {
        return Ok(UTF_8);
    }
    source.rewind()?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut piece = vec![0; PIECE];
    let mut fed = 0;
    loop {
        let read = source.read(&mut piece)?;
        fed += read;
        let ended = read == 0;
        detector.feed(&piece[..read], ended);
        if ended || fed >= TELLING {
            break;
        }
    }
    Ok(match detector.guess(Some(b"cn"), Utf8Detection::Deny) {
        guessed if guessed == GBK => GB18030,
        guessed => guessed,
    })
}

fn is_utf8(source: &mut impl Read) -> Result<bool, SheetError> {
    let mut piece = vec![0; PIECE];
    let mut kept = 0;
    loop {
        let read = source.read(&mut piece[kept..])?;
        let filled = kept + read;
        match std::str::from_utf8(&piece[..filled]) {
            Ok(_) => kept = 0,
            // A character may lie on both sides of a piece's end.
            Err(error) if error.error_len().is_none() && read > 0 => {
                let whole = error.valid_up_to();
                piece.copy_within(whole..filled, 0);
                kept = filled - whole;
            }
            Err(_) => return Ok(false),
        }
        if read == 0 {
            return Ok(true);
        }
    }
}

/// ASCII in UTF-16, such as delimiters and digits, has a zero in every other byte. A few on the
/// other side are Chinese: 一 is U+4E00.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |phase: usize| {
        head.iter()
            .skip(phase)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match head.len() / 16 {
        few if odd > few && even < odd / 4 => Some(UTF_16LE),
        few if even > few && odd < even / 4 => Some(UTF_16BE),
        _ => None,
    }
}

/// A file's text in UTF-8, whatever it was before. Every line ends in a single line feed, the last
/// one too.
///
/// What can't be read without loss ends in [`SheetError::NotText`]: a name with a hole in it is
/// worse than a clear word.
pub(crate) struct Text<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    /// Bytes of the file that were read.
    read: u64,
    after_return: bool,
    last: u8,
    ended: bool,
}

impl<R: Read> Text<R> {
    pub fn new(source: R, encoding: &'static Encoding) -> Self {
        Text {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; PIECE],
            text: Vec::new(),
            at: 0,
            read: 0,
            after_return: false,
            last: b'\n',
            ended: false,
        }
    }

    /// Bytes of the file that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Makes the next piece of text. An empty one is the end.
    fn refill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.text.clear();
        while self.text.is_empty() && !self.ended {
            let read = match self.source.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.read += read as u64;
            self.ended = read == 0;
            self.decode(read)?;
            self.unify_line_ends();
            if let Some(&last) = self.text.last() {
                self.last = last;
            }
            if self.ended && self.last != b'\n' {
                self.text.push(b'\n');
                self.last = b'\n';
            }
        }
        Ok(())
    }

    fn decode(&mut self, length: usize) -> io::Result<()> {
        let not_text = || io::Error::other(SheetError::NotText);
        let room = self
            .decoder
            .max_utf8_buffer_length_without_replacement(length)
            .ok_or_else(not_text)?;
        self.text.resize(room, 0);
        let (result, _, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.raw[..length],
            &mut self.text,
            self.ended,
        );
        self.text.truncate(written);
        // No sheet holds a zero; a program or a picture does.
        if result != DecoderResult::InputEmpty || self.text.contains(&0) {
            return Err(not_text());
        }
        Ok(())
    }

    fn unify_line_ends(&mut self) {
        if !self.after_return && !self.text.contains(&b'\r') {
            return;
        }
        let mut after_return = self.after_return;
        self.text.retain_mut(|byte| {
            let was_after_return = after_return;
            after_return = *byte == b'\r';
            if after_return {
                *byte = b'\n';
                return true;
            }
            !(was_after_return && *byte == b'\n')
        });
        self.after_return = after_return;
    }
}

impl<R: Read> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.text.len() {
            self.refill()?;
        }
        Ok(&self.text[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let length = piece.len().min(into.len());
        into[..length].copy_from_slice(&piece[..length]);
        self.consume(length);
        Ok(length)
    }
}
