use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::store::contents::{Contents, MovedRecord};

/// All of a database but its records.
pub(crate) fn contents(connection: &Connection) -> Result<Contents> {
    let last_id = |table: &str| {
        let query = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
        let last = connection.query_row(query, [table], |row| row.get(0));
        Ok::<i64, rusqlite::Error>(last.optional()?.unwrap_or(0))
    };
    macro_rules! rows {
        ($query:literal, $($column:literal),+) => {
            connection
                .prepare($query)?
                .query_map([], |row| Ok(($(row.get($column)?,)+)))?
                .collect::<Result<_>>()?
        };
    }
    Ok(Contents {
        last_seat: last_id("seats")?,
        last_team: last_id("teams")?,
        base_url: rows!("SELECT value FROM relay WHERE key = 'base_url'", 0),
        seats: rows!(
            "SELECT id, name, head, last_push_at, created_at FROM seats ORDER BY id",
            0,
            1,
            2,
            3,
            4
        ),
        tokens: rows!(
            "SELECT tag, hash, kind, seat, expires_at FROM tokens ORDER BY hash",
            0,
            1,
            2,
            3,
            4
        ),
        teams: rows!(
            "SELECT id, name, created_at FROM teams ORDER BY id",
            0,
            1,
            2
        ),
        members: rows!("SELECT team, seat FROM members ORDER BY team, seat", 0, 1),
        team_tokens: rows!(
            "SELECT tag, hash, team, expires_at FROM team_tokens ORDER BY hash",
            0,
            1,
            2,
            3
        ),
        removed: rows!("SELECT seat FROM removed ORDER BY seat", 0),
        undated: rows!(
            "SELECT seat, seq, since FROM undated ORDER BY seat, seq",
            0,
            1,
            2
        ),
    })
}

/// Some records after one, by seat and number.
pub(crate) fn records_after(
    connection: &Connection,
    (seat, seq): (i64, i64),
    rows: i64,
) -> Result<Vec<MovedRecord>> {
    connection
        .prepare_cached(
            "SELECT seat, seq, received_at, content_type, digest, body FROM records
             WHERE (seat, seq) > (?1, ?2) ORDER BY seat, seq LIMIT ?3",
        )?
        .query_map(params![seat, seq, rows], |row| {
            Ok(MovedRecord {
                seat: row.get(0)?,
                seq: row.get(1)?,
                received_at: row.get(2)?,
                content_type: row.get(3)?,
                digest: row.get(4)?,
                body: row.get(5)?,
            })
        })?
        .collect()
}
