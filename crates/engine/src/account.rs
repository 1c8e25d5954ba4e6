//! The account: credentials and tokens in the vault, everything else of it in the database, and
//! the environment over both.

use crate::preferences::{self, Topic};
use crate::surroundings::Environment;
use crate::{faults, numbers};
use bohao_platform::{Credentials, Dialect};
use bohao_relay_api::PairingLink;
use bohao_secrets::{Custody, Origin, Slot, Vault, VaultError};
use bohao_store::Store;
use bohao_wire::{
    Account, Fault, FaultCode, NumberKind, Pairing, Secret, SecretOrigin, SetAccount, Settings,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The account of one ground: the real one, or practice's.
#[derive(Clone)]
pub struct AccountBook {
    store: Store,
    vault: Vault,
    environment: Environment,
    /// Where each secret comes from, as it was last read: a keyring takes its time, and the screens
    /// ask often.
    origins: Arc<Mutex<Option<Origins>>>,
}

/// Who keeps the secrets, and where each one comes from, in the order of [`Slot::ALL`].
type Origins = (Custody, [Origin; Slot::ALL.len()]);

/// The part of the account that is no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountNotes {
    /// The salesperson's own numbers, the chosen one first.
    pub own_numbers: Vec<String>,
    /// The relay's address.
    pub relay_url: Option<String>,
}

/// Where the platform is and how it wants to be spoken to.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The base address of calls, if another than the documented one.
    pub call_url: Option<String>,
    /// The base address of recordings, if another than the documented one.
    pub recording_url: Option<String>,
    /// The dialect.
    pub dialect: Dialect,
}

/// A relay to read from.
#[derive(Debug, Clone)]
pub struct RelaySeat {
    /// Its address.
    pub url: String,
    /// The seat's read token.
    pub token: SecretString,
}

impl AccountBook {
    /// The account that this database and this vault hold.
    pub fn new(store: Store, vault: Vault, environment: Environment) -> Self {
        AccountBook {
            store,
            vault,
            environment,
            origins: Arc::default(),
        }
    }

    /// What is set up, without any secret.
    pub async fn view(&self) -> Result<Account, Fault> {
        let notes = self.notes().await?;
        let (custody, [app_key, app_secret, push_url, relay_token]) = self.origins().await?;
        let custody = match custody {
            Custody::SessionOnly { reason } => bohao_wire::Custody::SessionOnly {
                reason: reason.to_string(),
            },
            Custody::Keyring => bohao_wire::Custody::Keyring,
            Custody::Memory => bohao_wire::Custody::Practice,
        };
        Ok(Account {
            app_key: told(app_key),
            app_secret: told(app_secret),
            push_url: told(push_url),
            relay_token: told(relay_token),
            relay_url: notes.relay_url,
            own_numbers: notes.own_numbers,
            custody,
        })
    }

    /// The platform's credentials.
    ///
    /// # Errors
    /// `NotSetUp` names the one that is missing.
    pub async fn credentials(&self) -> Result<Credentials, Fault> {
        Ok(Credentials {
            app_key: self.needed(Slot::AppKey, "app_key").await?,
            app_secret: self.needed(Slot::AppSecret, "app_secret").await?,
        })
    }

    /// The own number that rings first: the one asked for, or the chosen one.
    ///
    /// # Errors
    /// `NotSetUp` without any, `BadInput` if the one asked for is no number.
    pub async fn own_number(&self, asked: Option<String>) -> Result<String, Fault> {
        let chosen = match asked {
            Some(number) => Some(number),
            None => self.notes().await?.own_numbers.into_iter().next(),
        };
        let chosen = chosen.ok_or_else(|| missing("own_number"))?;
        own_number(&chosen)
    }

    /// Whether every dial is from this number, so that none can be to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_the_only_own(&self, number: &str) -> Result<bool, Fault> {
        Ok(self.notes().await?.own_numbers == [number])
    }

    /// The address that the platform shall push the record to.
    ///
    /// # Errors
    /// `BadInput` if it is no address. A record is pushed once, so a call whose record can arrive
    /// nowhere is not dialled.
    pub async fn push_url(&self) -> Result<Option<SecretString>, Fault> {
        let url = self.secret(Slot::PushUrl).await?;
        if let Some(url) = &url {
            bohao_relay_api::check_address(url.expose_secret()).map_err(|problem| {
                let message = format!("the push address can't be used: {problem}");
                Fault::new(FaultCode::BadInput, message).with("field", "push_url")
            })?;
        }
        Ok(url)
    }

    /// The relay seat to read records from, if the desk is paired.
    pub async fn relay(&self) -> Result<Option<RelaySeat>, Fault> {
        let url = self.notes().await?.relay_url;
        let token = self.secret(Slot::RelayToken).await?;
        Ok(url.zip(token).map(|(url, token)| RelaySeat { url, token }))
    }

    /// Where the platform is.
    pub async fn addresses(&self) -> Result<Addresses, Fault> {
        let settings: Settings = preferences::read(&self.store, Topic::Settings).await?;
        Ok(Addresses {
            call_url: (self.environment)("BOHAO_CALL_URL").or(settings.call_url),
            recording_url: (self.environment)("BOHAO_RECORDING_URL").or(settings.recording_url),
            dialect: dialect(settings.dialect),
        })
    }

    /// Sets what the request holds. Nothing is changed if any part of it can't be.
    pub async fn set(&self, request: SetAccount) -> Result<(), Fault> {
        let own_numbers = request
            .own_numbers
            .map(|numbers| {
                numbers
                    .iter()
                    .map(|n| own_number(n))
                    .collect::<Result<Vec<_>, _>>()
            })
            .transpose()?;
        let mut secrets = Vec::new();
        for (slot, field, secret) in [
            (Slot::AppKey, "app_key", request.app_key),
            (Slot::AppSecret, "app_secret", request.app_secret),
        ] {
            if let Some(secret) = secret {
                secrets.push((slot, trimmed(field, &secret)?));
            }
        }
        self.keep(secrets).await?;
        if let Some(mut numbers) = own_numbers {
            let mut seen = std::collections::HashSet::new();
            numbers.retain(|number| seen.insert(number.clone()));
            self.note(move |notes| notes.own_numbers = numbers).await?;
        }
        Ok(())
    }

    /// Forgets the credentials. Own numbers stay: they are no secret, and save typing.
    pub async fn forget(&self) -> Result<(), Fault> {
        self.erase(vec![Slot::AppKey, Slot::AppSecret]).await
    }

    /// What a link would set up.
    pub async fn read_link(&self, link: &Secret) -> Result<Pairing, Fault> {
        let link = parsed(link)?;
        let relay_url = address_of(&link);
        let replaces = self
            .notes()
            .await?
            .relay_url
            .filter(|old| *old != relay_url);
        Ok(Pairing {
            relay_url,
            replaces,
        })
    }

    /// Sets the relay up from a link.
    pub async fn pair(&self, link: &Secret) -> Result<(), Fault> {
        let link = parsed(link)?;
        let relay_url = address_of(&link);
        // Forgotten first: a program that ends in between must not leave one relay's token with
        // another's address.
        self.note(|notes| notes.relay_url = None).await?;
        self.keep(vec![
            (Slot::PushUrl, link.push.clone()),
            (Slot::RelayToken, link.read.clone()),
        ])
        .await?;
        self.note(move |notes| notes.relay_url = Some(relay_url))
            .await
    }

    /// Forgets the relay.
    pub async fn unpair(&self) -> Result<(), Fault> {
        self.note(|notes| notes.relay_url = None).await?;
        self.erase(vec![Slot::PushUrl, Slot::RelayToken]).await
    }

    async fn notes(&self) -> Result<AccountNotes, Fault> {
        let mut notes: AccountNotes = preferences::read(&self.store, Topic::Account).await?;
        if let Some(url) = (self.environment)("BOHAO_RELAY_URL") {
            notes.relay_url = Some(url);
        }
        if let Some(number) = (self.environment)("BOHAO_TEL_A") {
            notes.own_numbers.retain(|known| *known != number);
            notes.own_numbers.insert(0, number);
        }
        Ok(notes)
    }

    async fn note(
        &self,
        change: impl FnOnce(&mut AccountNotes) + Send + 'static,
    ) -> Result<(), Fault> {
        preferences::change(&self.store, Topic::Account, change)
            .await
            .map(drop)
    }

    async fn needed(&self, slot: Slot, name: &str) -> Result<SecretString, Fault> {
        self.secret(slot).await?.ok_or_else(|| missing(name))
    }

    async fn secret(&self, slot: Slot) -> Result<Option<SecretString>, Fault> {
        self.ask(move |vault| vault.get(slot)).await
    }

    async fn origins(&self) -> Result<Origins, Fault> {
        let mut known = self.origins.lock().await;
        if let Some(origins) = &*known {
            return Ok(origins.clone());
        }
        let read = self.ask(|vault| {
            let [key, secret, push, token] = Slot::ALL.map(|slot| vault.origin(slot));
            Ok((vault.custody(), [key?, secret?, push?, token?]))
        });
        Ok(known.insert(read.await?).clone())
    }

    async fn keep(&self, secrets: Vec<(Slot, SecretString)>) -> Result<(), Fault> {
        let kept = self.ask(move |vault| vault.set_all(&secrets).map(drop));
        self.change_secrets(kept).await
    }

    async fn erase(&self, slots: Vec<Slot>) -> Result<(), Fault> {
        let erased =
            self.ask(move |vault| slots.into_iter().try_for_each(|slot| vault.forget(slot)));
        self.change_secrets(erased).await
    }

    /// Whatever becomes of a change, where the secrets come from is read again after it.
    async fn change_secrets(
        &self,
        change: impl Future<Output = Result<(), Fault>>,
    ) -> Result<(), Fault> {
        let changed = change.await;
        *self.origins.lock().await = None;
        changed
    }

    /// A keyring may wait for its user to unlock it, so it is asked off the async threads.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, Fault> {
        let vault = self.vault.clone();
        tokio::task::spawn_blocking(move || question(&vault))
            .await
            .map_err(|_| Fault::new(FaultCode::Internal, "the keyring's thread stopped"))?
            .map_err(faults::of_vault)
    }
}

fn told(origin: Origin) -> SecretOrigin {
    match origin {
        Origin::Environment => SecretOrigin::Environment,
        Origin::Keyring => SecretOrigin::Keyring,
        Origin::Session => SecretOrigin::Session,
        Origin::Unset => SecretOrigin::Unset,
    }
}

/// An own number: a mobile or a landline phone that can be rung.
fn own_number(text: &str) -> Result<String, Fault> {
    let bad = || {
        Fault::new(
            FaultCode::BadInput,
            "the own number is no number that can be rung",
        )
        .with("field", "own_number")
    };
    let number = numbers::read(text).map_err(|_| bad())?;
    match number.kind {
        NumberKind::Mobile | NumberKind::Landline => Ok(number.digits),
        NumberKind::Enterprise | NumberKind::Service => Err(bad()),
    }
}

/// A secret without the white space that comes along when it is copied.
fn trimmed(field: &str, secret: &Secret) -> Result<SecretString, Fault> {
    let text = secret.0.expose_secret().trim();
    let plain = !text.is_empty() && !text.chars().any(char::is_control);
    if !plain {
        return Err(Fault::new(
            FaultCode::BadInput,
            "a credential is empty or holds control characters",
        )
        .with("field", field));
    }
    Ok(text.into())
}

fn parsed(link: &Secret) -> Result<PairingLink, Fault> {
    PairingLink::parse(link.0.expose_secret()).map_err(faults::of_link)
}

fn address_of(link: &PairingLink) -> String {
    link.relay.as_str().trim_end_matches('/').to_owned()
}

fn missing(what: &str) -> Fault {
    Fault::new(FaultCode::NotSetUp, format!("{what} is not set")).with("missing", what)
}

/// The contract's dialect in the platform's words.
pub fn dialect(of: bohao_wire::Dialect) -> Dialect {
    use bohao_platform::{BodyStyle, DigestCase, LowerCase, TimestampUnit};
    Dialect {
        body: match of.body {
            bohao_wire::BodyStyle::Form => BodyStyle::Form,
            bohao_wire::BodyStyle::Json => BodyStyle::Json,
        },
        timestamp: match of.timestamp {
            bohao_wire::TimestampUnit::Seconds => TimestampUnit::Seconds,
            bohao_wire::TimestampUnit::Milliseconds => TimestampUnit::Milliseconds,
        },
        lower_case: match of.lower_case {
            bohao_wire::LowerCase::Keys => LowerCase::Keys,
            bohao_wire::LowerCase::KeysAndValues => LowerCase::KeysAndValues,
        },
        digest: match of.digest {
            bohao_wire::DigestCase::Lower => DigestCase::Lower,
            bohao_wire::DigestCase::Upper => DigestCase::Upper,
        },
    }
}
