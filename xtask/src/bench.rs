//! `cargo xtask bench`: measures, prints tables, and keeps them in docs/benchmarks.

use crate::{desktop, kept, machine, node, program, relay, setup, weights, workspace};
use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A benchmark: its name, and what measures it and gives its tables as Markdown.
type Benchmark = (&'static str, fn() -> Result<String>);

const ALL: &[Benchmark] = &[
    ("relay", relay::bench),
    ("log", || in_release("bohao-engine", "log")),
    ("dial", dial),
    ("start", start),
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
    let Some((_, measure)) = ALL.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        bail!(
            "there is no benchmark `{name}`; there are {}",
            known.join(", ")
        );
    };
    println!("bench {name}: figures are ratios within this run; an idle machine gives the truest");
    let before = machine::load();
    let tables = measure()?;
    let head = format!(
        "Written by `cargo xtask bench {name}`, on {}. Programs that ran or waited (load): {before} \
         before, {} after. Figures are ratios within this run; an idle machine gives the truest.",
        machine::name(),
        machine::load()
    );
    let path = kept::write(name, &head, &tables, &[relay::TORTURE])?;
    println!("\nkept in {}", path.display());
    Ok(())
}

/// F6 and F7.
fn dial() -> Result<String> {
    let mut tables = in_release("bohao-engine", "latency")?;
    if !cfg!(target_os = "linux") {
        println!("skipped: the window is driven on Linux only");
        return Ok(tables);
    }
    let examples = build_window(&["arrival"])?;
    let bohao = workspace::program("release", "bohao")?;
    tables.push('\n');
    let shown = program::shown(desktop::session()?.arg(examples.join("arrival")).arg(bohao))?;
    tables += tables_in(&shown);
    Ok(tables)
}

/// What was printed from the first heading on: a session bus says a word or two of its own before.
fn tables_in(printed: &str) -> &str {
    printed.find("## ").map_or(printed, |at| &printed[at..])
}

/// F10 and F11.
fn start() -> Result<String> {
    let examples = build_window(&["bare", "start"])?;
    let bohao = workspace::program("release", "bohao")?;
    let shown = program::shown(
        desktop::session()?
            .arg(examples.join("start"))
            .arg(&bohao)
            .arg(examples.join("bare")),
    )?;
    let mut tables = tables_in(&shown).to_owned();
    let weights = weights::table(&bohao)?;
    print!("\n{weights}");
    tables.push('\n');
    tables += &weights;
    Ok(tables)
}

/// Runs a package's example in a folder of the target folder, whose disk is a real one.
fn in_release(package: &str, example: &str) -> Result<String> {
    let built = ["--package", package, "--example", example];
    program::succeed(workspace::cargo(&["build", "--release", "--quiet"]).args(built))?;
    let folder = workspace::target()?.join("bench");
    fs::create_dir_all(&folder)?;
    program::shown(
        Command::new(workspace::program("release/examples", example)?).current_dir(folder),
    )
}

/// Builds the window with the UI in it, and examples beside it; tells where those are.
fn build_window(examples: &[&str]) -> Result<PathBuf> {
    setup::for_tests()?;
    node::script("build")?;
    let mut build = workspace::cargo(&["build", "--release", "--package", "bohao", "--bins"]);
    for example in examples {
        build.args(["--example", example]);
    }
    program::succeed(&mut build)?;
    Ok(workspace::target()?.join("release/examples"))
}
