use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    super::{IssuedToken, Membership, StoreError},
    open,
};
use crate::{SeatRow, TeamRow, token::TokenHash};

/// A connection for one change only: one that stays open would be one more to look after.
pub(crate) struct Register(Connection);

impl Register {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        open::open(path).map(Self)
    }

    pub(crate) fn add(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        now: i64,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        if find(&transaction, name)?.is_some() {
            return Ok(false);
        }
        transaction.execute(
            "INSERT INTO seats (name, created_at) VALUES (?1, ?2)",
            params![name, now],
        )?;
        issue(&transaction, transaction.last_insert_rowid(), tokens)?;
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn rotate(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        let Some(seat) = find(&transaction, name)? else {
            return Ok(false);
        };
        transaction.execute("DELETE FROM tokens WHERE expires_at <= ?1", [now])?;
        transaction.execute(
            "UPDATE tokens SET expires_at = ?2 WHERE seat = ?1 AND expires_at IS NULL",
            params![seat, old_until],
        )?;
        issue(&transaction, seat, tokens)?;
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        let Some(seat) = find(&transaction, name)? else {
            return Ok(false);
        };
        transaction.execute("DELETE FROM seats WHERE id = ?1", [seat])?;
        transaction.execute("INSERT INTO removed (seat) VALUES (?1)", [seat])?;
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn list(&self) -> Result<Vec<SeatRow>, StoreError> {
        let mut statement = self
            .0
            .prepare("SELECT name, head, last_push_at, created_at FROM seats ORDER BY name")?;
        let rows = statement.query_map([], |row| {
            Ok(SeatRow {
                seat: row.get(0)?,
                head: row.get(1)?,
                last_push_at: row.get(2)?,
                created_at: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn add_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        now: i64,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        if find_team(&transaction, name)?.is_some() {
            return Ok(false);
        }
        transaction.execute(
            "INSERT INTO teams (name, created_at) VALUES (?1, ?2)",
            params![name, now],
        )?;
        issue_team(&transaction, transaction.last_insert_rowid(), token)?;
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn rotate_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        let Some(team) = find_team(&transaction, name)? else {
            return Ok(false);
        };
        transaction.execute("DELETE FROM team_tokens WHERE expires_at <= ?1", [now])?;
        transaction.execute(
            "UPDATE team_tokens SET expires_at = ?2 WHERE team = ?1 AND expires_at IS NULL",
            params![team, old_until],
        )?;
        issue_team(&transaction, team, token)?;
        transaction.commit()?;
        Ok(true)
    }

    pub(crate) fn remove_team(&mut self, name: &str) -> Result<bool, StoreError> {
        let removed = self
            .0
            .execute("DELETE FROM teams WHERE name = ?1", [name])?;
        Ok(removed > 0)
    }

    pub(crate) fn join_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        self.change_team(
            team,
            seat,
            "INSERT INTO members (team, seat) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )
    }

    pub(crate) fn leave_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        self.change_team(
            team,
            seat,
            "DELETE FROM members WHERE team = ?1 AND seat = ?2",
        )
    }

    pub(crate) fn teams(&self) -> Result<Vec<TeamRow>, StoreError> {
        let mut statement = self.0.prepare(
            "SELECT teams.name, seats.name, teams.created_at FROM teams
             LEFT JOIN members ON members.team = teams.id
             LEFT JOIN seats ON seats.id = members.seat
             ORDER BY teams.name, seats.name",
        )?;
        let mut rows = statement.query([])?;
        let mut teams: Vec<TeamRow> = Vec::new();
        while let Some(row) = rows.next()? {
            let (team, seat): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            match teams.last_mut() {
                Some(last) if last.team == team => last.seats.extend(seat),
                _ => teams.push(TeamRow {
                    team,
                    seats: seat.into_iter().collect(),
                    created_at: row.get(2)?,
                }),
            }
        }
        Ok(teams)
    }

    fn change_team(&mut self, team: &str, seat: &str, sql: &str) -> Result<Membership, StoreError> {
        let transaction = self.begin()?;
        let Some(team) = find_team(&transaction, team)? else {
            return Ok(Membership::NoTeam);
        };
        let Some(seat) = find(&transaction, seat)? else {
            return Ok(Membership::NoSeat);
        };
        transaction.execute(sql, [team, seat])?;
        transaction.commit()?;
        Ok(Membership::Settled)
    }

    pub(crate) fn noted_base(&self) -> Result<Option<String>, StoreError> {
        let query = "SELECT value FROM relay WHERE key = 'base_url'";
        let noted = self.0.query_row(query, [], |row| row.get(0));
        Ok(noted.optional()?)
    }

    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.0
            .transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

fn find(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<i64>> {
    transaction
        .query_row("SELECT id FROM seats WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

fn find_team(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<i64>> {
    transaction
        .query_row("SELECT id FROM teams WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

fn issue_team(transaction: &Transaction<'_>, team: i64, token: &TokenHash) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO team_tokens (tag, hash, team) VALUES (?1, ?2, ?3)",
        params![token.tag(), token.as_bytes(), team],
    )?;
    Ok(())
}

fn issue(transaction: &Transaction<'_>, seat: i64, tokens: &[IssuedToken]) -> rusqlite::Result<()> {
    for IssuedToken { kind, hash } in tokens {
        transaction.execute(
            "INSERT INTO tokens (tag, hash, kind, seat) VALUES (?1, ?2, ?3, ?4)",
            params![hash.tag(), hash.as_bytes(), kind.as_str(), seat],
        )?;
    }
    Ok(())
}
