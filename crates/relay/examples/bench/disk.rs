//! What a sync takes by itself, in the folder where everybody keeps what they keep.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::Instant,
};

use anyhow::Result;

use crate::figures::Figures;

const PAGE: [u8; 4096] = [b'.'; 4096];

/// One page written within a file and synced by fdatasync: the least that any journal costs.
pub fn in_place(folder: &Path, times: usize) -> Result<Figures> {
    let path = folder.join("raw");
    let mut file = File::create(&path)?;
    file.write_all(&PAGE.repeat(16))?;
    file.sync_all()?;
    let mut figures = Figures::default();
    for _ in 0..times {
        let began = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&PAGE)?;
        file.sync_data()?;
        figures.add(began.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(figures)
}

/// One page appended and synced: the file's new length is synced with it.
pub fn appended(folder: &Path, times: usize) -> Result<Figures> {
    let path = folder.join("raw");
    let mut file = File::create(&path)?;
    let mut figures = Figures::default();
    for _ in 0..times {
        let began = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_data()?;
        figures.add(began.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(figures)
}
