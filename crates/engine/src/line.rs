//! The way to the platform: its client, the credentials and the push address, made when they are
//! first needed and made anew when the account changes.
//!
//! They stay in memory between two dials, so that a click need not wait for the keyring.

use crate::account::AccountBook;
use crate::surroundings::Clock;
use crate::true_clock::TrueClock;
use bohao_platform::{Config, Credentials, DialOutcome, DialRequest, Dialect, Platform};
use bohao_platform::{RangeFrom, Recording, RecordingError};
use bohao_wire::{Fault, FaultCode, LineState};
use secrecy::SecretString;
use std::sync::{Arc, PoisonError, RwLock};
use url::Url;

/// The platform with the account's credentials.
#[derive(Clone)]
pub struct Line {
    book: AccountBook,
    clock: Clock,
    true_clock: TrueClock,
    documented: Config,
    ready: Arc<RwLock<Option<Arc<Ready>>>>,
    state: Arc<RwLock<LineState>>,
}

/// A client that can be asked at once.
pub struct Ready {
    /// The client.
    pub platform: Platform,
    /// What it identifies itself with.
    pub credentials: Credentials,
    /// The address that it shall push records to.
    pub push_url: Option<SecretString>,
}

impl Line {
    /// A line on this account. `true_clock` learns the platform's time from its answers; `documented` holds
    /// where the account's settings say nothing.
    pub fn new(book: AccountBook, clock: Clock, true_clock: TrueClock, documented: Config) -> Self {
        Line {
            book,
            clock,
            true_clock,
            documented,
            ready: Arc::default(),
            state: Arc::new(RwLock::new(LineState::Untried)),
        }
    }

    /// Forgets client and credentials: the account or the settings changed.
    pub fn renew(&self) {
        *self.ready.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.note(LineState::Untried);
    }

    /// The platform as its last answer showed it.
    pub fn state(&self) -> LineState {
        *self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client with its credentials.
    ///
    /// # Errors
    /// `NotSetUp` without credentials, `BadInput` with an address that can't be used,
    /// `KeyringFailed` if the keyring does not hand them out.
    pub async fn ready(&self) -> Result<Arc<Ready>, Fault> {
        let known = self
            .ready
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(ready) = known {
            return Ok(ready);
        }
        let ready = Arc::new(Ready {
            credentials: self.book.credentials().await?,
            push_url: self.book.push_url().await?,
            platform: self.client().await?,
        });
        *self.ready.write().unwrap_or_else(PoisonError::into_inner) = Some(ready.clone());
        Ok(ready)
    }

    /// Sends one dial. `may_repeat` is asked with the true time before the one repeat there is.
    pub async fn dial(
        &self,
        ready: &Ready,
        request: &DialRequest,
        may_repeat: &(dyn Fn(i64) -> bool + Send + Sync),
    ) -> DialOutcome {
        let outcome = ready
            .platform
            .dial_if(&ready.credentials, request, &*self.clock, may_repeat)
            .await;
        self.note(match outcome {
            DialOutcome::NotSent { .. } | DialOutcome::Unknown { .. } => LineState::Unreachable,
            DialOutcome::Accepted { .. } | DialOutcome::Refused(_) => LineState::Answering,
        });
        outcome
    }

    /// Asks for a recording.
    pub async fn recording(
        &self,
        ready: &Ready,
        subid: &str,
        range: Option<RangeFrom>,
    ) -> Result<Recording, RecordingError> {
        let answer = ready
            .platform
            .recording(&ready.credentials, subid, &*self.clock, range)
            .await;
        if answer.is_ok() {
            let news = self.true_clock.news(ready.platform.clock_offset_ms());
            self.true_clock.learn(news);
        }
        self.note(match answer {
            Err(RecordingError::Unreachable(_)) => LineState::Unreachable,
            _ => LineState::Answering,
        });
        answer
    }

    /// A client of its own with another dialect, for the connection check.
    ///
    /// # Errors
    /// As [`Line::ready`].
    pub async fn client_speaking(&self, dialect: Dialect) -> Result<Platform, Fault> {
        let config = Config {
            dialect,
            ..self.config().await?
        };
        Platform::new(config).map_err(|problem| unusable("call_url", &problem))
    }

    async fn client(&self) -> Result<Platform, Fault> {
        Platform::new(self.config().await?).map_err(|problem| unusable("call_url", &problem))
    }

    async fn config(&self) -> Result<Config, Fault> {
        let addresses = self.book.addresses().await?;
        let documented = self.documented.clone();
        Ok(Config {
            call_url: address("call_url", addresses.call_url, documented.call_url)?,
            recording_url: address(
                "recording_url",
                addresses.recording_url,
                documented.recording_url,
            )?,
            dialect: addresses.dialect,
            ..documented
        })
    }

    fn note(&self, state: LineState) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

fn address(field: &str, given: Option<String>, documented: Url) -> Result<Url, Fault> {
    let Some(text) = given else {
        return Ok(documented);
    };
    let url = Url::parse(text.trim()).map_err(|problem| unusable(field, &problem))?;
    bohao_platform::check_base(&url).map_err(|problem| unusable(field, &problem))?;
    Ok(url)
}

fn unusable(field: &str, problem: &dyn std::fmt::Display) -> Fault {
    Fault::new(
        FaultCode::BadInput,
        format!("the platform's address can't be used: {problem}"),
    )
    .with("field", field)
}
