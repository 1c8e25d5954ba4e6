use std::path::{Path, PathBuf};

use super::private;

/// Watches the free space of the disk that holds the database.
#[derive(Clone)]
pub(crate) struct DiskSpace {
    folder: PathBuf,
    reserve: u64,
}

impl DiskSpace {
    /// `reserve` bytes are to stay free, or a 20th of the disk if that is less, so that a small
    /// disk is not full before it was used.
    pub(crate) fn new(database: &Path, reserve: u64) -> Self {
        let folder = private::folder_of(database).to_path_buf();
        let total = fs4::total_space(&folder).unwrap_or(u64::MAX);
        Self {
            reserve: reserve.min(total / 20),
            folder,
        }
    }

    /// In bytes, if the disk can be asked.
    pub(crate) fn free(&self) -> Option<u64> {
        fs4::available_space(&self.folder).ok()
    }

    /// A disk that can't be asked is not called full: the write itself will tell.
    pub(crate) fn is_short(&self) -> bool {
        self.free().is_some_and(|free| free < self.reserve)
    }
}
