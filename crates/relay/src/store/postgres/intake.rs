//! Takes over what a relay kept in SQLite.

use std::path::Path;

use rusqlite::Connection;
use secrecy::SecretString;
use tokio::runtime::Builder;
use tokio_postgres::Transaction;

use super::{CHANNEL, SEATS_CHANGED, StoreError, schema, session::Address};
use crate::store::{
    Moved,
    contents::{Contents, MovedRecord, Tally},
    sqlite,
};

/// So many records are read and written at a time.
const SLICE: i64 = 64;

/// Moves everything in one transaction, and reads it all back before that ends: it is all there
/// or nothing is. The file is left as it is. Blocks.
pub(crate) fn take_over(from: &Path, to: &SecretString) -> Result<Moved, StoreError> {
    // No relay may take a push into the file that would then be left behind.
    let (_serving, file) = sqlite::open_alone(from)?;
    let address = Address::parse(to)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut session = address.connect().await?;
        schema::migrate(&mut session.client).await?;
        let transaction = session.client.transaction().await?;
        transaction
            .batch_execute(
                "SET LOCAL statement_timeout = 0;
                 LOCK TABLE seats, tokens, teams, records IN EXCLUSIVE MODE",
            )
            .await?;
        let contents = sqlite::contents(&file)?;
        if !is_empty(&transaction).await? {
            return Err(StoreError::NotEmpty);
        }
        write_contents(&transaction, &contents).await?;
        let written = write_records(&transaction, &file).await?;
        let moved = Moved {
            seats: contents.seats.len() as u64,
            records: written.records,
        };
        if read_contents(&transaction).await? != contents
            || !read_records(&transaction).await?.matches(written)
        {
            return Err(StoreError::Differs);
        }
        let tell = "SELECT pg_notify($1, $2)";
        transaction
            .execute(tell, &[&CHANNEL, &SEATS_CHANGED])
            .await?;
        transaction.commit().await?;
        Ok(moved)
    })
}

async fn is_empty(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let query = "SELECT NOT EXISTS (SELECT FROM seats) AND NOT EXISTS (SELECT FROM records)
                 AND NOT EXISTS (SELECT FROM teams)";
    Ok(transaction.query_one(query, &[]).await?.try_get(0)?)
}

async fn write_contents(
    transaction: &Transaction<'_>,
    contents: &Contents,
) -> Result<(), StoreError> {
    macro_rules! write {
        ($rows:expr, $query:literal, $($column:tt),+) => {
            let statement = transaction.prepare($query).await?;
            for row in &$rows {
                transaction.execute(&statement, &[$(&row.$column),+]).await?;
            }
        };
    }
    write!(
        contents.base_url,
        "INSERT INTO relay (key, value) VALUES ('base_url', $1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        0
    );
    write!(
        contents.seats,
        "INSERT INTO seats (id, name, head, last_push_at, created_at) VALUES ($1, $2, $3, $4, $5)",
        0, 1, 2, 3, 4
    );
    write!(
        contents.tokens,
        "INSERT INTO tokens (tag, hash, kind, seat, expires_at) VALUES ($1, $2, $3, $4, $5)",
        0, 1, 2, 3, 4
    );
    write!(
        contents.teams,
        "INSERT INTO teams (id, name, created_at) VALUES ($1, $2, $3)",
        0, 1, 2
    );
    write!(
        contents.members,
        "INSERT INTO members (team, seat) VALUES ($1, $2)",
        0, 1
    );
    write!(
        contents.team_tokens,
        "INSERT INTO team_tokens (tag, hash, team, expires_at) VALUES ($1, $2, $3, $4)",
        0, 1, 2, 3
    );
    write!(
        contents.removed,
        "INSERT INTO removed (seat) VALUES ($1)",
        0
    );
    write!(
        contents.undated,
        "INSERT INTO undated (seat, seq, since) VALUES ($1, $2, $3)",
        0, 1, 2
    );
    // Restarted behind the highest id ever given.
    for (table, last) in [("seats", contents.last_seat), ("teams", contents.last_team)] {
        let restart = format!("ALTER TABLE {table} ALTER id RESTART WITH {}", last + 1);
        transaction.batch_execute(&restart).await?;
    }
    Ok(())
}

async fn read_contents(transaction: &Transaction<'_>) -> Result<Contents, StoreError> {
    macro_rules! rows {
        ($query:literal, $($column:literal),+) => {
            transaction
                .query($query, &[])
                .await?
                .iter()
                .map(|row| Ok(($(row.try_get($column)?,)+)))
                .collect::<Result<_, StoreError>>()?
        };
    }
    let next: Vec<(i64, i64)> = rows!(
        "SELECT (SELECT last_value FROM seats_id_seq), (SELECT last_value FROM teams_id_seq)",
        0,
        1
    );
    let (next_seat, next_team) = next.first().copied().unwrap_or_default();
    Ok(Contents {
        last_seat: next_seat - 1,
        last_team: next_team - 1,
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

async fn write_records(
    transaction: &Transaction<'_>,
    file: &Connection,
) -> Result<Tally, StoreError> {
    let statement = transaction
        .prepare(
            "INSERT INTO records (seat, seq, received_at, content_type, digest, body)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[],
                                  $5::bytea[], $6::bytea[])",
        )
        .await?;
    let mut tally = Tally::default();
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let slice = sqlite::records_after(file, after, SLICE)?;
        let Some(last) = slice.last() else {
            return Ok(tally);
        };
        after = (last.seat, last.seq);
        slice.iter().for_each(|record| tally.add(record));
        let numbers = |of: fn(&MovedRecord) -> i64| slice.iter().map(of).collect::<Vec<i64>>();
        let types: Vec<Option<&str>> = slice
            .iter()
            .map(|record| record.content_type.as_deref())
            .collect();
        let digests: Vec<&[u8]> = slice.iter().map(|record| &record.digest[..]).collect();
        let bodies: Vec<&[u8]> = slice.iter().map(|record| &record.body[..]).collect();
        let (seats, seqs, times) = (
            numbers(|record| record.seat),
            numbers(|record| record.seq),
            numbers(|record| record.received_at),
        );
        transaction
            .execute(
                &statement,
                &[&seats, &seqs, &times, &types, &digests, &bodies],
            )
            .await?;
    }
}

async fn read_records(transaction: &Transaction<'_>) -> Result<Tally, StoreError> {
    let statement = transaction
        .prepare(
            "SELECT seat, seq, received_at, content_type, digest, body FROM records
             WHERE (seat, seq) > ($1, $2) ORDER BY seat, seq LIMIT $3",
        )
        .await?;
    let mut tally = Tally::default();
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let rows = transaction
            .query(&statement, &[&after.0, &after.1, &SLICE])
            .await?;
        if rows.is_empty() {
            return Ok(tally);
        }
        for row in rows {
            let record = MovedRecord {
                seat: row.try_get(0)?,
                seq: row.try_get(1)?,
                received_at: row.try_get(2)?,
                content_type: row.try_get(3)?,
                digest: row.try_get(4)?,
                body: row.try_get(5)?,
            };
            after = (record.seat, record.seq);
            tally.add(&record);
        }
    }
}
