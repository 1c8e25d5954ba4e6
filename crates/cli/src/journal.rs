//! What the program tells on stderr while it works, if it is asked to.
//!
//! Only Bohao's own words are told: a library's could hold an address, and so a token.

use std::io::Write;
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
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may hold anything; the place in the source is enough. Without a
        // terminal there is nobody to tell.
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "bohao-cli broke down at {place}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const CANARY: &str = "canary-of-13800006620";

    #[test]
    fn promise_7_a_panic_tells_its_place_and_nothing_else() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "journal::tests::breaks_down", "--ignored"])
            .args(["--nocapture", "--test-threads=1"])
            .output()
            .unwrap();
        let told = String::from_utf8([child.stderr, child.stdout].concat()).unwrap();
        assert!(
            told.contains("broke down at crates/cli/src/journal.rs"),
            "{told}"
        );
        assert!(!told.contains(CANARY), "{told}");
    }

    #[test]
    #[ignore = "the child of the test above"]
    fn breaks_down() {
        begin(LevelFilter::TRACE);
        panic!("{CANARY}");
    }
}
