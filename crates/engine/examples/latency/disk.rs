//! What the disk takes by itself, in the folder that is measured.

use anyhow::Result;
use rusqlite::Connection;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// A small write, as long as a journal's line.
const LINE: [u8; 256] = [b'.'; 256];

/// Two files and a database that nobody else writes to.
pub struct Disk {
    growing: File,
    standing: File,
    database: Connection,
}

impl Disk {
    /// Makes them.
    pub fn beside(folder: &Path) -> Result<Self> {
        let growing = File::create(folder.join("growing"))?;
        let mut standing = File::create(folder.join("standing"))?;
        standing.write_all(&[0; 64 * 1024])?;
        standing.sync_all()?;
        let database = Connection::open(folder.join("raw.db"))?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "FULL")?;
        database.execute_batch("CREATE TABLE lines (line BLOB NOT NULL) STRICT")?;
        Ok(Disk {
            growing,
            standing,
            database,
        })
    }

    /// One small append to a file, synced by fdatasync. The file's new length is synced with it.
    pub fn append(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.growing.write_all(&LINE)?;
        self.growing.sync_data()?;
        Ok(began.elapsed())
    }

    /// One small write within a file, synced by fdatasync: the least that any journal costs.
    pub fn overwrite(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.standing.seek(SeekFrom::Start(0))?;
        self.standing.write_all(&LINE)?;
        self.standing.sync_data()?;
        Ok(began.elapsed())
    }

    /// One row committed to an SQLite database in WAL mode, synced.
    pub fn commit(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.database
            .prepare_cached("INSERT INTO lines VALUES (?1)")?
            .execute([LINE])?;
        Ok(began.elapsed())
    }
}
