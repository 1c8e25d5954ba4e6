//! Playing a call that was taken, and pushing its record.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::time::sleep;
use url::Url;

use crate::exchange::{Call, PushAttempt};
use crate::fault::{FaultKind, Stage};
use crate::outcome::Outcome;
use crate::record::{self, Push};
use crate::server::Sandbox;

const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// Rings, talks, ends, pushes. Without a return_url there is nobody to push to.
pub(crate) async fn play(
    sandbox: &Sandbox,
    index: usize,
    outcome: Outcome,
    return_url: Option<Url>,
) {
    let timing = sandbox.settings.timing;
    sleep(timing.ring).await;
    if outcome == Outcome::Connected {
        sandbox.exchange.talk(index);
        sleep(timing.talk).await;
    }
    let call = sandbox.exchange.end(index, sandbox.now());

    if let Some(return_url) = return_url {
        report(sandbox, index, &call, &return_url).await;
    }
}

async fn report(sandbox: &Sandbox, index: usize, call: &Call, return_url: &Url) {
    let spelling = sandbox.settings.spelling;
    let link = sandbox.recording_link(&call.subid);
    let record = record::push(call, &link, sandbox.billed_seconds(), spelling);

    let armed = sandbox.faults.strike(Stage::Push);
    let own = || sandbox.exchange.strike(index, Stage::Push).map(Into::into);
    let Some(fault) = armed.or_else(own) else {
        deliver(sandbox, index, &record, return_url).await;
        return;
    };

    match fault.kind {
        FaultKind::PushNever => {}
        FaultKind::PushUnreadable => {
            let garbage = record::unreadable(spelling.shape);
            deliver(sandbox, index, &garbage, return_url).await;
        }
        FaultKind::PushOutOfOrder => {
            let overtaken = sandbox.exchange.overtaken(index);
            // Without a later call it comes all the same.
            let _ = tokio::time::timeout(fault.delay(), overtaken).await;
            deliver(sandbox, index, &record, return_url).await;
        }
        FaultKind::PushLate => {
            sleep(fault.delay()).await;
            deliver(sandbox, index, &record, return_url).await;
        }
        FaultKind::PushDoubled => {
            deliver(sandbox, index, &record, return_url).await;
            attempt(sandbox, index, &record, return_url).await;
        }
        // Faults of the other stages never strike here.
        _ => {}
    }
}

/// Tries until a 2xx comes, then never again.
async fn deliver(sandbox: &Sandbox, index: usize, push: &Push, return_url: &Url) {
    let timing = sandbox.settings.timing;
    let mut pause = timing.push_backoff;
    for tried in 1..=timing.push_attempts {
        if attempt(sandbox, index, push, return_url).await {
            sandbox.exchange.delivered(index);
            return;
        }
        if tried < timing.push_attempts {
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_BACKOFF);
        }
    }
    tracing::warn!(attempts = timing.push_attempts, "a record was never taken");
}

/// Whether it was taken.
async fn attempt(sandbox: &Sandbox, index: usize, push: &Push, return_url: &Url) -> bool {
    let answer = sandbox
        .client
        .post(return_url.clone())
        .header(CONTENT_TYPE, push.content_type)
        .body(push.body.clone())
        .send()
        .await;
    let status = answer.ok().map(|answer| answer.status());
    let attempt = PushAttempt {
        at: sandbox.now(),
        status: status.map(|status| status.as_u16()),
    };
    sandbox.exchange.tried(index, attempt);
    status.is_some_and(|status| status.is_success())
}
