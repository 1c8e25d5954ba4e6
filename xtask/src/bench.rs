//! `cargo xtask bench`: measures, and prints tables.

use crate::{program, workspace};
use anyhow::{Result, bail};

/// Each benchmark: its name, and the release program that measures it.
const ALL: &[(&str, &[&str])] = &[
    ("relay", &["--package", "bohao-relay", "--example", "bench"]),
    ("log", &["--package", "bohao-store", "--example", "bench"]),
    ("dial", &["--package", "bohao-engine", "--example", "bench"]),
];

/// Runs every benchmark there is.
pub fn all() -> Result<()> {
    for (name, _) in ALL {
        one(name)?;
    }
    Ok(())
}

/// Runs one benchmark.
pub fn one(name: &str) -> Result<()> {
    let Some((_, target)) = ALL.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        bail!(
            "there is no benchmark `{name}`; there are {}",
            known.join(", ")
        );
    };
    println!("bench {name}: figures are ratios within this run; an idle machine gives the truest");
    program::succeed(workspace::cargo(&["run", "--release", "--quiet"]).args(*target))
}
