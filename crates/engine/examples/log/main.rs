//! F8 and F9: a log of a million calls, searched as one types, filtered, paged, counted and
//! reported on; a list of a hundred thousand leads; and records brought in by file; beside the raw
//! limits of the same run. `cargo xtask bench log` runs it; it prints Markdown. The log is made
//! once, in the folder it is run in, and used again.
//! `make PATH CALLS` only makes a log, for a test of the screen.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing tables is this program's purpose"
)]

mod asked;
mod brought;
#[path = "../latency/figures.rs"]
mod figures;
mod listed;
mod made;
mod reported;
mod written;

use anyhow::Result;
use std::path::Path;

/// Calls of the log.
const CALLS: usize = 1_000_000;
/// Records of a file that is brought in.
const RECORDS: usize = 1_000_000;

fn main() -> Result<()> {
    // `cargo run --release --example log -- import` measures F9 alone, `-- lists` a list.
    if std::env::args().nth(1).as_deref() == Some("import") {
        return brought::measure(RECORDS);
    }
    if std::env::args().nth(1).as_deref() == Some("lists") {
        return listed::measure();
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [verb, path, calls] = words.as_slice()
        && verb == "make"
    {
        return made::make(Path::new(path), calls.parse()?);
    }
    let store = made::log(Path::new("log"), CALLS)?;
    asked::measure(&store)?;
    reported::measure(&store)?;
    listed::measure()?;
    written::measure(&store)?;
    brought::measure(RECORDS)
}
