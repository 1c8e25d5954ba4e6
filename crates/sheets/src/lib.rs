//! Records in and out of sheets, with their encodings.
//!
//! [`read`] takes a file's bytes, finds out by their content what they are, and hands out one
//! [`Row`] or one [`RejectedRow`] after the other: a file of a million rows is never held as a
//! million records. [`Export`] writes rows of the log, as CSV, XLSX or JSON.
//!
//! Each form of file has its own module below [`read`] and gives cells; what a cell means is
//! decided once, in `cells`, for all of them. A further form (XLSX) is one more such module and one
//! more arm in [`read`].

mod cells;
mod columns;
mod encoding;
mod error;
mod export;
mod json;
mod mask;
mod read;
mod table;

pub use error::SheetError;
pub use export::{Export, Files};
pub use mask::{masked, masked_row, masked_text};
pub use read::{MAX_BYTES, MAX_CELL_BYTES, MAX_COLUMNS, Row, Sheet, read};
