use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::{
    store::Closed,
    token::{TokenHash, TokenKind},
};

/// The seat behind a token.
pub(super) struct TokenSeat {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) head: i64,
    pub(super) last_push_at: Option<i64>,
}

/// What a token that reads opens.
pub(super) enum Reader {
    /// One seat, by a token of its own.
    Seat(TokenSeat),
    /// All seats of a team.
    Team { id: i64, name: String },
}

impl TokenSeat {
    /// From a row of id, name, head and the last push's time.
    fn of(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            head: row.get(2)?,
            last_push_at: row.get(3)?,
        })
    }
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

/// What a live token opens for reading: a seat's own one its seat, a team's one its team.
pub(super) fn find_reader(
    connection: &Connection,
    token: &TokenHash,
    now: i64,
) -> Result<Option<Reader>> {
    if let Some(seat) = find_seat(connection, TokenKind::Read, token, now)? {
        return Ok(Some(Reader::Seat(seat)));
    }
    let mut statement = connection.prepare_cached(
        "SELECT hash, teams.id, name FROM team_tokens JOIN teams ON teams.id = team_tokens.team
         WHERE tag = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
    )?;
    let mut rows = statement.query(params![token.tag(), now])?;
    while let Some(row) = rows.next()? {
        if token.matches(row.get_ref(0)?.as_blob()?) {
            return Ok(Some(Reader::Team {
                id: row.get(1)?,
                name: row.get(2)?,
            }));
        }
    }
    Ok(None)
}

/// The one seat that a reading is of, and whether by its own token. That one opens its seat
/// whatever is `asked` for; a team's token opens the seat that is named, if it is in the team.
pub(super) fn find_read_seat(
    connection: &Connection,
    token: &TokenHash,
    asked: Option<&str>,
    now: i64,
) -> Result<std::result::Result<(TokenSeat, bool), Closed>> {
    let team = match find_reader(connection, token, now)? {
        None => return Ok(Err(Closed::UnknownToken)),
        Some(Reader::Seat(seat)) => return Ok(Ok((seat, true))),
        Some(Reader::Team { id, .. }) => id,
    };
    let Some(name) = asked else {
        return Ok(Err(Closed::NoSeatNamed));
    };
    let seat = connection
        .prepare_cached(
            "SELECT seats.id, name, head, last_push_at
             FROM members JOIN seats ON seats.id = members.seat WHERE team = ?1 AND name = ?2",
        )?
        .query_row(params![team, name], TokenSeat::of)
        .optional()?;
    Ok(seat.map(|seat| (seat, false)).ok_or(Closed::NotInTeam))
}

/// The seats of a team, by name.
pub(super) fn members_of(connection: &Connection, team: i64) -> Result<Vec<TokenSeat>> {
    let mut statement = connection.prepare_cached(
        "SELECT seats.id, name, head, last_push_at
         FROM members JOIN seats ON seats.id = members.seat WHERE team = ?1 ORDER BY name",
    )?;
    let seats = statement.query_map([team], TokenSeat::of)?;
    seats.collect()
}
