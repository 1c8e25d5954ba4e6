use secrecy::SecretString;
use tokio::runtime::Builder;
use tokio_postgres::{IsolationLevel, Transaction};

use super::{StoreError, schema, session::Address};
use crate::store::{Checked, check::Found};

/// Looks a database over, as it is at one moment, also while relays serve it. Blocks.
pub(crate) fn check(url: &SecretString) -> Result<Checked, StoreError> {
    let address = Address::parse(url)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut session = address.connect().await?;
        let snapshot = session
            .client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await?;
        // A million bodies take their time.
        snapshot
            .batch_execute("SET LOCAL statement_timeout = 0")
            .await?;
        schema::check_current(&snapshot).await?;
        look_over(&snapshot).await
    })
}

async fn look_over(snapshot: &Transaction<'_>) -> Result<Checked, StoreError> {
    let row = snapshot
        .query_one(
            "SELECT (SELECT count(*) FROM seats), count(*), coalesce(sum(octet_length(body)), 0)::bigint,
                    count(*) FILTER (WHERE sha256(body) <> digest) FROM records",
            &[],
        )
        .await?;
    let mut checked = Checked {
        seats: row.try_get(0)?,
        records: row.try_get(1)?,
        bytes: row.try_get(2)?,
        findings: Vec::new(),
    };
    checked.note(Found::ChangedBodies, row.try_get(3)?);
    let rows = snapshot
        .query(
            "SELECT name, head, count(seq), min(seq), max(seq) FROM seats
             LEFT JOIN records ON records.seat = seats.id GROUP BY seats.id ORDER BY name",
            &[],
        )
        .await?;
    for row in rows {
        checked.numbers(
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
            row.try_get(4)?,
        );
    }
    for (found, query) in Found::QUERIES {
        let row = snapshot.query_one(query, &[]).await?;
        checked.note(found, row.try_get(0)?);
    }
    Ok(checked)
}
