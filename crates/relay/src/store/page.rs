use bohao_relay_api::RecordsPage;
use bytes::Bytes;

/// A page ends at this many bytes of bodies, so that a thousand large ones fit into memory.
pub(super) const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// A seat's page, with the seat to wait for if it is empty. All who share a read share its JSON.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) seat: i64,
    /// Whether the seat's own token asked, and not its team's.
    pub(crate) is_own: bool,
    /// Whether there is something to tell: a record, or that the cursor is past the head.
    pub(crate) is_due: bool,
    /// The answer's body.
    pub(crate) json: Bytes,
}

impl Page {
    /// The page after a cursor. Encodes its records: to be called where that keeps nobody waiting.
    pub(super) fn new(seat: i64, is_own: bool, after: i64, page: &RecordsPage) -> Self {
        let json = serde_json::to_vec(page).expect("numbers and texts always make JSON");
        Self {
            seat,
            is_own,
            is_due: !page.records.is_empty() || page.rewinds(after),
            json: json.into(),
        }
    }
}

/// The seats that a token reads.
pub(crate) struct ReadableSeats {
    /// The team, if it is a team's token.
    pub(crate) team: Option<String>,
    /// By name.
    pub(crate) seats: Vec<SeatStatus>,
}

/// Why a token opens no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// Unknown, expired and removed tokens look the same.
    UnknownToken,
    /// A team's token, and it was not said which of its seats is meant.
    NoSeatNamed,
    /// The team has no such seat. Whether the relay has one can't be told from this.
    NotInTeam,
}

/// How a seat stands, as far as the database knows.
pub(crate) struct SeatStatus {
    pub(crate) name: String,
    pub(crate) head: i64,
    pub(crate) oldest: Option<i64>,
    pub(crate) last_push_at: Option<i64>,
}
