//! The icons of all systems, drawn from one SVG.

use crate::{node, program, workspace};
use anyhow::{Context, Result};
use std::fs;

/// What the three systems need of all that the tool draws.
const KEPT: &[&str] = &[
    "32x32.png",
    "128x128.png",
    "128x128@2x.png",
    "icon.png",
    "icon.icns",
    "icon.ico",
];

/// Draws every icon again from `icons/bohao.svg`.
pub fn draw() -> Result<()> {
    node::require()?;
    let icons = workspace::root().join("icons");
    let drawn = workspace::target()?.join("icons");
    fs::create_dir_all(&drawn)?;
    program::succeed(
        node::tauri("icon")
            .current_dir(&drawn)
            .arg(icons.join("bohao.svg"))
            .arg("--output")
            .arg(&drawn),
    )?;
    for name in KEPT {
        fs::copy(drawn.join(name), icons.join(name))
            .with_context(|| format!("{name} was not drawn"))?;
    }
    println!("drew {}", KEPT.join(", "));
    Ok(())
}
