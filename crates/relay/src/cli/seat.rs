use std::io::{self, Write};

use bohao_relay::{NewSeat, Seats, system_clock};
use bohao_relay_api::PairingLink;
use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::json;

use super::print;

#[derive(Subcommand)]
pub(crate) enum SeatCommand {
    /// Adds a seat and prints its secrets, once.
    Add { name: String },
    /// Lists the seats.
    List,
    /// Gives a seat new tokens; the old ones work for another week.
    Rotate { name: String },
    /// Removes a seat; its tokens end at once and its records are deleted.
    Remove { name: String },
}

pub(crate) fn print_json(seats: &Seats, command: SeatCommand) -> anyhow::Result<()> {
    let now = system_clock()();
    let value = match command {
        SeatCommand::Add { name } => new_seat_json(&seats.add(&name, now)?),
        SeatCommand::Rotate { name } => new_seat_json(&seats.rotate(&name, now)?),
        SeatCommand::Remove { name } => {
            seats.remove(&name)?;
            json!({"seat": name, "removed": true})
        }
        SeatCommand::List => serde_json::to_value(seats.list()?)?,
    };
    print(&format!("{value}\n"))
}

/// A desk takes `http://` for its own machine only. The operator hears of that here, not from the
/// desk's user later.
fn warn_of_unusable(seat: &NewSeat) {
    if PairingLink::parse(seat.pairing.to_link().expose_secret()).is_err() {
        // With stderr gone there is nobody left to tell.
        let _ = writeln!(
            io::stderr(),
            "bohao-relay: desks will refuse this link, for the relay has no https:// address; \
             give one with --public-url"
        );
    }
}

pub(crate) fn new_seat_json(seat: &NewSeat) -> serde_json::Value {
    warn_of_unusable(seat);
    json!({
        "seat": seat.seat,
        "push_url": seat.push_url.expose_secret(),
        "read_token": seat.read_token.expose_secret(),
        "pairing": seat.pairing.to_link().expose_secret(),
    })
}

pub(crate) fn print_text(seats: &Seats, command: SeatCommand) -> anyhow::Result<()> {
    let now = system_clock()();
    let text = match command {
        SeatCommand::Add { name } => new_seat_text(&seats.add(&name, now)?),
        SeatCommand::Rotate { name } => {
            let seat = seats.rotate(&name, now)?;
            format!(
                "{}The old ones work for another 7 days.\n",
                new_seat_text(&seat)
            )
        }
        SeatCommand::Remove { name } => {
            seats.remove(&name)?;
            format!("removed {name}\n")
        }
        SeatCommand::List => {
            let rows = seats.list()?;
            rows.iter()
                .map(|row| format!("{}\t{} pushed\n", row.seat, row.head))
                .collect()
        }
    };
    print(&text)
}

pub(crate) fn new_seat_text(seat: &NewSeat) -> String {
    warn_of_unusable(seat);
    format!(
        "seat        {}\npush url    {}\nread token  {}\npairing     {}\n\
         These are secrets and can't be shown again.\n",
        seat.seat,
        seat.push_url.expose_secret(),
        seat.read_token.expose_secret(),
        seat.pairing.to_link().expose_secret(),
    )
}
