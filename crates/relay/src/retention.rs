use std::time::Duration;

use tokio::time::sleep;

use crate::{Settings, store::Store};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Between two slices pushes go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Deletes what is past its time, slice by slice, for as long as the relay runs.
pub(crate) async fn run(settings: Settings, store: Store) {
    loop {
        let now = (settings.clock)();
        let older_than = now - i64::from(settings.retain_days) * DAY_MS;
        while store.sweep(older_than, now).await > 0 {
            sleep(PAUSE).await;
        }
        sleep(settings.limits.sweep_every).await;
    }
}
