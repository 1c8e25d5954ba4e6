//! F11: what is shipped, and what it weighs.

use crate::{node, program, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Kilobytes of the UI, each of its files compressed as a server would.
const UI_GOAL: f64 = 150.0;
/// Megabytes of the installer.
const INSTALLER_GOAL: f64 = 12.0;

/// A table of weights. The program is the stripped one of the release profile.
pub fn table(bohao: &Path) -> Result<String> {
    let mut ui = 0;
    for file in files(&workspace::ui().join("dist"))? {
        ui += gzip(&file)?;
    }
    let (ui, bare) = (ui as f64 / 1e3, fs::metadata(bohao)?.len() as f64 / 1e6);
    let (name, installer) = match package() {
        Ok(package) => ("installer, .deb", fs::metadata(package)?.len()),
        Err(problem) => {
            println!(
                "no .deb could be made ({problem:#}): the compressed program stands in for it"
            );
            ("no .deb made here; the program, gzip -9", gzip(bohao)?)
        }
    };
    let installer = installer as f64 / 1e6;
    Ok(format!(
        "## F11: what is shipped\n\n\
         | | weight | goal | |\n\
         |---|--:|--:|---|\n\
         | UI, gzip -9 | {ui:.1} kB | ≤ {UI_GOAL} kB | {} |\n\
         | program, stripped | {bare:.1} MB | | |\n\
         | {name} | {installer:.1} MB | ≤ {INSTALLER_GOAL} MB | {} |\n",
        verdict(ui, UI_GOAL),
        verdict(installer, INSTALLER_GOAL),
    ))
}

/// Packs the built program for Debian.
fn package() -> Result<PathBuf> {
    anyhow::ensure!(cfg!(target_os = "linux"), "not on Linux");
    let folder = workspace::target()?.join("release/bundle/deb");
    let _ = fs::remove_dir_all(&folder);
    program::succeed(node::tauri("bundle").args(["--bundles", "deb"]))?;
    let mut packages = files(&folder)?.into_iter();
    packages
        .find(|file| file.extension().is_some_and(|ending| ending == "deb"))
        .context("nothing was packed")
}

fn gzip(file: &Path) -> Result<u64> {
    let gzip = Command::new("gzip").args(["-9", "-c"]).arg(file).output();
    Ok(gzip.context("gzip could not start")?.stdout.len() as u64)
}

fn verdict(weight: f64, goal: f64) -> &'static str {
    if weight <= goal { "reached" } else { "missed" }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("{} is not there", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
