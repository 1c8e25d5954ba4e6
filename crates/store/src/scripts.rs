//! Questions to ask in a call, and what was answered. An answer keeps the words of its question,
//! so that it can be read whatever becomes of the script.

use bohao_wire::{Answer, CallId, Script, ScriptId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE scripts (
    script    INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL,
    opening   TEXT NOT NULL,
    questions TEXT NOT NULL CHECK (json_valid(questions))
) STRICT;
CREATE TABLE answers (
    id       INTEGER PRIMARY KEY,
    call     TEXT NOT NULL,
    question TEXT NOT NULL,
    asked    TEXT NOT NULL,
    answer   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    UNIQUE (call, question)
) STRICT;
";

handles!(ScriptsOf, ScriptsMut, "scripts and answers");

impl ScriptsOf<'_> {
    /// All scripts, in the order in which they were made.
    pub fn all(&self) -> Result<Vec<Script>, StoreError> {
        let mut statement = self
            .connection
            .prepare("SELECT script, name, opening, questions FROM scripts ORDER BY script")?;
        let scripts = statement.query_map([], script)?;
        Ok(scripts.collect::<Result<_, _>>()?)
    }

    /// What was answered in a call, in the order in which it was first answered.
    pub fn answers(&self, call: &CallId) -> Result<Vec<Answer>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT question, asked, answer FROM answers WHERE call = ?1 ORDER BY id",
        )?;
        let answers = statement.query_map([&call.0], |row| {
            Ok(Answer {
                key: row.get(0)?,
                question: row.get(1)?,
                text: row.get(2)?,
            })
        })?;
        Ok(answers.collect::<Result<_, _>>()?)
    }
}

impl ScriptsMut<'_> {
    /// Writes a script down, or changes one. Nothing if the one to change is not there.
    pub fn save(
        &self,
        id: Option<ScriptId>,
        name: &str,
        opening: &str,
        questions: &str,
    ) -> Result<Option<ScriptId>, StoreError> {
        let Some(id) = id else {
            self.connection.execute(
                "INSERT INTO scripts (name, opening, questions) VALUES (?1, ?2, ?3)",
                params![name, opening, questions],
            )?;
            return Ok(Some(ScriptId(self.connection.last_insert_rowid())));
        };
        let changed = self.connection.execute(
            "UPDATE scripts SET name = ?2, opening = ?3, questions = ?4 WHERE script = ?1",
            params![id.0, name, opening, questions],
        )?;
        Ok((changed == 1).then_some(id))
    }

    /// Removes a script; answers stay.
    pub fn remove(&self, id: ScriptId) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM scripts WHERE script = ?1", [id.0])?;
        Ok(())
    }

    /// Writes an answer down, or erases it if it is empty. `false` if there is no such call.
    pub fn answer(&self, call: &CallId, answer: &Answer, at: i64) -> Result<bool, StoreError> {
        let known: Option<i64> = self
            .connection
            .prepare_cached("SELECT 1 FROM calls WHERE call = ?1")?
            .query_row([&call.0], |row| row.get(0))
            .optional()?;
        if known.is_none() {
            return Ok(false);
        }
        if answer.text.is_empty() {
            self.connection.execute(
                "DELETE FROM answers WHERE call = ?1 AND question = ?2",
                params![call.0, answer.key],
            )?;
            return Ok(true);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO answers (call, question, asked, answer, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (call, question) DO UPDATE
                 SET asked = excluded.asked, answer = excluded.answer, at = excluded.at",
            )?
            .execute(params![call.0, answer.key, answer.question, answer.text, at])?;
        Ok(true)
    }
}

fn script(row: &Row<'_>) -> rusqlite::Result<Script> {
    let questions: String = row.get(3)?;
    Ok(Script {
        script: ScriptId(row.get(0)?),
        name: row.get(1)?,
        opening: row.get(2)?,
        // An older or newer program may have written them: such a script has none.
        questions: serde_json::from_str(&questions).unwrap_or_default(),
    })
}
