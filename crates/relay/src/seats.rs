use std::fmt;

use bohao_relay_api::PairingLink;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use thiserror::Error;
use url::Url;

use crate::{
    DEFAULT_LISTEN, Database, StoreError,
    store::{IssuedToken, SeatRegister},
    token::{TokenHash, TokenKind},
};

/// For how long the old tokens of a rotated seat go on working.
pub(crate) const ROTATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

const LONGEST_NAME: usize = 64;

/// Adds, lists, rotates and removes seats, in the relay's process or another one. What it changes
/// holds from the next request on.
#[derive(Debug, Clone)]
pub struct Seats {
    database: Database,
    public_url: Option<Url>,
}

/// What a seat's holder needs; it can't be shown again, for the relay keeps hashes only.
pub struct NewSeat {
    /// The seat's name.
    pub seat: String,
    /// The address that the platform gets as `return_url`.
    pub push_url: SecretString,
    /// The token that reads the seat's records.
    pub read_token: SecretString,
    /// The relay's address and both of these, for a desk.
    pub pairing: PairingLink,
}

/// A seat in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeatRow {
    /// The seat's name.
    pub seat: String,
    /// Its highest `seq` ever given.
    pub head: i64,
    /// When the last push came, in Unix milliseconds.
    pub last_push_at: Option<i64>,
    /// When it was added, in Unix milliseconds.
    pub created_at: i64,
}

/// Why a seat was not changed.
#[derive(Debug, Error)]
pub enum SeatError {
    /// The name is taken.
    #[error("there is a seat of this name already; `rotate` gives it new tokens")]
    Exists,
    /// No seat has this name.
    #[error("there is no seat of this name")]
    Unknown,
    /// The name can't be used.
    #[error("a seat's name has 1 to 64 letters, digits, spaces within, or any of - _ . @")]
    BadName,
    /// The system gave no random bits.
    #[error("this system has no source of randomness")]
    NoRandomness,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A seat's new tokens, in the clear.
struct Fresh {
    push: SecretString,
    read: SecretString,
}

impl Seats {
    /// The seats of a database. Without a public address, links bear the one that the relay last
    /// served on, or the default one if it never did.
    pub fn new(database: impl Into<Database>, public_url: Option<Url>) -> Self {
        Self {
            database: database.into(),
            public_url,
        }
    }

    /// Adds a seat; `now` in Unix milliseconds. Blocks for a synced write.
    pub fn add(&self, name: &str, now: i64) -> Result<NewSeat, SeatError> {
        if !is_name(name) {
            return Err(SeatError::BadName);
        }
        let fresh = Fresh::generate()?;
        let mut register = SeatRegister::open(&self.database)?;
        let base = self.base(&mut register)?;
        if !register.add(name, &fresh.issued(), now)? {
            return Err(SeatError::Exists);
        }
        Ok(fresh.into_seat(name, base))
    }

    /// Gives a seat new tokens; the old ones work for another week. Blocks for a synced write.
    pub fn rotate(&self, name: &str, now: i64) -> Result<NewSeat, SeatError> {
        let fresh = Fresh::generate()?;
        let mut register = SeatRegister::open(&self.database)?;
        let base = self.base(&mut register)?;
        if !register.rotate(name, &fresh.issued(), now + ROTATION_MS, now)? {
            return Err(SeatError::Unknown);
        }
        Ok(fresh.into_seat(name, base))
    }

    /// Removes a seat. Its tokens end at once; its records are deleted in the background.
    pub fn remove(&self, name: &str) -> Result<(), SeatError> {
        let is_removed = SeatRegister::open(&self.database)?.remove(name)?;
        is_removed.then_some(()).ok_or(SeatError::Unknown)
    }

    /// All seats by name.
    pub fn list(&self) -> Result<Vec<SeatRow>, SeatError> {
        Ok(SeatRegister::open(&self.database)?.list()?)
    }

    fn base(&self, register: &mut SeatRegister) -> Result<Url, StoreError> {
        if let Some(url) = &self.public_url {
            return Ok(url.clone());
        }
        let noted = register.noted_base()?;
        let noted = noted.and_then(|text| Url::parse(&text).ok());
        Ok(noted.unwrap_or_else(|| {
            Url::parse(&format!("http://{DEFAULT_LISTEN}"))
                .expect("the default address is a valid one")
        }))
    }
}

impl Fresh {
    fn generate() -> Result<Self, SeatError> {
        let generate = |kind: TokenKind| kind.generate().map_err(|_| SeatError::NoRandomness);
        Ok(Self {
            push: generate(TokenKind::Push)?,
            read: generate(TokenKind::Read)?,
        })
    }

    fn issued(&self) -> [IssuedToken; 2] {
        let issued = |kind, token: &SecretString| IssuedToken {
            kind,
            hash: TokenHash::of(token.expose_secret()),
        };
        [
            issued(TokenKind::Push, &self.push),
            issued(TokenKind::Read, &self.read),
        ]
    }

    fn into_seat(self, name: &str, base: Url) -> NewSeat {
        let base_text = base.as_str().trim_end_matches('/');
        let push_url = SecretString::from(format!("{base_text}/p/{}", self.push.expose_secret()));
        NewSeat {
            seat: name.to_owned(),
            pairing: PairingLink {
                relay: base,
                push: push_url.clone(),
                read: self.read.clone(),
            },
            push_url,
            read_token: self.read,
        }
    }
}

impl fmt::Debug for NewSeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSeat")
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}

/// Whether a seat or a team may be called so: nothing that would confuse a list or a terminal.
pub(crate) fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || "-_.@ ".contains(c);
    !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && name.trim() == name
        && name.chars().all(is_allowed)
}
