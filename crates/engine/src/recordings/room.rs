//! How much room there is where recordings are kept.

use super::part::off_thread;
use std::io;
use std::path::{Path, PathBuf};

/// The queue leaves so much free: the database needs some, and so does everyone else.
pub(super) const RESERVE: u64 = 64 * 1024 * 1024;

/// Bytes that are free where a folder is or will be; nothing where the system does not tell.
pub(super) async fn free(folder: PathBuf) -> Option<u64> {
    off_thread(move || free_blocking(&folder)).await.ok()
}

/// As [`free`], on this thread.
pub(super) fn free_blocking(folder: &Path) -> io::Result<u64> {
    let there = folder.ancestors().find(|ancestor| ancestor.is_dir());
    fs4::available_space(there.ok_or(io::ErrorKind::NotFound)?)
}
