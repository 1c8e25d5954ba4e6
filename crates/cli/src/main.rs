//! Bohao without a window: every command of the desk, and its UI in a browser.

mod args;
mod beijing;
mod commands;
mod failure;
mod journal;
mod output;
mod program;
mod serve;
mod signals;
mod table;
mod words;
mod zone;

use std::process::ExitCode;

fn main() -> ExitCode {
    program::run()
}
