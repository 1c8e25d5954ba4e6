//! Ctrl+C, and being asked to end.

use crate::failure::Failure;
use tokio_util::sync::CancellationToken;

/// Returns once the program is told to end; never where the system lets nobody listen for it.
pub async fn told_to_end() {
    let stopping = CancellationToken::new();
    match end_on_signal(stopping.clone()) {
        Ok(()) => stopping.cancelled().await,
        Err(_) => std::future::pending().await,
    }
}

/// Cancels when the program is told to end, from now on.
///
/// # Errors
/// If the system lets nobody listen for it.
#[cfg(unix)]
pub fn end_on_signal(stopping: CancellationToken) -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::internal)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stopping.cancel();
    });
    Ok(())
}

/// Cancels when the program is told to end, from now on.
///
/// # Errors
/// If the system lets nobody listen for it.
#[cfg(not(unix))]
pub fn end_on_signal(stopping: CancellationToken) -> Result<(), Failure> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.cancel();
        }
    });
    Ok(())
}
