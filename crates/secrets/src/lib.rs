//! Credentials in the operating system's keyring, or in memory for tests.
//!
//! A [`Vault`] holds the four secrets that Bohao knows (see [`Slot`]). Where they are kept is its [`Custody`]:
//! the system's keyring, or this process's memory when there is no keyring. Nothing here writes a secret to a file.
//! The environment stands over both: a variable that is set answers for its slot (see [`Origin`]).
//!
//! # Blocking
//! All calls block: a keyring may ask the user to unlock it. They run on a thread of the vault's own and give up after
//! [`PATIENCE`], but an async caller must still go through `tokio::task::spawn_blocking`.

mod custody;
mod error;
mod memory;
mod slot;
mod system;
mod vault;
mod worker;

pub use custody::{Custody, NoKeyring};
pub use error::VaultError;
pub use slot::Slot;
pub use vault::{Origin, Stored, Vault};
pub use worker::PATIENCE;
