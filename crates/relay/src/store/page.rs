use bohao_relay_api::RecordsPage;

/// A page ends at this many bytes of bodies, so that a thousand large ones fit into memory.
pub(super) const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// A seat's page, with the seat to wait for if it is empty.
pub(crate) struct Page {
    pub(crate) seat: i64,
    pub(crate) page: RecordsPage,
}

/// How a seat stands, as far as the database knows.
pub(crate) struct SeatStatus {
    pub(crate) name: String,
    pub(crate) head: i64,
    pub(crate) oldest: Option<i64>,
    pub(crate) last_push_at: Option<i64>,
}
