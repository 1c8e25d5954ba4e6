use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{NoKeyring, Slot, VaultError, custody::Keeper};

const SERVICE: &str = "bohao";

/// The operating system's keyring: Credential Manager, Keychain, or the Secret Service.
pub(crate) struct SystemKeyring {
    profile: String,
}

impl SystemKeyring {
    /// Connects without reading anything, so that it never brings an unlock prompt up.
    pub(crate) fn connect(profile: String) -> Result<Self, NoKeyring> {
        match Entry::store_status() {
            Ok(()) => Ok(Self { profile }),
            Err(error) => Err(NoKeyring::Absent {
                detail: own_words(error),
            }),
        }
    }

    fn entry(&self, slot: Slot) -> Result<Entry, VaultError> {
        let user = format!("{}/{}", self.profile, slot.name());
        Entry::new(SERVICE, &user).map_err(|error| translate(slot, &error))
    }
}

impl Keeper for SystemKeyring {
    fn read(&mut self, slot: Slot) -> Result<Option<SecretString>, VaultError> {
        let bytes = match self.entry(slot)?.get_secret() {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(Error::NoEntry) => return Ok(None),
            Err(error) => return Err(translate(slot, &error)),
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::Unreadable { slot })?;
        Ok(Some(SecretString::from(text)))
    }

    fn write(&mut self, slot: Slot, secret: &SecretString) -> Result<(), VaultError> {
        // Bytes rather than a password: Windows would store text as UTF-16 and hold half as much.
        self.entry(slot)?
            .set_secret(secret.expose_secret().as_bytes())
            .map_err(|error| translate(slot, &error))
    }

    fn erase(&mut self, slot: Slot) -> Result<(), VaultError> {
        match self.entry(slot)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(translate(slot, &error)),
        }
    }
}

/// The keyring's error is not passed on: some of its kinds carry the stored bytes.
fn translate(slot: Slot, error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Locked { slot },
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Unreadable { slot },
        Error::Ambiguous(_) => VaultError::Ambiguous { slot },
        other => VaultError::Failed {
            slot,
            detail: own_words(other),
        },
    }
}

fn own_words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => cause.to_string(),
        Error::BadStoreFormat(_) => "its store is damaged".to_owned(),
        Error::TooLong(..) => "an entry is too long for it".to_owned(),
        Error::NoDefaultStore => "it could not be reached".to_owned(),
        _ => "it refused the request".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_bytes_never_show_in_an_error() {
        let bytes = b"canary-\xff".to_vec();
        let cause = || Box::new(std::io::Error::other("canary-cause"));
        for error in [
            Error::BadEncoding(bytes.clone()),
            Error::BadDataFormat(bytes, cause()),
        ] {
            let shown = translate(Slot::AppSecret, &error);
            assert!(matches!(shown, VaultError::Unreadable { .. }));
            assert!(!format!("{shown} {shown:?}").contains("canary"));
        }
    }
}
