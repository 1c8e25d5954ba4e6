use std::collections::HashMap;

use secrecy::SecretString;

use crate::{Slot, VaultError, custody::Keeper};

/// Keeps secrets as long as the process lives.
#[derive(Default)]
pub(crate) struct Memory(HashMap<Slot, SecretString>);

impl Keeper for Memory {
    fn read(&mut self, slot: Slot) -> Result<Option<SecretString>, VaultError> {
        Ok(self.0.get(&slot).cloned())
    }

    fn write(&mut self, slot: Slot, secret: &SecretString) -> Result<(), VaultError> {
        self.0.insert(slot, secret.clone());
        Ok(())
    }

    fn erase(&mut self, slot: Slot) -> Result<(), VaultError> {
        self.0.remove(&slot);
        Ok(())
    }
}
