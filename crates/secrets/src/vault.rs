use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::custody::{Keeper, write_all};
use crate::memory::Memory;
use crate::system::SystemKeyring;
use crate::worker::{PATIENCE, Worker};
use crate::{Custody, NoKeyring, Slot, VaultError};

/// The secrets of one profile. Clones share what they hold.
///
/// Values are stored as given; whoever takes them from a user trims them first.
#[derive(Clone)]
pub struct Vault {
    place: Place,
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

#[derive(Clone)]
enum Place {
    Keyring(Worker),
    Memory(Arc<Mutex<Memory>>, Custody),
}

impl Vault {
    /// What a program opens: the keyring with this process's environment over it.
    pub fn open(profile: &str) -> Self {
        Self::keyring(profile).with_overrides(|name| std::env::var(name).ok())
    }

    /// The operating system's keyring, entries of the service `bohao` named `{profile}/{slot}`; profiles do not see
    /// each other's. Blocks for at most five seconds. Without a keyring the vault keeps secrets for this session only
    /// (see [`Vault::custody`]); the next start looks again.
    pub fn keyring(profile: &str) -> Self {
        let profile = profile.to_owned();
        let worker = Worker::start(
            move || SystemKeyring::connect(profile),
            CONNECT_DEADLINE,
            PATIENCE,
        );
        match worker {
            Ok(worker) => Self::at(Place::Keyring(worker)),
            Err(reason) => Self::session_only(reason),
        }
    }

    /// Memory alone, empty, for tests and practice.
    pub fn in_memory() -> Self {
        Self::at(Place::Memory(Arc::default(), Custody::Memory))
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

    /// Who keeps the secrets.
    pub fn custody(&self) -> Custody {
        match &self.place {
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
        Ok(match self.place {
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

    fn session_only(reason: NoKeyring) -> Self {
        tracing::warn!(%reason, "secrets are kept for this session only");
        Self::at(Place::Memory(
            Arc::default(),
            Custody::SessionOnly { reason },
        ))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            overrides: Arc::default(),
        }
    }

    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Keeper) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        match &self.place {
            Place::Keyring(worker) => worker.run(work),
            // A map is whole after every step, so a panic elsewhere does not spoil it.
            Place::Memory(memory, _) => {
                work(&mut *memory.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("custody", &self.custody())
            .finish_non_exhaustive()
    }
}
