//! `cargo xtask bench`: measures, and prints tables.

use crate::{desktop, node, program, setup, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each benchmark: its name, and the release program that measures it.
const ALL: &[(&str, &[&str])] = &[
    ("relay", &["--package", "bohao-relay", "--example", "bench"]),
    ("log", &["--package", "bohao-store", "--example", "bench"]),
    ("dial", &["--package", "bohao-engine", "--example", "bench"]),
];

/// The one that takes a window, F10 and F11.
const START: &str = "start";

/// What the UI may weigh, compressed.
const UI_GOAL: usize = 150_000;

/// Runs every benchmark there is.
pub fn all() -> Result<()> {
    for (name, _) in ALL {
        one(name)?;
    }
    one(START)
}

/// Runs one benchmark.
pub fn one(name: &str) -> Result<()> {
    if name == START {
        return start();
    }
    let Some((_, target)) = ALL.iter().find(|(known, _)| *known == name) else {
        let known = ALL.iter().map(|(name, _)| *name).chain([START]);
        let known: Vec<&str> = known.collect();
        bail!(
            "there is no benchmark `{name}`; there are {}",
            known.join(", ")
        );
    };
    println!("bench {name}: figures are ratios within this run; an idle machine gives the truest");
    program::succeed(workspace::cargo(&["run", "--release", "--quiet"]).args(*target))
}

fn start() -> Result<()> {
    setup::for_tests()?;
    node::script("build")?;
    weigh_ui()?;
    let mut build = workspace::cargo(&["build", "--release", "--package", "bohao", "--bins"]);
    program::succeed(build.args(["--example", "bare", "--example", "start"]))?;
    let examples = workspace::target()?.join("release/examples");
    program::succeed(
        desktop::session()?
            .arg(examples.join("start"))
            .arg(workspace::program("release", "bohao")?)
            .arg(examples.join("bare")),
    )
}

/// F11: what the UI weighs when each of its files is compressed as a server would.
fn weigh_ui() -> Result<()> {
    let mut whole = 0;
    for file in files(&workspace::ui().join("dist"))? {
        let gzip = Command::new("gzip").args(["-9", "-c"]).arg(&file).output();
        whole += gzip.context("gzip could not start")?.stdout.len();
    }
    let (weight, goal) = (whole / 1000, UI_GOAL / 1000);
    println!("UI shipped: {weight} kB gzip (goal ≤ {goal} kB)");
    anyhow::ensure!(whole <= UI_GOAL, "the UI is heavier than its goal");
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
