//! From what was said to instants, on the calendar and by the clock of somebody's zone.

use super::meaning::{Day, Meaning};
use super::on_the_wall;
use super::words::{Clock, Date as Said, Edge, Half, Part, Unit};
use bohao_wire::{ReadInstant, TimeFlaw};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Nothing is agreed on for so far away.
const TOO_FAR_MS: i64 = 5 * 366 * DAY_MS;
/// Ten in the morning, when most people can be reached: where no hour was said.
const USUAL: i64 = 10 * 60;
/// Months to look through for one that has a 31st, and years for a 29th of February.
const MONTHS_ON: i64 = 13;
const YEARS_ON: i16 = 9;

/// All instants that something may mean, the likeliest first.
///
/// # Errors
/// `Impossible` for what no clock or calendar shows, `TooFar`.
pub fn look_up(
    meaning: &Meaning,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Vec<ReadInstant>, TimeFlaw> {
    let look = Look {
        now: now.as_millisecond(),
        here: zone.to_datetime(now),
        zone,
    };
    let times = look.times(meaning)?;
    let future: Vec<ReadInstant> = times.iter().filter(|time| !time.past).cloned().collect();
    if !future.is_empty() {
        return Ok(future);
    }
    // What is surely over is said so, once.
    Ok(times.into_iter().take(1).collect())
}

struct Look<'z> {
    /// In Unix milliseconds.
    now: i64,
    /// The same by the clock on the wall.
    here: DateTime,
    zone: &'z TimeZone,
}

impl Look<'_> {
    fn times(&self, meaning: &Meaning) -> Result<Vec<ReadInstant>, TimeFlaw> {
        let open = meaning.clock.is_none() && meaning.part.is_none();
        let counts_minutes = meaning.spans.iter().any(|(_, unit)| *unit == Unit::Minute);
        if counts_minutes && open {
            return self.ahead(meaning);
        }
        if counts_minutes {
            return Err(TimeFlaw::Several);
        }
        let minutes = minutes(meaning)?;
        let mut all: Vec<ReadInstant> = Vec::new();
        for days in self.days(meaning)? {
            let mut found = Vec::new();
            for day in days {
                found = self.on(day, &minutes)?;
                if found.iter().any(|time| !time.past) {
                    break;
                }
            }
            for mut time in found {
                time.hour_assumed = meaning.clock.is_none();
                if !all.iter().any(|known| known.at == time.at) {
                    all.push(time);
                }
            }
        }
        match all.is_empty() {
            true => Err(TimeFlaw::Impossible),
            false => Ok(all),
        }
    }

    /// So long from now, to the whole minute.
    fn ahead(&self, meaning: &Meaning) -> Result<Vec<ReadInstant>, TimeFlaw> {
        let mut minutes = 0_i64;
        let mut local = self.here;
        for (count, unit) in &meaning.spans {
            match unit {
                Unit::Minute => minutes += count,
                unit => local = far(local.checked_add(span(*count, *unit)?))?,
            }
        }
        let begin = match local == self.here {
            true => self.now,
            false => far(self.zone.to_timestamp(local))?.as_millisecond(),
        };
        let at = begin.div_euclid(MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS;
        Ok(vec![self.instant(at)?])
    }

    /// The days that were meant, each with those that it is where the ones before are over. The
    /// likeliest comes first.
    fn days(&self, meaning: &Meaning) -> Result<Vec<Vec<Date>>, TimeFlaw> {
        let today = self.here.date();
        if !meaning.spans.is_empty() {
            let mut day = today;
            for (count, unit) in &meaning.spans {
                day = far(day.checked_add(span(*count, *unit)?))?;
            }
            return Ok(vec![vec![day]]);
        }
        let days = match meaning.day {
            None => vec![vec![today, after(today, 1)?]],
            Some(Day::Ahead(days)) => vec![vec![after(today, days)?]],
            Some(Day::Weekday(weekday)) => {
                let first = after(today, (i64::from(weekday) - of_week(today)).rem_euclid(7))?;
                vec![vec![first, after(first, 7)?]]
            }
            Some(Day::OfWeek(weeks, weekday)) => vec![vec![in_week(today, weeks, weekday)?]],
            Some(Day::NextWeekday(weekday)) => {
                let next_week = in_week(today, 1, weekday)?;
                let coming = match in_week(today, 0, weekday)? {
                    this_week if this_week > today => this_week,
                    _ => next_week,
                };
                vec![vec![next_week], vec![coming]]
            }
            Some(Day::Date(date)) => self.dates(date)?,
            Some(Day::OfYear(years, month, day)) => {
                let year = today.year() + i16::try_from(years).unwrap_or(0);
                vec![date(year, month, day).into_iter().collect()]
            }
            Some(Day::OfMonth(months, day)) => vec![self.of_month(months, day)?],
            Some(Day::Edge(months, edge)) => {
                let months = months.map_or(0..=1, |months| months..=months);
                let days = months.map(|month| {
                    let first = month_ahead(today, month);
                    first.map(|first| on_edge(first, edge))
                });
                vec![days.collect::<Result<_, _>>()?]
            }
            Some(Day::NamedEdge(month, edge)) => {
                let years = today.year()..=today.year() + 1;
                let days = years.filter_map(|year| date(year, month, 1));
                vec![days.map(|first| on_edge(first, edge)).collect()]
            }
            Some(Day::YearEnd(years)) => {
                let year = today.year() + i16::try_from(years).unwrap_or(0);
                vec![
                    [year, year + 1]
                        .iter()
                        .filter_map(|year| date(*year, 12, 31))
                        .collect(),
                ]
            }
        };
        Ok(days)
    }

    fn dates(&self, said: Said) -> Result<Vec<Vec<Date>>, TimeFlaw> {
        if let Some(year) = said.year {
            let year = i16::try_from(year).map_err(|_| TimeFlaw::Impossible)?;
            let day = date(year, said.month, said.day).ok_or(TimeFlaw::Impossible)?;
            return Ok(vec![vec![day]]);
        }
        let mut ways = vec![self.of_years(said.month, said.day)];
        if said.either_way {
            ways.push(self.of_years(said.day, said.month));
        }
        Ok(ways)
    }

    /// This day of each year that has it, from this one on.
    fn of_years(&self, month: i64, day: i64) -> Vec<Date> {
        let year = self.here.year();
        let years = year..year + YEARS_ON;
        years.filter_map(|year| date(year, month, day)).collect()
    }

    fn of_month(&self, months: Option<i64>, day: i64) -> Result<Vec<Date>, TimeFlaw> {
        let today = self.here.date();
        let months = months.map_or(0..MONTHS_ON, |months| months..months + 1);
        let mut days = Vec::new();
        for month in months {
            let first = month_ahead(today, month)?;
            days.extend(date(first.year(), i64::from(first.month()), day));
        }
        Ok(days)
    }

    /// These minutes of a day. An hour that a change of clocks repeats is two instants.
    fn on(&self, day: Date, minutes: &[i64]) -> Result<Vec<ReadInstant>, TimeFlaw> {
        let mut times = Vec::new();
        for minute in minutes {
            let midnight = day.at(0, 0, 0, 0);
            let local = far(midnight.checked_add(SignedDuration::from_mins(*minute)))?;
            let offsets = match self.zone.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset } => vec![offset],
                // One that is skipped is as long after the change as it was meant to be.
                AmbiguousOffset::Gap { before, .. } => vec![before],
                AmbiguousOffset::Fold { before, after } => vec![before, after],
            };
            for offset in offsets {
                let at = far(offset.to_timestamp(local))?;
                times.push(self.instant(at.as_millisecond())?);
            }
        }
        Ok(times)
    }

    fn instant(&self, at: i64) -> Result<ReadInstant, TimeFlaw> {
        if (at - self.now).abs() > TOO_FAR_MS {
            return Err(TimeFlaw::TooFar);
        }
        Ok(ReadInstant {
            at,
            meant: on_the_wall(at, self.zone),
            past: at <= self.now,
            hour_assumed: false,
        })
    }
}

/// The minutes from midnight that an hour may mean, the likeliest first; 24:00 and what is after
/// midnight in the evening are those of the next day.
fn minutes(meaning: &Meaning) -> Result<Vec<i64>, TimeFlaw> {
    let Some(clock) = meaning.clock else {
        return Ok(vec![match meaning.part {
            None => USUAL,
            Some(Part::Small) => 2 * 60,
            Some(Part::Morning) => 10 * 60,
            Some(Part::Noon) => 12 * 60,
            Some(Part::Afternoon) => 15 * 60,
            Some(Part::Evening) => 19 * 60,
        }]);
    };
    let Clock { hour, minute, .. } = clock;
    if !(0..=24).contains(&hour) || !(0..60).contains(&minute) || (hour == 24 && minute > 0) {
        return Err(TimeFlaw::Impossible);
    }
    let hours = match (meaning.part, meaning.half) {
        (Some(part), None) => in_part(part, hour).into_iter().collect(),
        (None, Some(half)) => in_half(half, hour).into_iter().collect(),
        (Some(part), Some(half)) => in_half(half, hour)
            .filter(|hour| in_part(part, *hour) == Some(*hour))
            .into_iter()
            .collect(),
        (None, None) => either_half(clock),
    };
    if hours.is_empty() {
        return Err(TimeFlaw::Impossible);
    }
    Ok(hours.into_iter().map(|hour| hour * 60 + minute).collect())
}

fn in_part(part: Part, hour: i64) -> Option<i64> {
    match (part, hour) {
        (Part::Small, 0..=6) | (Part::Morning, 4..=12) | (Part::Noon, 11..=14) => Some(hour),
        (Part::Small, 12) => Some(0),
        (Part::Noon, 1 | 2) => Some(hour + 12),
        (Part::Afternoon, 1..=7) | (Part::Evening, 5..=11) => Some(hour + 12),
        (Part::Afternoon, 12..=19) | (Part::Evening, 17..=24) => Some(hour),
        // Twelve in the evening is midnight, and one is after it.
        (Part::Evening, 12) => Some(24),
        (Part::Evening, 0..=4) => Some(hour + 24),
        _ => None,
    }
}

fn in_half(half: Half, hour: i64) -> Option<i64> {
    match (half, hour) {
        (Half::Am, 12) => Some(0),
        (Half::Pm, 12) => Some(12),
        (Half::Am, 0..=11) => Some(hour),
        (Half::Pm, 1..=11) => Some(hour + 12),
        _ => None,
    }
}

/// Without a word on it, an hour is one at which people are called; the other half of the day is
/// told too where somebody may have meant that.
fn either_half(clock: Clock) -> Vec<i64> {
    match clock.hour {
        hour if clock.exact => vec![hour],
        hour @ 1..=7 => vec![hour + 12, hour],
        8 => vec![8, 20],
        hour => vec![hour],
    }
}

fn span(count: i64, unit: Unit) -> Result<Span, TimeFlaw> {
    let none = Span::new();
    let span = match unit {
        Unit::Minute => none.try_minutes(count),
        Unit::Day => none.try_days(count),
        Unit::Month => none.try_months(count),
    };
    far(span)
}

fn after(day: Date, days: i64) -> Result<Date, TimeFlaw> {
    far(day.checked_add(span(days, Unit::Day)?))
}

/// 1 for Monday.
fn of_week(day: Date) -> i64 {
    i64::from(day.weekday().to_monday_one_offset())
}

fn in_week(today: Date, weeks: i64, weekday: i8) -> Result<Date, TimeFlaw> {
    after(today, i64::from(weekday) - of_week(today) + 7 * weeks)
}

/// The first day of a month so many months from this one.
fn month_ahead(today: Date, months: i64) -> Result<Date, TimeFlaw> {
    far(today
        .first_of_month()
        .checked_add(span(months, Unit::Month)?))
}

fn on_edge(month: Date, edge: Edge) -> Date {
    match edge {
        Edge::First => month.first_of_month(),
        Edge::Middle => date(month.year(), i64::from(month.month()), 15).unwrap_or(month),
        Edge::Last => month.last_of_month(),
    }
}

fn date(year: i16, month: i64, day: i64) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The calendar ends somewhere.
fn far<T>(found: Result<T, jiff::Error>) -> Result<T, TimeFlaw> {
    found.map_err(|_| TimeFlaw::TooFar)
}
