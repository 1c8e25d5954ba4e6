//! The connection check: what was tried, what came back, what to do. It places no call.
//!
//! The platform is asked for a recording that does not exist: "no such data" proves credentials,
//! signature and clock at once. If only the signature is refused, the other dialects are tried.

use crate::account::{AccountBook, RelaySeat};
use crate::line::Line;
use crate::surroundings::Clock;
use bohao_platform::{
    Class, Dialect, DigestCase, LowerCase, Platform, RecordingError, TimestampUnit,
};
use bohao_relay_api::{RelayClient, RelayError};
use bohao_store::Store;
use bohao_wire::{Account, Advice, Check, Custody, Examination, Finding, SecretOrigin, Verdict};
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
        Examination { findings }
    }

    async fn database(&self) -> Finding {
        match self
            .store
            .read(|db| db.calls().total(&bohao_wire::CallsQuery::default()))
            .await
        {
            Ok(calls) => good(
                Check::Database,
                format!("it holds {calls} calls and answers"),
            ),
            Err(error) => bad(Check::Database, error.to_string(), Advice::RestoreBackup),
        }
    }

    async fn platform(&self) -> Vec<Finding> {
        let ready = match self.line.ready().await {
            Ok(ready) => ready,
            Err(fault) => {
                return vec![
                    skipped(Check::Platform, fault.message),
                    skipped(Check::Clock, "the platform was not asked"),
                ];
            }
        };
        let answer = self
            .line
            .recording(&ready, NO_SUCH_CALL, None)
            .await
            .map(drop);
        let finding = match verdict_on(&answer) {
            Answer::Known => good(Check::Platform, "it takes credentials and signature"),
            Answer::Unreachable => {
                bad(Check::Platform, "it can't be reached", Advice::CheckNetwork)
            }
            Answer::Signature => self.dialects(&ready.platform, &ready.credentials).await,
            Answer::Credentials => bad(
                Check::Platform,
                "it does not know these credentials (code 1005)",
                Advice::ReenterCredentials,
            ),
            Answer::Clock => bad(
                Check::Platform,
                "it refuses the clock (code 1006)",
                Advice::SetClock,
            ),
            Answer::Other(words) => bad(Check::Platform, words, Advice::AskPlatform),
        };
        vec![finding, drift(ready.platform.clock_offset_ms())]
    }

    /// The signature was refused: perhaps this customer's platform speaks another dialect.
    async fn dialects(&self, now: &Platform, credentials: &bohao_platform::Credentials) -> Finding {
        let spoken = now.config().dialect;
        for dialect in other_dialects(spoken) {
            let Ok(platform) = self.line.client_speaking(dialect).await else {
                continue;
            };
            let answer = platform
                .recording(credentials, NO_SUCH_CALL, &**self.clock, None)
                .await
                .map(drop);
            if matches!(verdict_on(&answer), Answer::Known) {
                let found = format!(
                    "the signature is taken with timestamps in {}, {} lower-cased, the digest in {} case",
                    match dialect.timestamp {
                        TimestampUnit::Seconds => "seconds",
                        TimestampUnit::Milliseconds => "milliseconds",
                    },
                    match dialect.lower_case {
                        LowerCase::Keys => "keys",
                        LowerCase::KeysAndValues => "keys and values",
                    },
                    match dialect.digest {
                        DigestCase::Lower => "lower",
                        DigestCase::Upper => "upper",
                    }
                );
                return bad(Check::Platform, found, Advice::ChangeDialect);
            }
        }
        bad(
            Check::Platform,
            "it takes the signature in no dialect (code 1004): the appSecret may be wrong",
            Advice::ReenterCredentials,
        )
    }

    async fn relay(&self) -> Finding {
        let seat = match self.book.relay().await {
            Ok(Some(seat)) => seat,
            Ok(None) => {
                let found = "there is none: records do not arrive by themselves".to_owned();
                return finding(
                    Check::Relay,
                    Verdict::Doubtful,
                    found,
                    Some(Advice::PairRelay),
                );
            }
            Err(fault) => return skipped(Check::Relay, fault.message),
        };
        match status(seat).await {
            Ok(head) => good(
                Check::Relay,
                format!("it answers and has received {head} records"),
            ),
            Err(error) => {
                let advice = match error {
                    RelayError::Unauthorized | RelayError::MalformedToken => Advice::RenewPairing,
                    RelayError::Unexpected(_) | RelayError::Address(_) => Advice::RenewPairing,
                    _ => Advice::CheckNetwork,
                };
                bad(Check::Relay, error.to_string(), advice)
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
    Other(String),
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
            (code, _) => Answer::Other(format!("it answered code {code}")),
        },
        Err(RecordingError::Unreachable(_) | RecordingError::TimedOut) => Answer::Unreachable,
        Err(other) => Answer::Other(other.to_string()),
    }
}

fn other_dialects(spoken: Dialect) -> Vec<Dialect> {
    let mut all = Vec::new();
    for timestamp in [TimestampUnit::Seconds, TimestampUnit::Milliseconds] {
        for lower_case in [LowerCase::Keys, LowerCase::KeysAndValues] {
            for digest in [DigestCase::Lower, DigestCase::Upper] {
                all.push(Dialect {
                    timestamp,
                    lower_case,
                    digest,
                    ..spoken
                });
            }
        }
    }
    all.retain(|dialect| *dialect != spoken);
    all
}

fn keyring(account: Option<&Account>) -> Finding {
    match account.map(|account| &account.custody) {
        Some(Custody::Keyring) => good(Check::Keyring, "secrets are kept in the system's keyring"),
        Some(Custody::Practice) => skipped(Check::Keyring, "practice keeps no secrets"),
        Some(Custody::SessionOnly { reason }) => {
            let found = format!("secrets last until the program ends: {reason}");
            finding(
                Check::Keyring,
                Verdict::Doubtful,
                found,
                Some(Advice::StartKeyring),
            )
        }
        None => bad(
            Check::Keyring,
            "the keyring does not answer",
            Advice::StartKeyring,
        ),
    }
}

fn set_up(account: Option<&Account>) -> Finding {
    let Some(account) = account else {
        return skipped(Check::Account, "the keyring does not answer");
    };
    let missing: Vec<&str> = [
        ("appKey", account.app_key == SecretOrigin::Unset),
        ("appSecret", account.app_secret == SecretOrigin::Unset),
        ("own number", account.own_numbers.is_empty()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect();
    if missing.is_empty() {
        return good(Check::Account, "appKey, appSecret and own number are set");
    }
    bad(
        Check::Account,
        format!("missing: {}", missing.join(", ")),
        Advice::EnterCredentials,
    )
}

fn recordings_folder(dir: &Path) -> Finding {
    let probe = std::fs::create_dir_all(dir).and_then(|()| tempfile::tempfile_in(dir));
    match probe {
        Ok(_) => good(Check::RecordingsFolder, "it can be written"),
        Err(error) => bad(
            Check::RecordingsFolder,
            format!("it can't be written: {error}"),
            Advice::ChooseFolder,
        ),
    }
}

fn drift(offset_ms: i64) -> Finding {
    let found = format!("{} s from the platform's", offset_ms / 1000);
    if offset_ms.abs() > DRIFT_WORTH_TELLING_MS {
        return finding(
            Check::Clock,
            Verdict::Doubtful,
            found,
            Some(Advice::SetClock),
        );
    }
    good(Check::Clock, found)
}

fn good(check: Check, found: impl Into<String>) -> Finding {
    finding(check, Verdict::Good, found, None)
}

fn bad(check: Check, found: impl Into<String>, advice: Advice) -> Finding {
    finding(check, Verdict::Bad, found, Some(advice))
}

fn skipped(check: Check, found: impl Into<String>) -> Finding {
    finding(check, Verdict::Skipped, found, None)
}

fn finding(
    check: Check,
    verdict: Verdict,
    found: impl Into<String>,
    advice: Option<Advice>,
) -> Finding {
    Finding {
        check,
        verdict,
        found: found.into(),
        advice,
    }
}
