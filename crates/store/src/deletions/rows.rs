//! A call's rows, out of their tables and back, whatever columns the tables have.
//!
//! What the user keeps with a call in tables that outlive it ([`crate::belongings`]) goes along:
//! choices of its outcome and answers as rows, wishes and bans only as the fact that they came of it.

use rusqlite::{Connection, params, types::ValueRef};
use serde_json::{Map, Value, json};

use crate::StoreError;

/// A table whose rows belong to a call.
struct Belonging {
    table: String,
    /// The column that holds the call's id.
    column: String,
}

/// Tables whose rows go with a call although they do not refer to it, and which number their rows
/// anew when they come back: the number may be another's by then. So may be a call's place in the
/// log, and by taking one it is found by searches again.
const KEPT_WITH_IT: [&str; 2] = ["outcome_changes", "answers"];

/// Tables whose rows stay, and only forget which call they came of.
const CAME_OF_IT: [&str; 2] = ["follow_ups", "do_not_call"];

/// Takes a call's row and everything that refers to it out of their tables, as JSON by table.
pub(super) fn take_out(connection: &Connection, call: &str) -> Result<String, StoreError> {
    let mut rows = Map::new();
    for table in CAME_OF_IT {
        let ids = came_of(connection, table, call)?;
        if !ids.is_empty() {
            rows.insert(table.to_owned(), json!(ids));
        }
    }
    for Belonging { table, column } in belongings(connection)? {
        let taken = read(connection, &table, &column, call)?;
        if taken.is_empty() {
            continue;
        }
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE {column} = ?1"))?
            .execute([call])?;
        rows.insert(table, Value::Array(taken));
    }
    Ok(Value::Object(rows).to_string())
}

/// Puts back what [`take_out`] took.
pub(super) fn put_back(connection: &Connection, rows: &str) -> Result<(), StoreError> {
    let rows: Map<String, Value> = serde_json::from_str(rows).map_err(unreadable)?;
    // What others refer to comes first.
    for Belonging { table, .. } in belongings(connection)?.iter().rev() {
        let taken = rows.get(table).and_then(Value::as_array);
        for row in taken.into_iter().flatten().filter_map(Value::as_object) {
            write(connection, table, row)?;
        }
    }
    let call = rows["calls"][0]["call"].as_str();
    for table in CAME_OF_IT {
        let ids = rows.get(table).and_then(Value::as_array);
        for id in ids.into_iter().flatten().filter_map(Value::as_i64) {
            connection
                .prepare_cached(&format!(
                    "UPDATE {table} SET call = ?1 WHERE id = ?2 AND call IS NULL
                         AND number = (SELECT tel_b FROM calls WHERE call = ?1)"
                ))?
                .execute(params![call, id])?;
        }
    }
    Ok(())
}

fn came_of(connection: &Connection, table: &str, call: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT id FROM {table} WHERE call = ?1"))?;
    let ids = statement.query_map([call], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Every table that refers to a call or to its recording or whose rows go with it, and the log
/// itself at last.
fn belongings(connection: &Connection) -> Result<Vec<Belonging>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.name, f.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
         WHERE t.type = 'table' AND f.\"table\" IN ('calls', 'recordings')
             AND coalesce(f.\"to\", 'call') = 'call'
         ORDER BY f.\"table\" = 'calls', t.name = 'recordings', t.name",
    )?;
    let found = statement.query_map([], |row| {
        Ok(Belonging {
            table: row.get(0)?,
            column: row.get(1)?,
        })
    })?;
    let mut belongings: Vec<Belonging> = found.collect::<Result<_, _>>()?;
    belongings.splice(0..0, KEPT_WITH_IT.map(of_call));
    belongings.push(of_call("calls"));
    Ok(belongings)
}

fn of_call(table: &str) -> Belonging {
    Belonging {
        table: table.to_owned(),
        column: "call".to_owned(),
    }
}

fn read(
    connection: &Connection,
    table: &str,
    column: &str,
    call: &str,
) -> Result<Vec<Value>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT * FROM {table} WHERE {column} = ?1 ORDER BY rowid"
    ))?;
    let names: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let rows = statement.query_map([call], |row| {
        let mut fields = Map::new();
        for (place, name) in names.iter().enumerate() {
            let given_anew = (name == "id" && KEPT_WITH_IT.contains(&table))
                || (name == "place" && table == "calls");
            if given_anew {
                continue;
            }
            fields.insert(name.clone(), told(row.get_ref(place)?));
        }
        Ok(Value::Object(fields))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn write(connection: &Connection, table: &str, row: &Map<String, Value>) -> Result<(), StoreError> {
    let columns: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let values = rusqlite::params_from_iter(row.values().map(kept));
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} ({}) VALUES ({marks})",
            columns.join(", ")
        ))?
        .execute(values)?;
    Ok(())
}

/// A value as JSON. Bytes, which JSON has not, are an array of them.
fn told(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => json!(bytes),
    }
}

fn kept(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Kept;
    match value {
        Value::Null | Value::Object(_) => Kept::Null,
        Value::Bool(yes) => Kept::Integer(i64::from(*yes)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Kept::Integer(whole),
            None => Kept::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Kept::Text(text.clone()),
        Value::Array(bytes) => Kept::Blob(
            bytes
                .iter()
                .filter_map(|byte| u8::try_from(byte.as_u64()?).ok())
                .collect(),
        ),
    }
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Other(rusqlite::Error::FromSqlConversionFailure(
        0,
        rusqlite::types::Type::Text,
        Box::new(error),
    ))
}
