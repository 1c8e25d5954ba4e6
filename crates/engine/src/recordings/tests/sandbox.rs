//! Against the stand-in platform, signatures and all.

use super::*;
use bohao_platform::{DialOutcome, DialRequest};
use bohao_sandbox::{FaultKind, Running, Settings, Timing};
use bohao_wire::RecordingState;
use rstest::rstest;

/// A call that the sandbox has played to its end.
async fn played() -> (Running, Desk, CallId) {
    todo_played().await
}
