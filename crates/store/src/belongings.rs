//! What the user keeps with a call beside its note: outcome, wishes, answers. When a call's row
//! turns out to be another call's, they go along.

use bohao_wire::CallId;
use rusqlite::Connection;

use crate::{StoreError, outcomes};

/// What goes with a call that is deleted for good. A copy that lost the number of its version has the
/// trigger already, which no table tells of.
pub(crate) const MIGRATION: &str = "
CREATE TRIGGER IF NOT EXISTS calls_belongings_forgotten AFTER DELETE ON calls BEGIN
    DELETE FROM outcome_changes WHERE call = old.call;
    DELETE FROM answers WHERE call = old.call;
    UPDATE follow_ups SET call = NULL WHERE call = old.call;
    UPDATE do_not_call SET call = NULL WHERE call = old.call;
END;
";

/// Sets them aside under the subid of their call until [`unpark`] gives them to another.
pub(crate) fn park(connection: &Connection, call: &CallId, subid: &str) -> Result<(), StoreError> {
    give(connection, &call.0, &parked(subid))
}

/// Gives them to the call that now has the subid. Of two outcomes the later choice stands; an
/// answer of the call's own stands before one that comes along.
pub(crate) fn unpark(
    connection: &Connection,
    subid: &str,
    call: &CallId,
) -> Result<(), StoreError> {
    let parked = parked(subid);
    // Nearly no record finds anything, and an import asks for a million.
    let anything: bool = connection
        .prepare_cached(
            "SELECT EXISTS (
                 SELECT 1 FROM outcome_changes WHERE call = ?1
                 UNION ALL SELECT 1 FROM answers WHERE call = ?1
                 UNION ALL SELECT 1 FROM follow_ups WHERE call = ?1
                 UNION ALL SELECT 1 FROM do_not_call WHERE call = ?1)",
        )?
        .query_row([&parked], |row| row.get(0))?;
    if !anything {
        return Ok(());
    }
    give(connection, &parked, &call.0)?;
    connection
        .prepare_cached("DELETE FROM answers WHERE call = ?1")?
        .execute([parked])?;
    Ok(())
}

/// Whether the user keeps anything with a call.
pub(crate) fn any(connection: &Connection, call: &CallId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (
                 SELECT 1 FROM outcome_changes WHERE call = ?1
                 UNION ALL SELECT 1 FROM answers WHERE call = ?1
                 UNION ALL SELECT 1 FROM follow_ups WHERE call = ?1
                 UNION ALL SELECT 1 FROM do_not_call WHERE call = ?1)",
        )?
        .query_row([&call.0], |row| row.get(0))?)
}

/// Lets go of what waits for a subid whose call was deleted for good.
pub(crate) fn forget_parked(connection: &Connection, subid: &str) -> Result<(), StoreError> {
    let parked = parked(subid);
    for letting_go in [
        "DELETE FROM outcome_changes WHERE call = ?1",
        "DELETE FROM answers WHERE call = ?1",
        "UPDATE follow_ups SET call = NULL WHERE call = ?1",
        "UPDATE do_not_call SET call = NULL WHERE call = ?1",
    ] {
        connection.prepare_cached(letting_go)?.execute([&parked])?;
    }
    Ok(())
}

fn give(connection: &Connection, from: &str, to: &str) -> Result<(), StoreError> {
    for table in ["follow_ups", "do_not_call"] {
        connection
            .prepare_cached(&format!("UPDATE {table} SET call = ?2 WHERE call = ?1"))?
            .execute([from, to])?;
    }
    connection
        .prepare_cached("UPDATE OR IGNORE answers SET call = ?2 WHERE call = ?1")?
        .execute([from, to])?;
    let moved = connection
        .prepare_cached("UPDATE outcome_changes SET call = ?2 WHERE call = ?1")?
        .execute([from, to])?;
    if moved > 0 {
        outcomes::show(connection, &CallId(to.to_owned()))?;
    }
    Ok(())
}

/// No call's id looks like this.
fn parked(subid: &str) -> String {
    format!("subid:{subid}")
}
