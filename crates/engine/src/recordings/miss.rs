//! Why a try brought no recording, and what follows from it.

use super::origin::NoRecording;
use crate::faults;
use bohao_platform::{Class, RecordingError};
use bohao_store::StoreError;
use bohao_wire::{Fault, FaultCode};
use std::io;
use std::path::Path;
use std::time::Duration;

/// Why a try brought no recording.
#[derive(Debug)]
pub(super) enum Miss {
    /// It is not there yet, or no longer.
    NotReady,
    /// The platform could not be reached.
    Unreachable,
    /// The stream broke off, or its length was not the announced one.
    CutOff,
    /// Nothing came for too long.
    TimedOut,
    /// The platform is busy or broken.
    Busy(String),
    /// The platform asks to be left alone.
    TooMany {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// The platform does not take the request as it is set up now.
    Refused(String),
    /// What came is no audio.
    NotAudio,
    /// It can't be had, now or later.
    Hopeless(&'static str),
    /// Credentials are missing.
    NotSetUp(Fault),
    /// It could not be written here.
    Disk(Fault),
    /// Another program fetches it at this moment.
    Elsewhere,
    /// The store could not be asked.
    Store(StoreError),
}

/// What follows from a miss.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again at this instant.
    Again(i64),
    /// The platform keeps it no longer.
    Gone,
    /// It is not tried again by itself.
    Failed,
}

/// The platform and its peers have recordings ready seconds to twenty minutes after the call.
/// Seconds to wait after each try; the last one holds from there on.
const NOT_READY: &[i64] = &[
    5,
    15,
    60,
    300,
    900,
    1800,
    1800,
    1800,
    3600,
    7200,
    4 * 3600,
    6 * 3600,
];
/// A network is back as suddenly as it went.
const NETWORK: &[i64] = &[5, 15, 60, 120, 300, 600];
/// Nothing but the user changes these.
const SET_UP: &[i64] = &[3600];
const DISK: &[i64] = &[60, 300, 900];

/// A page in place of audio may be a hotel's, or a proxy's, and pass.
const PATIENCE_WITH_TEXT: u32 = 8;
/// Tries for a recording of which nobody knows how long it is kept.
const PATIENCE_WITHOUT_END: u32 = 12;

impl Miss {
    /// A file or folder refused.
    pub fn disk(error: io::Error, path: &Path) -> Miss {
        Miss::Disk(faults::of_disk(&error, path))
    }

    /// One word for a screen to look its own words up by; where the platform said something of its
    /// own, that follows after a colon.
    pub fn reason(&self) -> String {
        match self {
            Miss::NotReady => "not_ready".into(),
            Miss::Unreachable => "unreachable".into(),
            Miss::CutOff => "cut_off".into(),
            Miss::TimedOut => "timed_out".into(),
            Miss::Busy(words) => format!("platform_busy: {words}"),
            Miss::TooMany { status, .. } => format!("platform_busy: HTTP {status}"),
            Miss::Refused(words) => format!("{REFUSED}: {words}"),
            Miss::NotAudio => "not_audio".into(),
            Miss::Hopeless(word) => (*word).into(),
            Miss::NotSetUp(_) => NOT_SET_UP.into(),
            Miss::Disk(fault) if fault.code == FaultCode::DiskFull => "disk_full".into(),
            Miss::Disk(_) => "not_writable".into(),
            Miss::Elsewhere => "fetched_elsewhere".into(),
            Miss::Store(_) => "store".into(),
        }
    }

    /// What follows, after so many tries before this one.
    pub fn next(&self, tries: u32, now: i64, kept_until: Option<i64>) -> Next {
        let after = |steps: &[i64]| {
            let step = usize::try_from(tries)
                .unwrap_or(usize::MAX)
                .min(steps.len() - 1);
            Next::Again(now.saturating_add(steps[step] * 1000))
        };
        match self {
            Miss::NotReady => match kept_until {
                Some(end) if now >= end => Next::Gone,
                None if tries >= PATIENCE_WITHOUT_END => Next::Failed,
                // The last try falls on the last moment.
                end => match after(NOT_READY) {
                    Next::Again(at) => Next::Again(end.map_or(at, |end| at.min(end))),
                    other => other,
                },
            },
            Miss::Unreachable | Miss::CutOff | Miss::TimedOut | Miss::Busy(_) | Miss::Elsewhere => {
                after(NETWORK)
            }
            Miss::TooMany { retry_after, .. } => match after(NETWORK) {
                Next::Again(at) => Next::Again(at.max(told(now, *retry_after))),
                other => other,
            },
            Miss::NotAudio if tries < PATIENCE_WITH_TEXT => after(NOT_READY),
            Miss::NotSetUp(_) => after(SET_UP),
            Miss::Disk(_) | Miss::Store(_) => after(DISK),
            Miss::NotAudio | Miss::Refused(_) | Miss::Hopeless(_) => Next::Failed,
        }
    }

    /// Whether the link in the call's record may have what the platform's own call has not. Whoever
    /// is busy, or can't be reached, is not asked by another way.
    pub fn sends_to_link(&self) -> bool {
        matches!(
            self,
            Miss::NotReady | Miss::Refused(_) | Miss::NotAudio | Miss::Hopeless(_)
        )
    }

    /// The fault it is to someone who waits for the recording, if it is one of this computer's
    /// and not of the platform's.
    pub fn fault(self) -> Option<Fault> {
        match self {
            Miss::NotSetUp(fault) | Miss::Disk(fault) => Some(fault),
            Miss::Store(error) => Some(faults::of_store(error)),
            _ => None,
        }
    }
}

/// When a server may be asked again that told so; a day at most, since recordings don't stay.
fn told(now: i64, retry_after: Option<Duration>) -> i64 {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let pause = retry_after.unwrap_or_default().min(DAY);
    now.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(0))
}

/// The first words of reasons that other credentials may mend.
pub(super) const SET_UP_REASONS: [&str; 2] = [REFUSED, NOT_SET_UP];
const REFUSED: &str = "refused";
const NOT_SET_UP: &str = "not_set_up";

impl From<NoRecording> for Miss {
    fn from(no: NoRecording) -> Self {
        match no {
            NoRecording::NotSetUp(fault) => Miss::NotSetUp(fault),
            NoRecording::Failed(error) => error.into(),
        }
    }
}

impl From<RecordingError> for Miss {
    fn from(error: RecordingError) -> Self {
        let temporary = error.is_temporary();
        match error {
            RecordingError::NotReady { .. } => Miss::NotReady,
            RecordingError::Unreachable(_) => Miss::Unreachable,
            RecordingError::TimedOut => Miss::TimedOut,
            RecordingError::Refused(no) if temporary || no.class == Class::Line => {
                Miss::Busy(format!("{} {}", no.code, no.message))
            }
            RecordingError::Refused(no) => Miss::Refused(format!("{} {}", no.code, no.message)),
            RecordingError::NotAudio(_) => Miss::NotAudio,
            RecordingError::TooLarge { .. } => Miss::Hopeless("too_large"),
            RecordingError::InvalidSubid => Miss::Hopeless("bad_subid"),
            RecordingError::Redirected(_) => Miss::Hopeless("redirected"),
            RecordingError::LinkRefused(_) => Miss::Hopeless("link_refused"),
            RecordingError::Busy {
                status,
                retry_after,
            } => Miss::TooMany {
                status,
                retry_after,
            },
            RecordingError::Http { status } if temporary => Miss::Busy(format!("HTTP {status}")),
            RecordingError::Http { status } => Miss::Refused(format!("HTTP {status}")),
            // `Broken`, `NotResumable`, and what the platform's client may learn to tell.
            _ => Miss::CutOff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_ends_with_the_platforms_keeping() {
        let day = 24 * 3600 * 1000;
        let end = 30 * day;
        let (mut now, mut tries) = (0, 0);
        let mut waits = Vec::new();
        while let Next::Again(at) = Miss::NotReady.next(tries, now, Some(end)) {
            assert!(at > now && at <= end);
            waits.push(at - now);
            (now, tries) = (at, tries + 1);
        }
        assert_eq!(now, end, "the last try falls on the last moment");
        assert_eq!(Miss::NotReady.next(tries, now, Some(end)), Next::Gone);
        assert_eq!(waits[..3], [5_000, 15_000, 60_000]);
        assert!(tries < 150, "{tries} tries for one recording");
    }

    #[test]
    fn a_network_is_waited_for_as_long_as_it_takes() {
        assert_eq!(
            Miss::Unreachable.next(10_000, 0, Some(0)),
            Next::Again(600_000)
        );
    }

    #[test]
    fn a_refusal_waits_for_the_user() {
        assert_eq!(Miss::Refused("1005".into()).next(0, 0, None), Next::Failed);
        assert!(
            Miss::Refused("1005".into())
                .reason()
                .starts_with(SET_UP_REASONS[0])
        );
    }
}
