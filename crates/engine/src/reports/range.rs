//! Which days a report is about, and which it is compared with.

use super::days_between;
use bohao_wire::{Fault, FaultCode, ReportPeriod, ReportRange, ReportStep};
use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;
use jiff::{Span, Timestamp, ToSpan};

/// China keeps UTC+8 the whole year.
const BEIJING: Offset = Offset::constant(8);

/// The most days that are put together.
const MOST_DAYS: i64 = 36_600;
/// Up to so many days each has a bar of its own.
const DAY_BARS: i64 = 62;
/// And up to so many each week has.
const WEEK_BARS: i64 = 400;

/// A period and the one before it.
pub struct Compared {
    pub(super) period: Stretch,
    pub(super) before: Stretch,
    /// Whether all of the period has passed.
    pub(super) over: bool,
}

/// A stretch of time that begins with a day.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub since: i64,
    pub until: i64,
}

/// Reads a range at an instant.
///
/// A period that is not over is compared with as much of the one before as has passed of it: at ten
/// in the morning a whole yesterday would be no measure.
///
/// # Errors
/// `BadInput` with its `field` for days that no calendar has, that are out of order or too many.
pub fn of(range: &ReportRange, now: i64) -> Result<Compared, Fault> {
    let today = day_of(now);
    let days = match range {
        ReportRange::Today => (today, today, back(today, 1.day())),
        ReportRange::Yesterday => {
            let yesterday = back(today, 1.day())?;
            (yesterday, yesterday, back(today, 2.days()))
        }
        ReportRange::ThisWeek => {
            let monday = back(today, since_monday(today).days())?;
            (monday, on(monday, 6.days())?, back(monday, 7.days()))
        }
        ReportRange::LastWeek => {
            let monday = back(today, (since_monday(today) + 7).days())?;
            (monday, on(monday, 6.days())?, back(monday, 7.days()))
        }
        ReportRange::ThisMonth => {
            let first = today.first_of_month();
            (first, first.last_of_month(), back(first, 1.month()))
        }
        ReportRange::LastMonth => {
            let first = back(today.first_of_month(), 1.month())?;
            (first, first.last_of_month(), back(first, 1.month()))
        }
        ReportRange::Chosen { from, to } => chosen(from, to)?,
    };
    let (from, to, before) = (days.0, days.1, days.2?);
    let (since, until) = (start_of(from)?, start_of(on(to, 1.day())?)?);
    let before_since = start_of(before)?;
    let over = until <= now;
    let before_until = match over {
        true => since,
        false => since.min(before_since + (now - since).max(0)),
    };
    Ok(Compared {
        period: Stretch { since, until },
        before: Stretch {
            since: before_since,
            until: before_until,
        },
        over,
    })
}

impl Stretch {
    pub fn told(&self) -> ReportPeriod {
        let last = day_of((self.until - 1).max(self.since));
        ReportPeriod {
            from: day_of(self.since).to_string(),
            to: last.to_string(),
            since: self.since,
            until: self.until,
        }
    }

    pub fn step(&self) -> ReportStep {
        match days_between(self.since, self.until) {
            days if days <= DAY_BARS => ReportStep::Day,
            days if days <= WEEK_BARS => ReportStep::Week,
            _ => ReportStep::Month,
        }
    }

    /// When each step begins; the first one with the stretch itself.
    pub fn starts(&self, step: ReportStep) -> Vec<i64> {
        let mut starts = Vec::new();
        let mut day = day_of(self.since);
        let mut start = self.since;
        while start < self.until {
            starts.push(start);
            let next = match step {
                ReportStep::Day => on(day, 1.day()),
                ReportStep::Week => on(day, (7 - since_monday(day)).days()),
                ReportStep::Month => on(day.first_of_month(), 1.month()),
            };
            // Behind the last day of the calendar there is none.
            let Ok(next) = next.and_then(|next| Ok((next, start_of(next)?))) else {
                break;
            };
            (day, start) = next;
        }
        starts
    }
}

type Days = (Date, Date, Result<Date, Fault>);

fn chosen(from: &str, to: &str) -> Result<Days, Fault> {
    let read = |text: &str, field| {
        let no_day = |_| bad(field, "a day is written as in 2026-11-01");
        // A day and nothing else: what looks like one of another calendar is none.
        match text.len() {
            10 => text.parse::<Date>().map_err(no_day),
            _ => Err(bad(field, "a day is written as in 2026-11-01")),
        }
    };
    let (from, to) = (read(from, "from")?, read(to, "to")?);
    if to < from {
        return Err(bad("to", "the last day comes before the first"));
    }
    let days = days_between(start_of(from)?, start_of(to)?) + 1;
    if days > MOST_DAYS {
        return Err(bad("from", "a report is about 36,600 days at most"));
    }
    Ok((from, to, back(from, days.days())))
}

/// The day of an instant in Beijing.
pub(super) fn day_of(at: i64) -> Date {
    let instant = Timestamp::from_millisecond(at).unwrap_or_default();
    BEIJING.to_datetime(instant).date()
}

fn start_of(day: Date) -> Result<i64, Fault> {
    let start = BEIJING.to_timestamp(day.at(0, 0, 0, 0));
    Ok(start.map_err(|_| no_calendar())?.as_millisecond())
}

fn since_monday(day: Date) -> i64 {
    i64::from(day.weekday().since(Weekday::Monday))
}

fn on(day: Date, span: Span) -> Result<Date, Fault> {
    day.checked_add(span).map_err(|_| no_calendar())
}

fn back(day: Date, span: Span) -> Result<Date, Fault> {
    day.checked_sub(span).map_err(|_| no_calendar())
}

fn no_calendar() -> Fault {
    bad("from", "no calendar has these days")
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// 2026-11-25 14:30 in Beijing, a Wednesday.
    const NOW: i64 = 1_795_588_200_000;
    const HALF_PAST_TWO: i64 = 14 * 3_600_000 + 30 * 60_000;

    fn days(stretch: Stretch) -> (String, String) {
        let told = stretch.told();
        (told.from, told.to)
    }

    #[rstest]
    #[case::today(ReportRange::Today, "2026-11-25", "2026-11-25", "2026-11-24")]
    #[case::yesterday(ReportRange::Yesterday, "2026-11-24", "2026-11-24", "2026-11-23")]
    #[case::this_week(ReportRange::ThisWeek, "2026-11-23", "2026-11-29", "2026-11-16")]
    #[case::last_week(ReportRange::LastWeek, "2026-11-16", "2026-11-22", "2026-11-09")]
    #[case::this_month(ReportRange::ThisMonth, "2026-11-01", "2026-11-30", "2026-10-01")]
    #[case::last_month(ReportRange::LastMonth, "2026-10-01", "2026-10-31", "2026-09-01")]
    fn a_range_is_read_in_beijing(
        #[case] range: ReportRange,
        #[case] from: &str,
        #[case] to: &str,
        #[case] before: &str,
    ) {
        let compared = of(&range, NOW).expect("a range");
        assert_eq!(days(compared.period), (from.to_owned(), to.to_owned()));
        assert_eq!(days(compared.before).0, before);
        assert!(compared.before.until <= compared.period.since);
    }

    #[test]
    fn a_period_that_is_not_over_is_compared_with_as_much_of_the_one_before() {
        let today = of(&ReportRange::Today, NOW).expect("a range");
        assert!(!today.over);
        assert_eq!(today.before.until - today.before.since, HALF_PAST_TWO);
        let week = of(&ReportRange::ThisWeek, NOW).expect("a range");
        assert_eq!(days(week.before).1, "2026-11-18");
        let week_later = |at: i64| at + 7 * crate::beijing::DAY_MS;
        assert_eq!(week_later(week.before.until), NOW);
        let yesterday = of(&ReportRange::Yesterday, NOW).expect("a range");
        assert!(yesterday.over);
        assert_eq!(yesterday.before.until, yesterday.period.since);
    }

    #[test]
    fn a_long_month_is_not_compared_with_itself() {
        // 2027-03-31 12:00 in Beijing.
        let month = of(&ReportRange::ThisMonth, 1_806_465_600_000).expect("a range");
        assert_eq!(
            days(month.before),
            ("2027-02-01".into(), "2027-02-28".into())
        );
        assert_eq!(month.before.until, month.period.since);
    }

    #[rstest]
    #[case::no_day("2026-02-30", "2026-03-01", "from")]
    #[case::no_day_at_all("", "2026-03-01", "from")]
    #[case::with_an_hour("2026-03-01T01", "2026-03-01", "from")]
    #[case::of_a_far_year("-009999-01-01", "2026-03-01", "from")]
    #[case::backwards("2026-03-02", "2026-03-01", "to")]
    #[case::too_many("0001-01-01", "2026-03-01", "from")]
    #[case::the_end_of_the_calendar("9999-12-31", "9999-12-31", "from")]
    fn days_that_can_not_be_reported_on_are_refused(
        #[case] from: &str,
        #[case] to: &str,
        #[case] field: &str,
    ) {
        let range = ReportRange::Chosen {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let fault = of(&range, NOW).map(|_| ()).expect_err("no range");
        assert_eq!(fault.code, FaultCode::BadInput);
        assert_eq!(fault.details["field"], field);
    }

    #[test]
    fn bars_are_days_weeks_or_months() {
        let starts = |from: &str, to: &str| {
            let range = ReportRange::Chosen {
                from: from.to_owned(),
                to: to.to_owned(),
            };
            let period = of(&range, NOW).expect("a range").period;
            let starts = period.starts(period.step());
            let day = |at: Option<&i64>| at.map(|at| day_of(*at).to_string());
            (
                starts.len(),
                day(starts.get(1)).unwrap_or_default(),
                day(starts.last()).unwrap_or_default(),
            )
        };
        let wanted = |count, second: &str, last: &str| (count, second.to_owned(), last.to_owned());
        assert_eq!(
            starts("2026-11-02", "2026-11-08"),
            wanted(7, "2026-11-03", "2026-11-08")
        );
        // From a Thursday to a Thursday.
        assert_eq!(
            starts("2026-01-01", "2026-12-31"),
            wanted(53, "2026-01-05", "2026-12-28")
        );
        assert_eq!(
            starts("2020-01-15", "2026-02-03"),
            wanted(74, "2020-02-01", "2026-02-01")
        );
    }
}
