//! Calls that were deleted and can still come back for a moment, and what reminds of those that
//! can't.
//!
//! A deleted call leaves the log at once, and whatever belongs to it: each row as it is goes into
//! `leaving`, and comes back from there if the deletion is undone. Its facts stay where they are
//! meanwhile, so that a record that comes in the moment is not lost with an undo. Once the moment
//! is over [`DeletionsMut::bury`] ends it, and the [digests](crate::digests) keep it from coming back.

mod rows;

use bohao_wire::CallId;
use rusqlite::{OptionalExtension, params};

use crate::{
    StoreError, belongings,
    calls::{CallsMut, LEFT},
    customers::CustomersMut,
    digests::DigestsMut,
    do_not_call::BarredMut,
    facts::FactsMut,
    follow_ups::FollowUpsMut,
    leads::LeadsMut,
    nameless::NamelessRecordsMut,
    store::handles,
};

pub(crate) const MIGRATION: &str = "
CREATE TABLE deletions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    undo_until INTEGER NOT NULL,
    calls      INTEGER NOT NULL DEFAULT 0,
    -- Whose everything goes, and whether nobody is to call there again.
    number     TEXT,
    keep_off   INTEGER NOT NULL DEFAULT 0 CHECK (keep_off IN (0, 1)),
    -- Whether it is being carried out, and can be undone no more.
    begun      INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1))
) STRICT;
CREATE TABLE leaving (
    call     TEXT PRIMARY KEY NOT NULL,
    deletion INTEGER NOT NULL REFERENCES deletions (id),
    subid    TEXT,
    -- The call's rows, as JSON by table.
    rows     TEXT NOT NULL CHECK (json_valid(rows))
) STRICT;
CREATE INDEX leaving_by ON leaving (deletion);
CREATE INDEX leaving_subid ON leaving (subid) WHERE subid IS NOT NULL;
";

handles!(
    Deletions,
    DeletionsMut,
    "calls that are deleted and not gone yet"
);

/// A deletion that is not over.
#[derive(Clone, PartialEq, Eq)]
pub struct Deletion {
    /// Its number.
    pub id: i64,
    /// Until when it can be undone.
    pub undo_until: i64,
    /// How many calls it took out of the log.
    pub calls: u64,
    /// Whose everything goes, if it is an erasure.
    pub person: Option<Person>,
}

/// Who is erased.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The number, in bare digits.
    pub number: String,
    /// Whether nobody is to call there again.
    pub keep_off: bool,
}

/// A call on its way out of the data.
#[derive(Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Which call.
    pub call: CallId,
    /// The platform's identity of it.
    pub subid: Option<String>,
    /// The file of its recording, as [`crate::SavedFile::file`].
    pub file: Option<String>,
}

impl Deletions<'_> {
    /// The latest deletion that can still be undone at `now`.
    pub fn undoable(&self, now: i64) -> Result<Option<Deletion>, StoreError> {
        self.one(
            "undo_until > ?1 AND begun = 0 AND calls > 0 AND undo_until < 9223372036854775807
             ORDER BY id DESC",
            now,
        )
    }

    /// The oldest deletion whose moment is over at `now`, or that was begun.
    pub fn due(&self, now: i64) -> Result<Option<Deletion>, StoreError> {
        self.one("undo_until <= ?1 OR begun = 1 ORDER BY id", now)
    }

    /// When the moment of the next deletion is over.
    pub fn next_due_at(&self) -> Result<Option<i64>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT min(iif(begun, 0, undo_until)) FROM deletions")?
            .query_row([], |row| row.get(0))?)
    }

    /// The next calls that a deletion takes away, in the order of their ids after `after`.
    pub fn leaving(
        &self,
        deletion: i64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Leaving>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT call, subid, json_extract(rows, '$.recordings[0].file') FROM leaving
             WHERE deletion = ?1 AND call > ?2 ORDER BY call LIMIT ?3",
        )?;
        let leaving = statement.query_map(params![deletion, after, limit], |row| {
            Ok(Leaving {
                call: CallId(row.get(0)?),
                subid: row.get(1)?,
                file: row.get(2)?,
            })
        })?;
        Ok(leaving.collect::<Result<_, _>>()?)
    }

    /// Whether any call is deleted and may still come back.
    pub fn any(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM leaving)")?
            .query_row([], |row| row.get(0))?)
    }

    /// Whether the call of this subid is deleted and may still come back.
    pub fn holds(&self, subid: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM leaving WHERE subid = ?1)")?
            .query_row([subid], |row| row.get(0))?)
    }

    fn one(&self, condition: &str, now: i64) -> Result<Option<Deletion>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!(
                "SELECT id, undo_until, calls, number, keep_off FROM deletions WHERE {condition} LIMIT 1"
            ))?
            .query_row([now], |row| {
                Ok(Deletion {
                    id: row.get(0)?,
                    undo_until: row.get(1)?,
                    calls: row.get::<_, i64>(2)?.unsigned_abs(),
                    person: match row.get(3)? {
                        Some(number) => Some(Person {
                            number,
                            keep_off: row.get(4)?,
                        }),
                        None => None,
                    },
                })
            })
            .optional()?)
    }
}

impl DeletionsMut<'_> {
    /// Begins a deletion; of everything of one person, if one is named. It has no end before
    /// [`Self::close`] gives it one.
    pub fn open(&self, person: Option<&Person>) -> Result<i64, StoreError> {
        self.connection.execute(
            "INSERT INTO deletions (undo_until, number, keep_off) VALUES (?1, ?2, ?3)",
            params![
                i64::MAX,
                person.map(|person| &person.number),
                person.is_some_and(|person| person.keep_off)
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Takes calls out of the log. One that is on its way to the platform stays, and one that is
    /// not there is passed over. Returns how many it took.
    pub fn take(&self, deletion: i64, calls: &[CallId], now: i64) -> Result<u64, StoreError> {
        let mut taken: i64 = 0;
        for call in calls {
            let row: Option<(Option<String>, Option<String>, i64, bool)> = self
                .connection
                .prepare_cached(&format!(
                    "SELECT subid, tel_b, at, {LEFT} FROM calls
                     WHERE call = ?1 AND state <> 'sending'"
                ))?
                .query_row([&call.0], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()?;
            let Some((subid, tel_b, at, left)) = row else {
                continue;
            };
            if left && let Some(tel_b) = tel_b {
                // What was dialled was dialled: no limit is lifted by a deletion.
                DigestsMut::new(self.connection).remember_dial(&tel_b, at, now)?;
            }
            let rows = rows::take_out(self.connection, &call.0)?;
            self.connection
                .prepare_cached("INSERT INTO leaving VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![call.0, deletion, subid, rows])?;
            taken += 1;
        }
        self.connection
            .prepare_cached("UPDATE deletions SET calls = calls + ?2 WHERE id = ?1")?
            .execute(params![deletion, taken])?;
        Ok(taken.unsigned_abs())
    }

    /// Everything is taken: the deletion can be undone until then.
    pub fn close(&self, deletion: i64, undo_until: i64) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE deletions SET undo_until = ?2 WHERE id = ?1",
            params![deletion, undo_until],
        )?;
        Ok(())
    }

    /// Puts everything back that a deletion took, with what was learnt meanwhile. Nothing if it
    /// is too late.
    pub fn undo(&self, deletion: i64, now: i64) -> Result<Option<Vec<CallId>>, StoreError> {
        let still: bool = self.connection.query_row(
            "SELECT EXISTS (SELECT 1 FROM deletions
                 WHERE id = ?1 AND begun = 0 AND undo_until > ?2)",
            [deletion, now],
            |row| row.get(0),
        )?;
        if !still {
            return Ok(None);
        }
        let leaving: Vec<(String, Option<String>, String)> = self
            .connection
            .prepare("SELECT call, subid, rows FROM leaving WHERE deletion = ?1")?
            .query_map([deletion], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect::<Result<_, _>>()?;
        self.connection
            .execute("DELETE FROM leaving WHERE deletion = ?1", [deletion])?;
        let mut back = Vec::with_capacity(leaving.len());
        for (call, subid, rows) in leaving {
            rows::put_back(self.connection, &rows)?;
            if let Some(subid) = subid {
                CallsMut::new(self.connection).record(&subid)?;
            }
            self.forget_dial(&call)?;
            back.push(CallId(call));
        }
        self.connection
            .execute("DELETE FROM deletions WHERE id = ?1", [deletion])?;
        Ok(Some(back))
    }

    /// From now on it can't be undone.
    pub fn begin(&self, deletion: i64) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE deletions SET begun = 1 WHERE id = ?1", [deletion])?;
        Ok(())
    }

    /// The same of every deletion.
    pub fn begin_all(&self) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE deletions SET begun = 1", [])?;
        Ok(())
    }

    /// Ends calls for good: their facts, and what was kept of their rows. What the platform or a
    /// file says of them again is passed over from now on.
    pub fn bury(&self, leaving: &[Leaving]) -> Result<(), StoreError> {
        for one in leaving {
            if let Some(subid) = &one.subid {
                // A sheet without ids told of it by keys of its own.
                for key in NamelessRecordsMut::new(self.connection).forget_of(subid)? {
                    self.bury_subid(&key)?;
                }
                self.bury_subid(subid)?;
            }
            self.connection
                .prepare_cached("DELETE FROM leaving WHERE call = ?1")?
                .execute([&one.call.0])?;
        }
        Ok(())
    }

    /// Erases what bears a person's number beside the log: saved filters, wishes to call, the
    /// customer or the number's place with one who has others, leads, the ban, names of sheets. What stays
    /// is a mark, where nobody is to call there again.
    pub fn forget_person(&self, person: &Person, now: i64) -> Result<(), StoreError> {
        for erasing in [
            "DELETE FROM views WHERE instr(query, ?1) OR instr(name, ?1)",
            "UPDATE imports SET name = '' WHERE instr(name, ?1)",
            "DELETE FROM mappings WHERE instr(headers, ?1) OR instr(mapping, ?1)",
            // A list may be named as the sheet was that it came from.
            "UPDATE lists SET name = replace(name, ?1, '…') WHERE instr(name, ?1)",
        ] {
            self.connection.execute(erasing, [&person.number])?;
        }
        self.forget_customer(&person.number)?;
        FollowUpsMut::new(self.connection).erase(&person.number)?;
        LeadsMut::new(self.connection).erase(&person.number)?;
        let barred = BarredMut::new(self.connection).erase(&person.number)?;
        if person.keep_off || barred {
            DigestsMut::new(self.connection).set(&person.number, now)?;
        }
        Ok(())
    }

    /// Nothing is left of a deletion.
    pub fn end(&self, deletion: i64) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM deletions WHERE id = ?1", [deletion])?;
        Ok(())
    }

    fn bury_subid(&self, subid: &str) -> Result<(), StoreError> {
        DigestsMut::new(self.connection).bury(subid)?;
        belongings::forget_parked(self.connection, subid)?;
        FactsMut::new(self.connection).forget(subid)
    }

    /// Whoever has no other number is forgotten whole, with the filters that ask for nobody else.
    fn forget_customer(&self, number: &str) -> Result<(), StoreError> {
        let customers = CustomersMut::new(self.connection);
        let Some(customer) = customers.of_number(number)? else {
            return Ok(());
        };
        customers.forget_number(number)?;
        if customers.get(customer)?.is_none() {
            self.connection.execute(
                "DELETE FROM views WHERE json_extract(query, '$.query.customer') = ?1",
                [customer.0],
            )?;
        }
        Ok(())
    }

    fn forget_dial(&self, call: &str) -> Result<(), StoreError> {
        let dial: Option<(String, i64)> = self
            .connection
            .prepare_cached(&format!(
                "SELECT tel_b, at FROM calls WHERE call = ?1 AND tel_b IS NOT NULL AND {LEFT}"
            ))?
            .query_row([call], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match dial {
            Some((tel_b, at)) => DigestsMut::new(self.connection).forget_dial(&tel_b, at),
            None => Ok(()),
        }
    }
}
