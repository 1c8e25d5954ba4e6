//! What the user decided, kept as one JSON value a topic in the desk's database.

use crate::faults;
use bohao_store::Store;
use bohao_wire::Fault;
use serde::{Serialize, de::DeserializeOwned};

/// A topic: its key in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Language, theme, addresses, dialect.
    Settings,
    /// Own numbers and the relay's address; no secret.
    Account,
    /// The guard's rules.
    Guard,
    /// The true time when the platform last told it.
    TrueTime,
    /// Practice or the real thing.
    Mode,
    /// How recordings are played.
    Playback,
    /// Whether outcomes are asked for.
    Outcomes,
    /// Which script is asked.
    Script,
    /// How recordings are fetched and kept.
    Custody,
    /// Folders in which a move of recordings left copies that have to go.
    MovedFrom,
}

impl Topic {
    /// The key in the database.
    pub fn key(self) -> &'static str {
        match self {
            Topic::Settings => "settings",
            Topic::Account => "account",
            Topic::Guard => "guard",
            Topic::TrueTime => "true_time",
            Topic::Mode => "mode",
            Topic::Playback => "playback",
            Topic::Outcomes => "outcomes",
            Topic::Script => "script",
            Topic::Custody => "custody",
            Topic::MovedFrom => "moved_from",
        }
    }
}

/// What was decided on a topic, or the default. A value that can't be read, because an older or
/// newer program wrote it, counts as none: it must not keep the desk from opening.
pub async fn read<T>(store: &Store, topic: Topic) -> Result<T, Fault>
where
    T: DeserializeOwned + Default + Send + 'static,
{
    let text = store
        .read(move |db| db.settings().get(topic.key()))
        .await
        .map_err(faults::of_store)?;
    Ok(decoded(text.as_deref()))
}

/// Changes what was decided on a topic, in one transaction.
pub async fn change<T>(
    store: &Store,
    topic: Topic,
    change: impl FnOnce(&mut T) + Send + 'static,
) -> Result<T, Fault>
where
    T: Serialize + DeserializeOwned + Default + Send + 'static,
{
    store
        .write(move |tx| {
            let mut value: T = decoded(tx.settings().get(topic.key())?.as_deref());
            change(&mut value);
            tx.settings().set(topic.key(), &encoded(&value))?;
            Ok(value)
        })
        .await
        .map_err(faults::of_store)
}

/// A value from its text.
pub fn decoded<T: DeserializeOwned + Default>(text: Option<&str>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// A value as text.
pub fn encoded(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("preferences hold only text, numbers and lists")
}
