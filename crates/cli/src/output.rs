//! The two streams of a terminal: answers on stdout, everything else on stderr.

use crate::failure::Failure;
use crate::words::Language;
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

/// How answers are given.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The language of words for people.
    pub language: Language,
    /// For whom.
    pub reader: Reader,
}

/// Who reads stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person: words and tables.
    Person,
    /// A program: exactly one JSON value.
    Program,
}

impl Output {
    /// Gives an answer: as JSON, or in the words that `tell` makes of it.
    ///
    /// # Errors
    /// A fault if stdout can't be written. A reader who has seen enough and left is none.
    pub fn answer<T: Serialize>(
        &self,
        value: &T,
        tell: impl FnOnce(Language) -> String,
    ) -> Result<(), Failure> {
        match self.reader {
            Reader::Person => self.line(&tell(self.language)),
            Reader::Program => {
                let json = serde_json::to_string(value).map_err(Failure::internal)?;
                self.line(&json)
            }
        }
    }

    /// Tells a person how far things are; a program waits for the answer.
    ///
    /// # Errors
    /// As [`Output::answer`].
    pub fn progress(&self, tell: impl FnOnce(Language) -> String) -> Result<(), Failure> {
        match self.reader {
            Reader::Person => self.line(&tell(self.language)),
            Reader::Program => Ok(()),
        }
    }

    /// Remarks something on stderr.
    pub fn remark(&self, chinese: &str, english: &str) {
        let words = self.language.pick(chinese, english);
        // With stderr gone there is nobody left to tell.
        let _ = writeln!(io::stderr().lock(), "{words}");
    }

    /// Tells why nothing came of it: as JSON on stdout, or in words on stderr, which a stdout that takes
    /// nothing leaves as well.
    pub fn failure(&self, failure: &Failure) {
        let told = match self.reader {
            Reader::Person => Err(ErrorKind::Other.into()),
            Reader::Program => print(&failure.json(self.language).to_string()),
        };
        if told.is_err() {
            let words = failure.words(self.language);
            // The exit code still tells it.
            let _ = writeln!(io::stderr().lock(), "bohao-cli: {words}");
        }
    }

    /// One line of a person's, flushed at once: a program that started this one may wait for it.
    fn line(&self, text: &str) -> Result<(), Failure> {
        match print(text.trim_end_matches('\n')) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::Unheard(error.to_string()))
            }
            _ => Ok(()),
        }
    }
}

fn print(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush())
}
