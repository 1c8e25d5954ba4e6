//! Once around the whole loop: a marked record is pushed to the seat as the platform pushes, and read
//! back as the desk reads. It is no call's, and every desk passes over it.

use super::{bad, doubtful, good, skipped, trouble};
use crate::account::{AccountBook, RelaySeat};
use crate::faults;
use bohao_relay_api::{Legs, PairingLink, PushTestError, check_address, push_test};
use bohao_wire::{Advice, Check, Fault, Finding, Found};
use std::time::Duration;

/// Goes around, if there is a relay and a push address; `nonce` differs from check to check.
pub(super) async fn go(book: &AccountBook, nonce: &str) -> Finding {
    let link = match link(book).await {
        Ok(Ok(link)) => link,
        Ok(Err(finding)) => return finding,
        Err(fault) => return skipped(Check::Loop, Found::Fault { fault }),
    };
    match push_test(&link, nonce).await {
        Ok(legs) => good(Check::Loop, told(legs)),
        Err(error) => failed(error),
    }
}

/// The two ends of the loop, or what is said where one is missing.
async fn link(book: &AccountBook) -> Result<Result<PairingLink, Finding>, Fault> {
    let Some(RelaySeat { url, token }) = book.relay().await? else {
        return Ok(Err(skipped(Check::Loop, Found::NoRelay)));
    };
    let Some(push) = book.push_url().await? else {
        let finding = doubtful(Check::Loop, Found::NoPushAddress, Advice::RenewPairing);
        return Ok(Err(finding));
    };
    Ok(match check_address(&url) {
        Ok(relay) => Ok(PairingLink {
            relay,
            push,
            read: token,
        }),
        Err(error) => Err(bad(Check::Loop, trouble(&error), Advice::RenewPairing)),
    })
}

fn told(legs: Legs) -> Found {
    Found::WentAround {
        asked_ms: milliseconds(legs.asked),
        pushed_ms: milliseconds(legs.pushed),
        arrived_ms: milliseconds(legs.arrived),
    }
}

fn failed(error: PushTestError) -> Finding {
    match error {
        // The check before this one has said of it what there is to say.
        PushTestError::Asking(error) => {
            let fault = faults::of_relay(error);
            skipped(Check::Loop, Found::Fault { fault })
        }
        PushTestError::Reading(error) => {
            let fault = faults::of_relay(error);
            bad(Check::Loop, Found::Fault { fault }, Advice::AskOperator)
        }
        PushTestError::NoAnswer => bad(Check::Loop, Found::PushUnanswered, Advice::CheckNetwork),
        // The relay takes pushes from the platform's machines alone, which this is none of.
        PushTestError::Refused(403) => skipped(Check::Loop, Found::PushRefused { status: 403 }),
        PushTestError::Refused(404) => bad(
            Check::Loop,
            Found::PushRefused { status: 404 },
            Advice::RenewPairing,
        ),
        PushTestError::Refused(status) => bad(
            Check::Loop,
            Found::PushRefused { status },
            Advice::AskOperator,
        ),
        PushTestError::DidNotArrive => {
            bad(Check::Loop, Found::PushDidNotArrive, Advice::AskOperator)
        }
        error @ (PushTestError::PushAddress | PushTestError::NotARelay) => {
            bad(Check::Loop, trouble(&error), Advice::RenewPairing)
        }
    }
}

fn milliseconds(leg: Duration) -> u64 {
    u64::try_from(leg.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_relay_api::RelayError;
    use bohao_wire::Verdict;
    use rstest::rstest;

    #[rstest]
    #[case::gone(PushTestError::NoAnswer, Verdict::Bad, Some(Advice::CheckNetwork))]
    #[case::listed_machines_only(PushTestError::Refused(403), Verdict::Skipped, None)]
    #[case::rotated_long_ago(PushTestError::Refused(404), Verdict::Bad, Some(Advice::RenewPairing))]
    #[case::full_disk(PushTestError::Refused(503), Verdict::Bad, Some(Advice::AskOperator))]
    #[case::another_server(PushTestError::NotARelay, Verdict::Bad, Some(Advice::RenewPairing))]
    #[case::another_seat(PushTestError::DidNotArrive, Verdict::Bad, Some(Advice::AskOperator))]
    #[case::told_before(
        PushTestError::Asking(RelayError::Unauthorized),
        Verdict::Skipped,
        None
    )]
    fn each_way_to_fail_has_its_word(
        #[case] error: PushTestError,
        #[case] verdict: Verdict,
        #[case] advice: Option<Advice>,
    ) {
        let finding = failed(error);
        assert_eq!((finding.verdict, finding.advice), (verdict, advice));
        assert!(!finding.found.is_empty());
    }
}
