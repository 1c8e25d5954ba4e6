//! Appointments as a calendar file: iCalendar, RFC 5545.
//!
//! Instants are written in UTC, which every calendar shows by its own clock, so no zone and none of
//! its rules has to be told.

use jiff::Timestamp;
use std::io::{self, Write};

/// So many bytes a line has at most, its break left out.
const LINE: usize = 75;
/// How long an appointment takes: a call.
const TAKES: &str = "PT15M";

/// Something to be done at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// What no other appointment of anybody's bears; the same one bears it again.
    pub uid: String,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// What, in one line.
    pub summary: String,
    /// The rest; may have several lines, or none.
    pub description: String,
}

/// A calendar while it is written.
pub struct Calendar<W: Write> {
    out: W,
}

impl<W: Write> Calendar<W> {
    /// Begins one.
    pub fn begin(out: W) -> io::Result<Self> {
        let mut calendar = Calendar { out };
        calendar.line("BEGIN:VCALENDAR")?;
        calendar.line("VERSION:2.0")?;
        calendar.line("PRODID:-//Bohao//Bohao//EN")?;
        calendar.line("CALSCALE:GREGORIAN")?;
        Ok(calendar)
    }

    /// Writes an appointment that reminds of itself at its time. `now` in Unix milliseconds says
    /// how new it is.
    pub fn add(&mut self, appointment: &Appointment, now: i64) -> io::Result<()> {
        let summary = escaped(&appointment.summary);
        self.line("BEGIN:VEVENT")?;
        self.line(&format!("UID:{}", escaped(&appointment.uid)))?;
        self.line(&format!("DTSTAMP:{}", instant(now)))?;
        self.line(&format!("DTSTART:{}", instant(appointment.at)))?;
        self.line(&format!("DURATION:{TAKES}"))?;
        self.line(&format!("SUMMARY:{summary}"))?;
        if !appointment.description.is_empty() {
            let description = escaped(&appointment.description);
            self.line(&format!("DESCRIPTION:{description}"))?;
        }
        self.line("BEGIN:VALARM")?;
        self.line("ACTION:DISPLAY")?;
        self.line("TRIGGER:PT0S")?;
        self.line(&format!("DESCRIPTION:{summary}"))?;
        self.line("END:VALARM")?;
        self.line("END:VEVENT")
    }

    /// Ends it, and gives back where it was written.
    pub fn end(mut self) -> io::Result<W> {
        self.line("END:VCALENDAR")?;
        Ok(self.out)
    }

    /// A line, in as many pieces as its length asks for. No letter is cut apart.
    fn line(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text;
        let mut room = LINE;
        while rest.len() > room {
            let cut = rest.floor_char_boundary(room);
            self.out.write_all(&rest.as_bytes()[..cut])?;
            self.out.write_all(b"\r\n ")?;
            rest = &rest[cut..];
            // The blank that begins a further piece counts.
            room = LINE - 1;
        }
        self.out.write_all(rest.as_bytes())?;
        self.out.write_all(b"\r\n")
    }
}

/// `20261126T020000Z`; the epoch for an instant beyond the calendar.
fn instant(at: i64) -> String {
    let instant = Timestamp::from_millisecond(at).unwrap_or_default();
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text without anything that would end its line or its part of it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-11-26 10:00 in Beijing.
    const THURSDAY: i64 = 1_795_658_400_000;

    fn written(appointments: &[Appointment]) -> String {
        let mut calendar = Calendar::begin(Vec::new()).expect("memory");
        for one in appointments {
            calendar.add(one, THURSDAY - 60_000).expect("memory");
        }
        String::from_utf8(calendar.end().expect("memory")).expect("text")
    }

    fn about(summary: &str, description: &str) -> Appointment {
        Appointment {
            uid: "follow-up-1@bohao".to_owned(),
            at: THURSDAY,
            summary: summary.to_owned(),
            description: description.to_owned(),
        }
    }

    /// The lines as a calendar reads them: put together again, and cut at their breaks.
    fn unfolded(text: &str) -> Vec<String> {
        let whole = text.replace("\r\n ", "");
        whole.split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn value(text: &str, name: &str) -> String {
        let lines = unfolded(text);
        let line = lines
            .iter()
            .find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.expect("the line").to_owned()
    }

    /// What a calendar makes of a text.
    fn unescaped(text: &str) -> String {
        let mut out = String::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            out.push(match letter {
                '\\' => match letters.next() {
                    Some('n') => '\n',
                    Some(escaped) => escaped,
                    None => panic!("a lonely backslash"),
                },
                letter => letter,
            });
        }
        out
    }

    #[test]
    fn an_appointment_is_written_as_calendars_read_it() {
        let text = written(&[about("跟进：陈立", "报价")]);
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Bohao//Bohao//EN",
            "CALSCALE:GREGORIAN",
            "BEGIN:VEVENT",
            "UID:follow-up-1@bohao",
            "DTSTAMP:20261126T015900Z",
            "DTSTART:20261126T020000Z",
            "DURATION:PT15M",
            "SUMMARY:跟进：陈立",
            "DESCRIPTION:报价",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:PT0S",
            "DESCRIPTION:跟进：陈立",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        assert_eq!(unfolded(&text), expected);
    }

    #[test]
    fn what_would_end_a_line_is_escaped() {
        let text = written(&[about("a;b,c\\d", "one\r\nEND:VCALENDAR\u{7}")]);
        assert_eq!(value(&text, "SUMMARY"), "a\\;b\\,c\\\\d");
        assert_eq!(value(&text, "DESCRIPTION"), "one\\nEND:VCALENDAR");
    }

    #[test]
    fn a_long_line_is_folded_between_letters() {
        let why = "要两吨冷链的报价".repeat(20);
        let text = written(&[about("x", &why)]);
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(value(&text, "DESCRIPTION"), why);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_breaks_nothing(summary in "\\PC{0,120}", why in "[\\PC\\n;,\\\\]{0,200}") {
            let text = written(&[about(&summary, &why)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE));
            prop_assert_eq!(unescaped(&value(&text, "SUMMARY")), summary);
            if !why.is_empty() {
                prop_assert_eq!(unescaped(&value(&text, "DESCRIPTION")), why);
            }
            prop_assert_eq!(text.matches("\r\nBEGIN:VEVENT\r\n").count(), 1);
        }
    }
}
