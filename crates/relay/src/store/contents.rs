use sha2::{Digest, Sha256};

/// All of a database but its records, as rows of its tables in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contents {
    /// The highest ids ever given, for none is given twice.
    pub(super) last_seat: i64,
    pub(super) last_team: i64,
    pub(super) base_url: Vec<(String,)>,
    pub(super) seats: Vec<(i64, String, i64, Option<i64>, i64)>,
    pub(super) tokens: Vec<TokenRow>,
    pub(super) teams: Vec<(i64, String, i64)>,
    pub(super) members: Vec<(i64, i64)>,
    pub(super) team_tokens: Vec<(i64, Vec<u8>, i64, Option<i64>)>,
    pub(super) removed: Vec<(i64,)>,
    pub(super) undated: Vec<(i64, i64, Option<i64>)>,
}

/// Tag, hash, kind, seat, end.
pub(super) type TokenRow = (i64, Vec<u8>, String, i64, Option<i64>);

/// A record on its way from one database to another.
pub(super) struct MovedRecord {
    pub(super) seat: i64,
    pub(super) seq: i64,
    pub(super) received_at: i64,
    pub(super) content_type: Option<String>,
    pub(super) digest: Vec<u8>,
    pub(super) body: Vec<u8>,
}

/// Counts and hashes records, in their order. Of two databases with the same, the records are the
/// same.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) records: u64,
    hash: Sha256,
}

impl Tally {
    pub(super) fn add(&mut self, record: &MovedRecord) {
        self.records += 1;
        for number in [record.seat, record.seq, record.received_at] {
            self.hash.update(number.to_be_bytes());
        }
        let content_type = record.content_type.as_deref().map(str::as_bytes);
        // A length before each, and none for none, so that no two rows read the same.
        for bytes in [content_type, Some(&record.digest), Some(&record.body)] {
            let length = bytes.map_or(-1, |bytes| bytes.len() as i64);
            self.hash.update(length.to_be_bytes());
            self.hash.update(bytes.unwrap_or_default());
        }
    }

    pub(super) fn matches(self, other: Self) -> bool {
        self.records == other.records && self.hash.finalize() == other.hash.finalize()
    }
}
