//! The connection check: what was tried, what came back, what to do. It places no call.
//!
//! The platform is asked for a recording that does not exist: "no such data" proves credentials,
//! signature and clock at once. If only the signature is refused, the other dialects are tried.

mod around;

use crate::account::{self, AccountBook, RelaySeat};
use crate::faults;
use crate::line::Line;
use crate::surroundings::Clock;
use bohao_platform::{Class, Platform, RecordingError};
use bohao_relay_api::{RelayClient, RelayError};
use bohao_store::Store;
use bohao_wire::{
    Account, Advice, BodyStyle, Check, Custody, Dialect, DigestCase, Examination, Finding, Found,
    LowerCase, SecretOrigin, TimestampUnit, Verdict,
};
use std::path::Path;

/// A subid in the platform's own form that no call bears.
const NO_SUCH_CALL: &str = "00000000000000000000000000000000";
/// More than this is worth telling, in milliseconds; the platform's own tolerance is unknown.
const DRIFT_WORTH_TELLING_MS: i64 = 60_000;

/// What the check looks at.
pub struct Examiner<'a> {
    /// The account.
    pub book: &'a AccountBook,
    /// The way to the platform.
    pub line: &'a Line,
    /// The database.
    pub store: &'a Store,
    /// Where recordings are kept.
    pub recordings_dir: &'a Path,
    /// The hour.
    pub clock: &'a Clock,
    /// Differs from check to check, so that none takes another's record for its own.
    pub nonce: &'a str,
}

impl Examiner<'_> {
    /// Makes all checks, each on its own: one that fails does not keep the next from being made.
    pub async fn examine(&self) -> Examination {
        let account = self.book.view().await.ok();
        let mut findings = vec![
            keyring(account.as_ref()),
            self.database().await,
            recordings_folder(self.recordings_dir),
            set_up(account.as_ref()),
        ];
        findings.extend(self.platform().await);
        findings.push(self.relay().await);
        findings.push(around::go(self.book, self.nonce).await);
        Examination { findings }
    }

    async fn database(&self) -> Finding {
        match self
            .store
            .read(|db| db.calls().total(&bohao_wire::CallsQuery::default()))
            .await
        {
            Ok(count) => good(Check::Database, Found::Calls { count }),
            Err(error) => bad(Check::Database, trouble(&error), Advice::RestoreBackup),
        }
    }

    async fn platform(&self) -> Vec<Finding> {
        let ready = match self.line.ready().await {
            Ok(ready) => ready,
            Err(fault) => {
                return vec![
                    skipped(Check::Platform, Found::Fault { fault }),
                    skipped(Check::Clock, Found::NotAsked),
                ];
            }
        };
        let answer = self
            .line
            .recording(&ready, NO_SUCH_CALL, None)
            .await
            .map(drop);
        let finding = match verdict_on(&answer) {
            Answer::Known => good(Check::Platform, Found::Taken),
            Answer::Unreachable => bad(Check::Platform, Found::Unreachable, Advice::CheckNetwork),
            Answer::Signature => self.dialects(&ready.platform, &ready.credentials).await,
            Answer::Credentials => bad(
                Check::Platform,
                Found::UnknownCredentials,
                Advice::ReenterCredentials,
            ),
            Answer::Clock => bad(Check::Platform, Found::ClockRefused, Advice::SetClock),
            Answer::Other(what) => bad(Check::Platform, what, Advice::AskPlatform),
        };
        vec![finding, drift(ready.platform.clock_offset_ms())]
    }

    /// The signature was refused: perhaps this customer's platform speaks another dialect.
    async fn dialects(&self, now: &Platform, credentials: &bohao_platform::Credentials) -> Finding {
        for dialect in other_dialects(now.config().dialect) {
            let speaking = account::dialect(dialect);
            let Ok(platform) = self.line.client_speaking(speaking).await else {
                continue;
            };
            let answer = platform
                .recording(credentials, NO_SUCH_CALL, &**self.clock, None)
                .await
                .map(drop);
            if matches!(verdict_on(&answer), Answer::Known) {
                let found = Found::OtherDialect { dialect };
                return bad(Check::Platform, found, Advice::ChangeDialect);
            }
        }
        bad(
            Check::Platform,
            Found::NoDialect,
            Advice::ReenterCredentials,
        )
    }

    async fn relay(&self) -> Finding {
        let seat = match self.book.relay().await {
            Ok(Some(seat)) => seat,
            Ok(None) => return doubtful(Check::Relay, Found::NoRelay, Advice::PairRelay),
            Err(fault) => return skipped(Check::Relay, Found::Fault { fault }),
        };
        match status(seat).await {
            Ok(records) => good(Check::Relay, Found::Relay { records }),
            Err(error) => {
                let advice = match error {
                    RelayError::Unauthorized | RelayError::MalformedToken => Advice::RenewPairing,
                    RelayError::Unexpected(_) | RelayError::Address(_) => Advice::RenewPairing,
                    _ => Advice::CheckNetwork,
                };
                let fault = faults::of_relay(error);
                bad(Check::Relay, Found::Fault { fault }, advice)
            }
        }
    }
}

async fn status(seat: RelaySeat) -> Result<i64, RelayError> {
    Ok(RelayClient::new(&seat.url, seat.token)?
        .status()
        .await?
        .head)
}

/// What the answer to the impossible question proves.
enum Answer {
    Known,
    Unreachable,
    Signature,
    Credentials,
    Clock,
    Other(Found),
}

fn verdict_on(answer: &Result<(), RecordingError>) -> Answer {
    match answer {
        // A recording of a call that never was would be strange, but it proves the way.
        Ok(()) | Err(RecordingError::NotReady { .. }) => Answer::Known,
        Err(RecordingError::Refused(refusal)) => match (refusal.code, refusal.class) {
            (1004, _) => Answer::Signature,
            (1005, _) => Answer::Credentials,
            (1006, _) => Answer::Clock,
            // Whatever it says of the call, it has taken who asks.
            (_, Class::NothingThere | Class::Input | Class::Business) => Answer::Known,
            (code, _) => Answer::Other(Found::Code { code }),
        },
        Err(RecordingError::Unreachable(_) | RecordingError::TimedOut) => Answer::Unreachable,
        Err(other) => Answer::Other(trouble(other)),
    }
}

/// Every dialect with the same body, but the one that is spoken.
fn other_dialects(spoken: bohao_platform::Dialect) -> Vec<Dialect> {
    let mut all = Vec::new();
    for body in [BodyStyle::Form, BodyStyle::Json] {
        for timestamp in [TimestampUnit::Seconds, TimestampUnit::Milliseconds] {
            for lower_case in [LowerCase::Keys, LowerCase::KeysAndValues] {
                for digest in [DigestCase::Lower, DigestCase::Upper] {
                    all.push(Dialect {
                        body,
                        timestamp,
                        lower_case,
                        digest,
                    });
                }
            }
        }
    }
    all.retain(|dialect| {
        let dialect = account::dialect(*dialect);
        dialect.body == spoken.body && dialect != spoken
    });
    all
}

fn keyring(account: Option<&Account>) -> Finding {
    match account.map(|account| &account.custody) {
        Some(Custody::Keyring) => good(Check::Keyring, Found::Keyring),
        Some(Custody::Practice) => skipped(Check::Keyring, Found::Practice),
        Some(Custody::SessionOnly { reason }) => {
            let reason = reason.clone();
            let found = Found::SessionOnly { reason };
            doubtful(Check::Keyring, found, Advice::StartKeyring)
        }
        None => bad(Check::Keyring, Found::KeyringSilent, Advice::StartKeyring),
    }
}

fn set_up(account: Option<&Account>) -> Finding {
    let Some(account) = account else {
        return skipped(Check::Account, Found::KeyringSilent);
    };
    let parts: Vec<String> = [
        ("app_key", account.app_key == SecretOrigin::Unset),
        ("app_secret", account.app_secret == SecretOrigin::Unset),
        ("own_number", account.own_numbers.is_empty()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(name, _)| name.to_owned())
    .collect();
    if parts.is_empty() {
        return good(Check::Account, Found::SetUp);
    }
    let found = Found::Missing { parts };
    bad(Check::Account, found, Advice::EnterCredentials)
}

fn recordings_folder(dir: &Path) -> Finding {
    let probe = std::fs::create_dir_all(dir).and_then(|()| tempfile::tempfile_in(dir));
    match probe {
        Ok(_) => good(Check::RecordingsFolder, Found::Writable),
        Err(error) => {
            let fault = faults::of_disk(&error, dir);
            let found = Found::Fault { fault };
            bad(Check::RecordingsFolder, found, Advice::ChooseFolder)
        }
    }
}

fn drift(offset_ms: i64) -> Finding {
    let found = Found::Drift {
        seconds: offset_ms / 1000,
    };
    if offset_ms.abs() > DRIFT_WORTH_TELLING_MS {
        return doubtful(Check::Clock, found, Advice::SetClock);
    }
    good(Check::Clock, found)
}

fn trouble(error: &dyn std::fmt::Display) -> Found {
    Found::Trouble {
        reason: error.to_string(),
    }
}

fn good(check: Check, what: Found) -> Finding {
    Finding::new(check, Verdict::Good, what, None)
}

fn doubtful(check: Check, what: Found, advice: Advice) -> Finding {
    Finding::new(check, Verdict::Doubtful, what, Some(advice))
}

fn bad(check: Check, what: Found, advice: Advice) -> Finding {
    Finding::new(check, Verdict::Bad, what, Some(advice))
}

fn skipped(check: Check, what: Found) -> Finding {
    Finding::new(check, Verdict::Skipped, what, None)
}
