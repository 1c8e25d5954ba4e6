//! The relay from outside: over sockets, and as a program.
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by panicking"
)]

mod backup;
mod canary;
mod checking;
mod client;
mod command_line;
mod database;
mod deadlines;
mod durability;
#[cfg(target_os = "linux")]
mod faults;
mod isolation;
mod limits;
#[cfg(unix)]
mod moved;
mod pages;
mod polling;
mod program;
mod pushes;
mod retention;
mod seats;
mod setup;
mod setup_files;
mod socket;
mod stored;
mod surface;
mod teams;
mod tls;
#[cfg(target_os = "linux")]
mod torture;
mod within;
