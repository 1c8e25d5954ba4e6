//! Keeps the index of customers in step, as [`crate::search::keep`] does for calls.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::search::grams;
use crate::search::question::Searched;

/// What is searched of a customer, from `customers k`: its numbers, and its texts one a line.
pub(super) const SEARCHED: &str =
    "coalesce((SELECT group_concat(number, ' ') FROM customer_numbers n
         WHERE n.customer = k.customer), ''),
     k.name || char(10) || k.company || char(10) || k.title || char(10) || coalesce(
         (SELECT group_concat(tag, char(10)) FROM customer_tags t
          WHERE t.customer = k.customer), '')";

/// A customer's searched columns, which begin at column `first`.
pub(super) fn searched<'r>(row: &'r Row<'_>, first: usize) -> rusqlite::Result<Searched<'r>> {
    let numbers = row.get_ref(first)?.as_str()?;
    let texts = row.get_ref(first + 1)?.as_str()?;
    Ok(Searched::of_customer(numbers, texts))
}

/// Brings the index in step with what this transaction wrote.
pub(crate) fn catch_up(connection: &Connection) -> Result<(), StoreError> {
    let due: Vec<i64> = connection
        .prepare_cached("SELECT customer FROM customers_due ORDER BY customer")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if due.is_empty() {
        return Ok(());
    }
    let mut known =
        connection.prepare_cached("SELECT 1 FROM customer_search_docsize WHERE id = ?1")?;
    let mut forget = connection.prepare_cached("DELETE FROM customer_search WHERE rowid = ?1")?;
    let mut read = connection.prepare_cached(&format!(
        "SELECT {SEARCHED} FROM customers k WHERE k.customer = ?1 AND k.merged_into IS NULL"
    ))?;
    let mut write =
        connection.prepare_cached("INSERT INTO customer_search (rowid, grams) VALUES (?1, ?2)")?;
    for customer in due {
        if known.exists([customer])? {
            forget.execute([customer])?;
        }
        let grams = read
            .query_row([customer], |row| Ok(grams::of_row(&searched(row, 0)?)))
            .optional()?;
        if let Some(grams) = grams {
            write.execute(params![customer, grams])?;
        }
    }
    connection
        .prepare_cached("DELETE FROM customers_due")?
        .execute([])?;
    Ok(())
}
