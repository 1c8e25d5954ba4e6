//! The `Range` header of HTTP, as far as a player uses it: one range of bytes.

/// Bytes from `start` up to, and without, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The first byte that is no longer part of it.
    pub end: u64,
}

/// What a request asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All of it. A header that can't be understood asks for nothing less.
    Whole,
    /// A part that lies in the file and holds at least one byte.
    Part(ByteRange),
    /// A part that begins where the file has ended.
    Beyond,
}

/// Reads a `Range` header against a file of `length` bytes.
pub fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some((first, last)) = header
        .and_then(|header| header.trim().strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let (start, end) = match (first.trim().parse::<u64>(), last.trim()) {
        (Ok(start), "") => (start, length),
        (Ok(start), last) => match last.parse::<u64>() {
            Ok(last) if last >= start => (start, last.saturating_add(1).min(length)),
            _ => return Asked::Whole,
        },
        (Err(_), last) if first.trim().is_empty() => match last.parse::<u64>() {
            Ok(0) => return Asked::Beyond,
            Ok(suffix) => (length.saturating_sub(suffix), length),
            Err(_) => return Asked::Whole,
        },
        (Err(_), _) => return Asked::Whole,
    };
    if start >= length {
        return Asked::Beyond;
    }
    Asked::Part(ByteRange { start, end })
}

#[cfg(test)]
mod tests {
    use super::{Asked, ByteRange, asked};
    use rstest::rstest;

    #[rstest]
    #[case("bytes=0-", 0, 100)]
    #[case("bytes=10-19", 10, 20)]
    #[case("bytes=10-9999", 10, 100)]
    #[case("bytes=99-18446744073709551615", 99, 100)]
    #[case("bytes=-30", 70, 100)]
    #[case("bytes=-3000", 0, 100)]
    fn a_part_stays_inside_the_file(#[case] header: &str, #[case] start: u64, #[case] end: u64) {
        assert_eq!(
            asked(Some(header), 100),
            Asked::Part(ByteRange { start, end })
        );
    }

    #[rstest]
    #[case("bytes=100-")]
    #[case("bytes=-0")]
    fn nothing_lies_beyond_the_end(#[case] header: &str) {
        assert_eq!(asked(Some(header), 100), Asked::Beyond);
    }

    #[rstest]
    #[case("bytes=0-1,5-6")]
    #[case("bytes=9-3")]
    #[case("bytes=x-3")]
    #[case("lines=0-1")]
    #[case("")]
    fn what_is_not_understood_asks_for_all(#[case] header: &str) {
        assert_eq!(asked(Some(header), 100), Asked::Whole);
    }

    #[test]
    fn an_empty_file_has_no_part() {
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Beyond);
        assert_eq!(asked(None, 0), Asked::Whole);
    }
}
