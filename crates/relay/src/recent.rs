use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::token::TokenHash;

/// For how long a token that opened a seat is taken to open it still. A seat that was removed
/// since is noticed where its record would be stored; a rotated one has days.
const MOMENT_MS: i64 = 1000;

/// Above this many, those whose moment is over make room.
const MANY: usize = 1024;

/// Push tokens that opened a seat a moment ago, so that a burst of pushes asks the database once.
/// Only tokens that are live get in, so that strangers can't fill it.
#[derive(Clone, Default)]
pub(crate) struct RecentTokens {
    by_tag: Arc<Mutex<HashMap<i64, Recent>>>,
}

struct Recent {
    token: Arc<TokenHash>,
    seat: i64,
    seen_at: i64,
}

impl Recent {
    /// A clock that was set back makes nothing last longer.
    fn holds(&self, now: i64) -> bool {
        (self.seen_at..self.seen_at + MOMENT_MS).contains(&now)
    }
}

impl RecentTokens {
    pub(crate) fn seat(&self, token: &TokenHash, now: i64) -> Option<i64> {
        let by_tag = self.by_tag.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = by_tag
            .get(&token.tag())
            .filter(|recent| recent.holds(now))?;
        token
            .matches(recent.token.as_bytes())
            .then_some(recent.seat)
    }

    pub(crate) fn note(&self, token: Arc<TokenHash>, seat: i64, now: i64) {
        let mut by_tag = self.by_tag.lock().unwrap_or_else(PoisonError::into_inner);
        if by_tag.len() >= MANY {
            by_tag.retain(|_, recent| recent.holds(now));
        }
        let seen_at = now;
        by_tag.insert(
            token.tag(),
            Recent {
                token,
                seat,
                seen_at,
            },
        );
    }
}
