//! What is known of all recordings together: how many stand how and why, and which are about to
//! leave the platform.
//!
//! Counting a million rows takes longer than a screen may wait, so they are counted as they
//! change, by triggers, whoever changes them.

use bohao_wire::{CallId, RecordingState};
use rusqlite::{Row, params};

use crate::{StoreError, store::handles, words::Word};

/// A recording's month, its state and the first word of its reason: what it is counted under.
macro_rules! counted_under {
    ($row:literal) => {
        concat!(
            "strftime('%Y-%m', coalesce(",
            $row,
            ".kept_until - 2592000000, ",
            $row,
            ".updated_at) / 1000 + 28800, 'unixepoch'), ",
            $row,
            ".state, coalesce(substr(",
            $row,
            ".reason, 1, instr(",
            $row,
            ".reason || ':', ':') - 1), '')"
        )
    };
}

/// `OR IGNORE` would not do: the statement that a trigger serves has the last word on conflicts.
macro_rules! count_in {
    () => {
        concat!(
            "
    INSERT INTO custody SELECT ",
            counted_under!("new"),
            ", 0, 0 WHERE NOT EXISTS (
        SELECT 1 FROM custody WHERE (month, state, reason) = (",
            counted_under!("new"),
            "));
    UPDATE custody SET recordings = recordings + 1, bytes = bytes + coalesce(new.bytes, 0)
    WHERE (month, state, reason) = (",
            counted_under!("new"),
            ");
"
        )
    };
}

macro_rules! count_out {
    () => {
        concat!(
            "
    UPDATE custody SET recordings = recordings - 1, bytes = bytes - coalesce(old.bytes, 0)
    WHERE (month, state, reason) = (",
            counted_under!("old"),
            ");
"
        )
    };
}

/// Until when the platform keeps a recording that is not here.
macro_rules! leaves_at {
    () => {
        "iif(new.state IN ('waiting', 'failed'), new.kept_until, NULL)"
    };
}

/// The table of recordings is made anew, since a check can't be widened. When a recording was
/// heard and starred lies with it, so that it goes along when a record changes its call.
///
/// A row of the log knows what its list is narrowed by, as it knows its recording's state.
pub(crate) const MIGRATION: &str = concat!(
    "
DROP TRIGGER IF EXISTS recordings_expected;
DROP TRIGGER IF EXISTS recordings_moved;
DROP TRIGGER IF EXISTS recordings_forgotten;
CREATE TABLE recordings_anew (
    call        TEXT PRIMARY KEY NOT NULL
                REFERENCES calls (call) DEFERRABLE INITIALLY DEFERRED,
    state       TEXT NOT NULL CHECK (state IN
        ('none', 'waiting', 'saved', 'gone', 'failed', 'dropped')),
    bytes       INTEGER,
    length_ms   INTEGER,
    format      TEXT,
    sha256      TEXT,
    file        TEXT,
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    reason      TEXT,
    kept_until  INTEGER,
    updated_at  INTEGER NOT NULL,
    heard_at    INTEGER,
    starred_at  INTEGER
) STRICT;
INSERT INTO recordings_anew
SELECT call, state, bytes, length_ms, format, sha256, file, tries, next_try_at, reason, kept_until,
    updated_at, NULL, NULL
FROM recordings;
DROP TABLE recordings;
ALTER TABLE recordings_anew RENAME TO recordings;
CREATE INDEX recordings_due ON recordings (next_try_at) WHERE state = 'waiting';
CREATE INDEX recordings_saved ON recordings (call) WHERE state = 'saved';
CREATE INDEX recordings_not_here ON recordings (kept_until) WHERE state IN ('waiting', 'failed');
CREATE INDEX recordings_to_drop ON recordings (coalesce(kept_until - 2592000000, updated_at))
    WHERE state = 'saved' AND heard_at IS NOT NULL AND starred_at IS NULL;
CREATE INDEX recordings_dropped ON recordings (call) WHERE state = 'dropped' AND file IS NOT NULL;

ALTER TABLE calls ADD COLUMN recording_leaves_at INTEGER;
ALTER TABLE calls ADD COLUMN starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
UPDATE calls SET recording_leaves_at = r.kept_until FROM recordings AS r
WHERE r.call = calls.call AND r.state IN ('waiting', 'failed');
CREATE INDEX calls_leaving ON calls (recording_leaves_at, place, at)
    WHERE recording_leaves_at IS NOT NULL;
CREATE INDEX calls_starred ON calls (place, at) WHERE starred = 1;

CREATE TABLE custody (
    month      TEXT NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    recordings INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (month, state, reason)
) STRICT, WITHOUT ROWID;
INSERT INTO custody SELECT ",
    counted_under!("r"),
    ", count(*), coalesce(sum(bytes), 0) FROM recordings r GROUP BY 1, 2, 3;

CREATE TRIGGER recordings_expected AFTER INSERT ON recordings BEGIN
    UPDATE calls SET recording = new.state, recording_leaves_at = ",
    leaves_at!(),
    ", starred = new.starred_at IS NOT NULL WHERE call = new.call;",
    count_in!(),
    "
END;
CREATE TRIGGER recordings_moved
AFTER UPDATE OF call, state, kept_until, starred_at ON recordings
WHEN (new.call, new.state, new.kept_until, new.starred_at)
    IS NOT (old.call, old.state, old.kept_until, old.starred_at)
BEGIN
    UPDATE calls SET recording = 'none', recording_leaves_at = NULL, starred = 0
    WHERE call = old.call AND old.call <> new.call;
    UPDATE calls SET recording = new.state, recording_leaves_at = ",
    leaves_at!(),
    ", starred = new.starred_at IS NOT NULL WHERE call = new.call;
END;
CREATE TRIGGER recordings_recounted
AFTER UPDATE OF state, reason, bytes, kept_until, updated_at ON recordings
WHEN (new.state, new.reason, new.bytes, new.kept_until, new.updated_at)
    IS NOT (old.state, old.reason, old.bytes, old.kept_until, old.updated_at)
BEGIN",
    count_out!(),
    count_in!(),
    "
END;
CREATE TRIGGER recordings_forgotten AFTER DELETE ON recordings BEGIN
    UPDATE calls SET recording = 'none', recording_leaves_at = NULL, starred = 0
    WHERE call = old.call;",
    count_out!(),
    "
END;
"
);

handles!(Custody, CustodyMut, "how many recordings stand how");

/// So many recordings stand so, for that reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The month in Beijing in which their calls ended, such as `2026-11`.
    pub month: String,
    /// Where they are.
    pub state: RecordingState,
    /// The first word of why; empty if there is nothing to say.
    pub reason: String,
    /// How many they are.
    pub recordings: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Custody<'_> {
    /// All recordings by month, state and reason. Those that no row speaks of are in none.
    pub fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT month, state, reason, recordings, bytes FROM custody WHERE recordings > 0
             ORDER BY month DESC, state, recordings DESC",
        )?;
        let tallies = statement.query_map([], |row| {
            Ok(Tally {
                month: row.get(0)?,
                state: row.get::<_, Word<_>>(1)?.0,
                reason: row.get(2)?,
                recordings: row.get::<_, i64>(3)?.unsigned_abs(),
                bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            })
        })?;
        Ok(tallies.collect::<Result<_, _>>()?)
    }

    /// How many recordings that are not here leave the platform after `now` and not after `until`;
    /// counted as far as `limit`.
    pub fn leaving(&self, now: i64, until: i64, limit: u32) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM recordings
                 WHERE state IN ('waiting', 'failed') AND kept_until > ?1 AND kept_until <= ?2
                 LIMIT ?3)",
            )?
            .query_row(params![now, until, limit], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// When the next recording that is not here leaves the platform.
    pub fn first_leaving(&self, now: i64) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT min(kept_until) FROM recordings
                 WHERE state IN ('waiting', 'failed') AND kept_until > ?1",
            )?
            .query_row([now], |row| row.get(0))?)
    }

    /// How many calls the log has in all.
    pub fn calls(&self) -> Result<u64, StoreError> {
        let calls: i64 = self
            .connection
            .prepare_cached("SELECT calls FROM search_built")?
            .query_row([], |row| row.get(0))?;
        Ok(calls.unsigned_abs())
    }
}

/// A recording that lies on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Whose.
    pub call: CallId,
    /// Its file's name in the desk's own folder, or its whole path in another one.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hex.
    pub sha256: String,
    /// Until when the platform keeps it too.
    pub kept_until: Option<i64>,
}

/// What a rule would drop, and what it would spare although it is as old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Droppable {
    /// Recordings that would go.
    pub recordings: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Those that stay since nobody heard them yet.
    pub unheard: u64,
    /// Those that stay for their star.
    pub starred: u64,
}

/// When a recording's call ended, or else when it came.
const ENDED: &str = "coalesce(kept_until - 2592000000, updated_at)";

impl Custody<'_> {
    /// The next recordings on this computer behind a call's, in the order of their calls' ids.
    pub fn held_after(&self, call: &CallId, limit: u32) -> Result<Vec<Held>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, file, bytes, sha256, kept_until FROM recordings
             WHERE state = 'saved' AND call > ?1 ORDER BY call LIMIT ?2",
        )?;
        let held = statement.query_map(params![call.0, limit], held)?;
        Ok(held.collect::<Result<_, _>>()?)
    }

    /// The next calls behind this one whose recording is not here and can be asked for, with
    /// their subids: those that leave the platform first come first.
    pub fn not_here_after(
        &self,
        after: Option<(i64, &CallId)>,
        limit: u32,
    ) -> Result<Vec<(i64, CallId)>, StoreError> {
        let (at, call) = after.map_or((i64::MIN, ""), |(at, call)| (at, call.0.as_str()));
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce(r.kept_until, 0), r.call FROM recordings r JOIN calls c USING (call)
             WHERE r.state IN ('waiting', 'failed') AND c.subid IS NOT NULL
                 AND (coalesce(r.kept_until, 0), r.call) > (?1, ?2)
             ORDER BY 1, 2 LIMIT ?3",
        )?;
        let calls = statement.query_map(params![at, call, limit], |row| {
            Ok((row.get(0)?, CallId(row.get(1)?)))
        })?;
        Ok(calls.collect::<Result<_, _>>()?)
    }

    /// What a rule would drop that keeps recordings from `before` on.
    pub fn droppable(&self, before: i64) -> Result<Droppable, StoreError> {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE heard_at IS NOT NULL AND starred_at IS NULL),
                    total(bytes) FILTER (WHERE heard_at IS NOT NULL AND starred_at IS NULL),
                    count(*) FILTER (WHERE heard_at IS NULL AND starred_at IS NULL),
                    count(*) FILTER (WHERE starred_at IS NOT NULL)
             FROM recordings WHERE state = 'saved' AND {ENDED} < ?1"
        );
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([before], |row| {
                Ok(Droppable {
                    recordings: row.get::<_, i64>(0)?.unsigned_abs(),
                    bytes: row.get::<_, f64>(1)? as u64,
                    unheard: row.get::<_, i64>(2)?.unsigned_abs(),
                    starred: row.get::<_, i64>(3)?.unsigned_abs(),
                })
            })?)
    }

    /// The files of recordings that were dropped and may still lie there.
    pub fn dropped_files(&self) -> Result<Vec<(CallId, String)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, file FROM recordings WHERE state = 'dropped' AND file IS NOT NULL",
        )?;
        let files = statement.query_map([], |row| Ok((CallId(row.get(0)?), row.get(1)?)))?;
        Ok(files.collect::<Result<_, _>>()?)
    }
}

impl CustodyMut<'_> {
    /// Somebody heard a recording to its end, or saved it elsewhere. The first time counts.
    pub fn mark_heard(&self, call: &CallId, now: i64) -> Result<bool, StoreError> {
        self.change(
            "UPDATE recordings SET heard_at = ?2 WHERE call = ?1 AND heard_at IS NULL",
            params![call.0, now],
        )
    }

    /// Gives a recording a star, or takes it. `false` if there is no recording to speak of.
    pub fn star(&self, call: &CallId, starred_at: Option<i64>) -> Result<bool, StoreError> {
        self.change(
            "UPDATE recordings SET starred_at = ?2 WHERE call = ?1",
            params![call.0, starred_at],
        )
    }

    /// Drops what is older than a rule allows, was heard and bears no star, `limit` at most. Their
    /// files are still named until [`Self::file_removed`].
    pub fn drop_before(
        &self,
        before: i64,
        reason: &str,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(CallId, String)>, StoreError> {
        let sql = format!(
            "UPDATE recordings SET state = 'dropped', reason = ?2, updated_at = ?3
             WHERE call IN (SELECT call FROM recordings
                 WHERE state = 'saved' AND heard_at IS NOT NULL AND starred_at IS NULL
                     AND {ENDED} < ?1 LIMIT ?4)
             RETURNING call, file"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let dropped = statement.query_map(params![before, reason, now, limit], |row| {
            Ok((CallId(row.get(0)?), row.get(1)?))
        })?;
        Ok(dropped.collect::<Result<_, _>>()?)
    }

    /// The file of a dropped recording is no more.
    pub fn file_removed(&self, call: &CallId) -> Result<bool, StoreError> {
        self.change(
            "UPDATE recordings SET file = NULL WHERE call = ?1 AND state = 'dropped'",
            params![call.0],
        )
    }

    /// A recording's file lies elsewhere now. `false` if it is another one by now.
    pub fn relocate(&self, held: &Held, file: &str) -> Result<bool, StoreError> {
        self.change(
            "UPDATE recordings SET file = ?4
             WHERE call = ?1 AND state = 'saved' AND file = ?2 AND sha256 = ?3",
            params![held.call.0, held.file, held.sha256, file],
        )
    }

    fn change(&self, sql: &str, values: impl rusqlite::Params) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.execute(values)? > 0)
    }
}

fn held(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        call: CallId(row.get(0)?),
        file: row.get(1)?,
        bytes: row.get::<_, i64>(2)?.unsigned_abs(),
        sha256: row.get(3)?,
        kept_until: row.get(4)?,
    })
}
