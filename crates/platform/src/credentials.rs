//! The account's two secrets, and keeping them out of everything but the request.

use crate::letters::plain_words;
use secrecy::{ExposeSecret, SecretString};

/// What identifies the account. Both are secrets: `appSecret` is sent as an ordinary parameter.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The platform's `appKey`.
    pub app_key: SecretString,
    /// The platform's `appSecret`.
    pub app_secret: SecretString,
}

impl Credentials {
    pub(crate) fn key(&self) -> &str {
        self.app_key.expose_secret()
    }

    pub(crate) fn secret(&self) -> &str {
        self.app_secret.expose_secret()
    }
}

const MESSAGE_CHARACTERS: usize = 300;

/// Makes a stranger's words fit to be shown and kept: letters that steer others are left out, what
/// must stay hidden is struck out, and the length is bounded.
pub(crate) fn scrub(message: &str, hidden: &[&str]) -> String {
    /// What is shorter occurs in any text, and hides nothing.
    const TELLING: usize = 4;
    let mut hidden: Vec<&str> = hidden
        .iter()
        .copied()
        .filter(|word| word.len() >= TELLING)
        .collect();
    // The longest goes first: a secret that contains another would otherwise leave its remains.
    hidden.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));

    // Only now are secrets looked for: one with an invisible letter in it is a secret without.
    let mut text = plain_words(message);
    for word in hidden {
        text = text.replace(word, "***");
    }
    text.chars()
        .take(MESSAGE_CHARACTERS)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_print_themselves() {
        let credentials = Credentials {
            app_key: "canary-key".into(),
            app_secret: "canary-secret".into(),
        };

        assert!(!format!("{credentials:?}").contains("canary"));
    }

    #[test]
    fn a_message_that_repeats_a_secret_loses_it() {
        assert_eq!(
            scrub(
                "bad secret SeCrEt-2\n(not SeCrEt)",
                &["SeCrEt", "", "a", "SeCrEt-2"]
            ),
            "bad secret *** (not ***)"
        );
    }

    #[test]
    fn a_message_can_not_steer_the_screen_nor_hide_a_secret_that_way() {
        assert_eq!(
            scrub(
                "\u{202e}SeC\u{200b}rEt\u{2066} 余额\u{0007}不足",
                &["SeCrEt"]
            ),
            "*** 余额 不足"
        );
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        assert_eq!(scrub(&"号".repeat(5_000), &[]), "号".repeat(300));
    }
}
