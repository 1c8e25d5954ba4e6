//! `follow-ups`: whom to call again and when, and a time as one says it.

use super::overwrite;
use super::recording::find;
use crate::args::{FollowUpCommand, FollowUpsArgs};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::{self, Language};
use bohao_engine::{Desk, said_time};
use bohao_wire::{
    AddFollowUp, ChangeFollowUp, DropFollowUp, ExportFollowUps, ExportedFollowUps, Fault,
    FinishFollowUp, FollowUpKept, FollowUpKind, FollowUpRow, FollowUps, FollowUpsQuery, Headings,
    Mutations, NumbersShown, Queries, ReadInstant, ReadTime, ReopenFollowUp, SnoozeFollowUp,
    TimeRead, Zone,
};
use jiff::tz::TimeZone;
use serde_json::json;

/// Does what was asked.
///
/// # Errors
/// A time that can't be understood, may mean several, or is over; a number that is none; `NotFound`
/// without such a follow-up; a fault of the database or of a file.
pub async fn run(desk: &Desk, output: Output, asked: FollowUpsArgs) -> Result<Exit, Failure> {
    let zone = asked.zone;
    let clock = said_time::zone(&zone);
    let kept = match asked.command {
        FollowUpCommand::List { again, limit } => {
            return list(desk, output, zone, kind(again), limit).await;
        }
        FollowUpCommand::Read { time } => return read(desk, output, zone, time.join(" ")).await,
        FollowUpCommand::Export {
            file,
            again,
            whole_numbers,
            force,
        } => {
            let request = ExportFollowUps {
                kind: kind(again),
                numbers: match whole_numbers {
                    true => NumbersShown::Whole,
                    false => NumbersShown::Masked,
                },
                words: match output.language {
                    Language::Zh => Headings::Zh,
                    Language::En => Headings::En,
                },
            };
            let exported = desk
                .export_follow_ups(request, &file, overwrite(force))
                .await?;
            return exported_to(output, &exported);
        }
        FollowUpCommand::Add {
            number,
            at,
            why,
            call,
        } => {
            let time = one(desk, zone, at).await?;
            let call = match call {
                Some(subid) => Some(find(desk, &subid).await?),
                None => None,
            };
            let request = AddFollowUp {
                number: number.join(" "),
                call,
                at: time.at,
                meant: Some(time.meant),
                why,
            };
            desk.add_follow_up(request).await
        }
        FollowUpCommand::Change { id, at, why } => {
            let time = match at {
                Some(at) => Some(one(desk, zone, at).await?),
                None => None,
            };
            let request = ChangeFollowUp {
                follow_up: id,
                at: time.as_ref().map(|time| time.at),
                meant: time.map(|time| time.meant),
                why,
            };
            desk.change_follow_up(request).await
        }
        FollowUpCommand::Snooze { id, until } => {
            let request = SnoozeFollowUp {
                follow_up: id,
                until,
                zone,
            };
            desk.snooze_follow_up(request).await
        }
        FollowUpCommand::Done { id } => {
            desk.finish_follow_up(FinishFollowUp { follow_up: id })
                .await
        }
        FollowUpCommand::Delete { id } => desk.drop_follow_up(DropFollowUp { follow_up: id }).await,
        FollowUpCommand::Reopen { id } => {
            desk.reopen_follow_up(ReopenFollowUp { follow_up: id })
                .await
        }
    };
    told(output, &clock, kept)
}

fn kind(again: bool) -> FollowUpKind {
    match again {
        true => FollowUpKind::Again,
        false => FollowUpKind::FollowUp,
    }
}

async fn list(
    desk: &Desk,
    output: Output,
    zone: Zone,
    kind: FollowUpKind,
    limit: u32,
) -> Result<Exit, Failure> {
    let clock = said_time::zone(&zone);
    let query = FollowUpsQuery { kind, zone, limit };
    let shown = desk.follow_ups(query).await?;
    output.answer(&shown, |language| sections(language, &clock, &shown))?;
    Ok(Exit::Done)
}

/// How a text is understood, all that it may mean.
async fn read(desk: &Desk, output: Output, zone: Zone, text: String) -> Result<Exit, Failure> {
    let read = understood(desk, zone, &text).await?;
    output.answer(&read, |_| {
        let lines = read.times.iter().map(|time| written(time) + "\n");
        lines.collect()
    })?;
    Ok(Exit::Done)
}

async fn understood(desk: &Desk, zone: Zone, text: &str) -> Result<TimeRead, Failure> {
    let request = ReadTime {
        text: text.to_owned(),
        zone,
    };
    let read = desk.read_time(request).await?;
    match read.flaw {
        None => Ok(read),
        Some(flaw) => {
            let words = |language| words::time_flaw(language, flaw);
            Err(Failure::Input {
                code: "bad_time",
                chinese: format!("{text}：{}", words(Language::Zh)),
                english: format!("{text}: {}", words(Language::En)),
            })
        }
    }
}

/// The one time that was said: what may mean several is shown back, and nothing is taken for it.
async fn one(desk: &Desk, zone: Zone, text: String) -> Result<ReadInstant, Failure> {
    let mut read = understood(desk, zone, &text).await?;
    if read.times.len() == 1 {
        return Ok(read.times.remove(0));
    }
    let clocks: Vec<String> = read.times.iter().map(written).collect();
    Err(Failure::Input {
        code: "ambiguous_time",
        chinese: format!("{text} 可以是 {}；请写明确，没有记下", clocks.join(" 或 ")),
        english: format!(
            "{text} may be {}; say which, nothing was kept",
            clocks.join(" or ")
        ),
    })
}

/// `2026-12-03 09:30 +08:00`
fn written(time: &ReadInstant) -> String {
    let minutes = time.meant.offset_minutes;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let local = time.meant.local.replace('T', " ");
    format!("{local} {sign}{hours:02}:{rest:02}")
}

fn told(
    output: Output,
    clock: &TimeZone,
    kept: Result<FollowUpKept, Fault>,
) -> Result<Exit, Failure> {
    match kept? {
        FollowUpKept::Kept { row } => {
            output.answer(&row, |language| {
                table::aligned(&[cells(language, clock, &row)])
            })?;
            Ok(Exit::Done)
        }
        FollowUpKept::Past => Err(Failure::Input {
            code: "past",
            chinese: "这个时间已经过去了，没有记下".to_owned(),
            english: "that time is over; nothing was kept".to_owned(),
        }),
        FollowUpKept::Barred { do_not_call } => {
            let words = |language: Language| {
                let reason = table::cell(&do_not_call.reason);
                match language {
                    Language::Zh => format!("这个号码是勿扰：{reason}；没有记下"),
                    Language::En => {
                        format!("the number is not to be called: {reason}; nothing was kept")
                    }
                }
            };
            let refusal = json!({ "code": "do_not_call", "message": words(output.language) });
            output.answer(&refusal, words)?;
            Ok(Exit::Refused)
        }
    }
}

fn exported_to(output: Output, exported: &ExportedFollowUps) -> Result<Exit, Failure> {
    let ExportedFollowUps::Saved { path, count } = exported else {
        return Err(Failure::internal("a command line has no dialog to cancel"));
    };
    output.answer(
        &json!({ "path": path, "count": count }),
        |language| match language {
            Language::Zh => format!("已导出 {count} 个跟进：{path}"),
            Language::En if *count == 1 => format!("1 follow-up is in {path}"),
            Language::En => format!("{count} follow-ups are in {path}"),
        },
    )?;
    Ok(Exit::Done)
}

fn sections(language: Language, clock: &TimeZone, shown: &FollowUps) -> String {
    let mut text = String::new();
    for section in shown.sections.iter().filter(|section| section.total > 0) {
        let name = words::section(language, section.name);
        text.push_str(&format!("{name} ({})\n", section.total));
        let rows: Vec<[String; 5]> = section
            .rows
            .iter()
            .map(|row| cells(language, clock, row))
            .collect();
        text.push_str(&table::aligned(&rows));
    }
    match text.is_empty() {
        true => language.pick("没有跟进。", "No follow-ups.").to_owned(),
        false => text,
    }
}

fn cells(language: Language, clock: &TimeZone, row: &FollowUpRow) -> [String; 5] {
    let wish = &row.follow_up;
    let who = row.customer.as_ref().map(|who| match who.name.as_str() {
        "" => &who.company,
        _ => &who.name,
    });
    [
        wish.follow_up.to_string(),
        said_time::on_the_wall(wish.due_at, clock)
            .local
            .replace('T', " "),
        wish.number.clone(),
        who.map(|who| table::cell(who)).unwrap_or_default(),
        match wish.why.as_str() {
            "" => words::follow_up_state(language, wish.state).to_owned(),
            why => table::cell(why),
        },
    ]
}
