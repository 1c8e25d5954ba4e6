use anyhow::bail;
use bohao_relay::{NewTeam, Seats, Teams, system_clock};
use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::json;

use super::print;

#[derive(Subcommand)]
pub(crate) enum TeamCommand {
    /// Adds a team and prints the token that reads all its seats, once.
    Add {
        name: String,
        /// Its seats, so far.
        seats: Vec<String>,
    },
    /// Lists the teams with their seats.
    List,
    /// Lets a team read more seats.
    Join {
        team: String,
        #[arg(required = true)]
        seats: Vec<String>,
    },
    /// Lets a team read these seats no more.
    Leave {
        team: String,
        #[arg(required = true)]
        seats: Vec<String>,
    },
    /// Gives a team a new token; the old one works for another week.
    Rotate { name: String },
    /// Removes a team; its tokens end at once, its seats stay.
    Remove { name: String },
}

/// What a command has to tell, for programs and for people.
struct Told {
    json: serde_json::Value,
    text: String,
}

pub(crate) fn run(
    teams: &Teams,
    seats: &Seats,
    command: TeamCommand,
    is_json: bool,
) -> anyhow::Result<()> {
    let told = tell(teams, seats, command)?;
    match is_json {
        true => print(&format!("{}\n", told.json)),
        false => print(&told.text),
    }
}

fn tell(teams: &Teams, seats: &Seats, command: TeamCommand) -> anyhow::Result<Told> {
    let now = system_clock()();
    Ok(match command {
        TeamCommand::Add {
            name,
            seats: members,
        } => {
            let known = seats.list()?;
            // Asked before, so that a slip of the pen leaves no half of a team.
            if let Some(unknown) = members
                .iter()
                .find(|name| known.iter().all(|row| row.seat != **name))
            {
                bail!("there is no seat named {unknown}");
            }
            let team = teams.add(&name, now)?;
            for seat in &members {
                teams.join(&name, seat)?;
            }
            new_team(&team, "")
        }
        TeamCommand::Rotate { name } => new_team(
            &teams.rotate(&name, now)?,
            "The old one works for another 7 days.\n",
        ),
        TeamCommand::Join { team, seats } => {
            seats.iter().try_for_each(|seat| teams.join(&team, seat))?;
            members(teams, &team)?
        }
        TeamCommand::Leave { team, seats } => {
            seats.iter().try_for_each(|seat| teams.leave(&team, seat))?;
            members(teams, &team)?
        }
        TeamCommand::Remove { name } => {
            teams.remove(&name)?;
            Told {
                json: json!({"team": name, "removed": true}),
                text: format!("removed {name}\n"),
            }
        }
        TeamCommand::List => {
            let rows = teams.list()?;
            let lines = rows.iter().map(|row| line(&row.team, &row.seats));
            Told {
                text: lines.collect(),
                json: serde_json::to_value(&rows)?,
            }
        }
    })
}

fn members(teams: &Teams, team: &str) -> anyhow::Result<Told> {
    let rows = teams.list()?;
    let row = rows.iter().find(|row| row.team == team);
    let seats = row.map(|row| row.seats.clone()).unwrap_or_default();
    Ok(Told {
        text: line(team, &seats),
        json: json!({"team": team, "seats": seats}),
    })
}

fn line(team: &str, seats: &[String]) -> String {
    format!("{team}\t{}\n", seats.join(", "))
}

fn new_team(team: &NewTeam, more: &str) -> Told {
    let token = team.read_token.expose_secret();
    Told {
        json: json!({"team": team.team, "read_token": token}),
        text: format!(
            "team        {}\nread token  {token}\nThis is a secret and can't be shown again.\n{more}",
            team.team
        ),
    }
}
