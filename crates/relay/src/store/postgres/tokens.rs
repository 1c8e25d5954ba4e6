use tokio_postgres::Row;

use super::{Closed, StoreError, session::Session};
use crate::token::{TokenHash, TokenKind};

const SEAT_OF_TOKEN: &str = "SELECT seats.id, name, head, last_push_at, hash
    FROM tokens JOIN seats ON seats.id = tokens.seat
    WHERE tag = $1 AND kind = $2 AND (expires_at IS NULL OR expires_at > $3)";

const TEAM_OF_TOKEN: &str = "SELECT hash, teams.id, name
    FROM team_tokens JOIN teams ON teams.id = team_tokens.team
    WHERE tag = $1 AND (expires_at IS NULL OR expires_at > $2)";

const MEMBER: &str = "SELECT seats.id, name, head, last_push_at
    FROM members JOIN seats ON seats.id = members.seat WHERE team = $1 AND name = $2";

const MEMBERS: &str = "SELECT seats.id, name, head, last_push_at
    FROM members JOIN seats ON seats.id = members.seat WHERE team = $1 ORDER BY name";

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
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            head: row.try_get(2)?,
            last_push_at: row.try_get(3)?,
        })
    }
}

/// The seat that a live token of this kind opens. Unknown, expired and removed ones look the same.
pub(super) async fn find_seat(
    session: &mut Session,
    kind: TokenKind,
    token: &TokenHash,
    now: i64,
) -> Result<Option<TokenSeat>, StoreError> {
    let statement = session.statement(SEAT_OF_TOKEN).await?;
    let rows = session
        .client
        .query(&statement, &[&token.tag(), &kind.as_str(), &now])
        .await?;
    for row in &rows {
        if token.matches(row.try_get(4)?) {
            return TokenSeat::of(row).map(Some);
        }
    }
    Ok(None)
}

/// What a live token opens for reading: a seat's own one its seat, a team's one its team.
pub(super) async fn find_reader(
    session: &mut Session,
    token: &TokenHash,
    now: i64,
) -> Result<Option<Reader>, StoreError> {
    if let Some(seat) = find_seat(session, TokenKind::Read, token, now).await? {
        return Ok(Some(Reader::Seat(seat)));
    }
    let statement = session.statement(TEAM_OF_TOKEN).await?;
    let rows = session
        .client
        .query(&statement, &[&token.tag(), &now])
        .await?;
    for row in &rows {
        if token.matches(row.try_get(0)?) {
            return Ok(Some(Reader::Team {
                id: row.try_get(1)?,
                name: row.try_get(2)?,
            }));
        }
    }
    Ok(None)
}

/// The one seat that a reading is of, and whether by its own token. That one opens its seat
/// whatever is `asked` for; a team's token opens the seat that is named, if it is in the team.
pub(super) async fn find_read_seat(
    session: &mut Session,
    token: &TokenHash,
    asked: Option<&str>,
    now: i64,
) -> Result<Result<(TokenSeat, bool), Closed>, StoreError> {
    let team = match find_reader(session, token, now).await? {
        None => return Ok(Err(Closed::UnknownToken)),
        Some(Reader::Seat(seat)) => return Ok(Ok((seat, true))),
        Some(Reader::Team { id, .. }) => id,
    };
    let Some(name) = asked else {
        return Ok(Err(Closed::NoSeatNamed));
    };
    let statement = session.statement(MEMBER).await?;
    let row = session
        .client
        .query_opt(&statement, &[&team, &name])
        .await?;
    let seat = row.as_ref().map(TokenSeat::of).transpose()?;
    Ok(seat.map(|seat| (seat, false)).ok_or(Closed::NotInTeam))
}

/// The seats of a team, by name.
pub(super) async fn members_of(
    session: &mut Session,
    team: i64,
) -> Result<Vec<TokenSeat>, StoreError> {
    let statement = session.statement(MEMBERS).await?;
    let rows = session.client.query(&statement, &[&team]).await?;
    rows.iter().map(TokenSeat::of).collect()
}
