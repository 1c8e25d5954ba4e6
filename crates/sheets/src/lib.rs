//! Sheets in and out: CSV, XLSX, XLS and JSON, with their encodings.
//!
//! [`Sheet::open`] finds out by a file's content what it is, and hands out one [`SheetRow`] after
//! the other: a file of a million rows is never held as a million rows. Which column tells what is
//! a [`Mapping`] to the [`Field`]s of one kind of sheet; [`read_record`] reads a row of a sheet of
//! calls by it, and [`read_lead`] one of a sheet of leads. [`Export`] writes rows of the log, as CSV,
//! XLSX or JSON, and [`write_pages`] a workbook of figures. Numbers that are not to be called come in by
//! [`read_listed`] and go out by [`NumbersSheet`]; the guard's log has a form of its own
//! ([`GuardLogWriter`]).
//!
//! Each form of file has its own module and gives cells; what a cell means is decided once, for all
//! of them. All bounds stand in [`limits`]. [`Calendar`] writes appointments.

mod archive;
mod biff;
mod calendar;
mod cells;
mod columns;
mod do_not_call;
mod encoding;
mod error;
mod export;
mod guard_log;
mod header;
mod json;
mod lead_columns;
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

pub use calendar::{Appointment, Calendar};
pub use cells::{Who, content, names_calls, phone, read_record, read_who};
pub use do_not_call::{
    HashScheme, Listed, ListedNumber, guessed_do_not_call, names_do_not_call, read_listed,
};
pub use error::SheetError;
pub use export::{Export, Figure, Files, LeadExport, LeadResult, NumbersSheet, Page, write_pages};
pub use guard_log::{GuardLogWriter, LogFileError, LogLine, Said, read_guard_log};
pub use lead_columns::{SheetLead, guessed_leads, read_lead, turned_away};
pub use mapping::{Field, Mapping, headers_key};
pub use mask::{masked, masked_row, masked_text};
pub use rejects::{Rejects, reason};
pub use row::{Cell, SheetRow};
pub use sheet::{Opening, Sheet, Source};
pub use zone::Zone;
