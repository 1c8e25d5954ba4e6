//! What came of a list, as a table.

use super::columns::{Cell, Plan, Planned, figure, instant, status_words, text, words};
use super::table::Table;
use super::workbook::Workbook;
use crate::mask::{masked, masked_text};
use bohao_wire::{
    CallStatus, CustomerField, Headings, LeadState, NumbersShown, OutcomeMark, OutcomeWord,
    SheetForm, SheetFormat,
};
use std::borrow::Cow;
use std::io::{self, Write};

/// What came of one lead.
#[derive(Clone, PartialEq, Eq)]
pub struct LeadResult {
    /// The digits of its number.
    pub number: String,
    /// The person's name.
    pub name: String,
    /// The company's.
    pub company: String,
    /// What the sheet said of it besides.
    pub note: String,
    /// The sheet's other columns.
    pub fields: Vec<CustomerField>,
    /// How it stands.
    pub state: LeadState,
    /// What came of its latest dial.
    pub outcome: Option<OutcomeMark>,
    /// How often it was dialled.
    pub tries: u32,
    /// When it is to be tried again.
    pub next_at: Option<i64>,
    /// When it was dialled last.
    pub called_at: Option<i64>,
    /// What the record says of that dial.
    pub status: Option<CallStatus>,
    /// Its billed seconds.
    pub duration: Option<i64>,
    /// What was written of it.
    pub call_note: String,
}

/// A table of leads that is being written: any number of [`LeadExport::row`], then
/// [`LeadExport::finish`].
pub struct LeadExport<W: Write> {
    out: Out<W>,
    form: SheetForm,
    /// The names of the sheet's other columns.
    fields: Vec<String>,
    rows: u64,
}

enum Out<W: Write> {
    Table(Table<W>),
    Workbook(Box<Workbook<W>>),
}

impl<W: Write> LeadExport<W> {
    /// Begins a table: a workbook if the form says so, else text. `fields` are the names of the
    /// leads' own fields, each of which becomes a column.
    ///
    /// # Errors
    /// What `out` says.
    pub fn new(out: W, form: SheetForm, fields: Vec<String>) -> io::Result<Self> {
        let plan = plan(form, &fields);
        let out = match form.format {
            SheetFormat::Xlsx => Out::Workbook(Box::new(Workbook::new(out, plan)?)),
            _ => Out::Table(Table::new(out, form, &plan)?),
        };
        Ok(LeadExport {
            out,
            form,
            fields,
            rows: 0,
        })
    }

    /// Writes one lead.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, lead: &LeadResult) -> io::Result<()> {
        let lead = match self.form.numbers {
            NumbersShown::Whole => Cow::Borrowed(lead),
            NumbersShown::Masked => Cow::Owned(hidden(lead)),
        };
        let cells = cells(&lead, &self.fields, self.form.headings);
        match &mut self.out {
            Out::Table(table) => table.row(cells)?,
            Out::Workbook(workbook) => workbook.row(cells)?,
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the table and hands out what it was written to, flushed, and the number of rows.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(self) -> io::Result<(W, u64)> {
        let mut out = match self.out {
            Out::Table(table) => table.into_inner(),
            Out::Workbook(workbook) => workbook.finish()?,
        };
        out.flush()?;
        Ok((out, self.rows))
    }
}

fn plan(form: SheetForm, fields: &[String]) -> Plan {
    let headings = form.headings;
    let column = |chinese: &'static str, english: &'static str, width| Planned {
        heading: match headings {
            Headings::Zh => chinese.into(),
            Headings::En => english.into(),
        },
        width,
    };
    let own = fields.iter().map(|name| Planned {
        heading: Cow::Owned(match form.numbers {
            NumbersShown::Whole => name.clone(),
            NumbersShown::Masked => masked_text(name).into_owned(),
        }),
        width: 16,
    });
    let mut columns = vec![
        column("号码", "number", 15),
        column("姓名", "name", 14),
        column("公司", "company", 24),
    ];
    columns.extend(own);
    columns.extend([
        column("备注", "note", 30),
        column("名单状态", "list_state", 12),
        column("通话结果", "outcome", 14),
        column("拨打次数", "tries", 9),
        column("下次拨打", "next_at", 19),
        column("最近拨打", "called_at", 19),
        column("通话状态", "status", 13),
        column("通话时长（秒）", "duration", 14),
        column("通话备注", "call_note", 40),
    ]);
    Plan {
        name: match headings {
            Headings::Zh => "名单",
            Headings::En => "List",
        },
        columns,
    }
}

fn cells<'l>(
    lead: &'l LeadResult,
    fields: &'l [String],
    headings: Headings,
) -> impl Iterator<Item = Cell<'l>> {
    let own = fields.iter().map(|name| {
        let field = lead.fields.iter().find(|field| field.name == *name);
        field.map_or(Cell::Nothing, |field| text(&field.text))
    });
    let outcome = match &lead.outcome {
        Some(mark) => match (mark.word, headings) {
            (Some(word), Headings::En) => text(english(word)),
            _ => text(&mark.name),
        },
        None => Cell::Nothing,
    };
    let status = lead.status.map_or(Cell::Nothing, |status| {
        words(status_words(status), headings)
    });
    [
        Cell::Digits(&lead.number),
        text(&lead.name),
        text(&lead.company),
    ]
    .into_iter()
    .chain(own)
    .chain([
        text(&lead.note),
        words(state_words(lead.state), headings),
        outcome,
        figure(Some(i64::from(lead.tries))),
        instant(lead.next_at),
        instant(lead.called_at),
        status,
        figure(lead.duration),
        text(&lead.call_note),
    ])
}

/// A lead with every number in it masked, those in its texts too.
fn hidden(lead: &LeadResult) -> LeadResult {
    let fields = lead.fields.iter().map(|field| CustomerField {
        name: field.name.clone(),
        text: masked_text(&field.text).into_owned(),
    });
    LeadResult {
        number: masked(&lead.number),
        name: masked_text(&lead.name).into_owned(),
        company: masked_text(&lead.company).into_owned(),
        note: masked_text(&lead.note).into_owned(),
        fields: fields.collect(),
        call_note: masked_text(&lead.call_note).into_owned(),
        ..lead.clone()
    }
}

fn state_words(state: LeadState) -> (&'static str, &'static str) {
    match state {
        LeadState::Open => ("待拨", "open"),
        LeadState::Waiting => ("待再拨", "waiting"),
        LeadState::Called => ("待选结果", "called"),
        LeadState::Done => ("已结束", "done"),
        LeadState::Skipped => ("已跳过", "skipped"),
        LeadState::Barred => ("勿扰", "barred"),
    }
}

fn english(word: OutcomeWord) -> &'static str {
    match word {
        OutcomeWord::Interested => "interested",
        OutcomeWord::Later => "call later",
        OutcomeWord::NotInterested => "not interested",
        OutcomeWord::NoAnswer => "no answer",
        OutcomeWord::DeadNumber => "dead number",
        OutcomeWord::DoNotCall => "do not call",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::{LongNumbers, OutcomeColour, OutcomeId, TextEncoding};

    const CITY: &str = "城市（转 139 2210 4471）";

    fn lead() -> LeadResult {
        LeadResult {
            number: "17722106054".to_owned(),
            name: "孙倩 13922104471".to_owned(),
            company: "=鲜达".to_owned(),
            note: "转 139 2210 4471".to_owned(),
            fields: vec![CustomerField {
                name: CITY.to_owned(),
                text: "杭州".to_owned(),
            }],
            state: LeadState::Done,
            outcome: Some(OutcomeMark {
                outcome: OutcomeId(1),
                name: "意向".to_owned(),
                word: Some(OutcomeWord::Interested),
                colour: OutcomeColour::Jade,
            }),
            tries: 2,
            next_at: None,
            called_at: Some(1_795_414_020_000),
            status: Some(CallStatus::Connected),
            duration: Some(192),
            call_note: "周四报价".to_owned(),
        }
    }

    fn csv(numbers: NumbersShown, headings: Headings) -> String {
        let form = SheetForm {
            format: SheetFormat::Csv,
            encoding: TextEncoding::Utf8,
            numbers,
            digits: LongNumbers::Plain,
            headings,
        };
        let fields = vec![CITY.to_owned(), "车型".to_owned()];
        let mut export = LeadExport::new(Vec::new(), form, fields).expect("begun");
        export.row(&lead()).expect("written");
        let (bytes, rows) = export.finish().expect("ended");
        assert_eq!(rows, 1);
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_lead_is_a_row_with_its_own_fields_and_what_came_of_it() {
        let sheet = csv(NumbersShown::Whole, Headings::Zh);
        let lines: Vec<&str> = sheet.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines,
            [
                "号码,姓名,公司,城市（转 139 2210 4471）,车型,备注,名单状态,通话结果,拨打次数,下次拨打,最近拨打,通话状态,通话时长（秒）,通话备注",
                "17722106054,孙倩 13922104471,'=鲜达,杭州,,转 139 2210 4471,已结束,意向,2,,2026-11-23 14:07:00,已接通,192,周四报价",
            ]
        );
    }

    #[test]
    fn promise_9_a_table_with_masked_numbers_shows_none_anywhere() {
        let sheet = csv(NumbersShown::Masked, Headings::En);
        assert!(sheet.contains("177****6054") && sheet.contains("interested"));
        assert!(!sheet.contains("2210"), "{sheet}");
    }
}
