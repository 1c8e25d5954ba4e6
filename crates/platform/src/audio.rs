//! Telling audio from an error that is dressed as an answer, by the first bytes.

use std::fmt;

/// What came in place of audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A web page, or XML.
    Html,
    /// JSON without a code, or with one that claims success.
    Json,
    /// Plain text.
    Text,
    /// A compressed body, which was never asked for.
    Compressed,
    /// Bytes of no known format, from somebody who is believed in known ones only.
    Unknown,
}

/// What a body that begins like this is, unless it may be audio. Known audio is audio whatever its
/// content type says; unknown bytes are, unless it says otherwise.
pub(crate) fn not_audio(content_type: Option<&str>, begun: &[u8]) -> Option<Found> {
    if is_known_audio(begun) {
        return None;
    }
    let content_type = content_type.unwrap_or_default().trim().to_ascii_lowercase();
    let begun = begun
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(begun)
        .trim_ascii_start();
    match begun.first() {
        Some(b'{' | b'[') => Some(Found::Json),
        Some(b'<') => Some(Found::Html),
        _ if content_type.contains("json") => Some(Found::Json),
        _ if content_type.contains("html") || content_type.contains("xml") => Some(Found::Html),
        _ if content_type.starts_with("text/") => Some(Found::Text),
        _ => None,
    }
}

/// The first bytes of the formats that such platforms are known to keep.
pub(crate) fn is_known_audio(begun: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[b"RIFF", b"ID3", b"#!AMR", b"OggS", b"fLaC", b".snd"];
    let mpeg_frame = matches!(begun, [0xff, second, ..] if second & 0xe0 == 0xe0);
    let mp4 = begun.get(4..8) == Some(b"ftyp");
    mpeg_frame || mp4 || MAGIC.iter().any(|magic| begun.starts_with(magic))
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Html => "a web page",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Compressed => "a compressed body",
            Self::Unknown => "something of no known format",
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::wav(b"RIFF....WAVE")]
    #[case::mp3_with_a_tag(b"ID3\x03")]
    #[case::mp3(b"\xff\xfb\x90\x00")]
    #[case::amr(b"#!AMR\n")]
    #[case::ogg(b"OggS")]
    #[case::m4a(b"\0\0\0\x20ftypM4A ")]
    fn known_audio_is_audio_whatever_its_type(#[case] begun: &[u8]) {
        for content_type in [
            None,
            Some("application/json"),
            Some("text/html"),
            Some("text/plain"),
        ] {
            assert_eq!(not_audio(content_type, begun), None);
        }
    }

    #[rstest]
    #[case(None, b"\x01\x02\x03", None)]
    #[case(Some("audio/x-unheard-of"), b"sound", None)]
    #[case(Some("Text/Plain; charset=utf-8"), b"sorry", Some(Found::Text))]
    #[case(Some("application/xml"), b"sorry", Some(Found::Html))]
    #[case(Some("audio/wav"), b"  <Error/>", Some(Found::Html))]
    #[case(Some("audio/wav"), b"\xef\xbb\xbf {\"code\"", Some(Found::Json))]
    #[case(None, b"[]", Some(Found::Json))]
    #[case(Some("application/JSON"), b"", Some(Found::Json))]
    fn anything_else_is_judged_by_its_bytes_and_its_type(
        #[case] content_type: Option<&str>,
        #[case] begun: &[u8],
        #[case] found: Option<Found>,
    ) {
        assert_eq!(not_audio(content_type, begun), found);
    }
}
