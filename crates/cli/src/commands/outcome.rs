//! `outcome SUBID KEY`.

use super::recording::find;
use crate::args::ChooseOutcome;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words;
use bohao_engine::Desk;
use bohao_wire::{Mutations, Outcome, OutcomeId, OutcomesQuery, Queries, SetOutcome};

/// The word that takes a choice back.
const NONE: &str = "none";

/// Chooses the outcome of a call.
///
/// # Errors
/// Input that names no outcome; `NotFound` without such a call.
pub async fn run(desk: &Desk, output: Output, chosen: ChooseOutcome) -> Result<Exit, Failure> {
    let outcome = match chosen.key.trim() {
        NONE => None,
        key => Some(named(desk, key).await?),
    };
    let request = SetOutcome {
        call: find(desk, &chosen.subid).await?,
        outcome,
        follow_up_at: chosen.at,
        why: chosen.why,
        by: Some("cli".to_owned()),
    };
    let row = desk.set_outcome(request).await?;
    output.answer(&row, |language| match &row.outcome {
        Some(mark) => words::outcome(language, mark),
        None => language.pick("没有结果", "no outcome").to_owned(),
    })?;
    Ok(Exit::Done)
}

/// The outcome of a key from 1 to 9, of a name, or of the word that one of the first ones bears.
///
/// # Errors
/// Input that names none; a fault of the database.
pub async fn named(desk: &Desk, key: &str) -> Result<OutcomeId, Failure> {
    let outcomes = desk.outcomes(OutcomesQuery {}).await?.outcomes;
    let by_key = key.parse().ok().and_then(|place: usize| {
        let mut offered = outcomes.iter().filter(|outcome| !outcome.archived).take(9);
        place.checked_sub(1).and_then(|place| offered.nth(place))
    });
    let by_name = || outcomes.iter().find(|outcome| is_called(outcome, key));
    by_key
        .or_else(by_name)
        .map(|one| one.outcome)
        .ok_or_else(|| {
            let names: Vec<&str> = outcomes.iter().map(|one| one.name.as_str()).collect();
            let names = names.join(" ");
            Failure::input(
                format!("没有这个结果：{key}；可以用 1 到 9，或名称：{names}"),
                format!("{key} is no outcome; 1 to 9 will do, or a name: {names}"),
            )
        })
}

fn is_called(outcome: &Outcome, key: &str) -> bool {
    let word = serde_json::to_value(outcome.word).unwrap_or_default();
    outcome.name == key || word.as_str() == Some(&key.replace('-', "_"))
}
