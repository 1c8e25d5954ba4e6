//! Numbers that are never dialled, by patterns: international and premium ones, and the team's own.

use super::bad;
use bohao_wire::{BlockedPattern, Fault};

const MOST_PATTERNS: usize = 200;
const LONGEST_PATTERN: usize = 32;
const LONGEST_WHY: usize = 200;

/// The first pattern that a number fits.
pub fn first_fit<'p>(patterns: &'p [BlockedPattern], digits: &str) -> Option<&'p BlockedPattern> {
    let fits = |blocked: &&BlockedPattern| fits(blocked.pattern.as_bytes(), digits.as_bytes());
    patterns.iter().find(fits)
}

/// Patterns as they may be kept, without blanks around them.
///
/// # Errors
/// `BadInput` with the field `blocked` and the pattern that is none.
pub fn checked(patterns: &[BlockedPattern]) -> Result<Vec<BlockedPattern>, Fault> {
    if patterns.len() > MOST_PATTERNS {
        return Err(bad("blocked", "there are at most 200 patterns"));
    }
    patterns.iter().map(checked_one).collect()
}

fn checked_one(blocked: &BlockedPattern) -> Result<BlockedPattern, Fault> {
    let pattern = blocked.pattern.trim();
    let why = blocked.why.trim();
    let is_pattern = pattern.len() <= LONGEST_PATTERN
        && pattern.bytes().any(|byte| byte.is_ascii_digit())
        && pattern
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'?' || byte == b'*');
    if !is_pattern {
        let message = "a pattern has digits, `?` for any digit and `*` for any number of them";
        return Err(bad("blocked", message).with("pattern", pattern));
    }
    if why.chars().count() > LONGEST_WHY {
        let message = "what stands beside a pattern has at most 200 characters";
        return Err(bad("blocked", message).with("pattern", pattern));
    }
    Ok(BlockedPattern {
        pattern: pattern.to_owned(),
        why: why.to_owned(),
    })
}

/// Whether all of `text` fits. On a mismatch after a `*` that `*` takes one digit more, so the
/// time is bounded by the product of both lengths.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&wanted) if wanted == b'?' || wanted == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::GuardRules;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("00*", "0085212345678", true)]
    #[case("00*", "01085212345", false)]
    #[case("168*", "16812345", true)]
    #[case("168*", "13816812345", false)]
    #[case("1380000????", "13800006620", true)]
    #[case("1380000????", "138000066201", false)]
    #[case("*6620", "13800006620", true)]
    #[case("1*0*0", "13800006620", true)]
    #[case("1*9*0", "13800006620", false)]
    #[case("13800006620", "13800006620", true)]
    #[case("13800006620", "1380000662", false)]
    fn a_pattern_fits_whole_numbers(#[case] pattern: &str, #[case] digits: &str, #[case] is: bool) {
        assert_eq!(fits(pattern.as_bytes(), digits.as_bytes()), is);
    }

    #[rstest]
    #[case("")]
    #[case("*")]
    #[case("???")]
    #[case("138-0000")]
    #[case("+86*")]
    #[case("１３８")]
    #[case("1234567890123456789012345678901234")]
    fn what_is_no_pattern_is_refused_by_name(#[case] pattern: &str) {
        let blocked = BlockedPattern {
            pattern: pattern.to_owned(),
            why: String::new(),
        };
        let fault = checked(&[blocked]).expect_err("no pattern");
        assert_eq!(fault.details["field"], "blocked");
        assert_eq!(fault.details["pattern"], pattern);
    }

    #[rstest]
    #[case("01016888888")]
    #[case("057116012345")]
    #[case("12590123456")]
    fn premium_numbers_are_blocked_unless_told_otherwise(#[case] digits: &str) {
        let rules = GuardRules::default();
        assert!(first_fit(&rules.blocked, digits).is_some());
        assert!(first_fit(&rules.blocked, "13922104471").is_none());
        assert!(first_fit(&rules.blocked, "02155503300").is_none());
        assert_eq!(checked(&rules.blocked).expect("kept"), rules.blocked);
    }

    proptest! {
        /// A number with some digits replaced fits its own pattern, and a long pattern ends soon.
        #[test]
        fn a_number_fits_every_pattern_made_of_it(digits in "[0-9]{5,20}", stars in "[*?]{20}") {
            let masked: String = digits
                .chars()
                .zip(stars.chars().cycle())
                .map(|(digit, star)| if star == '?' { '?' } else { digit })
                .collect();
            prop_assert!(fits(masked.as_bytes(), digits.as_bytes()));
            let prefix = format!("{}*", &digits[..3]);
            prop_assert!(fits(prefix.as_bytes(), digits.as_bytes()));
            prop_assert!(!fits(b"*****************************************x", digits.as_bytes()));
        }
    }
}
