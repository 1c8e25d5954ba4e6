//! Bytes of unknown encoding become text.

use crate::SheetError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Text of a file in UTF-8, UTF-16, GB18030 or whatever else its bytes give away.
///
/// A byte-order mark is trusted; without one, valid UTF-8 is UTF-8, since no other encoding looks
/// like it by chance. What can't be read without loss is refused: a name with a hole in it is
/// worse than a clear word.
pub(crate) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => guess(bytes),
    };
    let (text, lossy) = encoding.decode_with_bom_removal(bytes);
    // No sheet holds a zero; a program or a picture does.
    if lossy || text.contains('\0') {
        return Err(SheetError::NotText);
    }
    Ok(text)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(utf16) = utf16_without_mark(bytes) {
        return utf16;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    match detector.guess(Some(b"cn"), Utf8Detection::Deny) {
        guessed if guessed == GBK => GB18030,
        guessed => guessed,
    }
}

/// ASCII in UTF-16, such as headers and digits, has a zero in every other byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    let zeros = |phase: usize| {
        head.iter()
            .skip(phase)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match (even, odd) {
        (0, odd) if odd > head.len() / 8 => Some(UTF_16LE),
        (even, 0) if even > head.len() / 8 => Some(UTF_16BE),
        _ => None,
    }
}
