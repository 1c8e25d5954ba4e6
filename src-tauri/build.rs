//! Prepares what the window needs at build time.

use std::path::Path;
use std::{fs, io};

/// Shown by a program that was built before its UI was.
const NO_UI_YET: &str = include_str!("no-ui-yet.html");

fn main() {
    println!("cargo:rerun-if-changed=ui/dist");
    // The window's context embeds this folder, so it must exist before a fresh clone compiles.
    if let Err(error) = stand_in_for_ui(Path::new("ui/dist")) {
        println!("cargo:warning=ui/dist could not be prepared: {error}");
    }
    tauri_build::build();
}

fn stand_in_for_ui(dist: &Path) -> io::Result<()> {
    let page = dist.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(dist)?;
    fs::write(page, NO_UI_YET)
}
