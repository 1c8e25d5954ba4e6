//! F6 and F7: from a click to the request on the wire, and from a push to the desk's event, beside
//! the raw limits of the same run. `cargo xtask bench dial` runs it; it prints Markdown.
#![expect(
    clippy::print_stdout,
    reason = "printing tables is this program's purpose"
)]

mod arrival;
mod click;
mod desk;
mod disk;
mod figures;
mod platform;
mod steps;

use anyhow::Result;

/// Clicks that are measured; the first ones warm connections and caches and do not count.
const CLICKS: usize = 2_000;
/// Pushes that are measured.
const PUSHES: usize = 1_000;

#[tokio::main]
async fn main() -> Result<()> {
    // The client asks for a TLS provider even where only the loopback is spoken to.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if std::env::args().nth(1).as_deref() == Some(steps::TRACED) {
        return steps::traced().await;
    }
    click::measure(CLICKS).await?;
    steps::count()?;
    arrival::measure(PUSHES).await
}
