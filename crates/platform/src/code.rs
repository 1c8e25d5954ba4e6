//! The platform's codes and what they mean to the person who dialled.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The platform's code for "accepted".
pub(crate) const ACCEPTED: i64 = 200;
/// The platform's code for a timestamp that it does not believe.
pub(crate) const CLOCK: i64 = 1006;

/// What kind of thing a code says, and so who can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 200. The platform took the request; nobody is connected yet.
    Accepted,
    /// 1002. This library spoke wrongly: worth a report.
    Ours,
    /// 1003. Something that the user entered, most likely a number.
    Input,
    /// 1004, 1005. The signature's dialect or the credentials.
    SetUp,
    /// 1006. The timestamp was too far from the platform's time. Nothing was dialled.
    Clock,
    /// 2000, 2001 and 3001–4000. The platform is busy or broken: try again later.
    Platform,
    /// 2002, 2003. There is no such thing, or not yet.
    NothingThere,
    /// 7001–8001. The line: a call is under way, or numbers are bound already.
    Line,
    /// 9001. The account is out of credit.
    Account,
    /// The rest of 1001–1999: the platform blames the request.
    Client,
    /// The rest of 2000–2999: a business rule of the platform.
    Business,
    /// A code in none of the document's ranges.
    Other,
}

/// An answer that says no, in the platform's own words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The platform's code, never 200.
    pub code: i64,
    /// The platform's `msg`, usually Chinese, possibly empty. Credentials, the push address and
    /// the request's numbers are struck out should the platform repeat them, and it is cut at 300
    /// characters.
    pub message: String,
    /// The class of [`code`](Self::code).
    pub class: Class,
}

/// The class of a code: the document's list first, its ranges for all others.
///
/// ```
/// use bohao_platform::{Class, class_of};
///
/// assert_eq!(class_of(7001), Class::Line);
/// assert_eq!(class_of(7999), Class::Line);
/// assert_eq!(class_of(-1), Class::Other);
/// ```
#[must_use]
pub fn class_of(code: i64) -> Class {
    match code {
        ACCEPTED => Class::Accepted,
        1002 => Class::Ours,
        1003 => Class::Input,
        1004 | 1005 => Class::SetUp,
        CLOCK => Class::Clock,
        2000 | 2001 => Class::Platform,
        2002 | 2003 => Class::NothingThere,
        9001 => Class::Account,
        1001..=1999 => Class::Client,
        2000..=2999 => Class::Business,
        3001..=4000 => Class::Platform,
        7001..=8001 => Class::Line,
        _ => Class::Other,
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A stranger's words may name numbers. They are for the user and not for a log.
        f.debug_struct("Refusal")
            .field("code", &self.code)
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(200, Class::Accepted)]
    #[case(1000, Class::Other)]
    #[case(1001, Class::Client)]
    #[case(1002, Class::Ours)]
    #[case(1003, Class::Input)]
    #[case(1004, Class::SetUp)]
    #[case(1005, Class::SetUp)]
    #[case(1006, Class::Clock)]
    #[case(1007, Class::Client)]
    #[case(1999, Class::Client)]
    #[case(2000, Class::Platform)]
    #[case(2001, Class::Platform)]
    #[case(2002, Class::NothingThere)]
    #[case(2003, Class::NothingThere)]
    #[case(2004, Class::Business)]
    #[case(2999, Class::Business)]
    #[case(3000, Class::Other)]
    #[case(3001, Class::Platform)]
    #[case(4000, Class::Platform)]
    #[case(4001, Class::Other)]
    #[case(7000, Class::Other)]
    #[case(7001, Class::Line)]
    #[case(7002, Class::Line)]
    #[case(8001, Class::Line)]
    #[case(8002, Class::Other)]
    #[case(9001, Class::Account)]
    #[case(i64::MIN, Class::Other)]
    fn every_code_has_its_class(#[case] code: i64, #[case] class: Class) {
        assert_eq!(class_of(code), class);
    }
}
