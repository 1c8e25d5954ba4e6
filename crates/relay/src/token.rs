use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bohao_relay_api::{PUSH_TOKEN_PREFIX, READ_TOKEN_PREFIX, TEAM_TOKEN_PREFIX};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a token is good for. Neither kind is ever taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Push,
    Read,
    /// Reads every seat of a team.
    Team,
}

/// A token as the relay keeps it. 256 random bits need no salt and no slow hash.
pub(crate) struct TokenHash([u8; 32]);

impl TokenKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            TokenKind::Push => "push",
            TokenKind::Read => "read",
            TokenKind::Team => "team",
        }
    }

    /// A new token: the kind's prefix and 256 bits from the system's generator.
    pub(crate) fn generate(self) -> Result<SecretString, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        let prefix = match self {
            TokenKind::Push => PUSH_TOKEN_PREFIX,
            TokenKind::Read => READ_TOKEN_PREFIX,
            TokenKind::Team => TEAM_TOKEN_PREFIX,
        };
        Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits)).into())
    }
}

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The part by which the database finds candidates; the rest is compared in constant time.
    pub(crate) fn tag(&self) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    pub(crate) fn matches(&self, stored: &[u8]) -> bool {
        self.0.as_slice().ct_eq(stored).into()
    }
}

#[cfg(test)]
mod tests {
    use bohao_relay_api::TOKEN_LENGTH;
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_has_its_kinds_prefix_and_length_and_is_never_the_same() {
        let kinds = [
            (TokenKind::Push, "bhp_"),
            (TokenKind::Read, "bhr_"),
            (TokenKind::Team, "bht_"),
        ];
        for (kind, prefix) in kinds {
            let token = kind.generate().expect("the system has randomness");
            let other = kind.generate().expect("the system has randomness");
            assert!(token.expose_secret().starts_with(prefix));
            assert_eq!(token.expose_secret().len(), TOKEN_LENGTH);
            assert_ne!(token.expose_secret(), other.expose_secret());
        }
    }

    #[test]
    fn a_hash_matches_its_own_token_alone() {
        let hash = TokenHash::of("a");
        assert!(hash.matches(TokenHash::of("a").as_bytes()));
        assert!(!hash.matches(TokenHash::of("b").as_bytes()));
        assert!(!hash.matches(&hash.as_bytes()[..31]));
    }
}
