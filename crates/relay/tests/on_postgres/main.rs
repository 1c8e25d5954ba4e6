//! The suite of `it` once more, with every record in PostgreSQL; and what only PostgreSQL has.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by panicking"
)]

mod away;
mod database;
mod encryption;
mod migration;
mod numbering;
mod server;
mod sweeping;
mod together;

#[path = "../it/canary.rs"]
mod canary;
#[path = "../it/checking.rs"]
mod checking;
#[path = "../it/client.rs"]
mod client;
#[path = "../it/command_line.rs"]
mod command_line;
#[path = "../it/deadlines.rs"]
mod deadlines;
#[path = "../it/durability.rs"]
mod durability;
#[path = "../it/isolation.rs"]
mod isolation;
#[path = "../it/limits.rs"]
mod limits;
#[path = "../it/pages.rs"]
mod pages;
#[path = "../it/polling.rs"]
mod polling;
#[path = "../it/program.rs"]
#[expect(dead_code, reason = "what is traced is SQLite's")]
mod program;
#[path = "../it/pushes.rs"]
mod pushes;
#[path = "../it/retention.rs"]
mod retention;
#[path = "../it/seats.rs"]
mod seats;
#[path = "../it/setup.rs"]
mod setup;
#[path = "../it/socket.rs"]
mod socket;
#[path = "../it/surface.rs"]
mod surface;
#[path = "../it/teams.rs"]
mod teams;
#[path = "../it/within.rs"]
mod within;
