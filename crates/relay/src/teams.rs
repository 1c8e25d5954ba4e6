use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use thiserror::Error;

use crate::{
    Database, StoreError,
    seats::{ROTATION_MS, is_name},
    store::{Membership, SeatRegister},
    token::{TokenHash, TokenKind},
};

/// Adds, lists, rotates and removes teams, in the relay's process or another one. What it changes
/// holds from the next request on.
///
/// A team's token reads each of its seats, for a manager's desk or an export. A seat may be in
/// several teams.
#[derive(Debug, Clone)]
pub struct Teams {
    database: Database,
}

/// What a team's reader needs; it can't be shown again, for the relay keeps a hash only.
pub struct NewTeam {
    /// The team's name.
    pub team: String,
    /// The token that reads the records of all its seats.
    pub read_token: SecretString,
}

/// A team in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamRow {
    /// The team's name.
    pub team: String,
    /// Its seats, by name.
    pub seats: Vec<String>,
    /// When it was added, in Unix milliseconds.
    pub created_at: i64,
}

/// Why a team was not changed.
#[derive(Debug, Error)]
pub enum TeamError {
    /// The name is taken.
    #[error("there is a team of this name already; `rotate` gives it a new token")]
    Exists,
    /// No team has this name.
    #[error("there is no team of this name")]
    Unknown,
    /// No seat has this name.
    #[error("there is no seat named {0}")]
    UnknownSeat(String),
    /// The name can't be used.
    #[error("a team's name has 1 to 64 letters, digits, spaces within, or any of - _ . @")]
    BadName,
    /// The system gave no random bits.
    #[error("this system has no source of randomness")]
    NoRandomness,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Teams {
    /// The teams of a database.
    pub fn new(database: impl Into<Database>) -> Self {
        Self {
            database: database.into(),
        }
    }

    /// Adds a team without seats; `now` in Unix milliseconds. Blocks for a synced write.
    pub fn add(&self, name: &str, now: i64) -> Result<NewTeam, TeamError> {
        if !is_name(name) {
            return Err(TeamError::BadName);
        }
        let (team, hash) = issue(name)?;
        let is_added = SeatRegister::open(&self.database)?.add_team(name, &hash, now)?;
        is_added.then_some(team).ok_or(TeamError::Exists)
    }

    /// Gives a team a new token; the old one works for another week. Blocks for a synced write.
    pub fn rotate(&self, name: &str, now: i64) -> Result<NewTeam, TeamError> {
        let (team, hash) = issue(name)?;
        let mut register = SeatRegister::open(&self.database)?;
        let is_rotated = register.rotate_team(name, &hash, now + ROTATION_MS, now)?;
        is_rotated.then_some(team).ok_or(TeamError::Unknown)
    }

    /// Removes a team. Its tokens end at once; its seats stay.
    pub fn remove(&self, name: &str) -> Result<(), TeamError> {
        let is_removed = SeatRegister::open(&self.database)?.remove_team(name)?;
        is_removed.then_some(()).ok_or(TeamError::Unknown)
    }

    /// Lets the team's tokens read a seat.
    pub fn join(&self, team: &str, seat: &str) -> Result<(), TeamError> {
        let settled = SeatRegister::open(&self.database)?.join_team(team, seat)?;
        settle(settled, seat)
    }

    /// Lets them read it no more.
    pub fn leave(&self, team: &str, seat: &str) -> Result<(), TeamError> {
        let settled = SeatRegister::open(&self.database)?.leave_team(team, seat)?;
        settle(settled, seat)
    }

    /// All teams by name.
    pub fn list(&self) -> Result<Vec<TeamRow>, TeamError> {
        Ok(SeatRegister::open(&self.database)?.teams()?)
    }
}

impl fmt::Debug for NewTeam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTeam")
            .field("team", &self.team)
            .finish_non_exhaustive()
    }
}

fn issue(name: &str) -> Result<(NewTeam, TokenHash), TeamError> {
    let token = TokenKind::Team.generate();
    let read_token = token.map_err(|_| TeamError::NoRandomness)?;
    let hash = TokenHash::of(read_token.expose_secret());
    let team = NewTeam {
        team: name.to_owned(),
        read_token,
    };
    Ok((team, hash))
}

fn settle(membership: Membership, seat: &str) -> Result<(), TeamError> {
    match membership {
        Membership::Settled => Ok(()),
        Membership::NoTeam => Err(TeamError::Unknown),
        Membership::NoSeat => Err(TeamError::UnknownSeat(seat.to_owned())),
    }
}
