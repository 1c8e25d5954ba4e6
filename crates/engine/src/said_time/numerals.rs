//! Numbers at the beginning of a text: in digits, in Han characters, in English words.

/// A number, and how it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numeral {
    /// Its value.
    pub value: i64,
    /// How many digits it was written with; nothing for words.
    pub digits: Option<usize>,
    /// How many bytes of the text it takes.
    pub length: usize,
}

const ENGLISH: [(&str, i64); 14] = [
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];
/// More digits than a year has are no part of a time.
const MAX_DIGITS: usize = 4;

/// The number that a text begins with.
pub fn read(text: &str) -> Option<Numeral> {
    digits(text).or_else(|| han(text)).or_else(|| english(text))
}

fn digits(text: &str) -> Option<Numeral> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=MAX_DIGITS).contains(&length) {
        return None;
    }
    Some(Numeral {
        value: text[..length].parse().ok()?,
        digits: Some(length),
        length,
    })
}

/// `三`, `二十三`, `十`, `两`, and digit by digit `三零`.
fn han(text: &str) -> Option<Numeral> {
    let mut length = 0;
    let mut letters = Vec::new();
    for letter in text.chars().take_while(|letter| value(*letter).is_some()) {
        letters.push(value(letter)?);
        length += letter.len_utf8();
    }
    let value = match letters.iter().position(|value| *value == 10) {
        None if (1..=MAX_DIGITS).contains(&letters.len()) => {
            letters.iter().fold(0, |sum, digit| sum * 10 + digit)
        }
        Some(ten) if letters.len() <= ten + 2 && ten <= 1 => {
            let tens = letters[..ten].first().copied().unwrap_or(1);
            let ones = letters.get(ten + 1).copied().unwrap_or(0);
            if ones == 10 || tens == 0 {
                return None;
            }
            tens * 10 + ones
        }
        _ => return None,
    };
    Some(Numeral {
        value,
        digits: None,
        length,
    })
}

fn value(letter: char) -> Option<i64> {
    Some(match letter {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    })
}

fn english(text: &str) -> Option<Numeral> {
    let length = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let word = &text[..length];
    let (_, value) = ENGLISH.iter().find(|(known, _)| *known == word)?;
    Some(Numeral {
        value: *value,
        digits: None,
        length,
    })
}
