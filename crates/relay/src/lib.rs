#![doc = include_str!("../README.md")]

mod address;
mod buckets;
mod clock;
mod connections;
mod crowd;
mod histogram;
mod http;
mod metrics;
mod panics;
mod reached;
mod recent;
mod rejected;
mod retention;
mod room;
mod seats;
mod server;
mod settings;
mod stall;
mod store;
mod teams;
mod tls;
mod token;
mod upkeep;
mod waiters;

pub use address::{AddressRange, NoAddressRange};
pub use buckets::Rate;
pub use clock::{Clock, system_clock};
pub use panics::log_panics;
pub use seats::{NewSeat, SeatError, SeatRow, Seats};
pub use server::{Bound, Relay, Running, ServeError, start};
pub use settings::{Access, DEFAULT_LISTEN, DEFAULT_RETAIN_DAYS, DEFAULT_SPOOL, Limits, Settings};
pub use store::{Checked, Database, Moved, StoreError};
pub use teams::{NewTeam, TeamError, TeamRow, Teams};
pub use tls::{TlsError, TlsFiles};
pub use upkeep::{backup, check, migrate};
