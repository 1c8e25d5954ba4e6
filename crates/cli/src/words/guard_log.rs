//! The guard's log in words.

use super::{Language, calls};
use crate::{beijing, table};
use bohao_engine::guard::log_file::LogCheck;
use bohao_wire::{GuardEvent, GuardLogPage, GuardRules, Proof};

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

/// What a check of an exported file found.
pub fn verified(language: Language, check: &LogCheck, another_head: bool) -> String {
    let entries = check.entries;
    let head = check.head.as_deref().unwrap_or("–");
    let mut told = match language {
        Language::Zh => format!("共 {entries} 条；末条摘要 {head}\n"),
        Language::En => format!("{entries} entries; last digest {head}\n"),
    };
    if check.whole && !another_head {
        told += language.pick("核对无误，没有改动过", "checked: nothing was changed");
    }
    if let Some(line) = check.unreadable_line {
        told += &match language {
            Language::Zh => format!("第 {line} 行不是规则日志，之后的内容没有核对\n"),
            Language::En => {
                format!("line {line} is none of a guard's log; the rest was not checked\n")
            }
        };
    }
    if let Some(id) = check.broken_at {
        told += &match language {
            Language::Zh => format!("第 {id} 条与前文不符：有记录被改动、删去或插入\n"),
            Language::En => format!(
                "entry {id} does not follow from those before it: one was changed, dropped or slipped in\n"
            ),
        };
    }
    if check.cut_off {
        told += language.pick(
            "结尾不完整：末尾的记录可能被删去\n",
            "its end is missing: entries at the end may have been dropped\n",
        );
    }
    if another_head {
        told += language.pick(
            "末条摘要与您给出的不同\n",
            "the last digest is another one than was given\n",
        );
    }
    told
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
        GuardEvent::BarredMany { count, sheet } => match language {
            Language::Zh => format!("{count} 个号码列为勿扰，来自 {sheet}"),
            Language::En => format!("{count} numbers of {sheet}: not to be called any more"),
        },
        GuardEvent::Masked => language
            .pick("号码重新遮住", "numbers masked again")
            .to_owned(),
        GuardEvent::Unmasked { by } => match (language, by) {
            (Language::Zh, Proof::Password) => "不再遮住号码（已核对系统密码）".to_owned(),
            (Language::Zh, Proof::Confirmation) => "不再遮住号码（已确认）".to_owned(),
            (Language::En, Proof::Password) => "numbers shown whole, by password".to_owned(),
            (Language::En, Proof::Confirmation) => "numbers shown whole, confirmed".to_owned(),
        },
        GuardEvent::LossAcknowledged { .. } => language
            .pick(
                "确认原数据库丢失，不带原来的勿扰名单和规则拨打",
                "the loss of the former database acknowledged: calls without its do-not-call list and rules",
            )
            .to_owned(),
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
