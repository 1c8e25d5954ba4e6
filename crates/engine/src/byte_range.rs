//! The `Range` header of HTTP, as far as a player uses it: one range of bytes.

/// Bytes from `start` up to, and without, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The first byte that is no longer part of it.
    pub end: u64,
}

/// How a request for a file is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status: 200, 206, or 416 for a part that lies beyond the end.
    pub status: u16,
    /// The bytes to send.
    pub bytes: ByteRange,
    /// The `Content-Range` header, if there has to be one.
    pub content_range: Option<String>,
}

/// The answer to a `Range` header for a file of `length` bytes. A part is cut to `most` bytes, for
/// a host that holds it in memory; a player asks for the next one.
pub fn answer(header: Option<&str>, length: u64, most: u64) -> Answer {
    match asked(header, length) {
        Asked::Whole => Answer {
            status: 200,
            bytes: ByteRange {
                start: 0,
                end: length,
            },
            content_range: None,
        },
        Asked::Part(ByteRange { start, end }) => {
            let end = end.min(start.saturating_add(most.max(1)));
            Answer {
                status: 206,
                bytes: ByteRange { start, end },
                content_range: Some(format!("bytes {start}-{}/{length}", end - 1)),
            }
        }
        Asked::Beyond => Answer {
            status: 416,
            bytes: ByteRange { start: 0, end: 0 },
            content_range: Some(format!("bytes */{length}")),
        },
    }
}

impl ByteRange {
    /// How many bytes it has.
    pub fn count(self) -> u64 {
        self.end - self.start
    }
}

/// What a request asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// All of it. A header that can't be understood asks for nothing less.
    Whole,
    /// A part that lies in the file and holds at least one byte.
    Part(ByteRange),
    /// A part that begins where the file has ended.
    Beyond,
}

/// Reads a `Range` header against a file of `length` bytes.
fn asked(header: Option<&str>, length: u64) -> Asked {
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
    use super::{Asked, ByteRange, answer, asked};
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
    fn a_part_is_cut_where_its_host_can_hold_no_more() {
        let part = answer(Some("bytes=10-"), 100, 30);
        assert_eq!((part.status, part.bytes.count()), (206, 30));
        assert_eq!(part.content_range.as_deref(), Some("bytes 10-39/100"));
        // What is asked for as a whole is whole.
        let whole = answer(None, 100, 30);
        assert_eq!((whole.status, whole.bytes.count()), (200, 100));
        assert_eq!(whole.content_range, None);
    }

    #[test]
    fn what_lies_beyond_is_told_how_long_the_file_is() {
        let beyond = answer(Some("bytes=100-"), 100, 30);
        assert_eq!((beyond.status, beyond.bytes.count()), (416, 0));
        assert_eq!(beyond.content_range.as_deref(), Some("bytes */100"));
    }

    #[test]
    fn an_empty_file_has_no_part() {
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Beyond);
        assert_eq!(asked(None, 0), Asked::Whole);
    }
}
