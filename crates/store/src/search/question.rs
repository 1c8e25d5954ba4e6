//! What a search means.

use super::{fold::fold, pinyin};
use std::borrow::Cow;

/// Bytes of a search. Nothing that is shown of a row is as long.
const MAX_SEARCH: usize = 20_000;

/// What stands between the digits of a number as people write it, folded.
const SEPARATORS: &[char] = &[' ', '-', '(', ')', '\u{a0}'];

/// What was typed, ready to be held against rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// All of these must be found.
    pub(crate) words: Vec<Word>,
    /// Or else this: the digits of all the words, where they are one number with gaps.
    pub(crate) number: Option<String>,
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it was typed, folded.
    pub(crate) text: String,
    /// Its bare digits, if it is part of a number that was written with separators.
    pub(crate) digits: Option<String>,
}

/// What is searched of a row, folded.
pub(crate) struct Searched<'r> {
    /// The customer's number.
    pub(crate) number: Cow<'r, str>,
    /// The platform's identity of the call.
    pub(crate) subid: Cow<'r, str>,
    /// Why it came to nothing.
    pub(crate) reason: Cow<'r, str>,
    /// What people wrote, and names: found by pinyin as well.
    pub(crate) told: Vec<Cow<'r, str>>,
}

impl Question {
    /// Reads a search; `None` if there is nothing in it.
    pub(crate) fn of(search: &str) -> Option<Self> {
        let search = fold(search.trim());
        if search.len() > MAX_SEARCH {
            return Some(Question::that_nothing_fits());
        }
        let words: Vec<Word> = search.split_whitespace().map(Word::of).collect();
        let number = match words.len() {
            0 => return None,
            1 => None,
            _ => number_part(&search),
        };
        Some(Question { words, number })
    }

    /// Whether a row fits.
    pub(crate) fn fits(&self, row: &Searched<'_>) -> bool {
        if self.fits_nothing() {
            return false;
        }
        self.words.iter().all(|word| word.fits(row))
            || self
                .number
                .as_ref()
                .is_some_and(|digits| row.has_digits(digits))
    }

    /// Whether no row can fit.
    pub(crate) fn fits_nothing(&self) -> bool {
        self.words.is_empty()
    }

    fn that_nothing_fits() -> Self {
        Question {
            words: Vec::new(),
            number: None,
        }
    }
}

impl Word {
    fn of(text: &str) -> Self {
        let digits = number_part(text).filter(|digits| digits != text);
        Word {
            text: text.to_owned(),
            digits,
        }
    }

    fn fits(&self, row: &Searched<'_>) -> bool {
        let text = self.text.as_str();
        row.number.contains(text)
            || row.subid.contains(text)
            || row.reason.contains(text)
            || self
                .digits
                .as_ref()
                .is_some_and(|digits| row.has_digits(digits))
            || row.told.iter().any(|told| told.contains(text))
            || row.told.iter().any(|told| pinyin::sounds_like(told, text))
    }
}

impl<'r> Searched<'r> {
    /// A call's columns: what it lacks is empty. `names` are its customer's, one a line.
    pub(crate) fn of(
        number: &'r str,
        subid: &'r str,
        reason: &'r str,
        note: &'r str,
        names: &'r str,
    ) -> Self {
        Searched {
            number: fold(number),
            subid: fold(subid),
            reason: fold(reason),
            told: vec![fold(note), fold(names)],
        }
    }

    /// A customer's columns: its numbers, and each of its texts on a line of its own.
    pub(crate) fn of_customer(numbers: &'r str, texts: &'r str) -> Self {
        Searched {
            number: fold(numbers),
            subid: Cow::Borrowed(""),
            reason: Cow::Borrowed(""),
            told: vec![fold(texts)],
        }
    }

    fn has_digits(&self, digits: &str) -> bool {
        self.number.contains(digits) || self.subid.contains(digits)
    }
}

/// The bare digits of a text that is part of a number, the country's `+86` left out; nothing if
/// it holds anything else.
fn number_part(text: &str) -> Option<String> {
    let text = text.strip_prefix("+86").unwrap_or(text);
    let bare: String = text
        .chars()
        .filter(|letter| !SEPARATORS.contains(letter))
        .collect();
    let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::last_four("4471", true)]
    #[case::written_with_gaps("139-2210 4471", true)]
    #[case::with_the_country("+86 139 2210 4471", true)]
    #[case::full_width("４４７１", true)]
    #[case::words_mixed("王总 4471 baojia", true)]
    #[case::one_word_too_many("王总 4471 李", false)]
    #[case::reason("忙", true)]
    #[case::case_does_not_matter("abc", true)]
    #[case::pinyin_is_not_for_reasons("mang", false)]
    #[case::longer_than_any_row(&"9".repeat(100_000), false)]
    fn a_row_fits_or_does_not(#[case] search: &str, #[case] fits: bool) {
        let row = Searched::of("13922104471", "ABC-1", "忙", "王总要报价", "");
        assert_eq!(Question::of(search).expect("something").fits(&row), fits);
    }

    #[test]
    fn nothing_typed_asks_nothing() {
        assert_eq!(Question::of(" \u{3000} "), None);
    }
}
