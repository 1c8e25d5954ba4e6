//! Records of sheets without ids. Such a record goes by a key of its own, and is told of the call
//! that it fits by numbers and beginning, if there is one.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::{RecordFact, StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE nameless (
    key        TEXT PRIMARY KEY NOT NULL,
    tel_a      TEXT,
    tel_b      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    -- The subid of the call that it tells of; none while it stands for a call of its own.
    joined     TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX nameless_of_number ON nameless (tel_b);
CREATE INDEX nameless_joined ON nameless (joined) WHERE joined IS NOT NULL;
";

/// No subid of the platform begins like this.
const MARK: char = '~';

/// The namespace of the keys: every desk makes the same.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f0d_6c3b_91a8_4e27_8d44_73c5_5be0_19f2);

handles!(NamelessRecords, NamelessRecordsMut, "records without ids");

/// A record without an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameless {
    /// Its key, in the place of a subid.
    pub key: String,
    /// The salesperson's own number, if the record tells.
    pub tel_a: Option<String>,
    /// When the call began.
    pub started_at: i64,
    /// The subid of the call that it tells of, if there is one.
    pub joined: Option<String>,
}

/// A call that such a record may tell of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCall {
    /// The platform's identity of it.
    pub subid: String,
    /// When it left this desk, if it did.
    pub sent_at: Option<i64>,
    /// The own number that it left from.
    pub tel_a: Option<String>,
}

/// The key of a record without an id, made of what tells its call from others: the same for the
/// same call of the same numbers, whichever sheet it comes from.
pub fn nameless_key(record: &RecordFact) -> String {
    let tel_a = record.tel_a.as_deref().unwrap_or_default();
    let tel_b = record.tel_b.as_deref().unwrap_or_default();
    let begun = record.started_at.unwrap_or_default();
    let text = format!("{tel_a}\u{1f}{tel_b}\u{1f}{begun}");
    format!("{MARK}{}", Uuid::new_v5(&NAMESPACE, text.as_bytes()))
}

/// Whether this stands in the place of a subid.
pub fn is_nameless_key(subid: &str) -> bool {
    subid.starts_with(MARK)
}

impl NamelessRecords<'_> {
    /// Whether there is any.
    pub fn any(&self) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM nameless)")?
            .query_row([], |row| row.get(0))?)
    }

    /// Whether there is one of this customer.
    pub fn has_number(&self, tel_b: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM nameless WHERE tel_b = ?1)")?
            .query_row([tel_b], |row| row.get(0))?)
    }

    /// Those of this customer.
    pub fn of_number(&self, tel_b: &str) -> Result<Vec<Nameless>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, tel_a, started_at, joined FROM nameless WHERE tel_b = ?1 ORDER BY key",
        )?;
        let records = statement.query_map([tel_b], |row| {
            Ok(Nameless {
                key: row.get(0)?,
                tel_a: row.get(1)?,
                started_at: row.get(2)?,
                joined: row.get(3)?,
            })
        })?;
        Ok(records.collect::<Result<_, _>>()?)
    }

    /// The calls with this customer that the platform has named.
    pub fn named_calls(&self, tel_b: &str) -> Result<Vec<NamedCall>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT subid, iif(placed_here, sent_at, NULL), iif(placed_here, tel_a, NULL)
             FROM calls WHERE tel_b = ?1 AND subid IS NOT NULL
                 AND subid NOT GLOB '~*' AND subid NOT GLOB 'hand:*'",
        )?;
        let calls = statement.query_map([tel_b], |row| {
            Ok(NamedCall {
                subid: row.get(0)?,
                sent_at: row.get(1)?,
                tel_a: row.get(2)?,
            })
        })?;
        Ok(calls.collect::<Result<_, _>>()?)
    }

    /// Whose this one is, and the customer's number.
    pub fn of_key(&self, key: &str) -> Result<Option<(String, Option<String>)>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT tel_b, joined FROM nameless WHERE key = ?1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }
}

impl NamelessRecordsMut<'_> {
    /// Keeps one. Doing it again changes nothing.
    pub fn keep(&self, record: &RecordFact) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO nameless (key, tel_a, tel_b, started_at)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                record.subid,
                record.tel_a,
                record.tel_b.as_deref().unwrap_or_default(),
                record.started_at.unwrap_or_default(),
            ])?;
        Ok(())
    }

    /// It tells of the call of this subid, or of a call of its own.
    pub fn join(&self, key: &str, subid: Option<&str>) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE nameless SET joined = ?2 WHERE key = ?1")?
            .execute(params![key, subid])?;
        Ok(())
    }

    /// Nobody tells of this call any more, be it one of these or one that they were told of. Names
    /// those that were.
    pub(crate) fn forget_of(&self, subid: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM nameless WHERE key = ?1 OR joined = ?1 RETURNING key")?;
        let keys = statement.query_map([subid], |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Nobody tells of it any more.
    pub fn forget(&self, key: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM nameless WHERE key = ?1")?
            .execute([key])?;
        Ok(())
    }
}
