//! F2: one connection, against what the disk and the HTTP take by themselves.

use std::time::Duration;

use anyhow::Result;

use crate::{
    Ground,
    contestants::{self, ALL, HTTP_ALONE, OURS},
    disk,
    figures::{self, HEAD, median},
    load,
};

const WARM: Duration = Duration::from_millis(1500);
const LASTING: Duration = Duration::from_secs(3);
const RAW: usize = 1000;

pub async fn measure(ground: &Ground, rounds: usize) -> Result<()> {
    let mut p50s: [Vec<f64>; 4] = Default::default();
    let mut last = Vec::new();
    for _ in 0..rounds {
        let in_place = disk::in_place(&ground.folder, RAW)?;
        let appended = disk::appended(&ground.folder, RAW)?;
        let mut all = vec![in_place, appended];
        for who in [HTTP_ALONE, OURS] {
            let started = contestants::start(&ALL[who], ground)?;
            all.push(load::closed(&started.wire, 1, WARM, LASTING).await?.figures);
        }
        for (p50s, figures) in p50s.iter_mut().zip(&all) {
            let [p50] = figures.at([0.5]);
            p50s.push(p50);
        }
        last = all;
    }
    println!("## F2: one connection, the last of {rounds} rounds\n\n{HEAD}");
    let names = [
        "raw fdatasync: a page written in place",
        "raw fdatasync: a page appended",
        "the relay's HTTP alone, nothing kept",
        "**Bohao's relay**",
    ];
    for (name, figures) in names.iter().zip(&last) {
        figures.row(name);
    }
    let [in_place, appended, bare, ours] = p50s.map(|p50s| median(&p50s));
    println!("\n| p50, median of the rounds | figure | goal | |\n|---|--:|--:|---|");
    for (sync, raw) in [("in place", in_place), ("appended", appended)] {
        let what = format!("ours; goal 1.5 × raw fdatasync ({sync}) + HTTP alone");
        figures::at_most(&what, ours, 1.5 * raw + bare, "ms");
    }
    println!();
    Ok(())
}
