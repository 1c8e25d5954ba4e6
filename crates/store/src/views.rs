//! Filters of the log that were saved under a name.

use rusqlite::params;

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE views (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL CHECK (json_valid(query))
) STRICT;
";

handles!(Views, ViewsMut, "filters that were saved under a name");

/// A saved filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The question, as JSON.
    pub query: String,
}

impl Views<'_> {
    /// All of them, in the order in which they were saved.
    pub fn all(&self) -> Result<Vec<View>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, name, query FROM views ORDER BY id")?;
        let views = statement.query_map([], |row| {
            Ok(View {
                id: row.get(0)?,
                name: row.get(1)?,
                query: row.get(2)?,
            })
        })?;
        Ok(views.collect::<Result<_, _>>()?)
    }
}

impl ViewsMut<'_> {
    /// Saves a question under a name. One that is saved under it already is replaced.
    pub fn save(&self, name: &str, query: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO views (name, query) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET query = excluded.query",
            params![name, query],
        )?;
        Ok(())
    }

    /// Gives one another name. `false` if there is none of this number, or another of this name.
    pub fn rename(&self, id: i64, name: &str) -> Result<bool, StoreError> {
        let renamed = self.connection.execute(
            "UPDATE OR IGNORE views SET name = ?2 WHERE id = ?1",
            params![id, name],
        )?;
        Ok(renamed == 1)
    }

    /// Removes one.
    pub fn remove(&self, id: i64) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM views WHERE id = ?1", [id])?;
        Ok(())
    }
}
