//! Tells hosts what changed, in the order in which it changed.
//!
//! Whoever changes a call names it here; its row is read when its turn comes, so that a later
//! event never carries an older state.

use crate::beijing::day_start;
use crate::surroundings::Clock;
use bohao_store::Store;
use bohao_wire::{CallId, CallRow, Event, Today};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};

/// Hosts that fall this far behind are told to ask again.
const BACKLOG: usize = 1024;

/// Events to hosts.
pub type Events = broadcast::Sender<Event>;

/// The channel that hosts listen to.
pub fn events() -> Events {
    broadcast::channel(BACKLOG).0
}

/// Takes the names of calls that changed, and tells hosts their rows. It ends when the last
/// holder of the returned word is gone.
pub fn follow(store: Store, events: Events, clock: Clock) -> Arc<dyn Fn(CallId) + Send + Sync> {
    let (name, mut named) = mpsc::unbounded_channel::<CallId>();
    tokio::spawn(async move {
        while let Some(call) = named.recv().await {
            if events.receiver_count() == 0 {
                continue;
            }
            let since = day_start(clock());
            match store
                .read(move |db| Ok((db.calls().get(&call)?, db.calls().today(since)?)))
                .await
            {
                Ok((Some(row), today)) => tell(&events, row, today),
                Ok((None, _)) => {}
                Err(error) => tracing::warn!(%error, "a changed call could not be read"),
            }
        }
    });
    Arc::new(move |call| {
        // The task lives as long as this closure does.
        let _ = name.send(call);
    })
}

fn tell(events: &Events, row: CallRow, today: Today) {
    // Nobody may be listening, which is no fault.
    let _ = events.send(Event::CallChanged {
        row: Box::new(row),
        today,
    });
}
