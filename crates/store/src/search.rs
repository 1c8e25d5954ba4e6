//! Finding calls by what one types: part of a number, of a customer's names, of a note, of the
//! platform's words, and Chinese names and notes by their pinyin.
//!
//! What a search means is told by [`question`] alone: a row fits or it does not. The index
//! ([`grams`], in an FTS5 table) only names the rows that may fit, newest first; whatever it can't
//! tell for certain is asked of the row itself.
//!
//! A trigger notes each row whose searched text changed, whoever changes it, and the transaction
//! that did it brings the index up to date before it is committed ([`keep`]).

pub(crate) mod fold;
pub(crate) mod grams;
pub(crate) mod keep;
pub(crate) mod pinyin;
pub(crate) mod question;

pub use keep::Built;
pub(crate) use keep::{Search, SearchMut};

/// Gives the row that a trigger speaks of the first free place of its instant: in the sixteenth of
/// a millisecond if there is one, or else in the second, or else in the quarter of an hour.
macro_rules! put_in_place {
    () => {
        "
    UPDATE calls SET place = (
        SELECT coalesce(last + 1, first) FROM (
            SELECT width, first, (
                SELECT max(place) FROM calls WHERE place >= first AND place < first + width
            ) AS last
            FROM (SELECT 1 << 4 AS width UNION ALL SELECT 1 << 14 UNION ALL SELECT 1 << 24),
                (SELECT min(max(new.at, 0), 1 << 58) << 4 AS first)
        ) WHERE last IS NULL OR last + 1 < first + width
        ORDER BY width LIMIT 1
    ) WHERE call = new.call;
"
    };
}

/// A call's `place` is its place in the log: its instant in the upper bits, and below them what
/// tells calls of one instant apart. It is the index's row number, so that the index gives its
/// rows newest first and nothing has to be sorted.
///
/// Where an instant's own places are full, the calls of it spill over into later ones; so a place
/// is never below its instant, and above it by less than [`crate::calls::PLACE_SLACK`].
pub(crate) const MIGRATION: &str = concat!(
    "
ALTER TABLE calls ADD COLUMN place INTEGER;
ALTER TABLE calls ADD COLUMN recording TEXT NOT NULL DEFAULT 'none';

UPDATE calls SET place = placed.place FROM (
    SELECT call, number + max((min(max(at, 0), 1 << 58) << 4) - number)
        OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS place
    FROM (SELECT call, at, row_number() OVER (ORDER BY at, call) AS number FROM calls)
) AS placed WHERE placed.call = calls.call;
UPDATE calls SET recording = r.state FROM recordings AS r WHERE r.call = calls.call;

DROP INDEX IF EXISTS calls_newest_first;
DROP INDEX IF EXISTS calls_of_number;
DROP INDEX IF EXISTS calls_of_status;
CREATE INDEX calls_newest_first ON calls (place, at);
CREATE INDEX calls_of_number ON calls (tel_b, place, at);
CREATE INDEX calls_of_own_number ON calls (tel_a, place, at);
CREATE INDEX calls_of_state ON calls (state, place, at);
CREATE INDEX calls_of_status ON calls (status, place, at);
CREATE INDEX calls_of_recording ON calls (recording, place, at);
CREATE INDEX calls_of_duration ON calls (duration, place, at);

CREATE VIRTUAL TABLE search USING fts5(
    grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Places whose rows were written, moved or taken away since the index was last in step.
CREATE TABLE search_due (place INTEGER PRIMARY KEY NOT NULL) STRICT;
-- Rows from this place on are in the index; all of them once it is below every place. The rows
-- of the log are counted here, since SQLite would have to pass by each.
CREATE TABLE search_built (
    built_from INTEGER NOT NULL, grams INTEGER NOT NULL, calls INTEGER NOT NULL
) STRICT;
INSERT INTO search_built SELECT iif(count(*) > 0, 9223372036854775807, -1), 0, count(*) FROM calls;

CREATE TRIGGER calls_placed AFTER INSERT ON calls BEGIN
    UPDATE search_built SET calls = calls + 1;
",
    put_in_place!(),
    "
END;
CREATE TRIGGER calls_moved AFTER UPDATE OF at ON calls WHEN new.at <> old.at BEGIN
",
    put_in_place!(),
    "
END;
CREATE TRIGGER calls_searched
AFTER UPDATE OF place, state, subid, tel_b, note, attempt_reason, record_reason ON calls
WHEN (new.place, new.subid, new.tel_b, new.note,
      CASE new.state WHEN 'recorded' THEN new.record_reason ELSE new.attempt_reason END)
IS NOT (old.place, old.subid, old.tel_b, old.note,
        CASE old.state WHEN 'recorded' THEN old.record_reason ELSE old.attempt_reason END)
BEGIN
    INSERT OR IGNORE INTO search_due SELECT old.place WHERE old.place IS NOT NULL;
    INSERT OR IGNORE INTO search_due SELECT new.place WHERE new.place IS NOT NULL;
END;
CREATE TRIGGER calls_forgotten AFTER DELETE ON calls BEGIN
    UPDATE search_built SET calls = calls - 1;
    INSERT OR IGNORE INTO search_due SELECT old.place WHERE old.place IS NOT NULL;
END;

CREATE TRIGGER recordings_expected AFTER INSERT ON recordings BEGIN
    UPDATE calls SET recording = new.state WHERE call = new.call;
END;
CREATE TRIGGER recordings_moved AFTER UPDATE OF call, state ON recordings
WHEN (new.call, new.state) IS NOT (old.call, old.state) BEGIN
    UPDATE calls SET recording = 'none' WHERE call = old.call AND old.call <> new.call;
    UPDATE calls SET recording = new.state WHERE call = new.call;
END;
CREATE TRIGGER recordings_forgotten AFTER DELETE ON recordings BEGIN
    UPDATE calls SET recording = 'none' WHERE call = old.call;
END;
"
);

#[cfg(test)]
mod tests;
