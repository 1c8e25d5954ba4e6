//! What Bohao does: dialing, sync, recordings, the guard, practice.
//!
//! A host opens a [`Desk`] and hands requests of `bohao-wire` to it; nothing here knows a window,
//! a browser or a terminal. Time, randomness and ids come in through [`surroundings`].

pub mod account;
mod aside;
pub mod audio;
pub mod backup;
pub mod beijing;
pub mod by_hand;
pub mod byte_range;
pub mod customers;
pub mod deleting;
pub mod desk;
pub mod dialing;
pub mod do_not_call;
pub mod doctor;
pub mod export;
pub mod faults;
pub mod follow_ups;
pub mod ground;
pub mod guard;
pub mod import;
pub mod intake;
pub mod jobs;
pub mod likeness;
pub mod line;
pub mod links;
pub mod lists;
pub mod masking;
pub mod merge;
pub mod notifier;
pub mod numbers;
pub mod outcomes;
pub mod practice;
pub mod preferences;
pub mod presence;
pub mod recordings;
pub mod relay_watch;
pub mod reports;
pub mod said_time;
pub mod scripts;
pub mod search_upkeep;
pub mod selection;
mod sheet_file;
#[cfg(test)]
mod small_disk;
pub mod surroundings;
pub mod sync;
pub mod true_clock;
pub mod views;

pub use aside::Overwrite;
pub use bohao_platform::plain_words;
pub use bohao_sheets::{masked, masked_text};
pub use by_hand::is_written_down;
pub use deleting::Moment;
pub use desk::{Desk, Opening};
pub use export::Destination;
pub use recordings::RecordingFile;
pub use reports::ReportFile;
pub use surroundings::{DataDir, Surroundings};
