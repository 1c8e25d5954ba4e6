//! Why a recording is not to be had.

use crate::audio::Found;
use crate::code::{Class, Refusal};
use crate::exchange::{BodyFault, NotSentReason, SendFault};
use crate::link::LinkRefusal;
use crate::redirect::RedirectRefusal;
use std::time::Duration;

/// Why there is no recording. No message or source holds an address or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The call's id can't be part of an address, so nothing was asked.
    #[error("fetching the recording: the call's id is malformed")]
    InvalidSubid,
    /// It is not there, or not yet: recordings appear some minutes after their call. The code is
    /// the platform's (2002, 2003) if it gave one.
    #[error("fetching the recording: it is not there yet")]
    NotReady {
        /// The platform's code, if it gave one.
        code: Option<i64>,
    },
    /// The platform said no.
    #[error("fetching the recording: the platform refused with code {}", .0.code)]
    Refused(Refusal),
    /// What came is no audio.
    #[error("fetching the recording: {0} came in place of audio")]
    NotAudio(Found),
    /// It is larger than [`Config::recording_limit`](crate::Config::recording_limit).
    #[error("fetching the recording: it is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The server could not be reached.
    #[error("fetching the recording: {0}")]
    Unreachable(NotSentReason),
    /// Nothing came for too long.
    #[error("fetching the recording: nothing came for too long")]
    TimedOut,
    /// The connection was cut, or the file is shorter or longer than announced.
    #[error("fetching the recording: it broke off")]
    Broken,
    /// The server did not prove that it would go on with the same file: begin anew.
    #[error(
        "fetching the rest of the recording: the server did not prove that it is the same file"
    )]
    NotResumable,
    /// The server asks to be left alone for a while (HTTP 429 or 503).
    #[error("fetching the recording: the server is busy, HTTP {status}")]
    Busy {
        /// The status.
        status: u16,
        /// For how long, if it told.
        retry_after: Option<Duration>,
    },
    /// A record's link that may not be asked, so nothing was.
    #[error("fetching the recording from its record's link: {0}")]
    LinkRefused(#[from] LinkRefusal),
    /// A redirect that may not be followed.
    #[error("fetching the recording: {0}")]
    Redirected(#[from] RedirectRefusal),
    /// An HTTP status that says no more than itself.
    #[error("fetching the recording: the server answered HTTP {status}")]
    Http {
        /// The status.
        status: u16,
    },
}

impl RecordingError {
    /// Whether asking again later, with nothing changed, may well succeed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::NotReady { .. } | Self::Unreachable(_) | Self::TimedOut | Self::Broken => true,
            Self::NotResumable | Self::Busy { .. } => true,
            Self::Refused(refusal) => matches!(refusal.class, Class::Platform | Class::Clock),
            Self::Http { status } => *status >= 500,
            Self::InvalidSubid
            | Self::LinkRefused(_)
            | Self::NotAudio(_)
            | Self::TooLarge { .. }
            | Self::Redirected(_) => false,
        }
    }
}

impl From<SendFault> for RecordingError {
    fn from(fault: SendFault) -> Self {
        match fault {
            SendFault::NotSent(reason) => Self::Unreachable(reason),
            SendFault::PrivateAddress => Self::Redirected(RedirectRefusal::PrivateAddress),
            SendFault::FirstByteTimeout => Self::TimedOut,
            SendFault::Cut => Self::Broken,
        }
    }
}

impl From<BodyFault> for RecordingError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Idle => Self::TimedOut,
            BodyFault::Cut => Self::Broken,
            // Only a body that was taken for JSON is read whole.
            BodyFault::TooLarge => Self::NotAudio(Found::Json),
        }
    }
}
