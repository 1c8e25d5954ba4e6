//! The TypeScript that is generated from crates/wire.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

/// Writes the contract where the UI finds it.
pub fn write() -> Result<()> {
    let path = path();
    fs::write(&path, bohao_wire::typescript::module())
        .with_context(|| format!("{} could not be written", path.display()))
}

/// Fails when the committed contract is not what the Rust types say.
pub fn check() -> Result<()> {
    let committed = fs::read_to_string(path()).unwrap_or_default();
    // A checkout on Windows may have turned the line ends.
    if committed.replace("\r\n", "\n") != bohao_wire::typescript::module() {
        bail!("ui/src/wire.ts is stale: run `cargo xtask gen` and commit the result");
    }
    Ok(())
}

fn path() -> PathBuf {
    workspace::ui().join("src/wire.ts")
}
