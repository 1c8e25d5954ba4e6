//! From words to what they mean together: one day, one hour, or a stretch of time from now.

use super::words::{Clock, Date, Edge, Half, Part, Unit, Word};
use bohao_wire::TimeFlaw;

/// What a text says of a time. What it does not say is left open.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Which day.
    pub day: Option<Day>,
    /// At which hour.
    pub clock: Option<Clock>,
    /// In which part of the day.
    pub part: Option<Part>,
    /// In which half of the day.
    pub half: Option<Half>,
    /// How long from now.
    pub spans: Vec<(i64, Unit)>,
}

/// A day as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// So many days from today.
    Ahead(i64),
    /// The next one of this name, today's included.
    Weekday(i8),
    /// English: next Thursday, the coming one to some and the one after it to others.
    NextWeekday(i8),
    /// A day of a week that is so many weeks from this one.
    OfWeek(i64, i8),
    /// A day of the calendar; the next one where no year was named.
    Date(Date),
    /// A month and a day of a year that is so many years from this one.
    OfYear(i64, i64, i64),
    /// A day of a month so many months from this one; of the next that has it where none was named.
    OfMonth(Option<i64>, i64),
    /// Part of a month, which is named in the same way.
    Edge(Option<i64>, Edge),
    /// Part of a month of this name.
    NamedEdge(i64, Edge),
    /// The last day of a year.
    YearEnd(i64),
}

const MONDAY: i8 = 1;
const SATURDAY: i8 = 6;
/// A number from here on is a year, where one may stand.
const FIRST_YEAR: i64 = 1970;

/// What words mean together.
///
/// # Errors
/// `Several` where they name two days or two hours, `Unknown` where they don't go together.
pub fn of(words: &[Word]) -> Result<Meaning, TimeFlaw> {
    let mut reader = Reader {
        words,
        meaning: Meaning::default(),
    };
    while let Some(word) = reader.take() {
        reader.understand(word)?;
    }
    let meaning = reader.meaning;
    if !meaning.spans.is_empty() && meaning.day.is_some() {
        return Err(TimeFlaw::Several);
    }
    if meaning.half.is_some() && meaning.clock.is_none() {
        return Err(TimeFlaw::Unknown);
    }
    Ok(meaning)
}

struct Reader<'w> {
    words: &'w [Word],
    meaning: Meaning,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(*first)
    }

    fn next(&self) -> Option<Word> {
        self.words.first().copied()
    }

    fn understand(&mut self, word: Word) -> Result<(), TimeFlaw> {
        match word {
            Word::Day(days) => self.day(Day::Ahead(days)),
            Word::Week(weeks) => self.in_week(weeks),
            Word::Weekday(day) => match self.next() {
                // Thursday next week.
                Some(Word::Week(weeks)) => {
                    self.take();
                    self.day(Day::OfWeek(weeks, day))
                }
                _ => self.day(Day::Weekday(day)),
            },
            Word::Weekend => self.day(Day::Weekday(SATURDAY)),
            Word::This => match self.take() {
                Some(Word::Weekday(day)) => self.day(Day::OfWeek(0, day)),
                Some(Word::Part(part)) => {
                    self.day(Day::Ahead(0))?;
                    self.understand(Word::Part(part))
                }
                _ => Err(TimeFlaw::Unknown),
            },
            Word::Next => match self.take() {
                Some(Word::Weekday(day)) => self.day(Day::NextWeekday(day)),
                _ => Err(TimeFlaw::Unknown),
            },
            Word::Month(months) => self.in_month(months),
            Word::NamedMonth(month) => self.in_named_month(month),
            Word::Year(years) => match self.take() {
                Some(Word::YearEnd) => self.day(Day::YearEnd(years)),
                Some(Word::Date(date)) if date.year.is_none() => {
                    self.day(Day::OfYear(years, date.month, date.day))
                }
                _ => Err(TimeFlaw::Unknown),
            },
            Word::Edge(edge) => self.day(Day::Edge(None, edge)),
            Word::YearEnd => self.day(Day::YearEnd(0)),
            Word::Date(date) => self.day(Day::Date(date)),
            Word::DayOfMonth(day) => self.of_month(day),
            Word::Part(part) => set(&mut self.meaning.part, part),
            Word::Half(half) => set(&mut self.meaning.half, half),
            Word::Clock(clock) => set(&mut self.meaning.clock, clock),
            Word::Span(count, unit) => {
                self.meaning.spans.push((count, unit));
                Ok(())
            }
            Word::Number(number) => self.number(number),
        }
    }

    fn day(&mut self, day: Day) -> Result<(), TimeFlaw> {
        set(&mut self.meaning.day, day)
    }

    fn in_week(&mut self, weeks: i64) -> Result<(), TimeFlaw> {
        let day = match self.next() {
            Some(Word::Weekday(day)) => day,
            Some(Word::Weekend) => SATURDAY,
            _ => return self.day(Day::OfWeek(weeks, MONDAY)),
        };
        self.take();
        self.day(Day::OfWeek(weeks, day))
    }

    fn in_month(&mut self, months: i64) -> Result<(), TimeFlaw> {
        let day = match self.next() {
            Some(Word::DayOfMonth(day)) => Day::OfMonth(Some(months), day),
            Some(Word::Edge(edge)) => Day::Edge(Some(months), edge),
            _ => return self.day(Day::Edge(Some(months), Edge::First)),
        };
        self.take();
        self.day(day)
    }

    fn in_named_month(&mut self, month: i64) -> Result<(), TimeFlaw> {
        let day = match self.take() {
            Some(Word::DayOfMonth(day) | Word::Number(day)) => day,
            Some(Word::Edge(edge)) => return self.day(Day::NamedEdge(month, edge)),
            _ => return Err(TimeFlaw::Unknown),
        };
        self.date(month, day)
    }

    /// The 3rd, or the 3rd of December.
    fn of_month(&mut self, day: i64) -> Result<(), TimeFlaw> {
        match self.next() {
            Some(Word::NamedMonth(month)) => {
                self.take();
                self.date(month, day)
            }
            Some(Word::Month(months)) => {
                self.take();
                self.day(Day::OfMonth(Some(months), day))
            }
            _ => self.day(Day::OfMonth(None, day)),
        }
    }

    fn date(&mut self, month: i64, day: i64) -> Result<(), TimeFlaw> {
        let year = match self.next() {
            Some(Word::Number(year)) if year >= FIRST_YEAR => {
                self.take();
                Some(year)
            }
            _ => None,
        };
        self.day(Day::Date(Date {
            year,
            month,
            day,
            either_way: false,
        }))
    }

    /// A number alone is the day of a month that follows, or an hour.
    fn number(&mut self, number: i64) -> Result<(), TimeFlaw> {
        if let Some(Word::NamedMonth(month)) = self.next() {
            self.take();
            return self.date(month, number);
        }
        // "3" alone may be anything; beside a day, or before "pm", it is an hour.
        let hour = self.meaning.day.is_some()
            || self.meaning.part.is_some()
            || !self.meaning.spans.is_empty()
            || matches!(self.next(), Some(Word::Half(_)));
        if !hour || number > 24 {
            return Err(TimeFlaw::Unknown);
        }
        let clock = Clock {
            hour: number,
            minute: 0,
            exact: false,
        };
        set(&mut self.meaning.clock, clock)
    }
}

/// 今晚 says the evening, and so does 今天晚上: a thing that is said twice alike is one.
fn set<T: PartialEq>(place: &mut Option<T>, said: T) -> Result<(), TimeFlaw> {
    match place {
        Some(known) if *known != said => Err(TimeFlaw::Several),
        _ => {
            *place = Some(said);
            Ok(())
        }
    }
}
