//! Numbers on the screens of this desk, in practice as well: they are the same eyes.

use super::Desk;
use crate::masking::{self, Masking};
use crate::recordings::RecordingFile;
use bohao_wire::{Event, Fault, Proof, Queries, Settings, SettingsQuery};

impl Desk {
    /// Shows numbers whole on screen from now on, for a host that asked for the password, or for a
    /// word where there is none to ask for.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn show_numbers(&self, by: Proof) -> Result<Settings, Fault> {
        self.change_masking(Masking::Off(by)).await
    }

    /// A recording's name as it may stand in a dialog or in a list of downloads: masked while
    /// numbers are.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn name_on_screen(&self, recording: &RecordingFile) -> Result<String, Fault> {
        Ok(match self.settings(SettingsQuery {}).await?.show_numbers {
            true => recording.suggested_name.clone(),
            false => recording.masked_name.clone(),
        })
    }

    pub(super) async fn change_masking(&self, masking: Masking) -> Result<Settings, Fault> {
        let now = self.inner.around.now();
        let settings = masking::change(&self.inner.live.store, masking, now).await?;
        self.tell(Event::DeskChanged);
        Ok(settings)
    }
}
