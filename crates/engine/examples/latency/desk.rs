//! A desk in a folder of its own, set up by its environment alone.

use anyhow::{Result, anyhow};
use bohao_engine::{Desk, Opening, Surroundings};
use bohao_secrets::Vault;
use bohao_wire::{Fault, Mutations, SetGuard};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// The salesperson's own number.
pub const OWN: &str = "13800006620";
/// The account at the platform.
pub const APP_KEY: &str = "bench-key";
/// Its secret.
pub const APP_SECRET: &str = "bench-secret";

/// The environment of a desk.
pub type Told = HashMap<&'static str, String>;

/// Opens a desk that works by itself and whose guard lets everything through.
pub async fn open(folder: &Path, told: Told) -> Result<Desk> {
    let told = Arc::new(Told::from_iter(
        [
            ("BOHAO_TEL_A", OWN),
            ("BOHAO_APP_KEY", APP_KEY),
            ("BOHAO_APP_SECRET", APP_SECRET),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .chain(told),
    ));
    let secrets = told.clone();
    let around = Surroundings {
        vault: Vault::in_memory().with_overrides(move |name| secrets.get(name).cloned()),
        environment: Arc::new(move |name| told.get(name).cloned()),
        ..Surroundings::apart(folder.to_owned())
    };
    let desk = Desk::open(around, Opening::Live).await.map_err(plain)?;
    let open_guard = SetGuard {
        hours: Some("00:00-24:00".to_owned()),
        gap: Some(0),
        per_5min: Some(0),
        per_24h: Some(0),
        per_day: Some(0),
        reason: "a measurement dials at any hour".to_owned(),
        ..SetGuard::default()
    };
    desk.set_guard(open_guard).await.map_err(plain)?;
    desk.start().await.map_err(plain)?;
    Ok(desk)
}

/// A fault as an error of this program.
pub fn plain(fault: Fault) -> anyhow::Error {
    anyhow!("{:?}: {}", fault.code, fault.message)
}
