use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// Tells the time in Unix milliseconds. Passed in, so that a test can move it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The system's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the relay's clock is made here and passed on"
)]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock set before 1970 is wrong in any case; pushes are still taken.
        since_epoch.map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
    })
}

/// How many milliseconds have passed since this was made. Nobody can set it.
pub(crate) fn system_uptime() -> Clock {
    let began = Instant::now();
    Arc::new(move || i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX))
}
