use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{open::connect, schema};
use crate::store::{Checked, StoreError, check::Found};

/// What PostgreSQL holds by an index.
const OWN: [(Found, &str); 2] = [
    (
        Found::Twice,
        "SELECT count(*) FROM (SELECT 1 FROM records GROUP BY seat, digest HAVING count(*) > 1)",
    ),
    (
        Found::Undigested,
        "SELECT count(*) FROM records JOIN seats ON seats.id = records.seat
         WHERE seq <= digested AND NOT EXISTS (
             SELECT * FROM digests WHERE digests.seat = records.seat
             AND tag = substr(digest, 1, 8) AND digests.seq = records.seq)",
    ),
];

/// Looks a database over, as it was at one moment, also while a relay serves it.
pub(crate) fn check(path: &Path) -> Result<Checked, StoreError> {
    let mut connection = open_to_read(path)?;
    let snapshot = connection.transaction()?;
    let mut checked = Checked::default();
    let verdict: String = snapshot.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Damaged("it fails SQLite's own check".into()));
    }
    checked.seats = count(&snapshot, "SELECT count(*) FROM seats")?;
    hash_bodies(&snapshot, &mut checked)?;
    let mut rows = snapshot.prepare(
        "SELECT name, head, count(seq), min(seq), max(seq) FROM seats
         LEFT JOIN records ON records.seat = seats.id GROUP BY seats.id ORDER BY name",
    )?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let seat: String = row.get(0)?;
        checked.numbers(&seat, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    }
    for (found, query) in Found::QUERIES.into_iter().chain(OWN) {
        checked.note(found, count(&snapshot, query)?);
    }
    Ok(checked)
}

/// A connection that makes and changes nothing.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    // SQLite would say of a file that is not there that it can't open it, and no more.
    std::fs::metadata(path)?;
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    schema::check_current(&connection)?;
    Ok(connection)
}

fn hash_bodies(connection: &Connection, checked: &mut Checked) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT digest, body FROM records")?;
    let mut rows = statement.query([])?;
    let mut changed = 0;
    while let Some(row) = rows.next()? {
        let body = row.get_ref(1)?.as_blob()?;
        let is_same = row.get_ref(0)?.as_blob()? == Sha256::digest(body).as_slice();
        changed += i64::from(!is_same);
        checked.records += 1;
        checked.bytes += body.len() as i64;
    }
    checked.note(Found::ChangedBodies, changed);
    Ok(())
}

fn count(connection: &Connection, query: &str) -> rusqlite::Result<i64> {
    connection.query_row(query, [], |row| row.get(0))
}
