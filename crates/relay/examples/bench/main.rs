//! F1, F2, F3 and F5 of the relay, beside its peers and the raw limits of the same run, and what one
//! core holds. `cargo xtask bench relay` brings the peers and runs it; it prints Markdown, and on
//! stderr how far it is.
//!
//! `bench RELAY [QHOOK]`, both programs; `BOHAO_BENCH_ROUNDS` sets how many rounds there are.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing tables is this program's purpose"
)]

mod alone;
mod bare;
mod contestants;
mod disk;
mod figures;
mod idle;
mod line;
mod load;
mod ours;
mod peak;
mod polls;
mod seats;
mod server;
mod small;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::task::LocalSet;

const ROUNDS: usize = 3;

/// What every part of the benchmark stands on.
pub struct Ground {
    /// On the disk that is measured.
    pub folder: PathBuf,
    /// The relay's program, as it is shipped.
    pub relay: PathBuf,
    /// The one peer that is no system package.
    pub qhook: Option<PathBuf>,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [bare::HTTP] => bare::http_alone(),
        [bare::STORE_OFF] => bare::store_off(),
        [seats::WORD, database, count] => seats::add(database, count),
        [relay, ref more @ ..] => measure(relay.as_ref(), more.first().copied()),
        [] => anyhow::bail!("bench RELAY [QHOOK]"),
    }
}

fn measure(relay: &Path, qhook: Option<&str>) -> Result<()> {
    let folder = std::env::current_dir()?.join("relay");
    let ground = Ground {
        folder: ours::fresh(&folder)?,
        relay: relay.canonicalize().context("there is no such relay")?,
        qhook: qhook.map(PathBuf::from).filter(|path| path.exists()),
    };
    let rounds = std::env::var("BOHAO_BENCH_ROUNDS").map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    // The loader has one thread, so that it takes the same from everybody.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        peak::measure(&ground, rounds).await?;
        alone::measure(&ground, rounds).await?;
        polls::measure(&ground).await?;
        small::measure(&ground).await?;
        idle::measure(&ground).await
    })?;
    Ok(std::fs::remove_dir_all(folder)?)
}
