//! Questions to ask in a call, and the answers that are kept with it.

use crate::faults;
use crate::ground::Ground;
use crate::preferences::{Topic, decoded, encoded};
use bohao_store::{Db, StoreError};
use bohao_wire::{
    Answer, Answers, AskScript, Fault, FaultCode, Question, RemoveScript, SaveScript, ScriptId,
    Scripts, SetAnswer,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const MAX_NAME: usize = 40;
const MAX_OPENING: usize = 1_000;
const MAX_QUESTIONS: usize = 30;
const MAX_QUESTION: usize = 200;
const MAX_CHOICES: usize = 12;
const MAX_CHOICE: usize = 40;
const MAX_ANSWER: usize = 1_000;

/// Which script is asked in every call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Asked {
    script: Option<ScriptId>,
}

/// The scripts there are.
///
/// # Errors
/// A fault of the database.
pub async fn all(ground: &Ground) -> Result<Scripts, Fault> {
    ground.store.read(read).await.map_err(faults::of_store)
}

/// Writes a script down, or changes one.
///
/// # Errors
/// `BadInput` for what is too long, too many or empty; `NotFound` if the one to change is gone.
pub async fn save(ground: &Ground, request: SaveScript) -> Result<Scripts, Fault> {
    let name = text("name", &request.name, 1, MAX_NAME)?;
    let opening = text("opening", &request.opening, 0, MAX_OPENING)?;
    let questions = encoded(&questions(request.questions)?);
    let written = ground.store.write(move |tx| {
        match tx
            .scripts()
            .save(request.script, &name, &opening, &questions)?
        {
            Some(_) => read(&tx.db()).map(Some),
            None => Ok(None),
        }
    });
    let saved = written.await.map_err(faults::of_store)?;
    saved.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such script"))
}

/// Removes a script; what was answered stays.
///
/// # Errors
/// A fault of the database.
pub async fn remove(ground: &Ground, request: RemoveScript) -> Result<Scripts, Fault> {
    let written = ground.store.write(move |tx| {
        tx.scripts().remove(request.script)?;
        read(&tx.db())
    });
    written.await.map_err(faults::of_store)
}

/// Chooses the script that is asked in every call.
///
/// # Errors
/// A fault of the database.
pub async fn ask(ground: &Ground, request: AskScript) -> Result<Scripts, Fault> {
    let asked = Asked {
        script: request.script,
    };
    let written = ground.store.write(move |tx| {
        tx.settings().set(Topic::Script.key(), &encoded(&asked))?;
        read(&tx.db())
    });
    written.await.map_err(faults::of_store)
}

/// Writes down what was answered in a call.
///
/// # Errors
/// `BadInput` for what is too long, `NotFound` without such a call.
pub async fn answer(ground: &Ground, request: SetAnswer, now: i64) -> Result<Answers, Fault> {
    let answer = Answer {
        key: text("key", &request.key, 1, MAX_NAME)?,
        question: text("question", &request.question, 1, MAX_QUESTION)?,
        text: text("text", &request.text, 0, MAX_ANSWER)?,
    };
    let call = request.call;
    let written = ground
        .store
        .write(move |tx| match tx.scripts().answer(&call, &answer, now)? {
            true => tx.scripts().answers(&call).map(Some),
            false => Ok(None),
        });
    let answers = written.await.map_err(faults::of_store)?;
    let answers =
        answers.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such call"))?;
    Ok(Answers { answers })
}

fn read(db: &Db<'_>) -> Result<Scripts, StoreError> {
    let asked: Asked = decoded(db.settings().get(Topic::Script.key())?.as_deref());
    let scripts = db.scripts().all()?;
    let is_there = |id: &ScriptId| scripts.iter().any(|script| script.script == *id);
    Ok(Scripts {
        asked: asked.script.filter(is_there),
        scripts,
    })
}

fn questions(questions: Vec<Question>) -> Result<Vec<Question>, Fault> {
    let keys: BTreeSet<&str> = questions.iter().map(|one| one.key.as_str()).collect();
    if questions.len() > MAX_QUESTIONS || keys.len() != questions.len() {
        let message = "a script has at most 30 questions, each with a key of its own";
        return Err(bad("questions", message));
    }
    let checked = |question: Question| {
        if question.choices.len() > MAX_CHOICES {
            return Err(bad("choices", "a question has at most 12 choices"));
        }
        let choices = question.choices.iter();
        Ok(Question {
            key: text("key", &question.key, 1, MAX_NAME)?,
            text: text("questions", &question.text, 1, MAX_QUESTION)?,
            choices: choices
                .map(|choice| text("choices", choice, 1, MAX_CHOICE))
                .collect::<Result<_, _>>()?,
        })
    };
    questions.into_iter().map(checked).collect()
}

fn text(field: &str, text: &str, least: usize, most: usize) -> Result<String, Fault> {
    let text = text.trim();
    match (least..=most).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(bad(field, "the text is empty or too long").with("most", most)),
    }
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
