//! `guard show`, `guard set KEY=VALUE… --reason WHY`, `guard log`, `guard export FILE`, `guard verify
//! FILE`, `guard acknowledge-loss`.

use super::overwrite;
use crate::args::GuardCommand;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::{self, Language};
use bohao_engine::Desk;
use bohao_engine::guard::log_file::{self, LogCheck};
use bohao_wire::{
    AcknowledgeLoss, BlockedPattern, Done, ExportGuardLog, ExportedSheet, GuardLogForm,
    GuardLogQuery, GuardQuery, GuardRules, Mutations, Notice, Queries, SetGuard,
};
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;

/// Shows or changes the rules.
///
/// # Errors
/// A key or value that is none, a reason that is missing, or a fault of the database.
pub async fn run(desk: &Desk, output: Output, command: GuardCommand) -> Result<Exit, Failure> {
    let rules = match command {
        GuardCommand::Show => desk.guard(GuardQuery {}).await?,
        GuardCommand::Set { changes, reason } => desk.set_guard(change(&changes, reason)?).await?,
        GuardCommand::Log { limit, before } => {
            let page = desk.guard_log(GuardLogQuery { before, limit }).await?;
            output.answer(&page, |language| words::guard_log::shown(language, &page))?;
            return Ok(Exit::Done);
        }
        GuardCommand::AcknowledgeLoss => {
            let lost = matches!(desk.notice().await?, Some(Notice::DatabaseLost { .. }));
            let done = desk.acknowledge_loss(AcknowledgeLoss {}).await?;
            output.answer(&Acknowledged { done, lost }, |language| {
                let (chinese, english) = match lost {
                    true => (
                        "知道了：原来的勿扰名单、规则和备注不在这里，从现在起照样拨打",
                        "Acknowledged: calls are placed again, without the former do-not-call list, rules and notes",
                    ),
                    false => (
                        "数据库没有丢失过，没有什么要确认的",
                        "Nothing was lost, so there is nothing to acknowledge",
                    ),
                };
                language.pick(chinese, english).to_owned()
            })?;
            return Ok(Exit::Done);
        }
        GuardCommand::Export { file, force } => return export(desk, output, &file, force).await,
        GuardCommand::Verify { file, head } => return verify(output, &file, head.as_deref()),
    };
    output.answer(&rules, |language| shown(language, &rules))?;
    Ok(Exit::Done)
}

async fn export(desk: &Desk, output: Output, file: &Path, force: bool) -> Result<Exit, Failure> {
    let request = ExportGuardLog {
        job: "guard-log".to_owned(),
        form: form_of(file)?,
    };
    let exported = desk
        .export_guard_log(request, file, overwrite(force))
        .await?;
    output.answer(&exported, |language| match &exported {
        ExportedSheet::Saved { path, rows } => match language {
            Language::Zh => format!("已导出 {rows} 条记录：{path}"),
            Language::En => format!("{rows} entries are in {path}"),
        },
        _ => String::new(),
    })?;
    Ok(Exit::Done)
}

fn form_of(file: &Path) -> Result<GuardLogForm, Failure> {
    let ending = file.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str().unwrap_or_default() {
        "csv" => Ok(GuardLogForm::Csv),
        "jsonl" | "ndjson" => Ok(GuardLogForm::JsonLines),
        _ => Err(Failure::input(
            "文件名要以 .jsonl 或 .csv 结尾",
            "the file's name has to end in .jsonl or .csv",
        )),
    }
}

/// Checks a file that was exported, anywhere: no desk is opened. One that is not whole ends with the
/// exit code of a refusal.
///
/// # Errors
/// No such file, or one that can't be read.
pub fn verify(output: Output, file: &Path, head: Option<&str>) -> Result<Exit, Failure> {
    let check = log_file::check(file)?;
    let another = head.is_some_and(|head| {
        let head = head.trim().to_ascii_lowercase();
        check.head.as_deref() != Some(head.as_str())
    });
    let told = Verified {
        another_head: another,
        check: &check,
    };
    output.answer(&told, |language| {
        words::guard_log::verified(language, &check, another)
    })?;
    Ok(match check.whole && !another {
        true => Exit::Done,
        false => Exit::Refused,
    })
}

#[derive(Serialize)]
struct Acknowledged {
    #[serde(flatten)]
    done: Done,
    /// Whether there was a loss to acknowledge.
    lost: bool,
}

#[derive(Serialize)]
struct Verified<'c> {
    #[serde(flatten)]
    check: &'c LogCheck,
    /// Whether its last entry is another one than was asked for.
    another_head: bool,
}

fn change(changes: &[String], reason: String) -> Result<SetGuard, Failure> {
    let mut change = SetGuard {
        reason,
        ..SetGuard::default()
    };
    let mut seen = HashSet::new();
    for word in changes {
        let (key, value) = word.split_once('=').ok_or_else(|| no_rule(word))?;
        if !seen.insert(key) {
            return Err(Failure::input(
                format!("{key} 给了两次"),
                format!("{key} is given twice"),
            ));
        }
        let place = match key {
            "hours" => {
                change.hours = Some(value.to_owned());
                continue;
            }
            "blocked" => {
                change.blocked = Some(patterns(value));
                continue;
            }
            "gap" => &mut change.gap,
            "per_5min" => &mut change.per_5min,
            "per_24h" => &mut change.per_24h,
            "per_day" => &mut change.per_day,
            _ => return Err(no_rule(word)),
        };
        *place = Some(value.parse().map_err(|_| no_rule(word))?);
    }
    Ok(change)
}

/// `PATTERN[:WHY],…`
fn patterns(list: &str) -> Vec<BlockedPattern> {
    let words = list.split([',', '，']).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(|word| {
            let (pattern, why) = word.split_once([':', '：']).unwrap_or((word, ""));
            BlockedPattern {
                pattern: pattern.to_owned(),
                why: why.to_owned(),
            }
        })
        .collect()
}

fn no_rule(word: &str) -> Failure {
    let keys = "hours=08:00-21:00 gap=60 per_5min=3 per_24h=5 per_day=0 blocked=00*,168*";
    Failure::input(
        format!("看不懂 {word}；可以用：{keys}"),
        format!("{word} is no rule; these are: {keys}"),
    )
}

fn shown(language: Language, rules: &GuardRules) -> String {
    let pick = |chinese, english| language.pick(chinese, english).to_owned();
    let limit = |count: u32| match count {
        0 => pick("不限", "no limit"),
        _ => count.to_string(),
    };
    let row = |key: &str, value: String, words: String| [key.to_owned(), value, words];
    table::aligned(&[
        row(
            "hours",
            rules.hours.clone(),
            pick(
                "允许拨打的时段（北京时间）",
                "when calls may be placed (Beijing)",
            ),
        ),
        row(
            "gap",
            limit(rules.gap),
            pick(
                "同一号码两次拨打之间的秒数",
                "seconds between two calls to one number",
            ),
        ),
        row(
            "per_5min",
            limit(rules.per_5min),
            pick(
                "同一号码五分钟内的次数",
                "calls to one number in five minutes",
            ),
        ),
        row(
            "per_24h",
            limit(rules.per_24h),
            pick(
                "同一号码 24 小时内的次数",
                "calls to one number in 24 hours",
            ),
        ),
        row(
            "per_day",
            limit(rules.per_day),
            pick("每天的总次数", "calls a day in all"),
        ),
        row(
            "blocked",
            rules.blocked.len().to_string(),
            rules
                .blocked
                .iter()
                .map(|blocked| blocked.pattern.as_str())
                .collect::<Vec<_>>()
                .join(" "),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn changed(words: &[&str]) -> Result<SetGuard, Failure> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        change(&words, "night shift".to_owned())
    }

    #[test]
    fn only_what_is_named_changes() {
        let change = changed(&["gap=0", "hours=00:00-24:00"]).unwrap();
        assert_eq!(change.gap, Some(0));
        assert_eq!(change.hours.as_deref(), Some("00:00-24:00"));
        assert_eq!(change.per_5min, None);
        assert_eq!(change.reason, "night shift");
    }

    #[test]
    fn patterns_are_a_list_with_a_word_why() {
        let change = changed(&["blocked=00*:国际, 13800006620 ,"]).unwrap();
        let blocked = change.blocked.unwrap();
        let told: Vec<_> = blocked.iter().map(|b| (&*b.pattern, &*b.why)).collect();
        assert_eq!(told, [("00*", "国际"), ("13800006620", "")]);
    }

    #[rstest]
    #[case(&["gap"])]
    #[case(&["gap=soon"])]
    #[case(&["gap=-1"])]
    #[case(&["do_not_call=off"])]
    #[case(&["gap=1", "gap=2"])]
    fn what_is_no_rule_is_refused(#[case] words: &[&str]) {
        assert_eq!(
            changed(words).unwrap_err().exit(),
            crate::failure::Exit::Input
        );
    }
}
