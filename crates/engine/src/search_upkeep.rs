//! Builds the index of searches where it is not whole: after an upgrade of a long log, after an import
//! of very many calls, and where calls are to be found by another name than before.
//!
//! It is done beside everything else, some calls at a time, so that a dial never waits for more
//! than a few of them. It can end at any instant and goes on from there at the next start; until
//! it is done a search finds the same, only more slowly.

use crate::reports;
use bohao_store::{Built, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Calls that are taken in at a time.
const BATCH: u32 = 250;

/// What is left to others after each.
const PAUSE: Duration = Duration::from_millis(20);

/// Builds until the index is whole, again whenever calls are due or their customer has another
/// name, and tells at each further hundredth how far it is; days that changed are summed then, too.
/// It never ends by itself.
pub async fn run(store: Store, due: Arc<Notify>, tell: impl Fn(Built)) {
    loop {
        note(build(&store, &tell).await);
        note(rename(&store).await);
        note(reports::settle(&store).await);
        due.notified().await;
    }
}

fn note(done: Result<(), StoreError>) {
    // Another process builds it, or the disk is in trouble, of which others tell the user.
    if let Err(error) = done {
        tracing::warn!(%error, "the index of searches or the sums of days are not whole yet");
    }
}

/// Any transaction that writes takes some of the calls in, so one that writes nothing else will do.
async fn rename(store: &Store) -> Result<(), StoreError> {
    while store.read(|db| db.search().is_renaming()).await? {
        store.write(|_| Ok(())).await?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Builds until the index is whole.
///
/// # Errors
/// A fault of the database.
pub async fn build(store: &Store, tell: impl Fn(Built)) -> Result<(), StoreError> {
    let mut built = store.read(|db| db.search().built()).await?;
    if built.is_whole() {
        return Ok(());
    }
    let hundredth = built.total / 100;
    let mut told = built.done;
    loop {
        // The index of a long import must not take the room that a dial needs.
        room(store).await?;
        let taken = store.write(|tx| tx.search().build(BATCH)).await?;
        built.done = match taken {
            0 => built.total,
            // Calls that came in meanwhile are in the index, and in no count of this loop.
            taken => (built.done + taken).min(built.total - 1),
        };
        if built.done - told > hundredth || taken == 0 {
            told = built.done;
            tell(built);
        }
        if taken == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn room(store: &Store) -> Result<(), StoreError> {
    let store = store.clone();
    let asked = tokio::task::spawn_blocking(move || store.make_room(BATCH as usize)).await;
    asked.unwrap_or(Err(StoreError::Stopping))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_store::NewAttempt;
    use bohao_wire::CallId;
    use std::sync::Mutex;

    const NOW: i64 = 1_764_000_000_000;

    #[tokio::test]
    async fn an_index_is_built_to_its_end_and_only_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bohao.db");
        let store = Store::open(&path, NOW).expect("new").store;
        for number in 0..600 {
            let attempt = NewAttempt {
                call: CallId(format!("c{number}")),
                tel_a: "13800006620".to_owned(),
                tel_b: "13922104471".to_owned(),
                at: NOW + number,
                ticket: None,
            };
            store
                .write_blocking(|tx| tx.calls().insert_attempt(&attempt))
                .expect("written");
        }
        rusqlite::Connection::open(&path)
            .and_then(|db| db.execute("UPDATE search_built SET grams = 0", []))
            .expect("as an older program left it");
        drop(store);
        let store = Store::open(&path, NOW).expect("opens").store;

        let told = Mutex::new(Vec::new());
        let tell = |built: Built| told.lock().expect("whole").push((built.done, built.total));
        build(&store, tell).await.expect("built");
        build(&store, tell).await.expect("still whole");

        let told = told.into_inner().expect("whole");
        assert_eq!(told, [(250, 600), (500, 600), (599, 600), (600, 600)]);
    }
}
