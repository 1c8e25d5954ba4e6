//! Every chore is one word: `cargo xtask run`, `cargo xtask test`, `cargo xtask gen`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore speaks to the person who started it"
)]

mod bench;
mod checks;
mod contract;
mod desktop;
mod icons;
mod kept;
mod laws;
mod machine;
mod node;
mod packages;
mod program;
mod relay;
mod setup;
mod steps;
mod try_out;
mod unproven;
mod weights;
mod workspace;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask CHORE

  run                              sets up what is missing, builds, opens Bohao in practice mode
  test                             sets up what is missing, runs every check and test
  setup                            sets up what is missing, and nothing else
  gen [--check]                    writes the TypeScript contract, or tells whether it is stale
  bench [relay|log|dial|start]     measures, prints tables and keeps them in docs/benchmarks; all if none is named
  torture relay [--kills N] [--cuts N]
                                   kills the relay, cuts its power, fails its disk; nothing may be lost;
                                   5,000 slow senders, who may keep nobody waiting
  icons                            draws every icon again from icons/bohao.svg
  pictures                         takes the pictures of the docs again";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match chore(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn chore(words: &[&str]) -> Result<()> {
    match words {
        ["run"] => try_out::run(),
        ["test"] => checks::run(),
        ["setup"] => setup::for_tests(),
        ["gen"] => contract::write(),
        ["gen", "--check"] => contract::check(),
        ["bench"] => bench::all(),
        ["bench", name] => bench::one(name),
        ["torture", "relay", more @ ..] => relay::torture(more),
        ["icons"] => icons::draw(),
        ["pictures"] => desktop::pictures(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [] => bail!("{USAGE}"),
        [other, ..] => bail!("there is no chore `{other}`\n\n{USAGE}"),
    }
}
