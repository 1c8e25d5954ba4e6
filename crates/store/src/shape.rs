use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{StoreError, migration::step_failed};

/// A database's tables and their columns. Indexes are no part of it: without one it is slower and
/// has lost nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape(BTreeSet<String>);

/// Columns of the log that have been there from the first version on, by which an older file of
/// ours is known that bears no application id.
const OF_THE_LOG: [&str; 4] = [
    "calls.call",
    "calls.subid",
    "calls.tel_b",
    "calls.placed_here",
];

impl Shape {
    pub(crate) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let columns = connection
            .prepare(
                "SELECT t.name || '.' || c.name
                 FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Shape(columns))
    }

    /// What a database of this version has.
    pub(crate) fn after(steps: &[M<'static>], version: i64) -> Result<Self, StoreError> {
        let version = usize::try_from(version).unwrap_or(0).min(steps.len());
        let mut shapes = Self::after_each(&steps[..version], version)?;
        Ok(shapes.swap_remove(0))
    }

    /// What a database of this version has, and then what it has after each step that follows.
    pub(crate) fn after_each(
        steps: &[M<'static>],
        version: usize,
    ) -> Result<Vec<Self>, StoreError> {
        let mut memory = Connection::open_in_memory()?;
        let migrations = Migrations::from_slice(steps);
        (version..=steps.len())
            .map(|version| {
                if version > 0 {
                    let reached = migrations.to_version(&mut memory, version);
                    reached.map_err(step_failed)?;
                }
                Self::of(&memory)
            })
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether everything of the other is in this one.
    pub(crate) fn holds(&self, other: &Shape) -> bool {
        other.0.is_subset(&self.0)
    }

    /// Whether a file without an application id can be ours: a new one, or one from before ours
    /// had an id.
    pub(crate) fn may_be_ours(&self) -> bool {
        self.is_empty() || OF_THE_LOG.iter().all(|column| self.0.contains(*column))
    }
}
