use std::{fmt, path::PathBuf};

use bohao_relay_api::PairingLink;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use thiserror::Error;
use url::Url;

use crate::{
    DEFAULT_LISTEN, StoreError, store,
    token::{TokenHash, TokenKind},
};

/// For how long the old tokens of a rotated seat go on working.
const ROTATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

const LONGEST_NAME: usize = 64;

/// Adds, lists, rotates and removes seats, in the relay's process or another one. What it changes
/// holds from the next request on.
#[derive(Debug, Clone)]
pub struct Seats {
    database: PathBuf,
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

impl Seats {
    /// The seats of a database. Without a public address, links bear the one that the relay last
    /// served on, or the default one if it never did.
    pub fn new(database: impl Into<PathBuf>, public_url: Option<Url>) -> Self {
        Self {
            database: database.into(),
            public_url,
        }
    }

    /// Adds a seat; `now` in Unix milliseconds. Blocks for a synced write.
    pub fn add(&self, name: &str, now: i64) -> Result<NewSeat, SeatError> {
        check_name(name)?;
        self.change(|transaction, base| {
            if find(transaction, name)?.is_some() {
                return Err(SeatError::Exists);
            }
            transaction.execute(
                "INSERT INTO seats (name, created_at) VALUES (?1, ?2)",
                params![name, now],
            )?;
            issue(transaction, transaction.last_insert_rowid(), name, base)
        })
    }

    /// Gives a seat new tokens; the old ones work for another week. Blocks for a synced write.
    pub fn rotate(&self, name: &str, now: i64) -> Result<NewSeat, SeatError> {
        self.change(|transaction, base| {
            let seat = find(transaction, name)?.ok_or(SeatError::Unknown)?;
            transaction.execute("DELETE FROM tokens WHERE expires_at <= ?1", [now])?;
            transaction.execute(
                "UPDATE tokens SET expires_at = ?2 WHERE seat = ?1 AND expires_at IS NULL",
                params![seat, now + ROTATION_MS],
            )?;
            issue(transaction, seat, name, base)
        })
    }

    /// Removes a seat. Its tokens end at once; its records are deleted in the background.
    pub fn remove(&self, name: &str) -> Result<(), SeatError> {
        self.change(|transaction, _| {
            let seat = find(transaction, name)?.ok_or(SeatError::Unknown)?;
            transaction.execute("DELETE FROM seats WHERE id = ?1", [seat])?;
            transaction.execute("INSERT INTO removed (seat) VALUES (?1)", [seat])?;
            Ok(())
        })
    }

    /// All seats by name.
    pub fn list(&self) -> Result<Vec<SeatRow>, SeatError> {
        let connection = store::open(&self.database)?;
        let mut statement = connection
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

    /// A connection for one change only: one that stays open would be one more to look after.
    fn change<T>(
        &self,
        make: impl FnOnce(&Transaction<'_>, &Url) -> Result<T, SeatError>,
    ) -> Result<T, SeatError> {
        let mut connection = store::open(&self.database)?;
        let base = match &self.public_url {
            Some(url) => url.clone(),
            None => recorded_base(&connection)?,
        };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let made = make(&transaction, &base)?;
        transaction.commit()?;
        Ok(made)
    }
}

impl From<rusqlite::Error> for SeatError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl fmt::Debug for NewSeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSeat")
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}

/// Keeps the relay's address for `seat` commands, which run in processes of their own.
pub(crate) fn record_base(connection: &Connection, base: &Url) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO relay (key, value) VALUES ('base_url', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
        [base.as_str()],
    )?;
    Ok(())
}

fn recorded_base(connection: &Connection) -> Result<Url, SeatError> {
    let recorded: Option<String> = connection
        .query_row(
            "SELECT value FROM relay WHERE key = 'base_url'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    let default = || {
        Url::parse(&format!("http://{DEFAULT_LISTEN}")).expect("the default address is a valid one")
    };
    Ok(recorded
        .and_then(|text| Url::parse(&text).ok())
        .unwrap_or_else(default))
}

fn find(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<i64>> {
    transaction
        .query_row("SELECT id FROM seats WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
}

fn issue(
    transaction: &Transaction<'_>,
    seat: i64,
    name: &str,
    base: &Url,
) -> Result<NewSeat, SeatError> {
    let push = issue_token(transaction, seat, TokenKind::Push)?;
    let read = issue_token(transaction, seat, TokenKind::Read)?;
    let base_text = base.as_str().trim_end_matches('/');
    let push_url = SecretString::from(format!("{base_text}/p/{}", push.expose_secret()));
    Ok(NewSeat {
        seat: name.to_owned(),
        pairing: PairingLink {
            relay: base.clone(),
            push: push_url.clone(),
            read: read.clone(),
        },
        push_url,
        read_token: read,
    })
}

fn issue_token(
    transaction: &Transaction<'_>,
    seat: i64,
    kind: TokenKind,
) -> Result<SecretString, SeatError> {
    let token = kind.generate().map_err(|_| SeatError::NoRandomness)?;
    let hash = TokenHash::of(token.expose_secret());
    transaction.execute(
        "INSERT INTO tokens (tag, hash, kind, seat) VALUES (?1, ?2, ?3, ?4)",
        params![hash.tag(), hash.as_bytes(), kind.as_str(), seat],
    )?;
    Ok(token)
}

fn check_name(name: &str) -> Result<(), SeatError> {
    let is_allowed = |c: char| c.is_alphanumeric() || "-_.@ ".contains(c);
    let fits = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && name.trim() == name
        && name.chars().all(is_allowed);
    fits.then_some(()).ok_or(SeatError::BadName)
}
