//! Where each call's recording is. No row: there is none to expect.

use bohao_wire::{CallId, RecordingDetail, RecordingState};
use rusqlite::{OptionalExtension, Row, params};

use crate::{StoreError, marks::MarksMut, store::handles, words::Word};

/// The reference is checked when a transaction ends, so that a recording can change its call
/// when a record is joined to an attempt.
pub(crate) const MIGRATION: &str = "
CREATE TABLE recordings (
    call        TEXT PRIMARY KEY NOT NULL
                REFERENCES calls (call) DEFERRABLE INITIALLY DEFERRED,
    state       TEXT NOT NULL CHECK (state IN ('none', 'waiting', 'saved', 'gone', 'failed')),
    bytes       INTEGER,
    length_ms   INTEGER,
    format      TEXT,
    sha256      TEXT,
    file        TEXT,
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    reason      TEXT,
    kept_until  INTEGER,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX recordings_due ON recordings (next_try_at) WHERE state = 'waiting';
CREATE INDEX recordings_saved ON recordings (call) WHERE state = 'saved';
";

handles!(Recordings, RecordingsMut, "where recordings are");

/// A call's recording, as this desk keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// What a screen shows of it.
    pub detail: RecordingDetail,
    /// The file's name in the desk's own folder of recordings, or its whole path in another one,
    /// once saved.
    pub file: Option<String>,
    /// How many tries failed.
    pub tries: u32,
    /// When the row changed last.
    pub updated_at: i64,
}

/// A recording whose time to be fetched has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRecording {
    /// Whose.
    pub call: CallId,
    /// The platform's identity of it.
    pub subid: String,
    /// How many tries failed.
    pub tries: u32,
    /// When it was due.
    pub next_try_at: i64,
    /// Until when the platform keeps it.
    pub kept_until: Option<i64>,
}

/// A file that lies in the folder of recordings, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFile {
    /// Its name in the desk's own folder, or its whole path in another one.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its length in milliseconds, where the format tells.
    pub length_ms: Option<u64>,
    /// Its format, by its content.
    pub format: String,
    /// Its SHA-256 in hex.
    pub sha256: String,
}

impl Recordings<'_> {
    /// A call's recording, if there is one to expect.
    pub fn get(&self, call: &CallId) -> Result<Option<Recording>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT state, bytes, length_ms, format, sha256, reason, next_try_at, kept_until,
                        file, tries, updated_at, heard_at, starred_at IS NOT NULL
                 FROM recordings WHERE call = ?1",
            )?
            .query_row([&call.0], recording)
            .optional()?)
    }

    /// What a screen shows of a call's recording.
    pub fn detail(&self, call: &CallId) -> Result<RecordingDetail, StoreError> {
        Ok(self
            .get(call)?
            .map_or(NOTHING, |recording| recording.detail))
    }

    /// The recordings that are due at `now`, the longest due first.
    pub fn due(&self, now: i64, limit: u32) -> Result<Vec<DueRecording>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, c.subid, r.tries, r.next_try_at, r.kept_until
             FROM recordings r JOIN calls c USING (call)
             WHERE r.state = 'waiting' AND r.next_try_at <= ?1 AND c.subid IS NOT NULL
             ORDER BY r.next_try_at, call LIMIT ?2",
        )?;
        let due = statement.query_map(params![now, limit], |row| {
            Ok(DueRecording {
                call: CallId(row.get(0)?),
                subid: row.get(1)?,
                tries: row.get(2)?,
                next_try_at: row.get(3)?,
                kept_until: row.get(4)?,
            })
        })?;
        Ok(due.collect::<Result<_, _>>()?)
    }

    /// How many lie in a folder, whole.
    pub fn count_saved(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM recordings WHERE state = 'saved'")?
            .query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Those that lie in a folder, in the order of their calls' ids, after this call.
    pub fn saved_after(
        &self,
        call: &CallId,
        limit: u32,
    ) -> Result<Vec<(CallId, SavedFile)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, file, bytes, length_ms, format, sha256 FROM recordings
             WHERE state = 'saved' AND call > ?1 AND file IS NOT NULL AND sha256 IS NOT NULL
             ORDER BY call LIMIT ?2",
        )?;
        let saved = statement.query_map(params![call.0, limit], |row| {
            let saved = SavedFile {
                file: row.get(1)?,
                bytes: row.get::<_, Option<i64>>(2)?.unwrap_or(0).unsigned_abs(),
                length_ms: row.get::<_, Option<i64>>(3)?.map(i64::unsigned_abs),
                format: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                sha256: row.get(5)?,
            };
            Ok((CallId(row.get(0)?), saved))
        })?;
        Ok(saved.collect::<Result<_, _>>()?)
    }

    /// When the next recording is due.
    pub fn next_due_at(&self) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT min(next_try_at) FROM recordings WHERE state = 'waiting'")?
            .query_row([], |row| row.get(0))?)
    }
}

impl RecordingsMut<'_> {
    /// A recording is to be expected. One that was tried already keeps its own time; what a
    /// later record says of how long the platform keeps it is taken over.
    pub fn expect(
        &self,
        call: &CallId,
        next_try_at: i64,
        kept_until: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO recordings (call, state, next_try_at, kept_until, updated_at)
                 VALUES (?1, 'waiting', ?2, ?3, ?2)
                 ON CONFLICT (call) DO UPDATE SET kept_until = excluded.kept_until,
                     next_try_at = iif(state = 'waiting' AND tries = 0,
                                       excluded.next_try_at, next_try_at),
                     updated_at = iif(state = 'waiting' AND tries = 0,
                                      excluded.updated_at, updated_at)",
            )?
            .execute(params![call.0, next_try_at, kept_until])?;
        Ok(())
    }

    /// There is none to expect any more. One that is saved stays.
    pub fn expect_none(&self, call: &CallId) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM recordings WHERE call = ?1 AND state <> 'saved'")?
            .execute([&call.0])?;
        Ok(())
    }

    /// A recording of a call that ended longer ago than the platform keeps any.
    pub fn expect_gone(
        &self,
        call: &CallId,
        kept_until: i64,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO recordings (call, state, kept_until, reason, updated_at)
                 VALUES (?1, 'gone', ?2, ?3, ?4)",
            )?
            .execute(params![call.0, kept_until, reason, now])?;
        Ok(())
    }

    /// A try did not bring it: it is tried again at `next_try_at`. This and the following return
    /// `false` if the recording has gone to another call's row in the meantime.
    pub fn try_again(
        &self,
        call: &CallId,
        next_try_at: i64,
        reason: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE recordings SET tries = tries + 1, next_try_at = ?2, reason = ?3,
                 updated_at = ?4
             WHERE call = ?1 AND state = 'waiting'",
            params![call.0, next_try_at, reason, now],
        )?;
        Ok(changed == 1)
    }

    /// It lies in the folder, whole.
    pub fn mark_saved(
        &self,
        call: &CallId,
        saved: &SavedFile,
        now: i64,
    ) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE recordings SET state = 'saved', file = ?2, bytes = ?3, length_ms = ?4,
                 format = ?5, sha256 = ?6, reason = NULL, next_try_at = NULL, updated_at = ?7
             WHERE call = ?1",
            params![
                call.0,
                saved.file,
                integer(saved.bytes),
                saved.length_ms.map(integer),
                saved.format,
                saved.sha256,
                now
            ],
        )?;
        Ok(changed == 1)
    }

    /// A saved one lies elsewhere, as it was.
    pub fn lies_at(&self, call: &CallId, file: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE recordings SET file = ?2 WHERE call = ?1 AND state = 'saved'")?
            .execute([&call.0, file])?;
        Ok(())
    }

    /// The platform keeps it no longer.
    pub fn mark_gone(&self, call: &CallId, reason: &str, now: i64) -> Result<bool, StoreError> {
        self.give_up("gone", call, reason, now)
    }

    /// Every try failed.
    pub fn mark_failed(&self, call: &CallId, reason: &str, now: i64) -> Result<bool, StoreError> {
        self.give_up("failed", call, reason, now)
    }

    /// It is to be fetched now, whatever became of it before: by hand, or because its file is no
    /// longer there. Makes the row if there is none.
    pub fn fetch_anew(&self, call: &CallId, now: i64) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO recordings (call, state, next_try_at, updated_at)
             VALUES (?1, 'waiting', ?2, ?2)
             ON CONFLICT (call) DO UPDATE SET state = 'waiting', tries = 0, next_try_at = ?2,
                 reason = NULL, file = NULL, bytes = NULL, length_ms = NULL, format = NULL,
                 sha256 = NULL, updated_at = ?2",
            params![call.0, now],
        )?;
        Ok(())
    }

    /// What is not here, and whose last try ended for a reason that begins with one of `reasons`,
    /// is due at `now`. Returns whose.
    pub fn retry_where(&self, reasons: &[&str], now: i64) -> Result<Vec<CallId>, StoreError> {
        let mut retried = Vec::new();
        for reason in reasons {
            let mut statement = self.connection.prepare_cached(
                "UPDATE recordings SET state = 'waiting', tries = 0, next_try_at = ?2,
                     updated_at = ?2
                 WHERE state IN ('waiting', 'failed') AND substr(reason, 1, length(?1)) = ?1
                 RETURNING call",
            )?;
            let calls = statement.query_map(params![reason, now], |row| Ok(CallId(row.get(0)?)))?;
            for call in calls {
                retried.push(call?);
            }
        }
        Ok(retried)
    }

    /// Sets a recording aside under its subid until [`Self::unpark`] gives it to a call.
    pub(crate) fn park(&self, call: &CallId, subid: &str) -> Result<(), StoreError> {
        self.give(&call.0, &parked(subid))
    }

    pub(crate) fn unpark(&self, subid: &str, call: &CallId) -> Result<(), StoreError> {
        self.give(&parked(subid), &call.0)
    }

    fn give(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE recordings SET call = ?2 WHERE call = ?1")?
            .execute([from, to])?;
        // What the user marked in it goes where it goes.
        MarksMut::new(self.connection).give(from, to)
    }

    fn give_up(
        &self,
        state: &str,
        call: &CallId,
        reason: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE recordings SET state = ?2, reason = ?3, next_try_at = NULL, updated_at = ?4
             WHERE call = ?1 AND state <> 'saved'",
            params![call.0, state, reason, now],
        )?;
        Ok(changed == 1)
    }
}

const NOTHING: RecordingDetail = RecordingDetail {
    state: RecordingState::None,
    bytes: None,
    length_ms: None,
    format: None,
    sha256: None,
    reason: None,
    next_try_at: None,
    kept_until: None,
    heard_at: None,
    starred: false,
};

/// No call's id looks like this.
fn parked(subid: &str) -> String {
    format!("subid:{subid}")
}

fn recording(row: &Row<'_>) -> rusqlite::Result<Recording> {
    Ok(Recording {
        detail: RecordingDetail {
            state: row.get::<_, Word<_>>(0)?.0,
            bytes: row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs),
            length_ms: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
            format: row.get(3)?,
            sha256: row.get(4)?,
            reason: row.get(5)?,
            next_try_at: row.get(6)?,
            kept_until: row.get(7)?,
            heard_at: row.get(11)?,
            starred: row.get(12)?,
        },
        file: row.get(8)?,
        tries: row.get(9)?,
        updated_at: row.get(10)?,
    })
}

fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
