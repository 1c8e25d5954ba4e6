//! The guard's log in words.

use super::{Language, calls};
use crate::{beijing, table};
use bohao_wire::{GuardEvent, GuardLogPage, GuardRules};

/// The entries as a table, and below it whether the log is as it was written.
pub fn shown(language: Language, page: &GuardLogPage) -> String {
    let rows: Vec<[String; 4]> = page
        .entries
        .iter()
        .map(|entry| {
            [
                entry.id.to_string(),
                beijing::format(entry.at),
                what(language, &entry.what),
                entry.reason.clone(),
            ]
        })
        .collect();
    let entries = match rows.is_empty() {
        true => String::new(),
        false => table::aligned(&rows) + "\n",
    };
    entries + &verdict(language, page)
}

fn verdict(language: Language, page: &GuardLogPage) -> String {
    let total = page.total;
    let head = page.head.as_deref().unwrap_or("–");
    match (language, page.broken_at) {
        (Language::Zh, None) => format!("共 {total} 条，未被改动；末条摘要 {head}"),
        (Language::En, None) => format!("{total} entries, none changed; last digest {head}"),
        (Language::Zh, Some(id)) => format!("共 {total} 条；第 {id} 条与前文不符，日志被改动过"),
        (Language::En, Some(id)) => {
            format!("{total} entries; entry {id} does not follow, the log was tampered with")
        }
    }
}

fn what(language: Language, event: &GuardEvent) -> String {
    match event {
        GuardEvent::Rules { from, to } => changes(from, to),
        GuardEvent::Refused { tail, block } => {
            let rule = calls::blocked(language, block);
            match language {
                Language::Zh => format!("拦下尾号 {tail}：{rule}"),
                Language::En => format!("refused, ending {tail}: {rule}"),
            }
        }
        GuardEvent::Barred { tail } => match language {
            Language::Zh => format!("尾号 {tail} 列为勿扰"),
            Language::En => format!("ending {tail}: not to be called any more"),
        },
        GuardEvent::Lifted { tail } => match language {
            Language::Zh => format!("尾号 {tail} 解除勿扰"),
            Language::En => format!("ending {tail}: may be called again"),
        },
        GuardEvent::Unknown { change } => change.clone(),
    }
}

/// Only the rules that differ, as they are written for `guard set`.
fn changes(from: &GuardRules, to: &GuardRules) -> String {
    let patterns = |rules: &GuardRules| {
        let patterns = rules.blocked.iter().map(|blocked| blocked.pattern.as_str());
        patterns.collect::<Vec<_>>().join(",")
    };
    let told = |rules: &GuardRules| {
        [
            ("hours", rules.hours.clone()),
            ("gap", rules.gap.to_string()),
            ("per_5min", rules.per_5min.to_string()),
            ("per_24h", rules.per_24h.to_string()),
            ("per_day", rules.per_day.to_string()),
            ("blocked", patterns(rules)),
        ]
    };
    let pairs = told(from).into_iter().zip(told(to));
    pairs
        .filter(|(before, after)| before != after)
        .map(|((key, before), (_, after))| format!("{key}={before} → {after}"))
        .collect::<Vec<_>>()
        .join(", ")
}
