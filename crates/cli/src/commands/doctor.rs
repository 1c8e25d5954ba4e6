//! `doctor`: a row a check.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::{self, Language};
use bohao_engine::Desk;
use bohao_wire::{Examination, Examine, Queries, Verdict};

/// Checks the set-up. Nothing is dialled.
///
/// # Errors
/// A fault of the database; what a check finds is no error.
pub async fn run(desk: &Desk, output: Output) -> Result<Exit, Failure> {
    let mut examination = desk.examine(Examine {}).await?;
    for finding in &mut examination.findings {
        finding.found = words::found(output.language, finding);
    }
    output.answer(&examination, |language| shown(language, &examination))?;
    let bad = |verdict| verdict == Verdict::Bad;
    Ok(
        match examination.findings.iter().any(|row| bad(row.verdict)) {
            true => Exit::Fault,
            false => Exit::Done,
        },
    )
}

fn shown(language: Language, examination: &Examination) -> String {
    let rows: Vec<[String; 3]> = examination
        .findings
        .iter()
        .map(|finding| {
            let mut found = table::cell(&finding.found);
            if let Some(advice) = finding.advice {
                found.push_str(language.pick("。建议：", ". To do: "));
                found.push_str(words::advice(language, advice));
            }
            [
                words::verdict(language, finding.verdict).to_owned(),
                words::check(language, finding.check).to_owned(),
                found,
            ]
        })
        .collect();
    table::aligned(&rows)
}
