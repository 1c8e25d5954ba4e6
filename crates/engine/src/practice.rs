//! Practice: the whole product against a stand-in platform and a relay that live in this process.
//!
//! Nothing real can be reached from here: credentials are made up, the environment is not asked,
//! and the sandbox pushes to this machine only.

use crate::account::AccountBook;
use crate::faults;
use crate::preferences::{self, Topic};
use crate::surroundings::Clock;
use bohao_secrets::Vault;
use bohao_store::Store;
use bohao_wire::{Fault, FaultCode, GuardRules, Secret, SetAccount, Settings};
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

/// The own number of practice: an example of the platform's own kind, and nobody is rung by it.
const OWN_NUMBER: &str = "13800006620";
const SEAT: &str = "practice";

/// The stand-in platform and relay; both end when this is dropped.
pub struct Practice {
    sandbox: bohao_sandbox::Running,
    relay: bohao_relay::Running,
}

impl Practice {
    /// Starts both, and writes into this ground how to reach them.
    pub async fn begin(
        dir: &Path,
        clock: Clock,
        store: &Store,
        vault: &Vault,
    ) -> Result<Self, Fault> {
        let sandbox = bohao_sandbox::start(bohao_sandbox::Settings {
            clock: clock.clone(),
            ..bohao_sandbox::Settings::default()
        })
        .await
        .map_err(cannot_start)?;
        let (relay, pairing) = relay(dir, clock).await?;

        let book = AccountBook::new(store.clone(), vault.clone(), Arc::new(|_| None));
        book.set(SetAccount {
            app_key: Some(Secret::from(bohao_sandbox::Settings::APP_KEY)),
            app_secret: Some(Secret::from(bohao_sandbox::Settings::APP_SECRET)),
            own_numbers: Some(vec![OWN_NUMBER.to_owned()]),
        })
        .await?;
        book.pair(&Secret(pairing)).await?;
        let url = sandbox.url();
        preferences::change(store, Topic::Settings, move |settings: &mut Settings| {
            settings.call_url = Some(url.clone());
            settings.recording_url = Some(url);
        })
        .await?;
        all_day(store).await?;
        Ok(Practice { sandbox, relay })
    }

    /// The stand-in platform, so that a test can ask for faults.
    pub fn sandbox(&self) -> &bohao_sandbox::Running {
        &self.sandbox
    }

    /// Ends both.
    pub async fn end(self) {
        self.sandbox.stop().await;
        if let Err(error) = self.relay.stop().await {
            tracing::warn!(%error, "practice's relay did not end well");
        }
    }
}

/// A relay of its own, begun anew each time: what it held belongs to a sandbox that is gone.
async fn relay(dir: &Path, clock: Clock) -> Result<(bohao_relay::Running, SecretString), Fault> {
    let database = dir.join("relay.db");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(dir.join(format!("relay.db{ending}")));
    }
    let now = clock();
    let settings = bohao_relay::Settings {
        clock,
        ..bohao_relay::Settings::new(database)
    };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let relay = bohao_relay::start(settings, listen)
        .await
        .map_err(cannot_start)?;
    let seats = relay.seats().clone();
    let seat = tokio::task::spawn_blocking(move || seats.add(SEAT, now))
        .await
        .map_err(cannot_start)?
        .map_err(cannot_start)?;
    Ok((relay, seat.pairing.to_link()))
}

/// Nobody can be woken by practice, so its guard knows no hours until the user sets some.
async fn all_day(store: &Store) -> Result<(), Fault> {
    store
        .write(|tx| {
            if tx.settings().get(Topic::Guard.key())?.is_some() {
                return Ok(());
            }
            let rules = GuardRules {
                hours: "00:00-24:00".to_owned(),
                ..GuardRules::default()
            };
            tx.settings()
                .set(Topic::Guard.key(), &preferences::encoded(&rules))
        })
        .await
        .map_err(faults::of_store)
}

fn cannot_start(problem: impl std::fmt::Display) -> Fault {
    Fault::new(
        FaultCode::Internal,
        format!("practice could not start: {problem}"),
    )
}
