#![doc = include_str!("../README.md")]

mod clock;
mod connections;
mod http;
mod metrics;
mod retention;
mod seats;
mod server;
mod settings;
mod stall;
mod store;
mod token;
mod waiters;

pub use clock::{Clock, system_clock};
pub use seats::{NewSeat, SeatError, SeatRow, Seats};
pub use server::{Bound, Relay, Running, ServeError, start};
pub use settings::{DEFAULT_LISTEN, DEFAULT_RETAIN_DAYS, Limits, Settings};
pub use store::{Database, StoreError};
