//! That a database took the place of one that was lost. It is written down in the new one before that
//! lies in its place, and stays there until somebody has acknowledged what is no longer here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    StoreError,
    settings::{Settings, SettingsMut},
};

/// Its key among the settings.
const KEY: &str = "loss";

/// A database was damaged, empty or gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Loss {
    /// When that was found out, in milliseconds.
    pub at: i64,
    /// Where the lost one lies; nothing if there was no file any more.
    pub set_aside: Option<PathBuf>,
}

impl Settings<'_> {
    /// The loss that nobody has acknowledged yet.
    pub fn loss(&self) -> Result<Option<Loss>, StoreError> {
        let told = self.get(KEY)?;
        // One that can't be read is one nevertheless.
        Ok(told.map(|text| serde_json::from_str(&text).unwrap_or_default()))
    }
}

impl SettingsMut<'_> {
    /// The loss is known to somebody, who was asked.
    pub fn acknowledge_loss(&self) -> Result<(), StoreError> {
        self.remove(KEY)
    }

    pub(crate) fn note_loss(&self, loss: &Loss) -> Result<(), StoreError> {
        self.set(KEY, &serde_json::json!(loss).to_string())
    }
}
