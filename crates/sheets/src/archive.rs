//! A workbook's archive is unpacked and counted once before anything of it is kept.
//!
//! What the archive says of its own sizes may be a lie, so each part that will be read is inflated
//! to its end, and nothing of it is held: a bomb is told by its size, by its ratio, by how deep its
//! elements lie, or by texts that no sheet has.

use crate::SheetError;
use crate::limits::{
    MAX_DEPTH, MAX_PART_BYTES, MAX_PARTS, MAX_RATIO, MAX_RUN_BYTES, MAX_SHARED_BYTES,
    MAX_SHARED_TEXTS, MAX_SHEET_BYTES,
};
use std::io::{Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// A part that is smaller has any ratio.
const SMALL: u64 = 1024 * 1024;

/// Makes sure that the parts of a workbook can be read within bounds.
pub(crate) fn check(source: &mut (impl Read + Seek)) -> Result<(), SheetError> {
    source.rewind()?;
    let mut archive = ZipArchive::new(&mut *source).map_err(sheet_error)?;
    if archive.len() > MAX_PARTS {
        return Err(SheetError::Bomb);
    }
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(sheet_error)?;
        let name = part.name().to_ascii_lowercase();
        if !is_read(&name) {
            continue;
        }
        let packed = part.compressed_size();
        let bounds = Bounds::of(&name);
        Scan::new(bounds, packed).run(&mut part)?;
    }
    source.rewind()?;
    Ok(())
}

/// Pictures, macros and the values of other workbooks are never opened.
fn is_read(name: &str) -> bool {
    let part = name.ends_with(".xml") || name.ends_with(".rels");
    part && !name.starts_with("xl/externallinks/") && !name.starts_with("xl/media/")
}

#[derive(Clone, Copy)]
struct Bounds {
    bytes: u64,
    texts: u64,
}

impl Bounds {
    fn of(name: &str) -> Bounds {
        let (bytes, texts) = match name {
            _ if name.ends_with("sharedstrings.xml") => (MAX_SHARED_BYTES, MAX_SHARED_TEXTS),
            _ if name.contains("worksheets/") => (MAX_SHEET_BYTES, u64::MAX),
            _ => (MAX_PART_BYTES, u64::MAX),
        };
        Bounds { bytes, texts }
    }
}

/// One pass over a part's XML, which looks at its angle brackets alone.
struct Scan {
    bounds: Bounds,
    packed: u64,
    bytes: u64,
    depth: u32,
    texts: u64,
    /// Bytes since the last bracket.
    run: u64,
    before: u8,
    /// What stands after an opening bracket, until it is known which kind of tag it is.
    tag: [u8; 2],
    tag_length: usize,
}

impl Scan {
    fn new(bounds: Bounds, packed: u64) -> Self {
        Scan {
            bounds,
            packed,
            bytes: 0,
            depth: 0,
            texts: 0,
            run: 0,
            before: 0,
            tag: [0; 2],
            tag_length: 2,
        }
    }

    fn run(mut self, part: &mut impl Read) -> Result<(), SheetError> {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let read = part
                .read(&mut piece)
                .map_err(|_| SheetError::BrokenWorkbook)?;
            if read == 0 {
                return Ok(());
            }
            self.bytes += read as u64;
            let swollen = self.bytes > SMALL && self.bytes / self.packed.max(1) > MAX_RATIO;
            if self.bytes > self.bounds.bytes || swollen {
                return Err(SheetError::Bomb);
            }
            self.look_at(&piece[..read])?;
        }
    }

    fn look_at(&mut self, piece: &[u8]) -> Result<(), SheetError> {
        for &byte in piece {
            if self.tag_length < 2 {
                self.tag[self.tag_length] = byte;
                self.tag_length += 1;
                if self.tag_length == 2 {
                    self.opened();
                }
            }
            match byte {
                b'<' => (self.run, self.tag_length) = (0, 0),
                b'>' => {
                    self.run = 0;
                    if self.before == b'/' {
                        self.depth = self.depth.saturating_sub(1);
                    }
                }
                _ => self.run += 1,
            }
            self.before = byte;
            if self.run > MAX_RUN_BYTES || self.depth > MAX_DEPTH || self.texts > self.bounds.texts
            {
                return Err(SheetError::Bomb);
            }
        }
        Ok(())
    }

    fn opened(&mut self) {
        match self.tag {
            [b'/', _] => self.depth = self.depth.saturating_sub(1),
            [b'?' | b'!', _] => {}
            [b's', b'i'] => {
                self.texts += 1;
                self.depth += 1;
            }
            _ => self.depth += 1,
        }
    }
}

fn sheet_error(error: ZipError) -> SheetError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SheetError::Locked,
        _ => SheetError::BrokenWorkbook,
    }
}
