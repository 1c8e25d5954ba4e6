//! What the figures were measured on.

use std::fs;
use std::thread;

/// Cores, processor and system.
pub fn name() -> String {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unnamed", |(_, model)| model);
    format!("{cores} × {model}, {}", std::env::consts::OS)
}

/// How many programs ran or waited in the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let words = load.split_whitespace().next();
    words.unwrap_or("unknown").to_owned()
}
