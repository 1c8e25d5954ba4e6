//! The contract between hosts and engine: every request, answer, event and error code, once.
//!
//! A request that is not in this crate does not exist. [`verbs`] holds the table of all of them;
//! the TypeScript that the UI uses is generated from the same types by [`typescript`].
//! Field names are the same in Rust, JSON and TypeScript. Instants are Unix milliseconds,
//! durations are named with their unit.

pub mod account;
pub mod backup;
pub mod by_hand;
pub mod call;
pub mod custody;
pub mod customer;
pub mod deletion;
pub mod desk;
pub mod dial;
pub mod do_not_call;
pub mod doctor;
pub mod event;
pub mod export;
pub mod fault;
pub mod follow_up;
pub mod guard;
pub mod import;
pub mod link;
pub mod list;
pub mod mark;
pub mod masking;
pub mod outcome;
pub mod phone_program;
pub mod playback;
pub mod recording;
pub mod report;
pub mod script;
pub mod secret;
pub mod settings;
pub mod shortcut;
pub mod sync;
pub mod typescript;
pub mod verbs;
pub mod view;

pub use account::*;
pub use backup::*;
pub use by_hand::*;
pub use call::*;
pub use custody::*;
pub use customer::*;
pub use deletion::*;
pub use desk::*;
pub use dial::*;
pub use do_not_call::*;
pub use doctor::*;
pub use event::*;
pub use export::*;
pub use fault::*;
pub use follow_up::*;
pub use guard::*;
pub use import::*;
pub use link::*;
pub use list::*;
pub use mark::*;
pub use masking::*;
pub use outcome::*;
pub use phone_program::*;
pub use playback::*;
pub use recording::*;
pub use report::*;
pub use script::*;
pub use secret::*;
pub use settings::*;
pub use shortcut::*;
pub use sync::*;
pub use verbs::*;
pub use view::*;
