use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    Settings,
    metrics::Metrics,
    store::{Store, StoreError},
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Between two slices pushes go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Deletes what is past its time, slice by slice, for as long as the relay runs.
pub(crate) async fn run(settings: Settings, store: Store, metrics: Arc<Metrics>) {
    let mut before: Option<(i64, Instant)> = None;
    let mut is_told = false;
    loop {
        let now = (settings.clock)();
        // The clock was wrong before, or may have been: what it dated as now may be long ago.
        let has_jumped = before.is_none_or(|(then, at)| {
            let passed = i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
            now > then.saturating_add(passed).saturating_add(DAY_MS)
        });
        before = Some((now, Instant::now()));
        let dated = match has_jumped {
            true => store.date_anew(now).await,
            false => Ok(()),
        };
        if dated.is_err() {
            before = None;
        }
        let swept = match dated {
            Ok(()) => {
                let older_than = now - i64::from(settings.retain_days) * DAY_MS;
                sweep(&store, &metrics, older_than, now).await
            }
            failed => failed,
        };
        match swept {
            // Told once, and not again for each try.
            Err(reason) if !is_told => {
                tracing::warn!(%reason, "records past their time are not deleted for now");
                is_told = true;
            }
            Err(_) => {}
            Ok(()) => is_told = false,
        }
        sleep(settings.limits.sweep_every).await;
    }
}

/// Goes on until nothing is past its time.
async fn sweep(
    store: &Store,
    metrics: &Metrics,
    older_than: i64,
    now: i64,
) -> Result<(), StoreError> {
    loop {
        let deleted = store.sweep(older_than, now).await?;
        if deleted == 0 {
            return Ok(());
        }
        metrics.swept.fetch_add(deleted as u64, Relaxed);
        sleep(PAUSE).await;
    }
}
