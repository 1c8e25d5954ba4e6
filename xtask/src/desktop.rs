//! The real window, driven without a screen.

use crate::{node, program, setup, workspace};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The driver between WebDriver and the window; its version is pinned because its lock file is.
const DRIVER: &str = "2.1.0";

/// Runs the desktop tests, which drive the window on Linux only.
pub fn test() -> Result<()> {
    // The whole workspace, so that what the other tests were built of is not built anew for this one.
    let tests = ["--workspace", "--locked", "--test", "desktop"];
    let mut session = session()?;
    session.arg(workspace::cargo(&[]).get_program());
    if program::find("cargo-nextest").is_some() {
        session.args(["nextest", "run", "--run-ignored=only"]);
        session.args(tests).arg("--test-threads=1");
    } else {
        session.arg("test").args(tests);
        session.args(["--", "--ignored", "--test-threads=1"]);
    }
    program::succeed(&mut session)
}

/// What follows as this command's arguments runs on a display and a session bus of its own.
pub fn session() -> Result<Command> {
    let mut session = Command::new("xvfb-run");
    session
        .current_dir(workspace::root())
        .args(["--auto-servernum", "--server-args=-screen 0 1400x1000x24"])
        .args(["dbus-run-session", "--"])
        .env("TAURI_DRIVER", driver()?)
        .env_remove("WAYLAND_DISPLAY");
    Ok(session)
}

/// Takes the pictures of the docs again.
pub fn pictures() -> Result<()> {
    setup::for_tests()?;
    node::script("build")?;
    let build = [
        "build",
        "--package",
        "bohao",
        "--bins",
        "--example",
        "pictures",
    ];
    program::succeed(&mut workspace::cargo(&build))?;
    program::succeed(
        session()?
            .arg(workspace::target()?.join("debug/examples/pictures"))
            .arg(workspace::program("debug", "bohao")?)
            .arg(workspace::root().join("docs/pictures")),
    )
}

/// Where the driver lies; installed below the target folder if need be.
fn driver() -> Result<PathBuf> {
    if let Some(installed) = program::find("tauri-driver") {
        return Ok(installed);
    }
    let tools = workspace::target()?.join("tools");
    let driver = tools.join("bin/tauri-driver");
    if !driver.is_file() {
        println!("installing tauri-driver {DRIVER} below {}", tools.display());
        program::succeed(
            workspace::cargo(&[
                "install",
                "tauri-driver",
                "--version",
                DRIVER,
                "--locked",
                "--root",
            ])
            .arg(&tools),
        )?;
    }
    Ok(driver)
}
