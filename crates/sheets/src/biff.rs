//! The records of an older Excel's workbook, walked once before anything of it is kept.
//!
//! Such a workbook is read into memory with room for each cell between its first and its last, so
//! two cells far apart would take gigabytes. How far apart they are shows in the records.

use crate::SheetError;
use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek};

/// Cells that a workbook may have room for, in all its sheets.
const MAX_CELLS: u64 = 4_000_000;

/// Records that end in a cell's row and column, by their first four bytes.
const CELLS: [u16; 9] = [
    0x0006, 0x00bd, 0x00be, 0x00d6, 0x00fd, 0x0201, 0x0203, 0x0204, 0x0205,
];
/// The same: a packed number.
const RK: u16 = 0x027e;
/// A substream begins, such as a sheet.
const BEGIN: u16 = 0x0809;
/// The workbook is encrypted.
const ENCRYPTED: u16 = 0x002f;

/// Makes sure that a workbook can be read within bounds.
pub(crate) fn check(source: &mut (impl Read + Seek)) -> Result<(), SheetError> {
    source.rewind()?;
    let mut file = cfb::CompoundFile::open(&mut *source).map_err(|_| SheetError::BrokenWorkbook)?;
    // A workbook of a newer Excel is wrapped like this when it has a password.
    if file.exists("/EncryptedPackage") {
        return Err(SheetError::Locked);
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"]
        .into_iter()
        .find(|name| file.is_stream(name))
        .ok_or(SheetError::BrokenWorkbook)?;
    let stream = file
        .open_stream(name)
        .map_err(|_| SheetError::BrokenWorkbook)?;
    walk(&mut BufReader::new(stream))?;
    source.rewind()?;
    Ok(())
}

fn walk(stream: &mut impl Read) -> Result<(), SheetError> {
    let mut sheet = 0_u32;
    let mut extents: BTreeMap<u32, Extent> = BTreeMap::new();
    let mut head = [0; 4];
    // A stream that ends within a record is told by whoever reads it.
    while stream.read_exact(&mut head).is_ok() {
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let length = u16::from_le_bytes([head[2], head[3]]);
        let mut content = Vec::new();
        stream.take(u64::from(length)).read_to_end(&mut content)?;
        match kind {
            ENCRYPTED => return Err(SheetError::Locked),
            BEGIN => sheet += 1,
            _ if CELLS.contains(&kind) || kind == RK => {
                if let [row, row_high, column, column_high, ..] = content[..] {
                    let row = u16::from_le_bytes([row, row_high]);
                    let first = u16::from_le_bytes([column, column_high]);
                    // A row of numbers ends in the column of its last one.
                    let last = match content[..] {
                        [.., low, high] if kind == 0x00bd => u16::from_le_bytes([low, high]),
                        _ => first,
                    };
                    let extent = extents
                        .entry(sheet)
                        .or_insert_with(|| Extent::at(row, first));
                    extent.widen(row, first);
                    extent.widen(row, last.min(first.saturating_add(256)));
                }
            }
            _ => {}
        }
    }
    match extents.values().map(Extent::cells).sum::<u64>() > MAX_CELLS {
        true => Err(SheetError::Bomb),
        false => Ok(()),
    }
}

/// From the first cell of a sheet to its last.
struct Extent {
    rows: (u16, u16),
    columns: (u16, u16),
}

impl Extent {
    fn at(row: u16, column: u16) -> Extent {
        Extent {
            rows: (row, row),
            columns: (column, column),
        }
    }

    fn widen(&mut self, row: u16, column: u16) {
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(column), self.columns.1.max(column));
    }

    fn cells(&self) -> u64 {
        let span = |(first, last): (u16, u16)| u64::from(last - first) + 1;
        span(self.rows) * span(self.columns)
    }
}
