//! The customers in pages, the last to be added first.

use bohao_wire::{CustomerId, CustomerRow, CustomersPage, CustomersQuery};
use rusqlite::{ToSql, params};

use super::Customers;
use super::index::{SEARCHED, searched};
use crate::StoreError;
use crate::outcomes::OutcomesOf;
use crate::search::grams;
use crate::search::question::Question;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;
/// Customers that are counted where each has to be looked at.
const COUNTED: usize = 1_000;
/// Tags that are offered.
const TAGS: u32 = 200;

impl Customers<'_> {
    /// The customers that fit the question, and how many fit in all, or so many at least.
    pub fn page(&self, query: &CustomersQuery) -> Result<CustomersPage, StoreError> {
        let limit = match query.limit {
            0 => DEFAULT_LIMIT,
            limit => limit.min(MAX_LIMIT),
        };
        let (found, total, more) = match Question::of(&query.search) {
            None => {
                let total = self.count(query.tag.as_deref())?;
                let found = self.newest(query.tag.as_deref(), limit, query.offset)?;
                (found, total, false)
            }
            Some(question) => {
                let (from, limit) = (index(query.offset), index(limit));
                let counted = COUNTED.max(from.saturating_add(limit));
                let mut found = self.fitting(&question, query.tag.as_deref(), counted + 1)?;
                let more = found.len() > counted;
                found.truncate(counted);
                let total = found.len() as u64;
                let page = found.into_iter().skip(from).take(limit).collect();
                (page, total, more)
            }
        };
        let rows = found.into_iter().map(|customer| self.row(customer));
        Ok(CustomersPage {
            rows: rows.collect::<Result<_, _>>()?,
            total,
            more,
        })
    }

    /// The tags in use, those that most customers have first.
    pub fn tags(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.tag FROM customer_tags t JOIN customers k USING (customer)
             WHERE k.merged_into IS NULL
             GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT ?1",
        )?;
        let tags = statement.query_map([TAGS], |row| row.get(0))?;
        Ok(tags.collect::<Result<_, _>>()?)
    }

    fn row(&self, customer: CustomerId) -> Result<CustomerRow, StoreError> {
        let (name, company) = self
            .connection
            .prepare_cached("SELECT name, company FROM customers WHERE customer = ?1")?
            .query_row([customer.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let numbers = self.numbers_of(customer)?;
        let (mut calls, mut last_at) = (0_u32, None);
        let mut statement = self
            .connection
            .prepare_cached("SELECT count(*), max(at) FROM calls WHERE tel_b = ?1")?;
        for number in &numbers {
            let (count, at): (u32, Option<i64>) =
                statement.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            calls = calls.saturating_add(count);
            last_at = last_at.max(at);
        }
        Ok(CustomerRow {
            customer,
            name,
            company,
            tags: self.tags_of(customer)?,
            outcome: OutcomesOf::new(self.connection).latest_of(&numbers)?,
            numbers,
            calls,
            last_at,
        })
    }

    fn count(&self, tag: Option<&str>) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM customers k WHERE k.merged_into IS NULL
                 AND (?1 IS NULL OR k.customer IN
                     (SELECT customer FROM customer_tags WHERE tag = ?1))",
            )?
            .query_row([tag], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn newest(
        &self,
        tag: Option<&str>,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT k.customer FROM customers k WHERE k.merged_into IS NULL
             AND (?1 IS NULL OR k.customer IN (SELECT customer FROM customer_tags WHERE tag = ?1))
             ORDER BY k.customer DESC LIMIT ?2 OFFSET ?3",
        )?;
        let found = statement.query_map(params![tag, limit, offset], |row| {
            row.get(0).map(CustomerId)
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The index names those that may fit; each is asked itself.
    fn fitting(
        &self,
        question: &Question,
        tag: Option<&str>,
        limit: usize,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let mut found = Vec::new();
        if question.fits_nothing() {
            return Ok(found);
        }
        let asked = grams::of_question(question).map(|asked| asked.expression);
        let from = match asked {
            Some(_) => {
                "customer_search CROSS JOIN customers k ON k.customer = customer_search.rowid
                 WHERE customer_search MATCH ?2 AND k.merged_into IS NULL"
            }
            None => "customers k WHERE ?2 IS NULL AND k.merged_into IS NULL",
        };
        let order = match asked {
            Some(_) => "customer_search.rowid",
            None => "k.customer",
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT k.customer, {SEARCHED} FROM {from}
             AND (?1 IS NULL OR EXISTS (
                 SELECT 1 FROM customer_tags t WHERE t.customer = k.customer AND t.tag = ?1))
             ORDER BY {order} DESC"
        ))?;
        let values: [&dyn ToSql; 2] = [&tag, &asked];
        let mut rows = statement.query(values.as_slice())?;
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            if question.fits(&searched(row, 1)?) {
                found.push(CustomerId(row.get(0)?));
            }
        }
        Ok(found)
    }
}

fn index(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
