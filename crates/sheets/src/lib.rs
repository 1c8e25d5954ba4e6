//! Sheets in and out: CSV, XLSX, XLS and JSON, with their encodings.
//!
//! [`Sheet::open`] finds out by a file's content what it is, and hands out one [`SheetRow`] after
//! the other: a file of a million rows is never held as a million rows. Which column tells what is
//! a [`Mapping`] to the [`Field`]s of one kind of sheet; [`read_record`] reads a row of a sheet of
//! calls by it. [`Export`] writes rows of the log, as CSV, XLSX or JSON, and
//! [`write_pages`] a workbook of figures.
//!
//! Each form of file has its own module and gives cells; what a cell means is decided once, for all
//! of them. All bounds stand in [`limits`].

mod archive;
mod biff;
mod cells;
mod columns;
mod encoding;
mod error;
mod export;
mod header;
mod json;
pub mod limits;
mod mapping;
mod mask;
mod rejects;
mod row;
mod sheet;
mod table;
mod times;
mod workbook;
mod zone;

pub use cells::{Who, content, names_calls, phone, read_record, read_who};
pub use error::SheetError;
pub use export::{Export, Figure, Files, Page, write_pages};
pub use mapping::{Field, Mapping, headers_key};
pub use mask::{masked, masked_row, masked_text};
pub use rejects::{Rejects, reason};
pub use row::{Cell, SheetRow};
pub use sheet::{Opening, Sheet, Source};
pub use zone::Zone;
