//! Recordings of calls that are deleted for good.

use super::part::{off_thread, stem, sync_folder};
use super::{Recordings, lock};
use crate::faults;
use bohao_wire::{CallId, Fault};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

/// Every ending that a file of a call's recording has or had.
const ENDINGS: [&str; 7] = ["wav", "mp3", "amr", "ogg", "bin", "part", "damaged"];

impl Recordings {
    /// Removes every file of a call's recording: the saved one (`file`, as the store names it),
    /// one that is on its way, one that was put aside. Where there is none it is no fault.
    ///
    /// # Errors
    /// `NotWritable` with the path if a file can't be removed.
    pub async fn erase(&self, call: &CallId, file: Option<&str>) -> Result<(), Fault> {
        let _turn = self.turn(call).await;
        drop(lock(&self.inner.begun).remove(call));
        let mut paths = BTreeSet::new();
        for folder in [self.inner.home.clone(), self.folder()] {
            let stem = folder.join(stem(call));
            paths.extend(ENDINGS.iter().map(|ending| stem.with_extension(ending)));
        }
        if let Some(file) = file {
            let saved = self.inner.home.join(file);
            paths.insert(saved.with_extension("damaged"));
            paths.insert(saved);
        }
        let first = paths.first().cloned().unwrap_or_default();
        off_thread(move || remove(paths))
            .await
            .map_err(|error| faults::of_disk(&error, &first))
    }
}

fn remove(paths: BTreeSet<PathBuf>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for path in paths {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {}
            removed => {
                removed?;
                folders.extend(path.parent().map(PathBuf::from));
            }
        }
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}
