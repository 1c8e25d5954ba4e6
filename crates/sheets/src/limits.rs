//! How much of a file is taken, in one place. What goes beyond ends in a clear word.

/// The largest file that is read.
pub const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// The largest JSON that is no JSON lines: it is held in memory.
pub const MAX_JSON_BYTES: u64 = 64 * 1024 * 1024;
/// The largest workbook of an older Excel, which is held in memory several times over.
pub const MAX_XLS_BYTES: u64 = 32 * 1024 * 1024;
/// The largest cell of a row that is taken.
pub const MAX_CELL_BYTES: usize = 32 * 1024;
/// The largest row that is looked at; a longer one is passed over as a whole.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// The most columns, or fields of one JSON object.
pub const MAX_COLUMNS: usize = 512;
/// The most rows.
pub const MAX_ROWS: u32 = 5_000_000;

/// The most that a part of a workbook's archive may inflate to: a sheet of it.
pub(crate) const MAX_SHEET_BYTES: u64 = 1024 * 1024 * 1024;
/// The texts that the sheets of a workbook share, which are held in memory.
pub(crate) const MAX_SHARED_BYTES: u64 = 96 * 1024 * 1024;
/// The same, as a number of texts.
pub(crate) const MAX_SHARED_TEXTS: u64 = 2_000_000;
/// Any other part of it that is read: its styles, its list of sheets.
pub(crate) const MAX_PART_BYTES: u64 = 8 * 1024 * 1024;
/// How many times its packed size a part may inflate to, once it is over a megabyte. Sheets of
/// repeated rows reach a hundred; deflate itself ends at a thousand.
pub(crate) const MAX_RATIO: u64 = 400;
/// How deep elements may lie in each other; those of a workbook lie at most a dozen deep.
pub(crate) const MAX_DEPTH: u32 = 64;
/// The longest text or tag within a part.
pub(crate) const MAX_RUN_BYTES: u64 = 1024 * 1024;
/// The most parts of an archive.
pub(crate) const MAX_PARTS: usize = 4_096;
