//! Numbers with their middles hidden, as a screen hides them.

use bohao_wire::{CallRow, CustomerName};
use std::borrow::Cow;

const HIDDEN: &str = "****";

/// So many digits in a text are taken for somebody's number.
const LEAST_DIGITS: usize = 7;

/// A number with its middle hidden: area code or prefix, stars, the last four digits. Of one that
/// is too short to hide anything in, nothing is left.
pub fn masked(number: &str) -> String {
    let digits: String = number.chars().filter_map(half_width).collect();
    if digits.len() < 5 {
        return HIDDEN.to_owned();
    }
    if digits.len() < LEAST_DIGITS {
        return format!("{}{HIDDEN}", &digits[..2]);
    }
    let tail = if digits.len() < 10 { 2 } else { 4 };
    let tail = &digits[digits.len() - tail..];
    format!("{}{HIDDEN}{tail}", prefix(&digits))
}

/// A call with every number in it masked, those in its reason, its note and its customer's name too.
pub fn masked_row(row: &CallRow) -> CallRow {
    let number = |number: &Option<String>| number.as_deref().map(masked);
    CallRow {
        tel_a: number(&row.tel_a),
        tel_x: number(&row.tel_x),
        tel_b: number(&row.tel_b),
        reason: row
            .reason
            .as_deref()
            .map(|text| masked_text(text).into_owned()),
        note: masked_text(&row.note).into_owned(),
        customer: row.customer.as_ref().map(|who| CustomerName {
            customer: who.customer,
            name: masked_text(&who.name).into_owned(),
            company: masked_text(&who.company).into_owned(),
        }),
        ..row.clone()
    }
}

/// A text in which everything that may be a number is masked. Digits with single blanks, dashes or
/// dots between them are one number.
pub fn masked_text(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|letter| half_width(letter).is_some()) {
        let run = run_of_digits(&rest[start..]);
        let number = &rest[start..start + run];
        out.push_str(&rest[..start]);
        match number.chars().filter_map(half_width).count() >= LEAST_DIGITS {
            true => out.push_str(&masked(number)),
            false => out.push_str(number),
        }
        rest = &rest[start + run..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// How many bytes of a text that begins with a digit belong to one number.
fn run_of_digits(text: &str) -> usize {
    let mut end = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        if half_width(letter).is_some() {
            end = place + letter.len_utf8();
            continue;
        }
        let between = " -－–.()（）".contains(letter);
        let goes_on = letters
            .peek()
            .is_some_and(|(_, next)| half_width(*next).is_some());
        if !(between && goes_on) {
            break;
        }
    }
    end
}

fn half_width(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_u32(u32::from(letter) - 0xfee0),
        _ => None,
    }
}

/// An area code, or the first three digits.
fn prefix(digits: &str) -> &str {
    if digits.len() < 10 {
        return &digits[..2];
    }
    let long_area =
        digits.starts_with('0') && !digits.starts_with("010") && !digits.starts_with("02");
    &digits[..if long_area { 4 } else { 3 }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("13922104471", "139****4471")]
    #[case("02155508842", "021****8842")]
    #[case("057188123456", "0571****3456")]
    #[case("95588", "95****")]
    #[case("12345678", "12****78")]
    #[case("110", "****")]
    #[case("", "****")]
    fn a_number_keeps_both_its_ends(#[case] number: &str, #[case] shown: &str) {
        assert_eq!(masked(number), shown);
    }

    #[rstest]
    #[case("转 139 2210 4471 王经理，下午3点", "转 139****4471 王经理，下午3点")]
    #[case("021-5550-8842", "021****8842")]
    #[case("（０２１）55508842转801", "（021****8842转801")]
    #[case("１３９２２１０４４７１", "139****4471")]
    #[case("要 200 吨，2026-11-23 发", "要 200 吨，20****23 发")]
    #[case("没有号码", "没有号码")]
    fn promise_9_a_number_in_a_text_is_masked_too(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(masked_text(text), shown);
    }

    proptest! {
        #[test]
        fn promise_9_no_long_number_is_left_anywhere(text in "[0-9 a-z一-十，-]{0,40}") {
            let shown = masked_text(&text);
            let longest = shown.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            prop_assert!(longest.unwrap_or(0) < LEAST_DIGITS);
        }
    }
}
