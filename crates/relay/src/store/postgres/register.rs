use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Transaction;

use super::{
    CHANNEL, IssuedToken, Membership, SEATS_CHANGED, StoreError, schema,
    session::{Address, Session},
};
use crate::{SeatRow, TeamRow, token::TokenHash};

/// A connection for one change only, with a runtime of its own, for the callers block.
pub(crate) struct Register {
    // Before the runtime, which its end needs.
    session: Session,
    runtime: Runtime,
}

impl Register {
    pub(crate) fn open(url: &SecretString) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let session = runtime.block_on(async {
            let mut session = address.connect().await?;
            schema::migrate(&mut session.client).await?;
            Ok::<_, StoreError>(session)
        })?;
        Ok(Self { session, runtime })
    }

    pub(crate) fn add(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            let added = transaction
                .query_opt(
                    "INSERT INTO seats (name, created_at) VALUES ($1, $2)
                     ON CONFLICT (name) DO NOTHING RETURNING id",
                    &[&name, &now],
                )
                .await?;
            let Some(row) = added else {
                return Ok(false);
            };
            issue(transaction, row.try_get(0)?, tokens).await?;
            Ok(true)
        })
    }

    pub(crate) fn rotate(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            // Held, so that of two rotations at once the later one ends the earlier one's tokens.
            let found = transaction
                .query_opt(
                    "SELECT id FROM seats WHERE name = $1 FOR NO KEY UPDATE",
                    &[&name],
                )
                .await?;
            let Some(row) = found else {
                return Ok(false);
            };
            let seat: i64 = row.try_get(0)?;
            transaction
                .execute("DELETE FROM tokens WHERE expires_at <= $1", &[&now])
                .await?;
            transaction
                .execute(
                    "UPDATE tokens SET expires_at = $2 WHERE seat = $1 AND expires_at IS NULL",
                    &[&seat, &old_until],
                )
                .await?;
            issue(transaction, seat, tokens).await?;
            Ok(true)
        })
    }

    pub(crate) fn remove(&mut self, name: &str) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            let removed = transaction
                .query_opt("DELETE FROM seats WHERE name = $1 RETURNING id", &[&name])
                .await?;
            let Some(row) = removed else {
                return Ok(false);
            };
            let seat: i64 = row.try_get(0)?;
            transaction
                .execute("INSERT INTO removed (seat) VALUES ($1)", &[&seat])
                .await?;
            Ok(true)
        })
    }

    pub(crate) fn list(&mut self) -> Result<Vec<SeatRow>, StoreError> {
        let query = "SELECT name, head, last_push_at, created_at FROM seats ORDER BY name";
        let rows = self
            .runtime
            .block_on(self.session.client.query(query, &[]))?;
        rows.iter()
            .map(|row| {
                Ok(SeatRow {
                    seat: row.try_get(0)?,
                    head: row.try_get(1)?,
                    last_push_at: row.try_get(2)?,
                    created_at: row.try_get(3)?,
                })
            })
            .collect()
    }

    pub(crate) fn add_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            let added = transaction
                .query_opt(
                    "INSERT INTO teams (name, created_at) VALUES ($1, $2)
                     ON CONFLICT (name) DO NOTHING RETURNING id",
                    &[&name, &now],
                )
                .await?;
            let Some(row) = added else {
                return Ok(false);
            };
            issue_team(transaction, row.try_get(0)?, token).await?;
            Ok(true)
        })
    }

    pub(crate) fn rotate_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            let found = transaction
                .query_opt(
                    "SELECT id FROM teams WHERE name = $1 FOR NO KEY UPDATE",
                    &[&name],
                )
                .await?;
            let Some(row) = found else {
                return Ok(false);
            };
            let team: i64 = row.try_get(0)?;
            transaction
                .execute("DELETE FROM team_tokens WHERE expires_at <= $1", &[&now])
                .await?;
            transaction
                .execute(
                    "UPDATE team_tokens SET expires_at = $2 WHERE team = $1 AND expires_at IS NULL",
                    &[&team, &old_until],
                )
                .await?;
            issue_team(transaction, team, token).await?;
            Ok(true)
        })
    }

    pub(crate) fn remove_team(&mut self, name: &str) -> Result<bool, StoreError> {
        self.change(async |transaction| {
            let removed = transaction
                .execute("DELETE FROM teams WHERE name = $1", &[&name])
                .await?;
            Ok(removed > 0)
        })
    }

    pub(crate) fn join_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        let join = "INSERT INTO members (team, seat) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.change_team(team, seat, join)
    }

    pub(crate) fn leave_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        self.change_team(
            team,
            seat,
            "DELETE FROM members WHERE team = $1 AND seat = $2",
        )
    }

    fn change_team(&mut self, team: &str, seat: &str, sql: &str) -> Result<Membership, StoreError> {
        let mut outcome = Membership::Settled;
        self.change(async |transaction| {
            let team = transaction
                .query_opt(
                    "SELECT id FROM teams WHERE name = $1 FOR KEY SHARE",
                    &[&team],
                )
                .await?;
            let seat = transaction
                .query_opt(
                    "SELECT id FROM seats WHERE name = $1 FOR KEY SHARE",
                    &[&seat],
                )
                .await?;
            let (team, seat): (i64, i64) = match (team, seat) {
                (Some(team), Some(seat)) => (team.try_get(0)?, seat.try_get(0)?),
                (None, _) => {
                    outcome = Membership::NoTeam;
                    return Ok(false);
                }
                (_, None) => {
                    outcome = Membership::NoSeat;
                    return Ok(false);
                }
            };
            transaction.execute(sql, &[&team, &seat]).await?;
            Ok(true)
        })?;
        Ok(outcome)
    }

    pub(crate) fn teams(&mut self) -> Result<Vec<TeamRow>, StoreError> {
        let query = "SELECT teams.name, teams.created_at,
                   array_remove(array_agg(seats.name ORDER BY seats.name), NULL)
            FROM teams
            LEFT JOIN members ON members.team = teams.id
            LEFT JOIN seats ON seats.id = members.seat
            GROUP BY teams.id ORDER BY teams.name";
        let rows = self
            .runtime
            .block_on(self.session.client.query(query, &[]))?;
        rows.iter()
            .map(|row| {
                Ok(TeamRow {
                    team: row.try_get(0)?,
                    created_at: row.try_get(1)?,
                    seats: row.try_get(2)?,
                })
            })
            .collect()
    }

    pub(crate) fn noted_base(&mut self) -> Result<Option<String>, StoreError> {
        let query = "SELECT value FROM relay WHERE key = 'base_url'";
        let noted = self
            .runtime
            .block_on(self.session.client.query_opt(query, &[]))?;
        Ok(noted.map(|row| row.try_get(0)).transpose()?)
    }

    /// Makes a change whole or not at all, and tells the relays that serve.
    fn change(
        &mut self,
        make: impl AsyncFnOnce(&Transaction<'_>) -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        let Self { runtime, session } = self;
        runtime.block_on(async {
            let transaction = session.client.transaction().await?;
            let is_made = make(&transaction).await?;
            if is_made {
                let tell = "SELECT pg_notify($1, $2)";
                transaction
                    .execute(tell, &[&CHANNEL, &SEATS_CHANGED])
                    .await?;
                transaction.commit().await?;
            }
            Ok(is_made)
        })
    }
}

async fn issue_team(
    transaction: &Transaction<'_>,
    team: i64,
    token: &TokenHash,
) -> Result<(), StoreError> {
    transaction
        .execute(
            "INSERT INTO team_tokens (tag, hash, team) VALUES ($1, $2, $3)",
            &[&token.tag(), &token.as_bytes(), &team],
        )
        .await?;
    Ok(())
}

async fn issue(
    transaction: &Transaction<'_>,
    seat: i64,
    tokens: &[IssuedToken],
) -> Result<(), StoreError> {
    for IssuedToken { kind, hash } in tokens {
        transaction
            .execute(
                "INSERT INTO tokens (tag, hash, kind, seat) VALUES ($1, $2, $3, $4)",
                &[&hash.tag(), &hash.as_bytes(), &kind.as_str(), &seat],
            )
            .await?;
    }
    Ok(())
}
