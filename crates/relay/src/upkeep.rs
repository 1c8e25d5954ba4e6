use std::path::Path;

use crate::{
    Database, StoreError,
    store::{self, Checked, Moved},
};

/// Looks a whole database over, also while a relay serves it: SQLite's own check, the hash of each
/// body, numbers without a hole, and that every record and token has its seat. Changes nothing.
/// Blocks for as long as reading it all takes.
pub fn check(database: &Database) -> Result<Checked, StoreError> {
    store::check_all(database)
}

/// Copies a SQLite database to a new file, also while a relay serves it: as it is at one moment,
/// looked over as by [`check`], synced, and under its name only then. Blocks.
pub fn backup(database: &Database, to: &Path) -> Result<Checked, StoreError> {
    store::back_up(database, to)
}

/// Moves a SQLite relay that does not serve into an empty PostgreSQL database, with its seats,
/// teams, tokens and numbers. All of it is read back and compared before it counts. Blocks.
pub fn migrate(from: &Database, to: &Database) -> Result<Moved, StoreError> {
    store::move_all(from, to)
}
