//! Calling lists, and the figures of each.
//!
//! How many leads of a list stand how is counted by triggers, and so is what records say of its
//! dials: no screen counts a hundred thousand leads. Which list a dial was of stands in the log.

use bohao_wire::{CallList, ListFigures, ListId, ListState, ScriptId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{StoreError, store::handles, words::Word};

pub(crate) const MIGRATION: &str = "
CREATE TABLE lists (
    list         INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    -- One that is being made, or is going, when its program ends is removed by the next.
    state        TEXT NOT NULL DEFAULT 'making' CHECK (state IN
        ('making', 'open', 'paused', 'archived', 'going')),
    turns        TEXT NOT NULL DEFAULT 'by_hand' CHECK (turns IN
        ('by_hand', 'random', 'best_hour', 'oldest')),
    -- Seconds before a dial leaves.
    countdown    INTEGER NOT NULL DEFAULT 3,
    tries        INTEGER NOT NULL DEFAULT 3,
    -- Minutes between two tries when nobody answered.
    apart        INTEGER NOT NULL DEFAULT 120,
    script       INTEGER,
    made_at      INTEGER NOT NULL,
    dials        INTEGER NOT NULL DEFAULT 0,
    connected    INTEGER NOT NULL DEFAULT 0,
    talk_seconds INTEGER NOT NULL DEFAULT 0
) STRICT;
";

/// Of which sheet a list was made.
pub(crate) const SHEET_MIGRATION: &str = "
ALTER TABLE lists ADD COLUMN sheet BLOB;
";

handles!(ListsOf, ListsMut, "calling lists");

const ROW: &str =
    "SELECT l.list, l.name, l.state, l.turns, l.countdown, l.tries, l.apart, l.script,
        l.made_at, l.dials, l.connected, l.talk_seconds,
        (SELECT coalesce(sum(leads), 0) FROM list_counts WHERE list = l.list),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'open'),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'waiting'),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'called'),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'done'),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'skipped'),
        (SELECT leads FROM list_counts WHERE list = l.list AND state = 'barred')
    FROM lists l WHERE l.state IN ('open', 'paused', 'archived')";

impl ListsOf<'_> {
    /// All lists, the latest first, archived ones behind the others.
    pub fn all(&self) -> Result<Vec<CallList>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{ROW} ORDER BY l.state = 'archived', l.list DESC"))?;
        let lists = statement.query_map([], call_list)?;
        Ok(lists.collect::<Result<_, _>>()?)
    }

    /// One list.
    pub fn get(&self, list: ListId) -> Result<Option<CallList>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!("{ROW} AND l.list = ?1"))?
            .query_row([list.0], call_list)
            .optional()?)
    }

    /// The latest list that was made of a sheet with this digest.
    pub fn of_sheet(&self, digest: &[u8]) -> Result<Option<CallList>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "{ROW} AND l.sheet = ?1 ORDER BY l.list DESC LIMIT 1"
            ))?
            .query_row([digest], call_list)
            .optional()?)
    }

    /// Lists that were not made to their end, and those that are not wholly removed.
    pub fn unfinished(&self) -> Result<Vec<ListId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT list FROM lists WHERE state IN ('making', 'going')")?;
        let lists = statement.query_map([], |row| row.get(0).map(ListId))?;
        Ok(lists.collect::<Result<_, _>>()?)
    }
}

impl ListsMut<'_> {
    /// Begins a list that nobody sees yet.
    pub fn begin(&self, name: &str, at: i64) -> Result<ListId, StoreError> {
        self.connection.execute(
            "INSERT INTO lists (name, made_at) VALUES (?1, ?2)",
            params![name, at],
        )?;
        Ok(ListId(self.connection.last_insert_rowid()))
    }

    /// Keeps the digest of the sheet of which a list is made.
    pub fn note_sheet(&self, list: ListId, digest: &[u8]) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE lists SET sheet = ?2 WHERE list = ?1",
            params![list.0, digest],
        )?;
        Ok(())
    }

    /// All of its leads are there.
    pub fn finish(&self, list: ListId) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE lists SET state = 'open' WHERE list = ?1 AND state = 'making'",
            [list.0],
        )?;
        Ok(())
    }

    /// Writes a list's settings as they are to be. `false` if it is not there.
    pub fn change(&self, list: &CallList) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE lists SET name = ?2, state = ?3, turns = ?4, countdown = ?5, tries = ?6,
                 apart = ?7, script = ?8
             WHERE list = ?1 AND state IN ('open', 'paused', 'archived')",
            params![
                list.list.0,
                list.name,
                Word(list.state),
                Word(list.order),
                list.countdown,
                list.tries,
                list.apart_minutes,
                list.script.map(|script| script.0),
            ],
        )?;
        Ok(changed == 1)
    }

    /// Begins to remove a list: nobody sees it from now on. `false` if it is not there.
    pub fn begin_removal(&self, list: ListId) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE lists SET state = 'going' WHERE list = ?1 AND state <> 'going'",
            [list.0],
        )?;
        Ok(changed == 1)
    }

    /// Removes some of its leads, and itself with the last of them. `true` while some are left.
    pub fn remove_some(&self, list: ListId, limit: u32) -> Result<bool, StoreError> {
        let removed = self.connection.execute(
            "DELETE FROM leads WHERE lead IN (SELECT lead FROM leads WHERE list = ?1 LIMIT ?2)",
            params![list.0, limit],
        )?;
        if removed > 0 {
            return Ok(true);
        }
        self.connection.execute(
            "DELETE FROM views WHERE json_extract(query, '$.query.list') = ?1",
            [list.0],
        )?;
        for table in ["list_counts", "lists"] {
            self.connection
                .execute(&format!("DELETE FROM {table} WHERE list = ?1"), [list.0])?;
        }
        Ok(false)
    }
}

fn call_list(row: &Row<'_>) -> rusqlite::Result<CallList> {
    let count =
        |column: usize| Ok::<u32, rusqlite::Error>(row.get::<_, Option<_>>(column)?.unwrap_or(0));
    Ok(CallList {
        list: ListId(row.get(0)?),
        name: row.get(1)?,
        state: row.get::<_, Word<ListState>>(2)?.0,
        order: row.get::<_, Word<_>>(3)?.0,
        countdown: row.get(4)?,
        tries: row.get(5)?,
        apart_minutes: row.get(6)?,
        script: row.get::<_, Option<i64>>(7)?.map(ScriptId),
        made_at: row.get(8)?,
        figures: ListFigures {
            dials: row.get(9)?,
            connected: row.get(10)?,
            talk_seconds: u64::try_from(row.get::<_, i64>(11)?).unwrap_or(0),
            leads: row.get(12)?,
            open: count(13)?,
            waiting: count(14)?,
            called: count(15)?,
            done: count(16)?,
            skipped: count(17)?,
            barred: count(18)?,
        },
    })
}
