use super::SyncError;
use bohao_relay_api::RelayError;
use std::time::Duration;

/// How long a sync waits between tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// After the first failure; doubled after each further one.
    pub first: Duration,
    /// At most, however many failures there were.
    pub longest: Duration,
    /// After a refusal that only a person can mend.
    pub refused: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            refused: Duration::from_secs(300),
        }
    }
}

impl Pace {
    /// The pause after so many failures in a row: half of it is sure, the other half is
    /// `jitter`'s, a number from 0 to 1.
    pub fn pause(&self, failures: u32, jitter: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        whole.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0))
    }

    /// As [`Pace::pause`], with what the failure itself asks for.
    pub(super) fn pause_after(&self, error: &SyncError, failures: u32, jitter: f64) -> Duration {
        let pause = self.pause(failures, jitter);
        match error {
            SyncError::Relay(RelayError::Unauthorized | RelayError::MalformedToken) => self.refused,
            SyncError::Relay(RelayError::Busy {
                retry_after: Some(asked),
            }) => pause.max((*asked).min(self.refused)),
            _ => pause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const SECOND: Duration = Duration::from_secs(1);

    #[rstest]
    #[case(1, 1.0, 1_000)]
    #[case(1, 0.0, 500)]
    #[case(2, 1.0, 2_000)]
    #[case(6, 1.0, 32_000)]
    #[case(7, 1.0, 60_000)]
    #[case(7, 0.0, 30_000)]
    #[case(u32::MAX, 1.0, 60_000)]
    #[case(u32::MAX, f64::INFINITY, 60_000)]
    fn pauses_double_up_to_a_minute(
        #[case] failures: u32,
        #[case] jitter: f64,
        #[case] milliseconds: u64,
    ) {
        let pause = Pace::default().pause(failures, jitter);
        assert_eq!(pause, Duration::from_millis(milliseconds));
    }

    #[rstest]
    #[case::refused(RelayError::Unauthorized, 300)]
    #[case::asked_for_more(RelayError::Busy { retry_after: Some(30 * SECOND) }, 30)]
    #[case::asked_for_too_much(RelayError::Busy { retry_after: Some(3_600 * SECOND) }, 300)]
    #[case::asked_for_nothing(RelayError::Busy { retry_after: None }, 1)]
    fn a_refusal_or_a_busy_relay_sets_its_own_pause(
        #[case] error: RelayError,
        #[case] seconds: u32,
    ) {
        let pause = Pace::default().pause_after(&error.into(), 1, 1.0);
        assert_eq!(pause, seconds * SECOND);
    }
}
