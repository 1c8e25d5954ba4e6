use std::time::Instant;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::room::Share;

/// A body on its way to the disk.
pub(crate) struct Push {
    /// The seat that its token opened when it came.
    pub(crate) seat: i64,
    pub(crate) body: Bytes,
    /// The room that the body takes, for as long as it is here.
    #[expect(dead_code, reason = "it is held, not used")]
    pub(crate) share: Share,
    pub(crate) digest: [u8; 32],
    pub(crate) content_type: Option<String>,
    pub(crate) received_at: i64,
    /// A push whose batch has not begun by then is given up.
    pub(crate) deadline: Instant,
    pub(crate) answer: oneshot::Sender<PushAnswer>,
}

/// What became of a push. A push without an answer was not stored, as far as anyone knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushAnswer {
    /// On disk, synced.
    Stored,
    /// The same body is on disk already.
    Repeated,
    /// The seat was removed since the token was looked at.
    UnknownToken,
    /// Not stored.
    NotStored,
}
