//! A picture that the page drew. What comes from a page is looked at before it lies anywhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_wire::{Fault, FaultCode};

/// As many bytes as fit, in base64, into a request of a browser.
const MOST_BYTES: usize = 720 * 1024;
/// Points each way.
const MOST_POINTS: u32 = 8_192;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length, kind and checksum of a chunk.
const AROUND: usize = 12;

/// The bytes of a PNG, if it is one from its first to its last byte.
///
/// # Errors
/// `BadInput` with the field `png`.
pub(super) fn read(base64: &str) -> Result<Vec<u8>, Fault> {
    if base64.len() > MOST_BYTES.div_ceil(3) * 4 {
        return Err(bad("the picture is larger than 720 KiB"));
    }
    let bytes = STANDARD
        .decode(base64)
        .map_err(|_| bad("the picture is no base64"))?;
    match is_png(&bytes) {
        true => Ok(bytes),
        false => Err(bad("the picture is no whole PNG")),
    }
}

/// Whether these are the chunks of a PNG, one behind the other, from its header to its end, and
/// nothing more.
fn is_png(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(SIGNATURE) else {
        return false;
    };
    let mut first = true;
    while let Some((kind, content, behind)) = chunk(rest) {
        let in_its_place = first == (kind == b"IHDR");
        if !in_its_place || (first && !is_header(content)) {
            return false;
        }
        if kind == b"IEND" {
            return content.is_empty() && behind.is_empty();
        }
        (first, rest) = (false, behind);
    }
    false
}

/// The kind and content of the first chunk, and what lies behind it.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = usize::try_from(number(bytes)?).ok()?;
    let end = length.checked_add(AROUND)?;
    let whole = bytes.get(..end)?;
    Some((&whole[4..8], &whole[8..8 + length], &bytes[end..]))
}

fn is_header(content: &[u8]) -> bool {
    let fits = |points: Option<u32>| points.is_some_and(|it| (1..=MOST_POINTS).contains(&it));
    content.len() == 13 && fits(number(content)) && fits(number(&content[4..]))
}

fn number(bytes: &[u8]) -> Option<u32> {
    let four: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

fn bad(message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", "png")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// A chunk with a checksum that nobody looks at.
    fn chunk_of(kind: &str, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [length.as_slice(), kind.as_bytes(), content, &[0; 4]].concat()
    }

    fn header(width: u32, height: u32) -> Vec<u8> {
        let rest = [8, 6, 0, 0, 0];
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        chunk_of("IHDR", &[size.as_slice(), &rest].concat())
    }

    /// A PNG as far as its chunks tell.
    pub(in crate::reports) fn png() -> Vec<u8> {
        let parts = [
            SIGNATURE,
            &header(640, 480),
            &chunk_of("IDAT", b"points"),
            &chunk_of("IEND", b""),
        ];
        parts.concat()
    }

    fn refused(bytes: &[u8]) -> bool {
        read(&STANDARD.encode(bytes)).is_err()
    }

    #[test]
    fn a_whole_png_is_taken_as_it_is() {
        let bytes = png();
        assert_eq!(read(&STANDARD.encode(&bytes)).expect("a picture"), bytes);
    }

    #[rstest]
    #[case::nothing(Vec::new())]
    #[case::a_page(b"<html>".to_vec())]
    #[case::its_signature_alone(SIGNATURE.to_vec())]
    #[case::without_a_header([SIGNATURE, &chunk_of("IEND", b"")].concat())]
    #[case::of_no_width([SIGNATURE, &header(0, 9), &chunk_of("IEND", b"")].concat())]
    #[case::as_large_as_a_house([SIGNATURE, &header(9_000, 9), &chunk_of("IEND", b"")].concat())]
    #[case::with_two_headers([SIGNATURE, &header(9, 9), &header(9, 9), &chunk_of("IEND", b"")].concat())]
    #[case::with_something_behind_it([png(), b"PK".to_vec()].concat())]
    #[case::cut_short(png()[..50].to_vec())]
    #[case::too_large([SIGNATURE, &header(9, 9), &chunk_of("IDAT", &[0; MOST_BYTES]), &chunk_of("IEND", b"")].concat())]
    fn what_is_no_whole_png_is_refused(#[case] bytes: Vec<u8>) {
        assert!(refused(&bytes));
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        let fault = read("no base64!").expect_err("refused");
        assert_eq!(fault.code, FaultCode::BadInput);
        assert_eq!(fault.details["field"], "png");
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&STANDARD.encode([SIGNATURE, &bytes].concat()));
        }
    }
}
