//! Numbers as people write them, and the digits that are dialled.
//!
//! A salesperson pastes a cell of a sheet, a signature, a whole sentence. Exactly one number that
//! can be dialled must come out of it, or a reason why none does. Guessing is worse than asking:
//! a wrong digit rings a stranger.

use bohao_wire::{DialableNumber, NumberFlaw, NumberKind};

/// Longer texts are no place where one looks for a number; reading stops here.
const MAX_TEXT: usize = 4_000;

/// The one number in a piece of text.
///
/// Spaces, dashes, dots, brackets, full-width digits, invisible marks, `+86`, `0086` and words
/// around the number are understood. More than one different number is refused.
pub fn read(text: &str) -> Result<DialableNumber, NumberFlaw> {
    let mut found = all(text)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        _ => Err(NumberFlaw::Several),
    }
}

/// The numbers in a piece of text, each once, in their order; at least one.
///
/// # Errors
/// Why there is none.
pub fn all(text: &str) -> Result<Vec<DialableNumber>, NumberFlaw> {
    let text = plain(text);
    if text.trim().is_empty() {
        return Err(NumberFlaw::Empty);
    }
    if holds_service_code(&text) {
        return Err(NumberFlaw::Special);
    }
    let runs = digit_runs(&text);
    let mut found: Vec<DialableNumber> = Vec::new();
    for number in runs.iter().flat_map(|run| run.numbers()) {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    if found.is_empty() {
        return Err(flaw_of(&runs));
    }
    Ok(found)
}

/// A text as it would be typed on a plain keyboard.
pub(crate) fn plain(text: &str) -> String {
    let characters = text.chars().take(MAX_TEXT);
    characters.filter_map(plain_character).collect()
}

/// Marks that other programs put around copied text and nobody sees; some turn what follows around.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// A character as it would be typed on a plain keyboard, or nothing if it is invisible.
fn plain_character(c: char) -> Option<char> {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        '＋' => Some('+'),
        '－' | '‐' | '‑' | '‒' | '–' | '—' | '−' | 'ー' => Some('-'),
        '（' | '【' | '［' => Some('('),
        '）' | '】' | '］' => Some(')'),
        '．' | '·' | '•' => Some('.'),
        '＊' => Some('*'),
        '＃' => Some('#'),
        '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => Some(' '),
        unseen if is_unseen(unseen) => None,
        other => Some(other),
    }
}

/// `*21*…#` forwards calls; `#` and `*` next to digits never belong to a customer's number.
fn holds_service_code(text: &str) -> bool {
    let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    characters.windows(2).any(|pair| {
        let code = |c: char| c == '*' || c == '#';
        (code(pair[0]) && pair[1].is_ascii_digit()) || (pair[0].is_ascii_digit() && code(pair[1]))
    })
}

/// How digits begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Written {
    /// With nothing before them.
    #[default]
    Plainly,
    /// With the plus of an international number.
    WithPlus,
}

/// Digits that stand together with nothing but number punctuation between them.
#[derive(Debug, Default)]
struct Run {
    written: Written,
    groups: Vec<String>,
    /// The characters between a group and the one before it.
    gaps: Vec<String>,
}

fn digit_runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut gap = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            if run.groups.is_empty() || !gap.is_empty() {
                run.groups.push(String::new());
                run.gaps.push(std::mem::take(&mut gap));
            }
            if let Some(group) = run.groups.last_mut() {
                group.push(c);
            }
            continue;
        }
        match c {
            '+' => {
                runs.push(std::mem::take(&mut run));
                gap.clear();
                run.written = Written::WithPlus;
            }
            ' ' | '\t' | '-' | '.' | '(' | ')'
                if !run.groups.is_empty() || run.written == Written::WithPlus =>
            {
                gap.push(c);
            }
            ' ' | '\t' | '-' | '.' | '(' | ')' => {}
            _ => {
                runs.push(std::mem::take(&mut run));
                gap.clear();
            }
        }
    }
    runs.push(run);
    runs.retain(|run| !run.groups.is_empty());
    runs
}

impl Run {
    /// The numbers in this run: the whole of it, or else the parts that surely are numbers.
    fn numbers(&self) -> Vec<DialableNumber> {
        let whole: String = self.groups.concat();
        if let Some(number) = number_of(&whole, self.written) {
            return vec![number];
        }
        if let Some(number) = self.before_extension() {
            return vec![number];
        }
        // Behind another country's code, what looks like one of ours is somebody else's.
        if self.is_abroad() {
            return Vec::new();
        }
        // A date, a house number or a second number may stand beside it. Only a mobile number in
        // one piece is sure enough to be taken out of such company.
        self.groups
            .iter()
            .filter(|group| group.len() >= 11)
            .filter_map(|group| number_of(group, Written::Plainly))
            .filter(|number| number.kind == NumberKind::Mobile)
            .collect()
    }

    fn is_abroad(&self) -> bool {
        let whole = self.groups.concat();
        match self.written {
            Written::WithPlus => !whole.starts_with("86"),
            Written::Plainly => whole.starts_with("00") && !whole.starts_with("0086"),
        }
    }

    /// `021-55553300-802`: the extension can't be dialled through a middle number, the line can.
    fn before_extension(&self) -> Option<DialableNumber> {
        let (last, rest) = self.groups.split_last()?;
        if rest.is_empty() || last.len() > 4 || self.gaps.last()? != "-" {
            return None;
        }
        number_of(&rest.concat(), self.written).filter(|number| number.kind == NumberKind::Landline)
    }
}

/// The number that a string of digits is, if it is one.
fn number_of(digits: &str, written: Written) -> Option<DialableNumber> {
    let (national, prefixed) = national_part(digits, written)?;
    if let Some(number) = exact(national) {
        return Some(number);
    }
    // +86 21 … is written without the area code's zero, and +86 (0) 21 … with it.
    if prefixed && !national.starts_with('0') {
        return exact(&format!("0{national}")).filter(|n| n.kind == NumberKind::Landline);
    }
    // A zero before a mobile number was once how one called another province.
    national
        .strip_prefix('0')
        .and_then(exact)
        .filter(|n| n.kind == NumberKind::Mobile)
}

/// The digits without China's country code, and whether there was one.
fn national_part(digits: &str, written: Written) -> Option<(&str, bool)> {
    if written == Written::WithPlus {
        return digits.strip_prefix("86").map(|rest| (rest, true));
    }
    if let Some(rest) = digits.strip_prefix("0086") {
        return Some((rest, true));
    }
    if digits.starts_with("00") {
        return None;
    }
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() == 11 && rest.starts_with('1') => Some((rest, true)),
        _ => Some((digits, false)),
    }
}

/// A national number, digit for digit.
fn exact(digits: &str) -> Option<DialableNumber> {
    let bytes = digits.as_bytes();
    let first = *bytes.first()?;
    let kind = match (first, digits.len()) {
        (b'1', 11) if (b'3'..=b'9').contains(&bytes[1]) => NumberKind::Mobile,
        (b'0', 11 | 12) => {
            let area = area_code_length(digits)?;
            let subscriber = &digits[area..];
            let begins_well = (b'2'..=b'9').contains(subscriber.as_bytes().first()?);
            let fits = subscriber.len() == 8 || (subscriber.len() == 7 && area == 4);
            (begins_well && fits).then_some(NumberKind::Landline)?
        }
        (b'4' | b'8', 10) if digits[1..].starts_with("00") => NumberKind::Enterprise,
        (b'9', 5..=8) if bytes[1] == b'5' => NumberKind::Service,
        (b'9', 5..=6) if bytes[1] == b'6' => NumberKind::Service,
        _ => return None,
    };
    Some(DialableNumber {
        digits: digits.to_owned(),
        grouped: grouped(digits, kind),
        kind,
    })
}

/// Area codes: 010, 02x, and four digits from 03xx to 09xx.
fn area_code_length(digits: &str) -> Option<usize> {
    match digits.as_bytes().get(1)? {
        b'1' => digits.starts_with("010").then_some(3),
        b'2' => Some(3),
        b'3'..=b'9' => Some(4),
        _ => None,
    }
}

fn grouped(digits: &str, kind: NumberKind) -> String {
    let cuts: Vec<usize> = match kind {
        NumberKind::Mobile => vec![3, 7],
        NumberKind::Landline => {
            let area = area_code_length(digits).unwrap_or(3);
            vec![area, digits.len() - 4]
        }
        NumberKind::Enterprise => vec![3, 6],
        NumberKind::Service => vec![],
    };
    let mut out = String::with_capacity(digits.len() + cuts.len());
    for (place, digit) in digits.chars().enumerate() {
        if cuts.contains(&place) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Why none of the runs is a number: the longest one was most likely meant.
fn flaw_of(runs: &[Run]) -> NumberFlaw {
    let Some(run) = runs.iter().max_by_key(|run| run.groups.concat().len()) else {
        return NumberFlaw::NoDigits;
    };
    let digits = run.groups.concat();
    let Some((national, _)) = national_part(&digits, run.written) else {
        let may_become_chinese =
            run.written == Written::WithPlus && "86".starts_with(digits.as_str());
        return if may_become_chinese || digits == "00" {
            NumberFlaw::TooShort
        } else {
            NumberFlaw::Foreign
        };
    };
    let bytes = national.as_bytes();
    match (bytes.first(), national.len()) {
        (None, _) => NumberFlaw::TooShort,
        (Some(b'1'), 3..=6) if is_short_service(national) => NumberFlaw::Special,
        (Some(b'1'), _) if bytes.len() > 1 && !(b'3'..=b'9').contains(&bytes[1]) => {
            NumberFlaw::UnknownPrefix
        }
        (Some(b'2'..=b'9'), 7..=8)
            if !national.starts_with("400") && !national.starts_with("95") =>
        {
            NumberFlaw::NoAreaCode
        }
        (_, length) if length > longest(national) => NumberFlaw::TooLong,
        (Some(b'0'), 11..) => NumberFlaw::UnknownPrefix,
        (Some(b'2'..=b'9'), 9..)
            if !national.starts_with("400") && !national.starts_with("800") =>
        {
            NumberFlaw::UnknownPrefix
        }
        _ => NumberFlaw::TooShort,
    }
}

/// 110, 119, 120, 10086, 12306, 12345 and their like.
fn is_short_service(digits: &str) -> bool {
    matches!(digits.as_bytes().get(1), Some(b'0' | b'1' | b'2'))
}

/// How long a number that begins like this can be.
fn longest(national: &str) -> usize {
    match national.as_bytes().first() {
        Some(b'0') => 12,
        Some(b'1') => 11,
        Some(b'9') => 8,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("13922104471", "13922104471")]
    #[case(" 139 2210 4471 ", "13922104471")]
    #[case("139-2210-4471", "13922104471")]
    #[case("139.2210.4471", "13922104471")]
    #[case("(139) 2210 4471", "13922104471")]
    #[case("+86 139 2210 4471", "13922104471")]
    #[case("+86-13922104471", "13922104471")]
    #[case("(+86)13922104471", "13922104471")]
    #[case("0086 139 2210 4471", "13922104471")]
    #[case("8613922104471", "13922104471")]
    #[case("013922104471", "13922104471")]
    #[case("１３９２２１０４４７１", "13922104471")]
    #[case("＋８６　１３９－２２１０－４４７１", "13922104471")]
    #[case("\u{202d}139 2210 4471\u{202c}", "13922104471")]
    #[case("陈经理（远航物流）电话：139-2210-4471，下午3点后", "13922104471")]
    #[case("tel:+8613922104471", "13922104471")]
    #[case("2026-11-23 13922104471", "13922104471")]
    #[case("13922104471 / 139 2210 4471", "13922104471")]
    #[case("021-55553300", "02155553300")]
    #[case("(021) 5555 3300", "02155553300")]
    #[case("+86 21 5555 3300", "02155553300")]
    #[case("+86 (0)21 5555 3300", "02155553300")]
    #[case("021-55553300-802", "02155553300")]
    #[case("021-55553300 转 802", "02155553300")]
    #[case("0571 8555 1234", "057185551234")]
    #[case("0312-555123 4", "03125551234")]
    #[case("400-800-1234", "4008001234")]
    #[case("95588", "95588")]
    #[case("+86 13922104471 802", "13922104471")]
    #[case("+8613922104471 2026", "13922104471")]
    fn one_number_comes_out_of_what_people_write(#[case] text: &str, #[case] digits: &str) {
        assert_eq!(read(text).map(|n| n.digits), Ok(digits.to_owned()));
    }

    #[rstest]
    #[case("", NumberFlaw::Empty)]
    #[case("  \u{3000}", NumberFlaw::Empty)]
    #[case("没有号码", NumberFlaw::NoDigits)]
    #[case("139", NumberFlaw::TooShort)]
    #[case("1392210447", NumberFlaw::TooShort)]
    #[case("139221044711", NumberFlaw::TooLong)]
    #[case("139 2210 44711", NumberFlaw::TooLong)]
    #[case("400 800 1234 5", NumberFlaw::TooLong)]
    #[case("5555 3300", NumberFlaw::NoAreaCode)]
    #[case("+1 415 555 2671", NumberFlaw::Foreign)]
    #[case("0044 20 7946 0958", NumberFlaw::Foreign)]
    #[case("tel:+13125551234", NumberFlaw::Foreign)]
    #[case("+19175550100", NumberFlaw::Foreign)]
    #[case("+13922104471", NumberFlaw::Foreign)]
    #[case("+44 13922104471", NumberFlaw::Foreign)]
    #[case("+852-13922104471", NumberFlaw::Foreign)]
    #[case("0044 13922104471", NumberFlaw::Foreign)]
    #[case("＋1 13922104471", NumberFlaw::Foreign)]
    #[case("110", NumberFlaw::Special)]
    #[case("10086", NumberFlaw::Special)]
    #[case("*21*13922104471#", NumberFlaw::Special)]
    #[case("13922104471 13800006620", NumberFlaw::Several)]
    #[case("13922104471, 021-55553300", NumberFlaw::Several)]
    #[case("12922104471", NumberFlaw::UnknownPrefix)]
    #[case("+8", NumberFlaw::TooShort)]
    fn what_is_no_number_says_why(#[case] text: &str, #[case] flaw: NumberFlaw) {
        assert_eq!(read(text), Err(flaw));
    }

    #[rstest]
    #[case("13922104471", "139 2210 4471")]
    #[case("02155553300", "021 5555 3300")]
    #[case("03125551234", "0312 555 1234")]
    #[case("4008001234", "400 800 1234")]
    fn numbers_are_grouped_as_one_reads_them(#[case] digits: &str, #[case] grouped: &str) {
        assert_eq!(read(digits).map(|n| n.grouped), Ok(grouped.to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".{0,200}") {
            let _ = read(&text);
        }

        /// What is behind a country's code is dialled as a number of that country or not at all.
        #[test]
        fn no_number_of_ours_is_made_of_one_from_abroad(
            code in "[1-79][0-9]{0,2}|8[0-57-9][0-9]?",
            plus in prop::sample::select(vec!["+", "00", "＋", "tel:+"]),
            gap in prop::sample::select(vec!["", " ", "-", " ("]),
            rest in "1[3-9][0-9]{9}|0?[2-9][0-9]{8,10}|[0-9]{5,12}",
        ) {
            let text = format!("{plus}{code}{gap}{rest}");
            prop_assert!(read(&text).is_err());
        }

        #[test]
        fn what_was_read_reads_the_same_again(digits in "1[3-9][0-9]{9}", around in "[ 一-龥a-z,;]{0,10}") {
            let number = read(&format!("{around}{digits}{around}")).unwrap();
            prop_assert_eq!(&number.digits, &digits);
            prop_assert_eq!(read(&number.grouped).unwrap(), number);
        }
    }
}
