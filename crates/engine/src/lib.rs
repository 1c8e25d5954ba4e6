//! What Bohao does: dialing, sync, recordings, the guard, practice.
//!
//! A host opens a [`Desk`] and hands requests of `bohao-wire` to it; nothing here knows a window,
//! a browser or a terminal. Time, randomness and ids come in through [`surroundings`].

pub mod beijing;
pub mod guard;
pub mod numbers;
