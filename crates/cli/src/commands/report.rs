//! `report`: what the calls of some days come to.

use crate::args::ChooseDays;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use crate::{beijing, table};
use bohao_engine::Desk;
use bohao_engine::reports::{average, rate};
use bohao_wire::{
    CallFigures, NotConnectedFor, Queries, Report, ReportPeriod, ReportQuery, ReportRange,
    TodayQuery,
};

/// Tells what they come to.
///
/// # Errors
/// Days that can't be reported on; a fault of the database.
pub async fn run(desk: &Desk, output: Output, chosen: ChooseDays) -> Result<Exit, Failure> {
    let range = match (chosen.days, chosen.from) {
        (Some(days), _) => days,
        (None, None) => ReportRange::Today,
        (None, Some(from)) => ReportRange::Chosen {
            from,
            to: match chosen.to {
                Some(to) => to,
                None => today(desk).await?,
            },
        },
    };
    let report = desk.report(ReportQuery { range }).await?;
    output.answer(&report, |language| shown(language, &report))?;
    Ok(Exit::Done)
}

/// The present day in Beijing.
async fn today(desk: &Desk) -> Result<String, Failure> {
    let since = desk.today(TodayQuery {}).await?.since;
    Ok(beijing::format(since).chars().take(10).collect())
}

fn shown(language: Language, report: &Report) -> String {
    let parts = [
        headline(language, report),
        outcomes(language, report),
        own_numbers(language, report),
        lists(language, report),
        reasons(language, report),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("\n")
}

fn headline(language: Language, report: &Report) -> Option<String> {
    let mut cells = vec![[
        String::new(),
        days(&report.period),
        language.pick("此前 ", "before: ").to_owned() + &days(&report.before),
    ]];
    let names = [
        ("拨打", "dialled"),
        ("接通", "connected"),
        ("接通率", "rate"),
        ("通话时长", "talk time"),
        ("平均时长", "average"),
        ("计费分钟", "billed minutes"),
        ("没有拨出", "not dialled"),
    ];
    let (now, before) = (figures(&report.figures), figures(&report.figures_before));
    for (((chinese, english), now), before) in names.into_iter().zip(now).zip(before) {
        cells.push([language.pick(chinese, english).to_owned(), now, before]);
    }
    Some(table::aligned(&cells))
}

fn outcomes(language: Language, report: &Report) -> Option<String> {
    let rows = report.outcomes.iter().map(|one| {
        let name = match &one.outcome {
            Some(mark) => words::outcome(language, mark),
            None => language.pick("未选结果", "no outcome").to_owned(),
        };
        [name, one.calls.to_string(), one.before.to_string()]
    });
    titled(language.pick("结果", "outcome"), language, rows.collect())
}

fn own_numbers(language: Language, report: &Report) -> Option<String> {
    let rows = report.own_numbers.iter().map(|one| {
        let unknown = || language.pick("未知号码", "unknown").to_owned();
        [
            one.number.as_deref().map_or_else(unknown, table::cell),
            one.figures.dialled.to_string(),
            one.before.dialled.to_string(),
        ]
    });
    let title = language.pick("主叫号码", "own number");
    titled(title, language, rows.collect())
}

fn lists(language: Language, report: &Report) -> Option<String> {
    let rows = report.lists.iter().map(|one| {
        [
            table::cell(&one.name),
            one.figures.dialled.to_string(),
            one.before.dialled.to_string(),
        ]
    });
    titled(language.pick("名单", "list"), language, rows.collect())
}

fn reasons(language: Language, report: &Report) -> Option<String> {
    let rows = report.reasons.iter().map(|one| {
        [
            reason(language, &one.why),
            one.calls.to_string(),
            one.before.to_string(),
        ]
    });
    let title = language.pick("未接通原因", "not connected for");
    titled(title, language, rows.collect())
}

/// A table of calls under its heading; nothing without a row.
fn titled(title: &str, language: Language, rows: Vec<[String; 3]>) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let calls = language.pick("次数", "calls").to_owned();
    let before = language.pick("此前", "before").to_owned();
    let mut cells = vec![[title.to_owned(), calls, before]];
    cells.extend(rows);
    Some(table::aligned(&cells))
}

fn days(period: &ReportPeriod) -> String {
    match period.from == period.to {
        true => period.from.clone(),
        false => format!("{} – {}", period.from, period.to),
    }
}

fn figures(figures: &CallFigures) -> [String; 7] {
    [
        figures.dialled.to_string(),
        figures.connected.to_string(),
        rate(figures).map_or_else(String::new, |rate| format!("{:.1} %", rate * 100.0)),
        words::duration(figures.talk_seconds),
        average(figures).map_or_else(String::new, words::duration),
        figures.billed_minutes.to_string(),
        figures.unsent.to_string(),
    ]
}

fn reason(language: Language, why: &NotConnectedFor) -> String {
    let (kind, said) = match why {
        NotConnectedFor::NotConnected { reason } => {
            (language.pick("未接通", "not connected"), reason.as_str())
        }
        NotConnectedFor::Failed { reason } => (language.pick("失败", "failed"), reason.as_str()),
        NotConnectedFor::Dialled => (
            language.pick("已拨打，结局不明", "dialled, end unknown"),
            "",
        ),
        NotConnectedFor::NoRecord => (language.pick("还没有通话记录", "no record yet"), ""),
        NotConnectedFor::Rare => (language.pick("其他原因", "other reasons"), ""),
        NotConnectedFor::Refused { code } => {
            let kind = language.pick("平台拒绝，没有拨出", "refused, not dialled");
            return code.map_or_else(|| kind.to_owned(), |code| format!("{kind} · {code}"));
        }
        NotConnectedFor::NotSent => (
            language.pick("没有发出，没有拨出", "not sent, not dialled"),
            "",
        ),
    };
    match said {
        "" => kind.to_owned(),
        said => format!("{kind} · {}", table::cell(said)),
    }
}
