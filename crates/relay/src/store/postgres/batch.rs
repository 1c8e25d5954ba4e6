use super::{Push, PushAnswer, StoreError, session::Session};
use crate::store::{TRUSTED_FROM, sqlite::Spooled};

/// How many records one sweep deletes, so that pushes never wait for long behind it.
const SLICE: i64 = 200;

/// So many seats are looked at by one sweep, so that it ends within the server's patience.
const PORTION: i64 = 256;

/// What becomes a record.
pub(super) struct Row<'a> {
    pub(super) seat: i64,
    received_at: i64,
    content_type: Option<&'a str>,
    digest: &'a [u8],
    body: &'a [u8],
}

impl<'a> From<&'a Push> for Row<'a> {
    fn from(push: &'a Push) -> Self {
        Self {
            seat: push.seat,
            received_at: push.received_at,
            content_type: push.content_type.as_deref(),
            digest: &push.digest,
            body: &push.body,
        }
    }
}

impl<'a> From<&'a Spooled> for Row<'a> {
    fn from(spooled: &'a Spooled) -> Self {
        Self {
            seat: spooled.seat,
            received_at: spooled.received_at,
            content_type: spooled.content_type.as_deref(),
            digest: &spooled.digest,
            body: &spooled.body,
        }
    }
}

/// Stores a batch as a whole, as one statement, and returns an answer for each of its pushes. An
/// error leaves open whether it was stored; storing it again does no harm.
pub(super) async fn store(
    session: &mut Session,
    batch: &[Row<'_>],
) -> Result<Vec<PushAnswer>, StoreError> {
    let query = "SELECT store_batch($1, $2, $3, $4, $5, $6)";
    let statement = session.statement(query).await?;
    let seats: Vec<i64> = batch.iter().map(|row| row.seat).collect();
    let times: Vec<i64> = batch.iter().map(|row| row.received_at).collect();
    let types: Vec<Option<&str>> = batch.iter().map(|row| row.content_type).collect();
    let digests: Vec<&[u8]> = batch.iter().map(|row| row.digest).collect();
    let bodies: Vec<&[u8]> = batch.iter().map(|row| row.body).collect();
    let row = session
        .client
        .query_one(
            &statement,
            &[&seats, &times, &types, &digests, &bodies, &TRUSTED_FROM],
        )
        .await?;
    let given: Vec<Option<i64>> = row.try_get(0)?;
    let answers: Vec<PushAnswer> = given
        .into_iter()
        .map(|seq| match seq {
            None => PushAnswer::UnknownToken,
            Some(0) => PushAnswer::Repeated,
            Some(_) => PushAnswer::Stored,
        })
        .collect();
    match answers.len() == batch.len() {
        true => Ok(answers),
        false => Err(StoreError::Server("it answered for another batch".into())),
    }
}

/// Which of these seats were removed. It is remembered until a sweep has been through since then.
pub(super) async fn removed(session: &mut Session, seats: &[i64]) -> Result<Vec<i64>, StoreError> {
    let statement = session
        .statement("SELECT seat FROM removed WHERE seat = ANY ($1)")
        .await?;
    let rows = session.client.query(&statement, &[&seats]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Deletes one slice of what is past its time with the seats after one; returns how many records
/// went, and the seat to go on after, if there are more.
pub(super) async fn sweep(
    session: &mut Session,
    older_than: i64,
    now: i64,
    after: i64,
) -> Result<(usize, Option<i64>), StoreError> {
    let statement = session
        .statement("SELECT id FROM seats WHERE id > $1 ORDER BY id OFFSET $2 LIMIT 1")
        .await?;
    let row = session
        .client
        .query_opt(&statement, &[&after, &(PORTION - 1)])
        .await?;
    let last: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
    let through = last.unwrap_or(i64::MAX);
    let statement = session
        .statement("SELECT sweep_slice($1, $2, $3, $4, $5, $6)")
        .await?;
    let row = session
        .client
        .query_one(
            &statement,
            &[&older_than, &now, &TRUSTED_FROM, &SLICE, &after, &through],
        )
        .await?;
    let deleted = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0);
    Ok((deleted, last))
}

/// Lets records whose clock was not to be trusted age from `now` on.
pub(super) async fn date_anew(session: &mut Session, now: i64) -> Result<(), StoreError> {
    let statement = session
        .statement("UPDATE undated SET since = $1 WHERE since IS NOT NULL")
        .await?;
    session.client.execute(&statement, &[&now]).await?;
    Ok(())
}
