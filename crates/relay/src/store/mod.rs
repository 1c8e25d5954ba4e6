//! The relay's database. One thread writes records; reads have connections of their own.

mod batch;
mod checkpoint;
mod open;
mod reads;
mod schema;
mod space;
mod tokens;
mod writer;

pub use open::StoreError;
pub(crate) use open::{open, open_checked};
pub(crate) use reads::{Page, Readers};
pub(crate) use space::DiskSpace;
pub(crate) use writer::{Push, PushAnswer, Surroundings, Writer};
