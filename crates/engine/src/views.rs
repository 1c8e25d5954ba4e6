//! Filters of the log that are saved under a name.

use crate::faults;
use bohao_store::{Store, StoreError, Tx};
use bohao_wire::{CallsQuery, Days, Fault, FaultCode, SavedViews, View};
use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const MAX_NAME: usize = 40;

/// A filter as it is kept.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    query: CallsQuery,
    days: Option<Days>,
}

/// All saved filters. One that another version wrote and nobody can read is passed over.
///
/// # Errors
/// A fault of the database.
pub async fn all(store: &Store) -> Result<SavedViews, Fault> {
    let kept = store.read(|db| db.views().all()).await;
    let views = kept.map_err(faults::of_store)?;
    let views = views.into_iter().filter_map(|view| {
        let Kept { query, days } = serde_json::from_str(&view.query).ok()?;
        Some(View {
            id: view.id,
            name: view.name,
            query,
            days,
        })
    });
    Ok(SavedViews {
        views: views.collect(),
    })
}

/// Saves a filter; one of the same name is replaced.
///
/// # Errors
/// `BadInput` for a name that is empty or too long; a fault of the database.
pub async fn save(
    store: &Store,
    name: &str,
    query: CallsQuery,
    days: Option<Days>,
) -> Result<SavedViews, Fault> {
    let name = checked(name)?;
    let query = CallsQuery {
        offset: 0,
        limit: 0,
        ..query
    };
    let kept = serde_json::to_string(&Kept { query, days }).map_err(|_| {
        Fault::new(
            FaultCode::Internal,
            "a question of the log could not be encoded",
        )
    })?;
    change(store, move |tx| tx.views().save(&name, &kept)).await
}

/// Gives a saved filter another name.
///
/// # Errors
/// `BadInput` for a name that is empty, too long, or another's; a fault of the database.
pub async fn rename(store: &Store, view: i64, name: &str) -> Result<SavedViews, Fault> {
    let name = checked(name)?;
    let renamed = store.write(move |tx| tx.views().rename(view, &name)).await;
    match renamed.map_err(faults::of_store)? {
        true => all(store).await,
        false => Err(bad("another filter has this name")),
    }
}

/// Removes a saved filter.
///
/// # Errors
/// A fault of the database.
pub async fn remove(store: &Store, view: i64) -> Result<SavedViews, Fault> {
    change(store, move |tx| tx.views().remove(view)).await
}

async fn change(
    store: &Store,
    change: impl FnOnce(&Tx<'_>) -> Result<(), StoreError> + Send + 'static,
) -> Result<SavedViews, Fault> {
    store.write(change).await.map_err(faults::of_store)?;
    all(store).await
}

fn checked(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(bad("a name has 1 to 40 characters"));
    }
    Ok(name.to_owned())
}

fn bad(message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", "name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_filter_is_saved_called_back_renamed_and_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().join("bohao.db"), 1)
            .expect("new")
            .store;
        let query = CallsQuery {
            search: "远航".to_owned(),
            offset: 700,
            ..CallsQuery::default()
        };
        save(&store, " 老客户 ", query.clone(), Some(Days::Week))
            .await
            .expect("saved");
        let views = save(&store, "其他", CallsQuery::default(), None)
            .await
            .expect("saved")
            .views;
        assert_eq!(views[0].name, "老客户");
        assert_eq!(views[0].query, CallsQuery { offset: 0, ..query });
        assert_eq!(views[0].days, Some(Days::Week));

        assert!(rename(&store, views[1].id, "老客户").await.is_err());
        assert!(rename(&store, views[1].id, "  ").await.is_err());
        let views = rename(&store, views[1].id, "新的")
            .await
            .expect("renamed")
            .views;
        assert_eq!(views[1].name, "新的");

        // The same name again replaces what was saved under it.
        let views = save(&store, "新的", CallsQuery::default(), Some(Days::Today))
            .await
            .expect("saved")
            .views;
        assert_eq!((views.len(), views[1].days), (2, Some(Days::Today)));
        let views = remove(&store, views[0].id).await.expect("removed").views;
        assert_eq!(views.len(), 1);
    }
}
