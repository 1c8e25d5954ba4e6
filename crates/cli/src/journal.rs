//! What the program tells on stderr while it works, if it is asked to.
//!
//! Only Bohao's own words are told: a library's could hold an address, and so a token.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins at the level that `BOHAO_LOG` names, or else at this one.
pub fn begin(usual: LevelFilter) {
    let asked = std::env::var("BOHAO_LOG").ok();
    let level = asked
        .and_then(|word| word.trim().parse().ok())
        .unwrap_or(usual);
    // Each room's target begins with this word, and a target that is not named is off.
    let own = Targets::new().with_target("bohao", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // A second beginning, which there is none, would leave the first in place.
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(own)
        .try_init();
}
