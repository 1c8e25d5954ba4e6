use tokio_postgres::{Client, Transaction};

use super::StoreError;

/// Each step once, in order, never changed after a release; the `relay` table counts those done.
const STEPS: [&str; 1] = [concat!(
    include_str!("tables.sql"),
    include_str!("store_batch.sql"),
    include_str!("sweep_slice.sql")
)];

/// Any number; taken while the schema is looked at, so that two relays never make it at once.
const MIGRATION_LOCK: i64 = 0x426f_6852;

/// Makes the tables or brings them up to date. Refuses those of a newer relay, or another program's.
pub(super) async fn migrate(client: &mut Client) -> Result<(), StoreError> {
    let transaction = client.transaction().await?;
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
        .await?;
    let done = steps_done(&transaction).await?;
    if done == STEPS.len() {
        return Ok(());
    }
    for step in &STEPS[done..] {
        transaction.batch_execute(step).await?;
    }
    transaction
        .execute(
            "INSERT INTO relay (key, value) VALUES ('schema', $1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            &[&STEPS.len().to_string()],
        )
        .await?;
    Ok(transaction.commit().await?)
}

/// Refuses tables that no relay has made or brought up to date. Reads only.
pub(super) async fn check_current(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    match steps_done(transaction).await? {
        done if done == STEPS.len() => Ok(()),
        _ => Err(StoreError::Older),
    }
}

async fn steps_done(transaction: &Transaction<'_>) -> Result<usize, StoreError> {
    let row = transaction
        .query_one(
            "SELECT to_regclass('relay') IS NOT NULL,
                    to_regclass('seats') IS NOT NULL OR to_regclass('records') IS NOT NULL",
            &[],
        )
        .await?;
    match (row.get(0), row.get(1)) {
        (false, false) => return Ok(0),
        (false, true) => return Err(StoreError::NotARelays),
        (true, _) => {}
    }
    let version = transaction
        .query_opt("SELECT value FROM relay WHERE key = 'schema'", &[])
        .await
        .map_err(|_| StoreError::NotARelays)?;
    let version: String = version.ok_or(StoreError::NotARelays)?.get(0);
    match version.parse() {
        Ok(done) if done <= STEPS.len() => Ok(done),
        Ok(_) => Err(StoreError::Newer),
        Err(_) => Err(StoreError::NotARelays),
    }
}
