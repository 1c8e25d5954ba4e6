//! Everything the engine does not decide for itself: the hour, chance, the environment, the place
//! on disk, the keyring, and how long the platform is waited for. A host passes the system's; a test passes its own.

use bohao_platform::Config;
use bohao_secrets::Vault;
use bohao_wire::CallId;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

/// Tells the current instant in Unix milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;
/// Tells an environment variable.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;
/// Tells a number from 0 to 1, another one each time.
pub type Chance = Arc<dyn Fn() -> f64 + Send + Sync>;
/// Makes a call id that nobody made before, from the current instant.
pub type Ids = Arc<dyn Fn(i64) -> CallId + Send + Sync>;

/// Makes a key that nobody can guess; nothing without the system's generator.
pub type Keys = Arc<dyn Fn() -> Option<[u8; 16]> + Send + Sync>;

/// What a desk stands in.
#[derive(Clone)]
pub struct Surroundings {
    /// The folder of databases, recordings and backups. It is made if it is not there.
    pub data_dir: PathBuf,
    /// Where the account's secrets are kept.
    pub vault: Vault,
    /// The hour.
    pub clock: Clock,
    /// Fresh ids.
    pub ids: Ids,
    /// Fresh keys, for lists that say nothing without theirs.
    pub keys: Keys,
    /// Chance, so that many desks don't do the same thing at the same instant.
    pub chance: Chance,
    /// The environment, over the settings. Secrets in it are the vault's concern.
    pub environment: Environment,
    /// The platform as its document has it; the settings say where this one differs. A test waits less long.
    pub platform: Config,
}

/// Which folder a desk keeps its data in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataDir {
    /// The one that the system keeps for Bohao.
    Standard(PathBuf),
    /// Another one, by the user's choice. Its secrets are kept apart in the keyring.
    Chosen(PathBuf),
}

impl Surroundings {
    /// The system's clock, chance, environment and keyring: the one place in the engine that
    /// touches them. A slow keyring is waited for by whoever first needs a secret.
    pub fn system(data_dir: DataDir) -> Self {
        let vault = Vault::open(&data_dir.profile());
        let (DataDir::Standard(data_dir) | DataDir::Chosen(data_dir)) = data_dir;
        Surroundings {
            vault,
            ..Self::system_without_keyring(data_dir)
        }
    }

    /// As [`Surroundings::system`], with secrets in memory alone.
    pub fn system_without_keyring(data_dir: PathBuf) -> Self {
        Surroundings {
            data_dir,
            vault: Vault::in_memory(),
            clock: Arc::new(system_now),
            ids: Arc::new(fresh_id),
            keys: Arc::new(fresh_key),
            chance: Arc::new(chance),
            environment: Arc::new(|name| {
                std::env::var(name).ok().filter(|value| !value.is_empty())
            }),
            platform: Config::default(),
        }
    }

    /// The system's clock and chance, with neither keyring nor environment: for practice that
    /// keeps nothing.
    pub fn apart(data_dir: PathBuf) -> Self {
        Surroundings {
            environment: Arc::new(|_| None),
            ..Self::system_without_keyring(data_dir)
        }
    }

    /// The current instant in Unix milliseconds.
    pub fn now(&self) -> i64 {
        (self.clock)()
    }
}

impl DataDir {
    /// The name of its entries in the keyring.
    fn profile(&self) -> String {
        match self {
            DataDir::Standard(_) => "desk".to_owned(),
            DataDir::Chosen(dir) => {
                let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
                let digest = Sha256::digest(whole.as_os_str().as_encoded_bytes());
                format!("desk-{}", hex::encode(&digest[..8]))
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a host's clock has to begin somewhere; everything else is given one"
)]
fn system_now() -> i64 {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

/// A UUID of version 7: the log's order by id is the order in time.
fn fresh_id(now: i64) -> CallId {
    let milliseconds = u64::try_from(now).unwrap_or(0);
    let mut chance = [0u8; 10];
    // Without the system's generator a fixed tail would still be unique by time but for calls in
    // the same millisecond, which the guard's one transaction keeps apart.
    let _ = getrandom::fill(&mut chance);
    CallId(
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance)
            .into_uuid()
            .to_string(),
    )
}

fn fresh_key() -> Option<[u8; 16]> {
    let mut key = [0u8; 16];
    getrandom::fill(&mut key).ok().map(|()| key)
}

fn chance() -> f64 {
    let mut bytes = [0u8; 4];
    // Without the system's generator nothing is spread, which is no fault.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}
