use rusqlite::{Connection, Result, params};

use crate::token::{TokenHash, TokenKind};

/// The seat behind a token.
pub(super) struct TokenSeat {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) head: i64,
    pub(super) last_push_at: Option<i64>,
}

/// The seat that a live token of this kind opens. Unknown, expired and removed ones look the same.
pub(super) fn find_seat(
    connection: &Connection,
    kind: TokenKind,
    token: &TokenHash,
    now: i64,
) -> Result<Option<TokenSeat>> {
    let mut statement = connection.prepare_cached(
        "SELECT hash, seats.id, name, head, last_push_at
         FROM tokens JOIN seats ON seats.id = tokens.seat
         WHERE tag = ?1 AND kind = ?2 AND (expires_at IS NULL OR expires_at > ?3)",
    )?;
    let mut rows = statement.query(params![token.tag(), kind.as_str(), now])?;
    while let Some(row) = rows.next()? {
        if token.matches(row.get_ref(0)?.as_blob()?) {
            return Ok(Some(TokenSeat {
                id: row.get(1)?,
                name: row.get(2)?,
                head: row.get(3)?,
                last_push_at: row.get(4)?,
            }));
        }
    }
    Ok(None)
}
