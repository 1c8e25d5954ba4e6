use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{Settings, metrics::Metrics, store::Store};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Between two slices pushes go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Deletes what is past its time, slice by slice, for as long as the relay runs.
pub(crate) async fn run(settings: Settings, store: Store, metrics: Arc<Metrics>) {
    let mut before: Option<(i64, Instant)> = None;
    loop {
        let now = (settings.clock)();
        // The clock was wrong before, or may have been: what it dated as now may be long ago.
        let has_jumped = before.is_none_or(|(then, at)| {
            let passed = i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
            now > then.saturating_add(passed).saturating_add(DAY_MS)
        });
        before = Some((now, Instant::now()));
        let is_dated = !has_jumped || store.date_anew(now).await.is_ok();
        let older_than = now - i64::from(settings.retain_days) * DAY_MS;
        while is_dated && let Ok(deleted @ 1..) = store.sweep(older_than, now).await {
            metrics.swept.fetch_add(deleted as u64, Relaxed);
            sleep(PAUSE).await;
        }
        if !is_dated {
            before = None;
        }
        sleep(settings.limits.sweep_every).await;
    }
}
