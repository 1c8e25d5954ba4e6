//! The guard's log in a file of its own, with everything that its chain is made of: each line can be
//! read back to the byte, and the last one says how many there are.

use crate::export::{beijing, is_formula};
use bohao_wire::GuardLogForm;
use csv_core::{ReadRecordResult, Reader};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read, Write};

/// The kind of the last line.
const END: &str = "end";

/// The header of a table. `time` says in words what `at` says, and nothing else.
const COLUMNS: [&str; 7] = ["id", "at", "time", "kind", "change", "reason", "chain"];

/// A longer line is none of ours.
const MAX_LINE: usize = 4 << 20;

/// A line of the log, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogLine {
    /// The entry's number; in the last line how many entries there are.
    pub id: i64,
    /// When it happened, in Unix milliseconds; in the last line when the file was written.
    pub at: i64,
    /// What it is about.
    pub kind: String,
    /// What happened, as JSON, to the byte.
    pub change: String,
    /// Why.
    pub reason: String,
    /// The entry's digest in hex; in the last line that of the last entry.
    pub chain: Option<String>,
}

/// The log while it is written: any number of lines, then [`GuardLogWriter::finish`].
pub struct GuardLogWriter<W: Write> {
    out: W,
    form: GuardLogForm,
    lines: i64,
    head: Option<String>,
}

impl<W: Write> GuardLogWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What `out` says.
    pub fn new(mut out: W, form: GuardLogForm) -> io::Result<Self> {
        if form == GuardLogForm::Csv {
            writeln!(out, "\u{feff}{}\r", COLUMNS.join(","))?;
        }
        Ok(GuardLogWriter {
            out,
            form,
            lines: 0,
            head: None,
        })
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// What the writer says.
    pub fn line(&mut self, line: &LogLine) -> io::Result<()> {
        self.lines += 1;
        self.head.clone_from(&line.chain);
        self.put(line)
    }

    /// Writes the last line, and hands out what it was written to, flushed.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self, now: i64) -> io::Result<W> {
        let end = LogLine {
            id: self.lines,
            at: now,
            kind: END.to_owned(),
            change: "{}".to_owned(),
            reason: String::new(),
            chain: self.head.take(),
        };
        self.put(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, line: &LogLine) -> io::Result<()> {
        if self.form == GuardLogForm::JsonLines {
            serde_json::to_writer(&mut self.out, line)?;
            return self.out.write_all(b"\n");
        }
        let cells = [
            line.id.to_string(),
            line.at.to_string(),
            beijing(line.at).unwrap_or_default(),
            line.kind.clone(),
            line.change.clone(),
            line.reason.clone(),
            line.chain.clone().unwrap_or_default(),
        ];
        let cells = cells.map(|cell| quoted(&cell));
        write!(self.out, "{}\r\n", cells.join(","))
    }
}

/// A cell that no spreadsheet runs. What begins with the mark gets one more, so that taking one away
/// gives the text back.
fn quoted(cell: &str) -> String {
    let marked = is_formula(cell) || cell.starts_with('\'');
    let mark = if marked { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

/// Why the file can't be read on.
#[derive(Debug, thiserror::Error)]
pub enum LogFileError {
    /// The disk.
    #[error("the file can't be read")]
    Disk(#[from] io::Error),
    /// A line is none of such a file.
    #[error("line {line} is none of a guard's log")]
    Line {
        /// Which one, from 1.
        line: u64,
    },
}

/// What a file says, line by line.
pub enum Said {
    /// An entry.
    Entry(LogLine),
    /// The last line.
    End(LogLine),
}

/// Reads such a file, whichever of the two it is, until `see` has enough.
///
/// # Errors
/// [`LogFileError`] where it can't be read on; what came before was shown.
pub fn read_guard_log(
    mut text: impl BufRead,
    mut see: impl FnMut(Said),
) -> Result<(), LogFileError> {
    skip_mark(&mut text)?;
    let json = text.fill_buf()?.first() == Some(&b'{');
    let mut see = |line: LogLine| match line.kind == END {
        true => see(Said::End(line)),
        false => see(Said::Entry(line)),
    };
    match json {
        true => read_json(text, &mut see),
        false => read_table(text, &mut see),
    }
}

/// The mark of UTF-8 may stand before anything.
fn skip_mark(text: &mut impl BufRead) -> io::Result<()> {
    if text.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        text.consume(3);
    }
    Ok(())
}

fn read_json(mut text: impl BufRead, see: &mut impl FnMut(LogLine)) -> Result<(), LogFileError> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let most = MAX_LINE as u64;
        if text.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let read = serde_json::from_slice(&line);
        see(read.map_err(|_| LogFileError::Line { line: number })?);
    }
    Ok(())
}

fn read_table(mut text: impl BufRead, see: &mut impl FnMut(LogLine)) -> Result<(), LogFileError> {
    let mut reader = Reader::new();
    let (mut cells, mut ends) = (vec![0; 4096], [0; COLUMNS.len() + 1]);
    let (mut length, mut count, mut number) = (0, 0, 1);
    loop {
        let piece = text.fill_buf()?;
        let (said, read, written, ended) =
            reader.read_record(piece, &mut cells[length..], &mut ends[count..]);
        text.consume(read);
        (length, count) = (length + written, count + ended);
        match said {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull if cells.len() < MAX_LINE => {
                cells.resize(cells.len() * 2, 0);
            }
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                return Err(LogFileError::Line { line: number });
            }
            ReadRecordResult::End => return Ok(()),
            ReadRecordResult::Record => {
                let row = row(&cells, &ends[..count]);
                let row = row.ok_or(LogFileError::Line { line: number })?;
                match number {
                    1 if row == COLUMNS => {}
                    1 => return Err(LogFileError::Line { line: 1 }),
                    _ => see(line(row).ok_or(LogFileError::Line { line: number })?),
                }
                (length, count, number) = (0, 0, number + 1);
            }
        }
    }
}

fn row<'c>(cells: &'c [u8], ends: &[usize]) -> Option<[&'c str; 7]> {
    let mut row = [""; COLUMNS.len()];
    if ends.len() != row.len() {
        return None;
    }
    let mut begin = 0;
    for (cell, end) in row.iter_mut().zip(ends) {
        *cell = std::str::from_utf8(cells.get(begin..*end)?).ok()?;
        begin = *end;
    }
    Some(row)
}

/// The time in words must say what the time says: it is what a person reads.
fn line(row: [&str; 7]) -> Option<LogLine> {
    let [id, at, time, kind, change, reason, chain] = row.map(unmarked);
    let at = at.parse().ok()?;
    (time == beijing(at).unwrap_or_default()).then_some(())?;
    Some(LogLine {
        id: id.parse().ok()?,
        at,
        kind: kind.to_owned(),
        change: change.to_owned(),
        reason: reason.to_owned(),
        chain: Some(chain.to_owned()).filter(|chain| !chain.is_empty()),
    })
}

fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn written(lines: &[LogLine], form: GuardLogForm) -> Vec<u8> {
        let mut out = GuardLogWriter::new(Vec::new(), form).expect("memory takes it");
        for line in lines {
            out.line(line).expect("memory takes it");
        }
        out.finish(1_795_414_020_000).expect("memory takes it")
    }

    fn read(file: &[u8]) -> Result<(Vec<LogLine>, Vec<LogLine>), LogFileError> {
        let (mut entries, mut ends) = (Vec::new(), Vec::new());
        read_guard_log(file, |said| match said {
            Said::Entry(line) => entries.push(line),
            Said::End(line) => ends.push(line),
        })?;
        Ok((entries, ends))
    }

    fn any_line() -> impl Strategy<Value = LogLine> {
        let chain = proptest::option::of("[0-9a-f]{64}");
        // Times as a calendar has them, which a table tells in words as well.
        let text = ("\\PC{0,40}", "[ -~'=+\"\n\r,，]{0,20}");
        (1i64..1_000_000, 0i64..4_000_000_000_000, text, chain).prop_map(
            |(id, at, (change, reason), chain)| LogLine {
                id,
                at,
                kind: "rules".to_owned(),
                change,
                reason,
                chain,
            },
        )
    }

    proptest! {
        #[test]
        fn every_line_comes_back_to_the_byte(
            lines in proptest::collection::vec(any_line(), 0..6),
            table in any::<bool>(),
        ) {
            let form = if table { GuardLogForm::Csv } else { GuardLogForm::JsonLines };
            let (entries, ends) = read(&written(&lines, form)).expect("it is such a file");
            prop_assert_eq!(&entries, &lines);
            prop_assert_eq!(ends.len(), 1);
            prop_assert_eq!(ends[0].id, i64::try_from(lines.len()).expect("few"));
            prop_assert_eq!(&ends[0].chain, &lines.last().and_then(|line| line.chain.clone()));
        }

        #[test]
        fn promise_13_no_file_ends_in_a_panic(file in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&file);
            let _ = read(&[b"id,at,time,kind,change,reason,chain\r\n", &file[..]].concat());
            let _ = read(&[b"{", &file[..]].concat());
        }
    }

    #[rstest]
    #[case::another_header("id,at,kind\r\n1,2,rules\r\n", 1)]
    #[case::a_cell_too_few(
        "id,at,time,kind,change,reason,chain\r\n1,0,1970-01-01 08:00:00,rules,{},\r\n",
        2
    )]
    #[case::another_time_in_words(
        "id,at,time,kind,change,reason,chain\r\n1,0,1999-01-01 08:00:00,rules,{},,\r\n",
        2
    )]
    #[case::a_field_more(
        r#"{"id":1,"at":0,"kind":"rules","change":"{}","reason":"","chain":null,"by":"me"}"#,
        1
    )]
    #[case::half_a_line(r#"{"id":1,"at":0"#, 1)]
    fn what_is_no_line_is_named(#[case] file: &str, #[case] at: u64) {
        match read(file.as_bytes()) {
            Err(LogFileError::Line { line }) => assert_eq!(line, at),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_reason_that_a_spreadsheet_would_run_is_marked() {
        let line = LogLine {
            id: 1,
            at: 0,
            kind: "rules".to_owned(),
            change: "{}".to_owned(),
            reason: "=cmd|' /C calc'!A0".to_owned(),
            chain: None,
        };
        let file = String::from_utf8(written(&[line], GuardLogForm::Csv)).expect("text");
        assert!(file.contains("\"'=cmd|"), "{file}");
    }
}
