//! `cargo xtask test`: every check and test, the quick ones first.

use crate::steps::Steps;
use crate::{contract, desktop, laws, node, program, setup, unproven, workspace};
use anyhow::Result;

/// Sets up what is missing, then runs every check and test; ends at the first that fails. What can't
/// be run here is named at the end.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.take("setup", setup::for_tests)?;
    for (what, want) in unproven::here()? {
        steps.leave_out(what, want);
    }
    steps.take(
        "contract: TypeScript is what the Rust types say",
        contract::check,
    )?;
    steps.take("laws of the house", laws::check)?;
    if unproven::has_deny() {
        steps.take("licences, bans and sources", deny)?;
    }
    steps.take("Rust layout", || cargo(&["fmt", "--all", "--check"]))?;
    for script in ["lint", "check", "test", "build"] {
        steps.take(&format!("UI: {script}"), || node::script(script))?;
    }
    steps.take("Rust lints", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ])
    })?;
    // Together with the tests: what tests alone depend on switches features on, and without them all
    // would be compiled twice.
    steps.take("Rust programs", || {
        cargo(&[
            "build",
            "--workspace",
            "--bins",
            "--examples",
            "--tests",
            "--locked",
        ])
    })?;
    steps.take("Rust tests", rust_tests)?;
    if node::has_script("e2e") {
        steps.take("browser, from first run to saved recording", || {
            node::script("e2e")
        })?;
    }
    if cfg!(target_os = "linux") {
        steps.take(
            "desktop window, from first run to saved recording",
            desktop::test,
        )?;
    }
    println!("\n{}", steps.summary());
    Ok(())
}

fn rust_tests() -> Result<()> {
    if program::find("cargo-nextest").is_none() {
        return cargo(&["test", "--workspace", "--locked"]);
    }
    // nextest leaves documentation tests to cargo.
    cargo(&["nextest", "run", "--workspace", "--locked"])?;
    cargo(&["test", "--workspace", "--locked", "--doc"])
}

fn deny() -> Result<()> {
    // Advisories come from the network, which a check must not depend on.
    cargo(&["deny", "check", "bans", "licenses", "sources"])
}

fn cargo(arguments: &[&str]) -> Result<()> {
    program::succeed(&mut workspace::cargo(arguments))
}
