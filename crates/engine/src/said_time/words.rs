//! From a text to words that mean something in a time.

use super::numerals::{self, Numeral};
use bohao_wire::TimeFlaw;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// So many days from today: 明天.
    Day(i64),
    /// So many weeks from this one: 下周.
    Week(i64),
    /// A day of the week, 1 for Monday.
    Weekday(i8),
    /// Saturday and Sunday.
    Weekend,
    /// English, before a day of the week.
    This,
    /// The same; what it means hangs on the speaker.
    Next,
    /// So many months from this one: 下个月.
    Month(i64),
    /// A month by its name or number.
    NamedMonth(i64),
    /// So many years from this one: 明年.
    Year(i64),
    /// Part of a month.
    Edge(Edge),
    /// The last day of the year.
    YearEnd,
    /// A day of the calendar.
    Date(Date),
    /// A day of a month: 3号, 3rd.
    DayOfMonth(i64),
    /// Part of a day.
    Part(Part),
    /// Morning or afternoon, in English.
    Half(Half),
    /// An hour and its minute.
    Clock(Clock),
    /// A stretch of time.
    Span(i64, Unit),
    /// A number that says no more.
    Number(i64),
}

/// A day of the calendar, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// The year, if it was named.
    pub year: Option<i64>,
    /// The month.
    pub month: i64,
    /// The day.
    pub day: i64,
    /// Whether the two may stand in the other order.
    pub either_way: bool,
}

/// An hour as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// 0 to 24.
    pub hour: i64,
    /// The minute.
    pub minute: i64,
    /// Whether it is one of 24 hours for certain: `03:00`.
    pub exact: bool,
}

impl Clock {
    /// One that may be of the morning or of the afternoon.
    fn spoken(hour: i64, minute: i64) -> Self {
        Clock {
            hour,
            minute,
            exact: false,
        }
    }
}

/// Part of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its first day.
    First,
    /// The fifteenth.
    Middle,
    /// Its last day.
    Last,
}

/// Part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 凌晨
    Small,
    /// 早上, 上午, morning
    Morning,
    /// 中午, noon
    Noon,
    /// 下午, afternoon
    Afternoon,
    /// 晚上, evening, tonight
    Evening,
}

/// Half of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Before noon.
    Am,
    /// After it.
    Pm,
}

/// What a stretch of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minute,
    /// Days of the calendar.
    Day,
    /// Months of the calendar.
    Month,
}

/// What says nothing by itself.
const FILLERS: &[&str] = &[
    ",", "，", "、", "。", ".", "@", "的", "在", "于", "再", "过", "约", "吧", "at", "on", "the",
    "in", "after", "later", "from now", "and", "around", "about", "of",
];

/// What always means the same.
const PHRASES: &[(&str, &[Word])] = &[
    ("大后天", &[Word::Day(3)]),
    ("后天", &[Word::Day(2)]),
    ("明天", &[Word::Day(1)]),
    ("明日", &[Word::Day(1)]),
    ("明早", &[Word::Day(1), Word::Part(Part::Morning)]),
    ("明晚", &[Word::Day(1), Word::Part(Part::Evening)]),
    ("后晚", &[Word::Day(2), Word::Part(Part::Evening)]),
    ("今天", &[Word::Day(0)]),
    ("今日", &[Word::Day(0)]),
    ("今早", &[Word::Day(0), Word::Part(Part::Morning)]),
    ("今晚", &[Word::Day(0), Word::Part(Part::Evening)]),
    ("昨天", &[Word::Day(-1)]),
    ("前天", &[Word::Day(-2)]),
    ("明年", &[Word::Year(1)]),
    ("今年", &[Word::Year(0)]),
    ("年底", &[Word::YearEnd]),
    ("年末", &[Word::YearEnd]),
    ("周末", &[Word::Weekend]),
    ("凌晨", &[Word::Part(Part::Small)]),
    ("早上", &[Word::Part(Part::Morning)]),
    ("早晨", &[Word::Part(Part::Morning)]),
    ("清晨", &[Word::Part(Part::Morning)]),
    ("上午", &[Word::Part(Part::Morning)]),
    ("早", &[Word::Part(Part::Morning)]),
    ("中午", &[Word::Part(Part::Noon)]),
    ("正午", &[Word::Part(Part::Noon)]),
    ("下午", &[Word::Part(Part::Afternoon)]),
    ("午后", &[Word::Part(Part::Afternoon)]),
    ("傍晚", &[Word::Part(Part::Evening)]),
    ("晚上", &[Word::Part(Part::Evening)]),
    ("晚间", &[Word::Part(Part::Evening)]),
    ("晚", &[Word::Part(Part::Evening)]),
    ("半小时", &[Word::Span(30, Unit::Minute)]),
    ("半个小时", &[Word::Span(30, Unit::Minute)]),
    ("半个钟头", &[Word::Span(30, Unit::Minute)]),
    ("一刻钟", &[Word::Span(15, Unit::Minute)]),
    ("today", &[Word::Day(0)]),
    ("tonight", &[Word::Day(0), Word::Part(Part::Evening)]),
    ("tomorrow", &[Word::Day(1)]),
    ("tmr", &[Word::Day(1)]),
    ("tmrw", &[Word::Day(1)]),
    ("day after tomorrow", &[Word::Day(2)]),
    ("yesterday", &[Word::Day(-1)]),
    ("this week", &[Word::Week(0)]),
    ("next week", &[Word::Week(1)]),
    ("week after next", &[Word::Week(2)]),
    ("weekend", &[Word::Weekend]),
    ("this weekend", &[Word::Week(0), Word::Weekend]),
    ("next weekend", &[Word::Week(1), Word::Weekend]),
    ("this month", &[Word::Month(0)]),
    ("next month", &[Word::Month(1)]),
    ("next year", &[Word::Year(1)]),
    ("end of month", &[Word::Edge(Edge::Last)]),
    ("end of the month", &[Word::Edge(Edge::Last)]),
    ("end of this month", &[Word::Edge(Edge::Last)]),
    (
        "end of next month",
        &[Word::Month(1), Word::Edge(Edge::Last)],
    ),
    ("end of year", &[Word::YearEnd]),
    ("end of the year", &[Word::YearEnd]),
    ("this", &[Word::This]),
    ("coming", &[Word::This]),
    ("next", &[Word::Next]),
    ("morning", &[Word::Part(Part::Morning)]),
    ("noon", &[Word::Part(Part::Noon)]),
    ("midday", &[Word::Part(Part::Noon)]),
    ("afternoon", &[Word::Part(Part::Afternoon)]),
    ("evening", &[Word::Part(Part::Evening)]),
    ("night", &[Word::Part(Part::Evening)]),
    ("am", &[Word::Half(Half::Am)]),
    ("a.m.", &[Word::Half(Half::Am)]),
    ("pm", &[Word::Half(Half::Pm)]),
    ("p.m.", &[Word::Half(Half::Pm)]),
    ("half an hour", &[Word::Span(30, Unit::Minute)]),
    ("half hour", &[Word::Span(30, Unit::Minute)]),
    ("an hour and a half", &[Word::Span(90, Unit::Minute)]),
];

const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mon"],
    &["tuesday", "tues", "tue"],
    &["wednesday", "weds", "wed"],
    &["thursday", "thurs", "thur", "thu"],
    &["friday", "fri"],
    &["saturday", "sat"],
    &["sunday", "sun"],
];

const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

/// What stands before 周 and 月, and how many of them from this one it means.
const AHEAD: [(&str, i64); 10] = [
    ("下下个", 2),
    ("下下", 2),
    ("下个", 1),
    ("下", 1),
    ("这个", 0),
    ("这", 0),
    ("本", 0),
    ("上个", -1),
    ("上", -1),
    ("", 0),
];

/// Stretches of time behind a number, each so many of a unit.
const UNITS: &[(&str, i64, Unit)] = &[
    ("分钟", 1, Unit::Minute),
    ("分", 1, Unit::Minute),
    ("刻钟", 15, Unit::Minute),
    ("个小时", 60, Unit::Minute),
    ("小时", 60, Unit::Minute),
    ("个钟头", 60, Unit::Minute),
    ("钟头", 60, Unit::Minute),
    ("天", 1, Unit::Day),
    ("周", 7, Unit::Day),
    ("个星期", 7, Unit::Day),
    ("星期", 7, Unit::Day),
    ("个礼拜", 7, Unit::Day),
    ("礼拜", 7, Unit::Day),
    ("个月", 1, Unit::Month),
    ("年", 12, Unit::Month),
    ("minutes", 1, Unit::Minute),
    ("minute", 1, Unit::Minute),
    ("mins", 1, Unit::Minute),
    ("min", 1, Unit::Minute),
    ("m", 1, Unit::Minute),
    ("hours", 60, Unit::Minute),
    ("hour", 60, Unit::Minute),
    ("hrs", 60, Unit::Minute),
    ("hr", 60, Unit::Minute),
    ("h", 60, Unit::Minute),
    ("days", 1, Unit::Day),
    ("day", 1, Unit::Day),
    ("d", 1, Unit::Day),
    ("weeks", 7, Unit::Day),
    ("week", 7, Unit::Day),
    ("w", 7, Unit::Day),
    ("months", 1, Unit::Month),
    ("month", 1, Unit::Month),
    ("years", 12, Unit::Month),
    ("year", 12, Unit::Month),
];

/// What may follow a stretch of time.
const AFTERWARDS: [&str; 4] = ["之后", "以后", "过后", "后"];

/// The words of a text, in its order.
///
/// # Errors
/// `Unknown` for a text that has anything else in it.
pub fn of(text: &str) -> Result<Vec<Word>, TimeFlaw> {
    let text = plain(text);
    let mut scanner = Scanner {
        rest: &text,
        words: Vec::new(),
    };
    while !scanner.rest.is_empty() {
        let understood = scanner.filler()
            || scanner.phrase()
            || scanner.name()
            || scanner.week()
            || scanner.month()
            || scanner.past_the_hour()
            || scanner.number();
        if !understood {
            return Err(TimeFlaw::Unknown);
        }
    }
    Ok(scanner.words)
}

/// Small letters of half width, with one blank where there were several.
fn plain(text: &str) -> String {
    let narrow = text.chars().map(|letter| match letter {
        '\u{ff01}'..='\u{ff5e}' if letter != '，' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
        '點' => '点',
        '號' => '号',
        '週' => '周',
        letter if letter.is_whitespace() => ' ',
        letter => letter,
    });
    let narrow: String = narrow.collect::<String>().to_lowercase();
    narrow
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

struct Scanner<'t> {
    rest: &'t str,
    words: Vec<Word>,
}

impl<'t> Scanner<'t> {
    /// Passes over a word, if the text goes on with it. A word of letters ends where they do.
    fn skip(&mut self, word: &str) -> bool {
        let Some(rest) = begun(self.rest, word) else {
            return false;
        };
        self.rest = rest;
        true
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn filler(&mut self) -> bool {
        let before = self.rest.len();
        self.blanks();
        // "a.m." begins with no filler, and "in" is none in "india".
        if let Some(filler) = longest(self.rest, FILLERS.iter().copied()) {
            self.skip(filler);
        }
        self.rest.len() < before
    }

    fn phrase(&mut self) -> bool {
        let Some(phrase) = longest(self.rest, PHRASES.iter().map(|(phrase, _)| *phrase)) else {
            return false;
        };
        self.skip(phrase);
        let meant = PHRASES.iter().find(|(known, _)| *known == phrase);
        self.words
            .extend(meant.iter().flat_map(|(_, words)| words.iter()));
        if matches!(self.words.last(), Some(Word::Span(..))) {
            self.afterwards();
        }
        true
    }

    /// A day of the week, or a month, in English.
    fn name(&mut self) -> bool {
        for (day, names) in (1_i8..).zip(WEEKDAYS) {
            if names.iter().any(|name| self.skip(name)) {
                self.words.push(Word::Weekday(day));
                return true;
            }
        }
        for (month, names) in (1_i64..).zip(MONTHS) {
            if names.iter().any(|name| self.skip(name)) {
                self.words.push(Word::NamedMonth(month));
                return true;
            }
        }
        false
    }

    /// 周四, 下周, 下下个星期天, 本周末.
    fn week(&mut self) -> bool {
        for (ahead, weeks) in AHEAD {
            for week in ["周", "星期", "礼拜"] {
                let behind = self.rest.strip_prefix(ahead);
                let Some(rest) = behind.and_then(|rest| rest.strip_prefix(week)) else {
                    continue;
                };
                let day = rest.chars().next();
                let weekday = day.and_then(weekday);
                if ahead.is_empty() && weekday.is_none() {
                    continue;
                }
                if !ahead.is_empty() {
                    self.words.push(Word::Week(weeks));
                }
                self.words.extend(weekday);
                let taken = day.filter(|_| weekday.is_some()).map_or(0, char::len_utf8);
                self.rest = &rest[taken..];
                return true;
            }
        }
        false
    }

    /// 月底, 下个月, 本月底.
    fn month(&mut self) -> bool {
        for (ahead, months) in AHEAD {
            let behind = self.rest.strip_prefix(ahead);
            let Some(rest) = behind.and_then(|rest| rest.strip_prefix('月')) else {
                continue;
            };
            let before = self.rest;
            self.rest = rest;
            let edge = self.edge();
            if ahead.is_empty() && edge.is_none() {
                self.rest = before;
                continue;
            }
            if !ahead.is_empty() {
                self.words.push(Word::Month(months));
            }
            self.words.extend(edge.map(Word::Edge));
            return true;
        }
        false
    }

    fn edge(&mut self) -> Option<Edge> {
        const EDGES: [(&str, Edge); 5] = [
            ("底", Edge::Last),
            ("末", Edge::Last),
            ("初", Edge::First),
            ("中旬", Edge::Middle),
            ("中", Edge::Middle),
        ];
        // 中午 is part of a day.
        let noon = self.rest.starts_with("中午");
        let found = EDGES
            .into_iter()
            .find(|(word, _)| !noon && self.rest.starts_with(word))?;
        self.skip(found.0);
        Some(found.1)
    }

    /// Half past three, quarter to ten.
    fn past_the_hour(&mut self) -> bool {
        for (words, hours, minute) in [
            ("half past", 0, 30),
            ("quarter past", 0, 15),
            ("quarter to", -1, 45),
        ] {
            let before = self.rest;
            if !self.skip(words) {
                continue;
            }
            self.blanks();
            if let Some(hour) = self.numeral() {
                self.clock(Clock::spoken(hour.value + hours, minute));
                return true;
            }
            self.rest = before;
        }
        false
    }

    fn number(&mut self) -> bool {
        let Some(number) = self.numeral() else {
            return false;
        };
        let known = self.with_colon(number)
            || self.with_dashes(number)
            || self.of_a_month(number)
            || self.on_the_clock(number)
            || self.of_units(number)
            || self.ordinal(number);
        if !known {
            self.words.push(Word::Number(number.value));
        }
        true
    }

    fn numeral(&mut self) -> Option<Numeral> {
        let number = numerals::read(self.rest)?;
        self.rest = &self.rest[number.length..];
        Some(number)
    }

    /// `9:30`, `09:30:00`.
    fn with_colon(&mut self, hour: Numeral) -> bool {
        let before = self.rest;
        let minute = match hour.digits {
            Some(1 | 2) if self.skip(":") => self.numeral(),
            _ => return false,
        };
        let Some(minute) = minute.filter(|minute| minute.digits == Some(2)) else {
            self.rest = before;
            return false;
        };
        let seconds = self.rest.strip_prefix(':').and_then(numerals::read);
        if let Some(seconds) = seconds.filter(|seconds| seconds.digits == Some(2)) {
            self.rest = &self.rest[1 + seconds.length..];
        }
        let written_out = hour.digits == Some(2) && hour.value < 10;
        self.clock(Clock {
            hour: hour.value,
            minute: minute.value,
            exact: written_out,
        });
        true
    }

    /// `2026-12-03`, `12/3`, `12.3`, and `1.5` before hours.
    fn with_dashes(&mut self, first: Numeral) -> bool {
        let before = self.rest;
        let Some(sign) = self
            .rest
            .chars()
            .next()
            .filter(|sign| "-/.".contains(*sign))
        else {
            return false;
        };
        if first.digits.is_none() {
            return false;
        }
        self.rest = &self.rest[1..];
        let Some(second) = self.numeral().filter(|number| number.digits.is_some()) else {
            self.rest = before;
            return false;
        };
        if sign == '.' && second.digits == Some(1) && self.part_of_an_hour(first, second) {
            return true;
        }
        let third = self.rest.strip_prefix(sign).and_then(numerals::read);
        let date = match third.filter(|third| third.digits.is_some()) {
            Some(third) if first.digits == Some(4) => {
                self.rest = &self.rest[1 + third.length..];
                Some((Some(first.value), second.value, third.value))
            }
            None if first.digits <= Some(2) && second.digits <= Some(2) => {
                Some((None, first.value, second.value))
            }
            _ => None,
        };
        let Some((year, month, day)) = date else {
            self.rest = before;
            return false;
        };
        let slashed = year.is_none() && sign == '/';
        let (month, day) = match slashed && month > 12 {
            true => (day, month),
            false => (month, day),
        };
        self.words.push(Word::Date(Date {
            year,
            month,
            day,
            either_way: slashed && day <= 12 && month != day,
        }));
        true
    }

    fn part_of_an_hour(&mut self, whole: Numeral, tenths: Numeral) -> bool {
        let before = self.rest;
        self.blanks();
        let unit = longest(self.rest, UNITS.iter().map(|(name, ..)| *name));
        let hours = UNITS
            .iter()
            .any(|(name, count, _)| Some(*name) == unit && *count == 60);
        if !hours {
            self.rest = before;
            return false;
        }
        self.rest = &self.rest[unit.unwrap_or_default().len()..];
        self.afterwards();
        let minutes = whole.value * 60 + tenths.value * 6;
        self.words.push(Word::Span(minutes, Unit::Minute));
        true
    }

    /// 12月3日, 2026年12月3日, 12月底, 3号.
    fn of_a_month(&mut self, number: Numeral) -> bool {
        if number.value >= 1970 && self.rest.starts_with('年') {
            let before = self.rest;
            self.skip("年");
            self.blanks();
            let month = self.numeral().filter(|_| self.rest.starts_with('月'));
            if let Some(month) = month {
                return self.in_month(Some(number.value), month.value);
            }
            self.rest = before;
            return false;
        }
        if self.rest.starts_with('月') {
            return self.in_month(None, number.value);
        }
        let behind = self.rest.strip_prefix(['号', '日']);
        if let Some(rest) = behind.filter(|rest| !AFTERWARDS.iter().any(|w| rest.starts_with(w))) {
            self.rest = rest;
            self.words.push(Word::DayOfMonth(number.value));
            return true;
        }
        false
    }

    fn in_month(&mut self, year: Option<i64>, month: i64) -> bool {
        self.skip("月");
        if let Some(edge) = self.edge() {
            self.words
                .extend([Word::NamedMonth(month), Word::Edge(edge)]);
            return true;
        }
        self.blanks();
        let before = self.rest;
        let day = self.numeral();
        let named = self.rest.strip_prefix(['日', '号']);
        match (day, named) {
            (Some(day), Some(rest)) => {
                self.rest = rest;
                self.words.push(Word::Date(Date {
                    year,
                    month,
                    day: day.value,
                    either_way: false,
                }));
            }
            _ => {
                self.rest = before;
                self.words.push(Word::NamedMonth(month));
            }
        }
        true
    }

    /// 三点, 三点半, 三点一刻, 9点05分, 15时, `3 o'clock`.
    fn on_the_clock(&mut self, hour: Numeral) -> bool {
        let o_clock = self.rest.trim_start();
        if let Some(rest) = ["o'clock", "o’clock"]
            .iter()
            .find_map(|word| o_clock.strip_prefix(word))
        {
            self.rest = rest;
            self.clock(Clock::spoken(hour.value, 0));
            return true;
        }
        let Some(rest) = self.rest.strip_prefix(['点', '时']) else {
            return false;
        };
        self.rest = rest;
        const MINUTES: [(&str, i64); 5] =
            [("半", 30), ("一刻", 15), ("三刻", 45), ("整", 0), ("钟", 0)];
        let named = MINUTES.iter().find(|(word, _)| rest.starts_with(word));
        let minute = match named {
            Some((word, minute)) => {
                self.rest = &rest[word.len()..];
                *minute
            }
            None => self.minute(),
        };
        self.clock(Clock::spoken(hour.value, minute));
        true
    }

    /// The minutes behind an hour, with or without 分.
    fn minute(&mut self) -> i64 {
        let before = self.rest;
        let Some(minute) = self.numeral() else {
            return 0;
        };
        let minutes = self.skip("分");
        // 三点 20分钟后 is no time of a clock.
        if self.rest.starts_with('钟') || (!minutes && minute.digits == Some(1)) {
            self.rest = before;
            return 0;
        }
        minute.value
    }

    fn of_units(&mut self, number: Numeral) -> bool {
        let before = self.rest;
        self.blanks();
        if let Some(rest) = ["个半小时", "个半钟头"]
            .iter()
            .find_map(|word| self.rest.strip_prefix(word))
        {
            self.rest = rest;
            self.afterwards();
            let minutes = number.value * 60 + 30;
            self.words.push(Word::Span(minutes, Unit::Minute));
            return true;
        }
        // 3日后 counts days, where 3日 names one.
        let unit = match self.rest.strip_prefix('日') {
            Some(rest) => {
                self.rest = rest;
                Some((1, Unit::Day))
            }
            None => longest(self.rest, UNITS.iter().map(|(name, ..)| *name)).and_then(|name| {
                self.skip(name);
                let found = UNITS.iter().find(|(known, ..)| *known == name);
                found.map(|(_, count, unit)| (*count, *unit))
            }),
        };
        let Some((count, unit)) = unit else {
            self.rest = before;
            return false;
        };
        self.afterwards();
        self.words.push(Word::Span(number.value * count, unit));
        true
    }

    fn afterwards(&mut self) {
        let _ = AFTERWARDS.iter().any(|word| self.skip(word));
    }

    fn ordinal(&mut self, number: Numeral) -> bool {
        let ordinal = ["st", "nd", "rd", "th"].iter().any(|end| self.skip(end));
        if ordinal {
            self.words.push(Word::DayOfMonth(number.value));
        }
        ordinal
    }

    fn clock(&mut self, clock: Clock) {
        self.words.push(Word::Clock(clock));
    }
}

fn weekday(letter: char) -> Option<Word> {
    Some(match letter {
        '一' => Word::Weekday(1),
        '二' => Word::Weekday(2),
        '三' => Word::Weekday(3),
        '四' => Word::Weekday(4),
        '五' => Word::Weekday(5),
        '六' => Word::Weekday(6),
        '日' | '天' => Word::Weekday(7),
        '末' => Word::Weekend,
        _ => return None,
    })
}

/// The longest of these that a text begins with.
fn longest<'w>(text: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    words
        .filter(|word| begun(text, word).is_some())
        .max_by_key(|word| word.len())
}

/// The text behind a word that it begins with. A word of letters ends where they do.
fn begun<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    let letters = word.ends_with(|letter: char| letter.is_ascii_lowercase());
    let goes_on = rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (!(letters && goes_on)).then_some(rest)
}
