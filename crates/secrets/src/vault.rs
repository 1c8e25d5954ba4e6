use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::custody::{Keeper, write_all};
use crate::memory::Memory;
use crate::system::SystemKeyring;
use crate::worker::{Connecting, PATIENCE, Worker};
use crate::{Custody, NoKeyring, Slot, VaultError};

/// The secrets of one profile. Clones share what they hold.
///
/// Values are stored as given; whoever takes them from a user trims them first.
#[derive(Clone)]
pub struct Vault {
    place: Arc<LazyPlace>,
    overrides: Arc<HashMap<Slot, SecretString>>,
}

/// Where a slot's present value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable, whatever is stored.
    Environment,
    /// The operating system's keyring.
    Keyring,
    /// This process's memory; gone at its end.
    Session,
    /// There is none.
    Unset,
}

/// What became of a stored secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Slots that are stored but without effect, because an environment variable stands over them.
    pub shadowed: Vec<Slot>,
}

/// The most that Windows' Credential Manager holds in an entry. Kept on every system, so that what works on one works
/// on all.
const LIMIT: usize = 2560;

/// A running keyring answers in milliseconds; D-Bus may take a while to start one.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// A place that is waited for by whoever needs it first: a keyring may still be on its way.
type LazyPlace = LazyLock<Place, Box<dyn FnOnce() -> Place + Send>>;

enum Place {
    Keyring(Worker),
    Memory(Mutex<Memory>, Custody),
}

impl Vault {
    /// What a program opens: the keyring with this process's environment over it.
    pub fn open(profile: &str) -> Self {
        Self::keyring(profile).with_overrides(|name| std::env::var(name).ok())
    }

    /// The operating system's keyring, entries of the service `bohao` named `{profile}/{slot}`; profiles do not see
    /// each other's. It is connected to meanwhile, so only whoever first needs it waits, for at most five seconds.
    /// Without a keyring the vault keeps secrets for this session only (see [`Vault::custody`]); the next start looks
    /// again.
    pub fn keyring(profile: &str) -> Self {
        let profile = profile.to_owned();
        Self::kept_by(move || SystemKeyring::connect(profile))
    }

    /// Memory alone, empty, for tests and practice.
    pub fn in_memory() -> Self {
        Self::at(|| Place::Memory(Mutex::default(), Custody::Memory))
    }

    /// Puts the environment over what is stored. `vars` is asked once for each [`Slot::variable`]; an empty value
    /// counts as none.
    #[must_use]
    pub fn with_overrides(self, vars: impl Fn(&str) -> Option<String>) -> Self {
        let overrides = Slot::ALL
            .into_iter()
            .filter_map(|slot| Some((slot, vars(slot.variable())?)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(slot, value)| (slot, SecretString::from(value)))
            .collect();
        Self {
            overrides: Arc::new(overrides),
            ..self
        }
    }

    /// Who keeps the secrets. Waits for the keyring, if it is still being connected to.
    pub fn custody(&self) -> Custody {
        match self.place() {
            Place::Keyring(_) => Custody::Keyring,
            Place::Memory(_, custody) => custody.clone(),
        }
    }

    /// The slot's value: the environment's, else the stored one.
    ///
    /// # Errors
    /// When the keyring is locked, silent or broken.
    pub fn get(&self, slot: Slot) -> Result<Option<SecretString>, VaultError> {
        if let Some(value) = self.overrides.get(&slot) {
            return Ok(Some(value.clone()));
        }
        self.run(move |keeper| keeper.read(slot))
    }

    /// Where the value that [`Vault::get`] gives comes from.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub fn origin(&self, slot: Slot) -> Result<Origin, VaultError> {
        if self.overrides.contains_key(&slot) {
            return Ok(Origin::Environment);
        }
        if self.get(slot)?.is_none() {
            return Ok(Origin::Unset);
        }
        Ok(match self.place() {
            Place::Keyring(_) => Origin::Keyring,
            Place::Memory(..) => Origin::Session,
        })
    }

    /// Stores a secret, also under an environment variable that hides it (the answer tells).
    ///
    /// # Errors
    /// [`VaultError::TooLong`] above 2,560 bytes; else as [`Vault::get`]. After [`VaultError::NoAnswer`] the value may
    /// still be stored when the user unlocks the keyring later.
    pub fn set(&self, slot: Slot, secret: SecretString) -> Result<Stored, VaultError> {
        self.set_all(&[(slot, secret)])
    }

    /// Stores several together: all of them, or the former values stay.
    ///
    /// # Errors
    /// As [`Vault::set`]; [`VaultError::Torn`] when the keyring failed at putting a former value back as well.
    pub fn set_all(&self, secrets: &[(Slot, SecretString)]) -> Result<Stored, VaultError> {
        for (slot, secret) in secrets {
            let bytes = secret.expose_secret().len();
            if bytes > LIMIT {
                return Err(VaultError::TooLong {
                    slot: *slot,
                    bytes,
                    limit: LIMIT,
                });
            }
        }

        let owned = secrets.to_vec();
        self.run(move |keeper| write_all(keeper, &owned))?;

        let slots = secrets.iter().map(|(slot, _)| *slot);
        Ok(Stored {
            shadowed: slots
                .filter(|slot| self.overrides.contains_key(slot))
                .collect(),
        })
    }

    /// Deletes the stored value; one that is not there is no error. An environment variable stays in force.
    ///
    /// # Errors
    /// As [`Vault::get`].
    pub fn forget(&self, slot: Slot) -> Result<(), VaultError> {
        self.run(move |keeper| keeper.erase(slot))
    }

    fn kept_by<K: Keeper + 'static>(
        connect: impl FnOnce() -> Result<K, NoKeyring> + Send + 'static,
    ) -> Self {
        let connecting = Connecting::begin(connect, PATIENCE);
        Self::at(move || {
            let worker = connecting.and_then(|connecting| connecting.within(CONNECT_DEADLINE));
            worker.map_or_else(session_only, Place::Keyring)
        })
    }

    fn at(place: impl FnOnce() -> Place + Send + 'static) -> Self {
        Self {
            place: Arc::new(LazyLock::new(Box::new(place))),
            overrides: Arc::default(),
        }
    }

    fn place(&self) -> &Place {
        LazyLock::force(&self.place)
    }

    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Keeper) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        match self.place() {
            Place::Keyring(worker) => worker.run(work),
            // A map is whole after every step, so a panic elsewhere does not spoil it.
            Place::Memory(memory, _) => {
                work(&mut *memory.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

fn session_only(reason: NoKeyring) -> Place {
    tracing::warn!(%reason, "secrets are kept for this session only");
    Place::Memory(Mutex::default(), Custody::SessionOnly { reason })
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_keyring_on_its_way_keeps_only_those_waiting_who_need_it() {
        let (arrive, on_its_way) = mpsc::channel::<()>();
        let vault = Vault::kept_by(move || {
            let _ = on_its_way.recv();
            Ok(Memory::default())
        })
        .with_overrides(|name| (name == "BOHAO_APP_KEY").then(|| "AK123".to_owned()));

        let origin = |slot| vault.origin(slot).expect("is told");
        assert_eq!(origin(Slot::AppKey), Origin::Environment);

        drop(arrive);
        assert_eq!(origin(Slot::AppSecret), Origin::Unset);
        assert_eq!(vault.custody(), Custody::Keyring);
    }
}
