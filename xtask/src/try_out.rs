//! `cargo xtask run`: from a fresh clone to a practice call.

use crate::{node, program, setup, workspace};
use anyhow::Result;
use std::process::Command;

/// Sets up what is missing, builds, and opens Bohao in practice mode; without a display, serves
/// the same app on the loopback. Stays until it is closed or interrupted.
pub fn run() -> Result<()> {
    setup::for_building()?;
    println!("building the UI");
    node::script("build")?;
    if has_display() {
        in_a_window()
    } else {
        println!("there is no display here: serving the same app to a browser instead");
        in_a_browser()
    }
}

fn in_a_window() -> Result<()> {
    program::succeed(&mut workspace::cargo(&["build", "--package", "bohao"]))?;
    println!("opening Bohao in practice mode: nothing here rings a real phone");
    program::succeed(Command::new(workspace::program("debug", "bohao")?).arg("--practice"))
}

fn in_a_browser() -> Result<()> {
    program::succeed(&mut workspace::cargo(&["build", "--package", "bohao-cli"]))?;
    let cli = workspace::program("debug", "bohao-cli")?;
    println!("one practice call from end to end:");
    program::succeed(Command::new(&cli).args(["demo", "--calls", "1"]))?;
    println!("the same app in a browser on this computer, until Ctrl-C:");
    program::succeed(Command::new(&cli).args(["serve", "--practice"]))
}

/// Windows and macOS always have one; Linux says so in its environment.
fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}
