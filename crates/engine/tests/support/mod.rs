//! A desk in a folder of its own, with a strict stand-in platform beside it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses its own part of this, and says by a panic that it can't go on"
)]

#[cfg(target_os = "linux")]
#[path = "../../src/small_disk.rs"]
pub mod small_disk;

use bohao_engine::{Desk, Opening, Surroundings};
use bohao_secrets::Vault;
use bohao_wire::{CallId, CallRow, CallsQuery, Mutations, PlaceCall, Placed, Queries, SetGuard};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub const OWN: &str = "13800006620";
pub const CUSTOMER: &str = "13922104471";

/// A stand-in platform whose calls are over at once.
pub async fn platform() -> bohao_sandbox::Running {
    bohao_sandbox::start(bohao_sandbox::Settings {
        magic_numbers: false,
        timing: bohao_sandbox::Timing {
            ring: Duration::ZERO,
            talk: Duration::ZERO,
            ..bohao_sandbox::Timing::default()
        },
        ..bohao_sandbox::Settings::default()
    })
    .await
    .unwrap()
}

/// What a desk needs to reach a platform, told by the environment alone.
pub fn around(dir: &Path, platform: &str) -> Surroundings {
    let vars: HashMap<&str, String> = HashMap::from([
        ("BOHAO_CALL_URL", platform.to_owned()),
        ("BOHAO_RECORDING_URL", platform.to_owned()),
        ("BOHAO_TEL_A", OWN.to_owned()),
        ("BOHAO_APP_KEY", bohao_sandbox::Settings::APP_KEY.to_owned()),
        (
            "BOHAO_APP_SECRET",
            bohao_sandbox::Settings::APP_SECRET.to_owned(),
        ),
    ]);
    let told = vars.clone();
    let made = AtomicU64::new(0);
    let system = Surroundings::system_without_keyring(dir.to_owned());
    Surroundings {
        vault: Vault::in_memory().with_overrides(move |name| told.get(name).cloned()),
        environment: Arc::new(move |name| vars.get(name).cloned()),
        ids: Arc::new(move |now| {
            CallId(format!(
                "{now:016x}-{:08}",
                made.fetch_add(1, Ordering::Relaxed)
            ))
        }),
        ..system
    }
}

/// A desk whose guard lets everything through.
pub async fn open_guard(around: Surroundings) -> Desk {
    let desk = Desk::open(around, Opening::Live).await.unwrap();
    desk.set_guard(SetGuard {
        hours: Some("00:00-24:00".to_owned()),
        gap: Some(0),
        per_5min: Some(0),
        per_24h: Some(0),
        per_day: Some(0),
        reason: "a test dials at any hour".to_owned(),
        ..SetGuard::default()
    })
    .await
    .unwrap();
    desk
}

pub async fn dial(desk: &Desk, number: &str) -> Placed {
    desk.place_call(PlaceCall {
        number: number.to_owned(),
        ..PlaceCall::default()
    })
    .await
    .unwrap()
}

pub async fn log(desk: &Desk) -> Vec<CallRow> {
    let mut rows = Vec::new();
    loop {
        let query = CallsQuery {
            limit: 1000,
            offset: u32::try_from(rows.len()).unwrap(),
            ..CallsQuery::default()
        };
        let page = desk.calls(query).await.unwrap();
        rows.extend(page.rows);
        if rows.len() as u64 >= page.total {
            return rows;
        }
    }
}
