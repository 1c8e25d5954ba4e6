//! The program's words, in both languages. None of them holds a secret.

mod calls;
mod checks;
mod faults;
mod follow_ups;
pub mod guard_log;
pub mod loss;
mod outcomes;

pub use calls::{
    answer, dial_state, duration, interrupted, recording, refusal, state, status, taken, why,
};
pub use checks::{advice, check, found, verdict};
pub use faults::{DIALLED, fault};
pub use follow_ups::{follow_up_state, section, time_flaw};
pub use outcomes::outcome;

use bohao_wire::Headings;

/// Languages of words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The one whose word it is.
    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::Zh => chinese,
            Language::En => english,
        }
    }

    /// The language of headings, and of the reasons in sheets.
    pub fn headings(self) -> Headings {
        match self {
            Language::Zh => Headings::Zh,
            Language::En => Headings::En,
        }
    }

    /// A language by its name on the command line.
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "zh" => Some(Language::Zh),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// The system's: what `LC_ALL`, `LC_MESSAGES` or `LANG` say, in this order; where they say
    /// nothing, what the system says by other means, and Chinese where it is silent too.
    pub fn of_system() -> Self {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
            .or_else(sys_locale::get_locale)
            .map_or(Language::Zh, |locale| Self::of_locale(&locale))
    }

    fn of_locale(locale: &str) -> Self {
        match locale.to_ascii_lowercase().starts_with("zh") {
            true => Language::Zh,
            false => Language::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("zh_CN.UTF-8", Language::Zh)]
    #[case("zh-Hans", Language::Zh)]
    #[case("C", Language::En)]
    #[case("POSIX", Language::En)]
    #[case("de_DE.UTF-8", Language::En)]
    fn a_locale_chooses_the_language(#[case] locale: &str, #[case] language: Language) {
        assert_eq!(Language::of_locale(locale), language);
    }
}
