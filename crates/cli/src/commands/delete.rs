//! `delete SUBID…` and `erase NUMBER`: out of the log and off the disk, at once.
//!
//! A window gives a moment to undo it. Here the question was `--yes`, so nothing is left to undo
//! when the command ends.

use super::recording::find;
use crate::args::Erase;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::Language;
use bohao_engine::{Desk, Moment};
use bohao_wire::{CallsQuery, Deletion, EraseNumber, ErasureQuery, Queries, Selection};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Deleted {
    calls: u64,
}

#[derive(Debug, Serialize)]
struct Erased {
    calls: u64,
    recordings: u64,
    backups: u32,
    /// Copies that hold the number and were left.
    left: Vec<String>,
}

/// Whether the user means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// `--yes` was there.
    Yes,
    /// It was not.
    Unsaid,
}

/// Deletes the calls of these subids, or those that fit the filter.
///
/// # Errors
/// Input without `--yes` or without anything to delete by, `NotFound`, a fault of disk or database.
pub async fn delete(
    desk: &Desk,
    output: Output,
    subids: &[String],
    query: CallsQuery,
    meant: Meant,
) -> Result<Exit, Failure> {
    let everything = query == CallsQuery::default();
    if subids.is_empty() == everything {
        return Err(Failure::input(
            "请给出通话标识，或者 --search 等筛选条件，二者选一",
            "name calls by their subids, or by a filter such as --search, and not by both",
        ));
    }
    let selection = if everything {
        let mut calls = Vec::new();
        for subid in subids {
            calls.push(find(desk, subid).await?);
        }
        calls.sort();
        calls.dedup();
        Selection::Calls { calls }
    } else {
        Selection::Fitting {
            query: Box::new(query),
            except: Vec::new(),
        }
    };
    ask(meant)?;
    let Deletion { calls, .. } = desk.delete(selection, Moment::None).await?;
    desk.finish_deletions().await?;
    output.answer(&Deleted { calls }, |language| match language {
        Language::Zh => format!("已彻底删除 {calls} 通电话。"),
        Language::En => format!("{calls} calls are gone for good."),
    })?;
    Ok(Exit::Done)
}

/// Erases everything of one person.
///
/// # Errors
/// Input without `--yes`, `BadNumber`, a fault of disk or database.
pub async fn erase(desk: &Desk, output: Output, erase: Erase) -> Result<Exit, Failure> {
    let number = erase.number.join(" ");
    let told = desk
        .erasure(ErasureQuery {
            number: number.clone(),
        })
        .await?;
    ask(match erase.yes {
        true => Meant::Yes,
        false => Meant::Unsaid,
    })?;
    let request = EraseNumber {
        number,
        keep_off: erase.keep_off,
    };
    let Deletion { calls, .. } = desk.erase(request, Moment::None).await?;
    desk.finish_deletions().await?;
    let erased = Erased {
        calls,
        recordings: told.recordings,
        backups: told.backups,
        left: told.set_aside,
    };
    output.answer(&erased, |language| shown(language, &erased))?;
    Ok(Exit::Done)
}

fn shown(language: Language, erased: &Erased) -> String {
    let Erased {
        calls,
        recordings,
        backups,
        left,
    } = erased;
    let mut lines = vec![match language {
        Language::Zh => format!(
            "已彻底删除 {calls} 通电话、{recordings} 段录音，以及含有这个号码的 {backups} 份升级备份。"
        ),
        Language::En => format!(
            "{calls} calls, {recordings} recordings and {backups} backups that held the number are gone for good."
        ),
    }];
    lines.extend(left.iter().map(|path| match language {
        Language::Zh => format!("移到一边的旧数据里还有这个号码，没有动它：{path}"),
        Language::En => format!("Older data that was set aside still holds the number: {path}"),
    }));
    lines.join("\n")
}

fn ask(meant: Meant) -> Result<(), Failure> {
    match meant {
        Meant::Yes => Ok(()),
        Meant::Unsaid => Err(Failure::input(
            "删除后无法恢复；确定要删，请加上 --yes",
            "this can't be undone; add --yes if you mean it",
        )),
    }
}
