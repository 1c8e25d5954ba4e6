use super::{Database, StoreError, postgres, sqlite};
use crate::{
    SeatRow, TeamRow,
    token::{TokenHash, TokenKind},
};

/// What is kept of a token that was just given out.
pub(crate) struct IssuedToken {
    pub(crate) kind: TokenKind,
    pub(crate) hash: TokenHash,
}

/// What became of a seat's coming into a team or going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    /// It is as asked for, now or already.
    Settled,
    NoTeam,
    NoSeat,
}

/// The seats of a database, open for one look or change, in the relay's process or another one.
/// Each change is synced when it returns.
pub(crate) enum SeatRegister {
    Sqlite(sqlite::Register),
    Postgres(postgres::Register),
}

impl SeatRegister {
    pub(crate) fn open(database: &Database) -> Result<Self, StoreError> {
        match database {
            Database::File(path) => sqlite::Register::open(path).map(Self::Sqlite),
            Database::Server(url) => postgres::Register::open(url).map(Self::Postgres),
        }
    }

    /// Returns false if the name is taken.
    pub(crate) fn add(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        now: i64,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.add(name, tokens, now),
            Self::Postgres(register) => register.add(name, tokens, now),
        }
    }

    /// Adds tokens, and lets the ones before end at `old_until`; returns false if no seat has the
    /// name.
    pub(crate) fn rotate(
        &mut self,
        name: &str,
        tokens: &[IssuedToken],
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.rotate(name, tokens, old_until, now),
            Self::Postgres(register) => register.rotate(name, tokens, old_until, now),
        }
    }

    /// Returns false if no seat has the name.
    pub(crate) fn remove(&mut self, name: &str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.remove(name),
            Self::Postgres(register) => register.remove(name),
        }
    }

    pub(crate) fn list(&mut self) -> Result<Vec<SeatRow>, StoreError> {
        match self {
            Self::Sqlite(register) => register.list(),
            Self::Postgres(register) => register.list(),
        }
    }

    /// Returns false if the name is taken.
    pub(crate) fn add_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        now: i64,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.add_team(name, token, now),
            Self::Postgres(register) => register.add_team(name, token, now),
        }
    }

    /// Adds a token, and lets the ones before end at `old_until`; returns false if no team has the
    /// name.
    pub(crate) fn rotate_team(
        &mut self,
        name: &str,
        token: &TokenHash,
        old_until: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.rotate_team(name, token, old_until, now),
            Self::Postgres(register) => register.rotate_team(name, token, old_until, now),
        }
    }

    /// Its tokens end with it, its seats stay. Returns false if no team has the name.
    pub(crate) fn remove_team(&mut self, name: &str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(register) => register.remove_team(name),
            Self::Postgres(register) => register.remove_team(name),
        }
    }

    pub(crate) fn join_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        match self {
            Self::Sqlite(register) => register.join_team(team, seat),
            Self::Postgres(register) => register.join_team(team, seat),
        }
    }

    pub(crate) fn leave_team(&mut self, team: &str, seat: &str) -> Result<Membership, StoreError> {
        match self {
            Self::Sqlite(register) => register.leave_team(team, seat),
            Self::Postgres(register) => register.leave_team(team, seat),
        }
    }

    /// All teams by name, each with its seats by name.
    pub(crate) fn teams(&mut self) -> Result<Vec<TeamRow>, StoreError> {
        match self {
            Self::Sqlite(register) => register.teams(),
            Self::Postgres(register) => register.teams(),
        }
    }

    /// The address that a relay last served on.
    pub(crate) fn noted_base(&mut self) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(register) => register.noted_base(),
            Self::Postgres(register) => register.noted_base(),
        }
    }
}
