//! A report as the sheets of a workbook.

use super::{average, rate};
use bohao_sheets::{Figure, Page, masked, masked_text};
use bohao_wire::{
    CallFigures, Headings, NotConnectedFor, NumbersShown, OutcomeMark, OutcomeWord, Report,
    ReportPeriod, ReportStep,
};

/// One word in both languages.
type Words = (&'static str, &'static str);

const DIALLED: Words = ("拨打", "Dialled");
const CONNECTED: Words = ("接通", "Connected");
const RATE: Words = ("接通率", "Connected share");
const TALKED: Words = ("通话时长", "Talk time");
const AVERAGE: Words = ("平均时长", "Average length");
const MINUTES: Words = ("计费分钟", "Billed minutes");
const UNSENT: Words = ("没有拨出", "Not dialled");
const CALLS: Words = ("次数", "Calls");
const BEFORE: Words = ("上期", "Period before");

/// Columns are so many digits of the font wide.
const NARROW: u8 = 11;
const WIDE: u8 = 26;

/// The sheets of a report: in all, by days, by hours, by outcome, by own
/// number, by list, by reason.
pub(super) fn pages(report: &Report, numbers: NumbersShown, headings: Headings) -> Vec<Page> {
    let by = Language(headings);
    vec![
        summary(report, by),
        steps(report, by),
        hours(report, by),
        outcomes(report, by),
        own_numbers(report, numbers, by),
        lists(report, numbers, by),
        reasons(report, by),
    ]
}

#[derive(Clone, Copy)]
struct Language(Headings);

impl Language {
    fn pick(self, (chinese, english): Words) -> &'static str {
        match self.0 {
            Headings::Zh => chinese,
            Headings::En => english,
        }
    }

    fn text(self, words: Words) -> Figure {
        Figure::Text(self.pick(words).to_owned())
    }

    fn page(self, name: Words, columns: &[(Words, u8)], rows: Vec<Vec<Figure>>) -> Page {
        Page {
            name: self.pick(name).to_owned(),
            columns: columns
                .iter()
                .map(|(heading, width)| (self.pick(*heading).to_owned(), *width))
                .collect(),
            rows,
        }
    }
}

fn summary(report: &Report, by: Language) -> Page {
    let (now, before) = (cells(&report.figures), cells(&report.figures_before));
    let days = |period: &ReportPeriod| Figure::Text(format!("{} – {}", period.from, period.to));
    let mut rows = vec![vec![
        by.text(("日期", "Days")),
        days(&report.period),
        days(&report.before),
    ]];
    let figures = COLUMNS.iter().zip(now).zip(before);
    rows.extend(figures.map(|((name, now), before)| vec![by.text(*name), now, before]));
    let columns = [
        (("指标", "Figure"), 18),
        (("本期", "This period"), WIDE),
        (BEFORE, WIDE),
    ];
    by.page(("概况", "Summary"), &columns, rows)
}

fn steps(report: &Report, by: Language) -> Page {
    let (name, first) = match report.step {
        ReportStep::Day => (("每天", "Days"), ("日期", "Day")),
        ReportStep::Week => (("每周", "Weeks"), ("周起始", "Week from")),
        ReportStep::Month => (("每月", "Months"), ("月起始", "Month from")),
    };
    let rows = report
        .bars
        .iter()
        .map(|bar| [vec![Figure::Day(bar.since)], cells(&bar.figures)].concat())
        .collect();
    by.page(name, &with_figures((first, NARROW)), rows)
}

fn hours(report: &Report, by: Language) -> Page {
    const DAYS: [Words; 7] = [
        ("周一", "Monday"),
        ("周二", "Tuesday"),
        ("周三", "Wednesday"),
        ("周四", "Thursday"),
        ("周五", "Friday"),
        ("周六", "Saturday"),
        ("周日", "Sunday"),
    ];
    let rows = report
        .hours
        .iter()
        .filter_map(|hour| {
            let day = DAYS.get(usize::from(hour.weekday))?;
            Some(vec![
                by.text(*day),
                Figure::Count(hour.hour.into()),
                Figure::Count(hour.figures.dialled),
                Figure::Count(hour.figures.connected),
                share(rate(&hour.figures)),
            ])
        })
        .collect();
    let columns = [
        (("星期", "Weekday"), NARROW),
        (("小时", "Hour"), NARROW),
        (DIALLED, NARROW),
        (CONNECTED, NARROW),
        (RATE, 16),
    ];
    by.page(("时段", "Hours"), &columns, rows)
}

fn outcomes(report: &Report, by: Language) -> Page {
    let rows = report
        .outcomes
        .iter()
        .map(|one| {
            let part = report.figures.dialled > 0;
            vec![
                match &one.outcome {
                    Some(mark) => Figure::Text(outcome_name(mark, by)),
                    None => by.text(("未选结果", "No outcome")),
                },
                Figure::Count(one.calls),
                share(part.then(|| one.calls as f64 / report.figures.dialled as f64)),
                Figure::Count(one.before),
            ]
        })
        .collect();
    let columns = [
        (("结果", "Outcome"), WIDE),
        (CALLS, NARROW),
        (("占拨打", "Of dialled"), NARROW),
        (BEFORE, 14),
    ];
    by.page(("结果", "Outcomes"), &columns, rows)
}

fn own_numbers(report: &Report, numbers: NumbersShown, by: Language) -> Page {
    let rows = report
        .own_numbers
        .iter()
        .map(|one| {
            let number = match (&one.number, numbers) {
                (None, _) => by.text(("未知号码", "Unknown number")),
                (Some(number), NumbersShown::Whole) => Figure::Text(number.clone()),
                (Some(number), NumbersShown::Masked) => Figure::Text(masked(number)),
            };
            let before = Figure::Count(one.before.dialled);
            [vec![number], cells(&one.figures), vec![before]].concat()
        })
        .collect();
    let mut columns = with_figures((("主叫号码", "Own number"), 18));
    columns.push((("上期拨打", "Dialled before"), 16));
    by.page(("主叫号码", "Own numbers"), &columns, rows)
}

fn lists(report: &Report, numbers: NumbersShown, by: Language) -> Page {
    let rows = report
        .lists
        .iter()
        .map(|one| {
            let name = match numbers {
                NumbersShown::Whole => one.name.clone(),
                // A list may be named as the sheet was that it came from.
                NumbersShown::Masked => masked_text(&one.name).into_owned(),
            };
            let before = Figure::Count(one.before.dialled);
            [vec![Figure::Text(name)], cells(&one.figures), vec![before]].concat()
        })
        .collect();
    let mut columns = with_figures((("名单", "List"), WIDE));
    columns.push((("上期拨打", "Dialled before"), 16));
    by.page(("名单", "Lists"), &columns, rows)
}

fn reasons(report: &Report, by: Language) -> Page {
    let rows = report
        .reasons
        .iter()
        .map(|one| {
            let (kind, reason) = why(&one.why, by);
            vec![
                kind,
                reason,
                Figure::Count(one.calls),
                Figure::Count(one.before),
            ]
        })
        .collect();
    let columns = [
        (("分类", "Kind"), 18),
        (("原因", "Reason"), WIDE),
        (CALLS, NARROW),
        (BEFORE, 14),
    ];
    by.page(("未接通原因", "Not connected"), &columns, rows)
}

/// The figures of a row, in the order of [`cells`].
const COLUMNS: [Words; 7] = [DIALLED, CONNECTED, RATE, TALKED, AVERAGE, MINUTES, UNSENT];

fn with_figures(first: (Words, u8)) -> Vec<(Words, u8)> {
    let figures = COLUMNS.iter().map(|name| (*name, 15));
    std::iter::once(first).chain(figures).collect()
}

fn cells(figures: &CallFigures) -> Vec<Figure> {
    vec![
        Figure::Count(figures.dialled),
        Figure::Count(figures.connected),
        share(rate(figures)),
        Figure::Seconds(figures.talk_seconds),
        average(figures).map_or(Figure::Nothing, Figure::Seconds),
        Figure::Count(figures.billed_minutes),
        Figure::Count(figures.unsent),
    ]
}

fn share(part: Option<f64>) -> Figure {
    part.map_or(Figure::Nothing, Figure::Share)
}

fn outcome_name(mark: &OutcomeMark, by: Language) -> String {
    // The first ones are stored by their Chinese names.
    let english = mark.word.map(|word| match word {
        OutcomeWord::Interested => "Interested",
        OutcomeWord::Later => "Call again later",
        OutcomeWord::NotInterested => "Not interested",
        OutcomeWord::NoAnswer => "No answer",
        OutcomeWord::DeadNumber => "Dead number",
        OutcomeWord::DoNotCall => "Do not call",
    });
    match (by.0, english) {
        (Headings::En, Some(english)) => english.to_owned(),
        _ => mark.name.clone(),
    }
}

fn why(why: &NotConnectedFor, by: Language) -> (Figure, Figure) {
    let said = |reason: &str| match reason {
        "" => by.text(("平台没有说明", "The platform gave none")),
        reason => Figure::Text(reason.to_owned()),
    };
    match why {
        NotConnectedFor::NotConnected { reason } => {
            (by.text(("未接通", "Not connected")), said(reason))
        }
        NotConnectedFor::Failed { reason } => (by.text(("失败", "Failed")), said(reason)),
        NotConnectedFor::Dialled => (
            by.text(("已拨打，结局不明", "Dialled, end unknown")),
            Figure::Nothing,
        ),
        NotConnectedFor::NoRecord => (
            by.text(("还没有通话记录", "No record yet")),
            Figure::Nothing,
        ),
        NotConnectedFor::Rare => (by.text(("其他原因", "Other reasons")), Figure::Nothing),
        NotConnectedFor::Refused { code } => (
            by.text(("平台拒绝，没有拨出", "Refused, not dialled")),
            code.map_or(Figure::Nothing, |code| Figure::Text(code.to_string())),
        ),
        NotConnectedFor::NotSent => (
            by.text(("没有发出，没有拨出", "Not sent, not dialled")),
            Figure::Nothing,
        ),
    }
}
