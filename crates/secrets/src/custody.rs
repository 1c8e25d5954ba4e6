use std::time::Duration;

use secrecy::SecretString;

use crate::{Slot, VaultError};

/// Who keeps the secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custody {
    /// The operating system's keyring: they are there at the next start.
    Keyring,
    /// This process alone, because there is no keyring: they must be entered again at the next start.
    SessionOnly {
        /// Why there is none, for the user.
        reason: NoKeyring,
    },
    /// This process alone, because the program asked for it (tests, practice).
    Memory,
}

/// Why the operating system's keyring can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoKeyring {
    /// No keyring runs in this session: on Linux, nobody offers the Secret Service on the session bus.
    #[error("no keyring runs in this session: {detail}")]
    Absent {
        /// The system's own words.
        detail: String,
    },
    /// Something is there, but it did not answer in time.
    #[error("the keyring did not answer within {} s", waited.as_secs())]
    Silent {
        /// How long it was given.
        waited: Duration,
    },
}

/// A place that keeps secrets one by one.
pub(crate) trait Keeper: Send {
    fn read(&mut self, slot: Slot) -> Result<Option<SecretString>, VaultError>;
    fn write(&mut self, slot: Slot, secret: &SecretString) -> Result<(), VaultError>;
    /// Forgetting what is not there is no error.
    fn erase(&mut self, slot: Slot) -> Result<(), VaultError>;
}

/// Writes all of them or leaves the former values: half a pairing would send records to a relay nobody reads.
pub(crate) fn write_all(
    keeper: &mut dyn Keeper,
    secrets: &[(Slot, SecretString)],
) -> Result<(), VaultError> {
    let mut former = Vec::with_capacity(secrets.len());
    for (slot, _) in secrets {
        let value = match keeper.read(*slot) {
            // Nothing of ours is lost with it, and it must not keep the user from storing a good value.
            Err(VaultError::Unreadable { .. }) => None,
            outcome => outcome?,
        };
        former.push((*slot, value));
    }

    for (index, (slot, secret)) in secrets.iter().enumerate() {
        let Err(cause) = keeper.write(*slot, secret) else {
            continue;
        };
        // The failed one is put back too: a keyring may have taken the value and lost only its answer.
        // Newest first, so that a slot named twice ends with what it held before the first.
        for (slot, value) in former[..=index].iter().rev() {
            let restored = match value {
                Some(value) => keeper.write(*slot, value),
                None => keeper.erase(*slot),
            };
            if restored.is_err() && *slot != secrets[index].0 {
                return Err(VaultError::Torn {
                    slot: *slot,
                    cause: Box::new(cause),
                });
            }
        }
        return Err(cause);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::memory::Memory;

    /// Refuses to write the new value of one slot; optionally takes it all the same.
    struct Brittle {
        within: Memory,
        refused: (Slot, &'static str),
        takes_it: bool,
    }

    impl Keeper for Brittle {
        fn read(&mut self, slot: Slot) -> Result<Option<SecretString>, VaultError> {
            self.within.read(slot)
        }

        fn write(&mut self, slot: Slot, secret: &SecretString) -> Result<(), VaultError> {
            if (slot, secret.expose_secret()) != self.refused {
                return self.within.write(slot, secret);
            }
            if self.takes_it {
                self.within.write(slot, secret)?;
            }
            Err(VaultError::Locked { slot })
        }

        fn erase(&mut self, slot: Slot) -> Result<(), VaultError> {
            self.within.erase(slot)
        }
    }

    #[rstest]
    #[case::refused(false)]
    #[case::taken_without_an_answer(true)]
    fn a_failed_set_leaves_every_former_value(#[case] takes_it: bool) {
        let mut keeper = Brittle {
            within: Memory::default(),
            refused: (Slot::RelayToken, "new-token"),
            takes_it,
        };
        keeper
            .write(Slot::RelayToken, &"old-token".into())
            .expect("memory takes it");

        let outcome = write_all(
            &mut keeper,
            &[
                (Slot::PushUrl, "new-push".into()),
                (Slot::RelayToken, "new-token".into()),
                (Slot::AppKey, "new-key".into()),
            ],
        );

        assert!(matches!(
            outcome,
            Err(VaultError::Locked {
                slot: Slot::RelayToken
            })
        ));
        let token = keeper
            .read(Slot::RelayToken)
            .expect("memory reads")
            .expect("is set");
        assert_eq!(token.expose_secret(), "old-token");
        assert!(keeper.read(Slot::PushUrl).expect("memory reads").is_none());
        assert!(keeper.read(Slot::AppKey).expect("memory reads").is_none());
    }
}
