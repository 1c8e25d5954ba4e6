//! The command line by its contract: a child process against a real relay and a stand-in platform
//! over real sockets, with nothing but the environment for an account.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where what it stands on is missing"
)]

mod account;
mod backup;
mod bad_input;
mod calling_lists;
mod deleting;
mod demo;
mod dial;
mod follow_ups;
mod link;
mod lists;
mod log;
mod recordings;
mod reports;
mod serve;
mod sheets;
mod stand;
mod usage;
