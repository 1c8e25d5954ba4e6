//! Outcomes in words.

use super::Language;
use bohao_wire::{OutcomeMark, OutcomeWord};

/// An outcome's name: of the first ones in the user's language, of others as it was written.
pub fn outcome(language: Language, mark: &OutcomeMark) -> String {
    match (language, mark.word) {
        (Language::En, Some(word)) => in_english(word).to_owned(),
        _ => crate::table::cell(&mark.name),
    }
}

fn in_english(word: OutcomeWord) -> &'static str {
    match word {
        OutcomeWord::Interested => "interested",
        OutcomeWord::Later => "call later",
        OutcomeWord::NotInterested => "not interested",
        OutcomeWord::NoAnswer => "no answer",
        OutcomeWord::DeadNumber => "dead number",
        OutcomeWord::DoNotCall => "do not call",
    }
}
