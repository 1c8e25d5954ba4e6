//! The one form in which texts are compared.

use std::borrow::Cow;

/// Lower case, and half width where there are two widths. Everything else stays as it is.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let plain = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.as_bytes().iter().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(narrow)
            .flat_map(char::to_lowercase)
            .collect(),
    )
}

fn narrow(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        // The full-width forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;
    use rstest::rstest;

    #[rstest]
    #[case("ABC abc", "abc abc")]
    #[case("ＡＢｃ　１２３", "abc 123")]
    #[case("王总，报价", "王总,报价")]
    #[case("LÜ", "lü")]
    fn width_and_case_do_not_matter(#[case] text: &str, #[case] folded: &str) {
        assert_eq!(fold(text), folded);
    }
}
