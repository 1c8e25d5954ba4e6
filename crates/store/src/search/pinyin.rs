//! Chinese by its sound: which syllables a character may have, and whether letters spell a text.

use ::pinyin::ToPinyinMulti;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::LazyLock;

/// Letters of a word that is taken for pinyin: ten syllables and more.
pub(crate) const MAX_LETTERS: usize = 60;

/// Every syllable that any character has, in order.
static SYLLABLES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    ('\u{3400}'..='\u{4dbf}')
        .chain('\u{4e00}'..='\u{9fff}')
        .flat_map(readings)
        .collect()
});

/// The readings of a character in plain letters, each once; none for one that is not Chinese.
/// A character with several (行: `xing`, `hang`) is found by any: which one is meant, a name
/// does not tell.
pub(crate) fn readings(letter: char) -> Vec<&'static str> {
    // Nothing below the first block of Han characters has a reading.
    if letter < '\u{3007}' {
        return Vec::new();
    }
    let mut readings: Vec<&'static str> = letter
        .to_pinyin_multi()
        .into_iter()
        .flatten()
        .map(|reading| typed(reading.plain()))
        .filter(|reading| is_pinyin(reading))
        .collect();
    readings.sort_unstable();
    readings.dedup();
    readings
}

/// The syllables that begin with these letters.
pub(crate) fn syllables(beginning: &str) -> impl Iterator<Item = &'static str> + '_ {
    SYLLABLES
        .range::<str, _>((Bound::Included(beginning), Bound::Unbounded))
        .take_while(move |syllable| syllable.starts_with(beginning))
        .copied()
}

/// Whether this is a whole syllable.
pub(crate) fn is_syllable(letters: &str) -> bool {
    SYLLABLES.contains(letters)
}

/// Whether a word can be pinyin at all.
pub(crate) fn is_pinyin(word: &str) -> bool {
    (1..=MAX_LETTERS).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether characters that follow one another in `text` sound like `word`: by whole syllables, of
/// which the last may be cut short, or by initials alone.
pub(crate) fn sounds_like(text: &str, word: &str) -> bool {
    if !is_pinyin(word) {
        return false;
    }
    // Bit n: the characters up to here sound like the first n letters.
    let (mut whole, mut initials) = (0_u64, 0_u64);
    for letter in text.chars() {
        let readings = readings(letter);
        if readings.is_empty() {
            (whole, initials) = (0, 0);
            continue;
        }
        let (from_whole, from_initials) = (whole | 1, initials | 1);
        (whole, initials) = (0, 0);
        for reading in readings {
            for heard in 0..word.len() {
                let rest = &word[heard..];
                if from_whole >> heard & 1 == 1 {
                    if reading.starts_with(rest) {
                        return true;
                    }
                    if rest.starts_with(reading) {
                        whole |= 1 << (heard + reading.len());
                    }
                }
                if from_initials >> heard & 1 == 1 && rest.as_bytes()[0] == reading.as_bytes()[0] {
                    if rest.len() == 1 {
                        return true;
                    }
                    initials |= 1 << (heard + 1);
                }
            }
        }
    }
    false
}

/// `ü` as it is typed.
fn typed(reading: &'static str) -> &'static str {
    match reading {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        _ => reading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::initials("找远航物流的王总", "yhwl", true)]
    #[case::full("远航物流", "yuanhang", true)]
    #[case::cut_short("远航物流", "yuanhangw", true)]
    #[case::cut_within("远航物流", "hangwul", true)]
    #[case::one_letter("远航物流", "w", true)]
    #[case::not_next_to_one_another("远 航", "yh", false)]
    #[case::not_there("远航物流", "yhl", false)]
    #[case::begins_within_a_syllable("远航物流", "uan", false)]
    #[case::another_reading("重庆银行", "chongqingyinhang", true)]
    #[case::and_the_other("重庆银行", "zhongqingyinxing", true)]
    #[case::surname("单先生", "shanxiansheng", true)]
    #[case::two_ways("西安", "xian", true)]
    #[case::u_umlaut("吕总", "lvzong", true)]
    #[case::no_chinese("abc", "abc", false)]
    #[case::nothing_typed("远航", "", false)]
    fn letters_find_what_they_sound_like(
        #[case] text: &str,
        #[case] word: &str,
        #[case] found: bool,
    ) {
        assert_eq!(sounds_like(text, word), found);
    }

    #[test]
    fn every_syllable_can_be_typed() {
        assert!(SYLLABLES.len() > 400, "{}", SYLLABLES.len());
        for syllable in ["lv", "nve", "zhuang", "er", "o"] {
            assert!(is_syllable(syllable), "{syllable}");
        }
    }
}
