//! Finds the built UI for `serve`. A fresh clone has none: a page that says so takes its place,
//! outside the source tree, so that the command line compiles without Node.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist");
    println!("cargo:rerun-if-changed={}", built.display());
    let pages = if built.join("index.html").is_file() {
        std::path::absolute(&built)?
    } else {
        placeholder()?
    };
    println!("cargo:rustc-env=BOHAO_UI_PAGES={}", pages.display());
    Ok(())
}

fn placeholder() -> io::Result<PathBuf> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let dir = PathBuf::from(out).join("pages");
    fs::create_dir_all(&dir)?;
    fs::write(
        dir.join("index.html"),
        "<!doctype html><meta charset=\"utf-8\"><title>Bohao</title>\
         <p>界面尚未构建：请运行 <code>cargo xtask run</code>。</p>\
         <p>The UI is not built yet: run <code>cargo xtask run</code>.</p>",
    )?;
    Ok(dir)
}
