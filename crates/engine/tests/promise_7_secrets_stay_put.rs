//! Promise 7: secrets stay in the keyring and in the two requests that need them.
//!
//! A canary stands in every place where a secret can enter. The whole flow runs at trace level,
//! faults included; afterwards the canary is in the vault and nowhere else.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

#[path = "support/said.rs"]
mod said;
mod support;

use bohao_engine::{Desk, Opening, Surroundings};
use bohao_sandbox::{CallState, Fault, FaultKind};
use bohao_secrets::{Slot, Vault};
use bohao_wire::{
    AccountQuery, CallId, CallQuery, CallsQuery, ChangeSettings, DeskQuery, Event, Examine,
    FetchRecording, Mutations, Pair, PlaceCall, Placed, Queries, ReadPairing, Secret, SetAccount,
    SyncNow,
};
use said::Said;
use secrecy::ExposeSecret;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use support::{OWN, open_guard};

const KEY: &str = "CANARY-app-key-7f3a";
const SECRET: &str = "CANARY-app-secret-91bd";

impl Said {
    fn note(&mut self, answer: &(impl Serialize + std::fmt::Debug)) {
        let json = serde_json::to_string(answer).unwrap();
        writeln!(self, "{json} {answer:?}").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promise_7_the_canary_is_nowhere_but_in_the_vault() {
    let mut said = Said::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(said.clone())
        .init();
    let platform = platform().await;
    let dir = tempfile::tempdir().unwrap();
    let relay_dir = tempfile::tempdir().unwrap();
    let relay = relay(relay_dir.path()).await;
    let seat = {
        let seats = relay.seats().clone();
        tokio::task::spawn_blocking(move || seats.add("office", 0).unwrap())
            .await
            .unwrap()
    };
    let link = seat.pairing.to_link().expose_secret().to_owned();
    let vault = Vault::in_memory();
    let around = Surroundings {
        vault: vault.clone(),
        environment: Arc::new(|_| None),
        // An endless recording is given up at the limit.
        platform: bohao_platform::Config {
            recording_limit: 4 * 1024 * 1024,
            ..bohao_platform::Config::default()
        },
        ..Surroundings::system_without_keyring(dir.path().to_owned())
    };
    let desk = open_guard(around.clone()).await;
    let mut events = desk.events();
    desk.start().await.unwrap();

    said.note(
        &desk
            .change_settings(ChangeSettings {
                call_url: Some(platform.url()),
                recording_url: Some(platform.url()),
                ..ChangeSettings::default()
            })
            .await,
    );
    said.note(
        &desk
            .set_account(SetAccount {
                app_key: Some(Secret::from(format!(" {KEY}\n"))),
                app_secret: Some(Secret::from(SECRET)),
                own_numbers: Some(vec![OWN.to_owned()]),
            })
            .await,
    );
    said.note(
        &desk
            .read_pairing(ReadPairing {
                link: Secret::from(link.as_str()),
            })
            .await,
    );
    said.note(
        &desk
            .pair(Pair {
                link: Secret::from(&link[..link.len() - 9]),
            })
            .await,
    );
    said.note(
        &desk
            .pair(Pair {
                link: Secret::from(link.as_str()),
            })
            .await,
    );

    for (number, name) in FaultKind::names().into_iter().enumerate() {
        let kind: FaultKind = name.parse().unwrap();
        let fault = Fault {
            delay: Some(Duration::from_millis(1)),
            ..kind.into()
        };
        platform.set_fault(fault, 1);
        let placed = place(&desk, &format!("1392210{number:04}")).await;
        said.note(&placed);
        if name.starts_with("recording-") {
            let call = recorded(&desk, &mut events, &mut said, number).await;
            said.note(&desk.fetch_recording(FetchRecording { call }).await);
        }
        while is_busy(&platform, &name) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        platform.clear_faults();
    }
    let last = 9999;
    said.note(&place(&desk, &format!("1392210{last}")).await);
    let call = recorded(&desk, &mut events, &mut said, last).await;
    said.note(&desk.sync_now(SyncNow { from_start: true }).await);
    said.note(
        &desk
            .fetch_recording(FetchRecording { call: call.clone() })
            .await,
    );
    said.note(&desk.examine(Examine {}).await);
    said.note(&desk.account(AccountQuery {}).await);
    said.note(&desk.desk(DeskQuery {}).await);
    said.note(&desk.calls(CallsQuery::default()).await);
    said.note(&desk.call(CallQuery { call }).await);
    // Wrong credentials, and a platform and a relay that are gone.
    platform.stop().await;
    relay.stop().await.unwrap();
    said.note(&place(&desk, "13922108888").await);
    said.note(&desk.sync_now(SyncNow::default()).await);
    said.note(&desk.examine(Examine {}).await);
    while let Ok(event) = events.try_recv() {
        said.note(&event);
    }
    desk.close().await;

    assert_eq!(
        vault.get(Slot::AppKey).unwrap().unwrap().expose_secret(),
        KEY
    );
    let read_token = vault.get(Slot::RelayToken).unwrap().unwrap();
    let push_url = vault.get(Slot::PushUrl).unwrap().unwrap();
    let push_token = push_url.expose_secret().rsplit('/').next().unwrap();
    let said = said.0.lock().unwrap().clone();
    assert!(
        said.len() > 10_000,
        "the flow said too little to prove anything"
    );
    for secret in [KEY, SECRET, read_token.expose_secret(), push_token] {
        assert_absent(&said, secret, "what was said");
        each_file(dir.path(), &mut |path, bytes| {
            assert_absent(bytes, secret, &path.display().to_string());
        });
        each_file(relay_dir.path(), &mut |path, bytes| {
            assert_absent(bytes, secret, &path.display().to_string());
        });
    }
}

/// Whether a call is under way, or a fault of pushes has not struck yet.
fn is_busy(platform: &bohao_sandbox::Running, fault: &str) -> bool {
    let ends = |call: &bohao_sandbox::Call| call.state == CallState::Ended;
    let waits = fault.starts_with("push-") && !platform.faults().is_empty();
    waits || !platform.calls().iter().all(ends)
}

async fn place(desk: &Desk, number: &str) -> Result<Placed, bohao_wire::Fault> {
    desk.place_call(PlaceCall {
        number: number.to_owned(),
        ..PlaceCall::default()
    })
    .await
}

async fn platform() -> bohao_sandbox::Running {
    bohao_sandbox::start(bohao_sandbox::Settings {
        app_key: KEY.into(),
        app_secret: SECRET.into(),
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

async fn relay(dir: &Path) -> bohao_relay::Running {
    let settings = bohao_relay::Settings::new(dir.join("relay.db"));
    bohao_relay::start(settings, "127.0.0.1:0".parse().unwrap())
        .await
        .unwrap()
}

/// Waits until the call to this customer has its record.
async fn recorded(
    desk: &Desk,
    events: &mut tokio::sync::broadcast::Receiver<Event>,
    said: &mut Said,
    number: usize,
) -> CallId {
    loop {
        let query = CallsQuery {
            search: format!("1392210{number:04}"),
            ..CallsQuery::default()
        };
        let page = desk.calls(query).await.unwrap();
        if let Some(row) = page.rows.iter().find(|row| row.status.is_some()) {
            return row.call.clone();
        }
        said.note(&events.recv().await.unwrap());
    }
}

fn each_file(dir: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_file(&path, look);
        } else {
            look(&path, &std::fs::read(&path).unwrap());
        }
    }
}

fn assert_absent(bytes: &[u8], secret: &str, place: &str) {
    let found = bytes
        .windows(secret.len())
        .position(|window| window == secret.as_bytes());
    if let Some(at) = found {
        let around = &bytes[at.saturating_sub(200)..(at + 40).min(bytes.len())];
        panic!(
            "{place} holds a secret: {}",
            String::from_utf8_lossy(around)
        );
    }
}

#[tokio::test]
async fn promise_7_an_environment_secret_is_shadowed_and_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let around = Surroundings {
        vault: Vault::in_memory()
            .with_overrides(|name| (name == "BOHAO_APP_SECRET").then(|| SECRET.to_owned())),
        environment: Arc::new(|_| None),
        // An endless recording is given up at the limit.
        platform: bohao_platform::Config {
            recording_limit: 4 * 1024 * 1024,
            ..bohao_platform::Config::default()
        },
        ..Surroundings::system_without_keyring(dir.path().to_owned())
    };
    let desk = Desk::open(around, Opening::Live).await.unwrap();
    let account = desk.account(AccountQuery {}).await.unwrap();
    assert_eq!(account.app_secret, bohao_wire::SecretOrigin::Environment);
    assert!(!serde_json::to_string(&account).unwrap().contains(SECRET));
}
