//! Formats, told by content: names and headers of a server prove nothing.

/// How many first bytes tell a format.
pub const HEAD: usize = 64;

/// The form of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// RIFF WAVE.
    Wav,
    /// MPEG audio.
    Mp3,
    /// Adaptive multi-rate, as telephones speak it.
    Amr,
    /// Ogg, whatever is inside.
    Ogg,
    /// Bytes of no known form that are no text either.
    Bin,
}

impl Format {
    /// The format whose first bytes these are, or nothing if they are empty or are text: JSON, a
    /// web page, an error message. Text is never kept as audio.
    pub fn of(head: &[u8]) -> Option<Format> {
        let head = &head[..head.len().min(HEAD)];
        if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") {
            return Some(Format::Wav);
        }
        if head.starts_with(b"#!AMR") {
            return Some(Format::Amr);
        }
        if head.starts_with(b"OggS") {
            return Some(Format::Ogg);
        }
        if head.starts_with(b"ID3") || is_mpeg_frame(head) {
            return Some(Format::Mp3);
        }
        (!is_text(head)).then_some(Format::Bin)
    }

    /// The format of a stored name.
    pub fn named(name: &str) -> Option<Format> {
        [
            Format::Wav,
            Format::Mp3,
            Format::Amr,
            Format::Ogg,
            Format::Bin,
        ]
        .into_iter()
        .find(|format| format.extension() == name)
    }

    /// Its file ending, which is also its name in the contract.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Wav => "wav",
            Format::Mp3 => "mp3",
            Format::Amr => "amr",
            Format::Ogg => "ogg",
            Format::Bin => "bin",
        }
    }

    /// What a player is told that it is.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Wav => "audio/wav",
            Format::Mp3 => "audio/mpeg",
            Format::Amr => "audio/amr",
            Format::Ogg => "audio/ogg",
            Format::Bin => "application/octet-stream",
        }
    }
}

/// A frame's sync bits, with a layer, a bit rate and a sample rate that exist. Layer I has died
/// out, and its first bytes are those of text in UTF-16.
fn is_mpeg_frame(head: &[u8]) -> bool {
    let &[0xff, second, third, ..] = head else {
        return false;
    };
    let version_exists = second & 0x18 != 0x08;
    let layer_exists = matches!(second & 0x06, 0x02 | 0x04);
    second & 0xe0 == 0xe0
        && version_exists
        && layer_exists
        && third & 0xf0 != 0xf0
        && third & 0x0c != 0x0c
}

/// Text in UTF-8 or UTF-16 with its mark, or nothing at all. A character cut at the end of the
/// head is still text.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let readable = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    readable
        .chars()
        .all(|c| !c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"RIFF\x24\0\0\0WAVEfmt ", Some(Format::Wav))]
    #[case(b"RIFF\x24\0\0\0AVI LIST", Some(Format::Bin))]
    #[case(b"ID3\x03\0\0\0\0\0\0", Some(Format::Mp3))]
    #[case(b"\xff\xfb\x90\x00\0\0\0\0", Some(Format::Mp3))]
    #[case(b"#!AMR\n\x3c\x08", Some(Format::Amr))]
    #[case(b"OggS\0\x02", Some(Format::Ogg))]
    #[case(b"\0\x01\x02\x03\x80\x90", Some(Format::Bin))]
    #[case(b"", None)]
    #[case(b"{\"code\":2002,\"msg\":\"no data\"}", None)]
    #[case(b"<!doctype html>", None)]
    #[case("录音不存在".as_bytes(), None)]
    #[case(&"录音不存在".as_bytes()[..4], None)]
    #[case(b"not found", None)]
    #[case(b"\xff\xfe{\0}\0", None)]
    fn promise_6_text_is_never_kept_as_audio(#[case] head: &[u8], #[case] format: Option<Format>) {
        assert_eq!(Format::of(head), format);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_format_or_none(head: Vec<u8>) {
            let _ = Format::of(&head);
        }

        #[test]
        fn any_text_has_none(text in "[ -~一-龥\n\t]{0,80}") {
            prop_assume!(!text.starts_with("ID3") && !text.starts_with("OggS") && !text.starts_with("#!AMR"));
            prop_assume!(!text.starts_with("RIFF"));
            prop_assert_eq!(Format::of(text.as_bytes()), None);
        }
    }
}
