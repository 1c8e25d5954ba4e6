//! Node and the UI's npm packages.

use crate::{program, workspace};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;
use std::{cmp::Ordering, fs};

/// The oldest Node that the UI's build tools run on.
const OLDEST: (u32, u32) = (20, 19);

/// Tauri's command line, pinned so that two machines draw and pack the same.
const TAURI: &str = "@tauri-apps/cli@2.12.5";

/// Fails with a clear word unless a Node that is new enough can be started.
pub fn require() -> Result<()> {
    let (major, minor) = OLDEST;
    let advice = format!(
        "install Node {major}.{minor} or newer, from https://nodejs.org or your system's packages"
    );
    let Some(printed) = program::printed(Command::new("node").arg("--version")) else {
        bail!("Node is missing: {advice}");
    };
    let version = version(&printed).with_context(|| format!("`node --version` says {printed}"))?;
    if version.cmp(&OLDEST) == Ordering::Less {
        bail!("Node {printed} is too old: {advice}");
    }
    if program::printed(npm().arg("--version")).is_none() {
        bail!("npm, which comes with Node, is missing: {advice}");
    }
    Ok(())
}

/// Installs the UI's packages when the lock file is newer than what is there.
pub fn install() -> Result<()> {
    let ui = workspace::ui();
    let locked = changed(&ui.join("package-lock.json"))
        .context("ui/package-lock.json is missing: this is no whole checkout")?;
    if changed(&ui.join("node_modules/.package-lock.json")).is_some_and(|here| here >= locked) {
        return Ok(());
    }
    println!("installing the UI's npm packages");
    program::succeed(npm().args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]))
}

/// Runs one of the UI's scripts.
pub fn script(name: &str) -> Result<()> {
    program::succeed(npm().args(["run", name]))
}

/// Whether the UI has such a script.
pub fn has_script(name: &str) -> bool {
    let text = fs::read_to_string(workspace::ui().join("package.json")).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(&text)
        .is_ok_and(|package| package["scripts"][name].is_string())
}

/// A command of Tauri's command line, at the project's root.
pub fn tauri(command: &str) -> Command {
    let mut npx = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    npx.current_dir(workspace::root());
    npx.args(["--yes", TAURI, command]);
    npx
}

fn npm() -> Command {
    // npm is a batch file on Windows, which is only found by its whole name.
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(workspace::ui());
    npm
}

fn version(printed: &str) -> Option<(u32, u32)> {
    let mut parts = printed.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, version};

    #[test]
    fn node_versions_compare_by_number() {
        assert!(version("v20.9.0") < Some(OLDEST));
        assert!(version("v20.19.0") >= Some(OLDEST));
        assert!(version("v100.0.1") >= Some(OLDEST));
        assert_eq!(version("nonsense"), None);
    }
}
