//! Settings by key, each a JSON text.

use rusqlite::{OptionalExtension, params};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;
";

handles!(Settings, SettingsMut, "settings");

impl Settings<'_> {
    /// The JSON text under this key.
    pub fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }
}

impl SettingsMut<'_> {
    /// Sets a key to a JSON text.
    pub fn set(&self, key: &str, json: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO settings VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![key, json],
        )?;
        Ok(())
    }

    /// Forgets a key.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM settings WHERE key = ?1", [key])?;
        Ok(())
    }
}
