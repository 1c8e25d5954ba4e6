use bohao_wire::{CallsPage, CallsQuery};
use rusqlite::{ToSql, params_from_iter};

use super::{Calls, ROW, call_row};
use crate::{StoreError, words::Word};

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;

/// Bytes of a search. Nothing in the log is as long, and SQLite refuses patterns over 50,000.
const MAX_SEARCH: usize = 20_000;

/// What stands between the digits of a number as people write it.
const SEPARATORS: &[char] = &[' ', '-', '(', ')', '（', '）', '\u{a0}', '\u{3000}'];

impl Calls<'_> {
    /// The calls that fit the question, newest first, and how many fit in all.
    pub fn page(&self, query: &CallsQuery) -> Result<CallsPage, StoreError> {
        let filter = Filter::of(query);
        let limit = match query.limit {
            0 => DEFAULT_LIMIT,
            limit => limit.min(MAX_LIMIT),
        };
        // The page is cut out of the index before anything is joined to it.
        let sql = format!(
            "SELECT {ROW} FROM (
                 SELECT call FROM calls c {} ORDER BY at DESC, call DESC LIMIT {limit} OFFSET {}
             ) JOIN calls c USING (call) LEFT JOIN recordings r USING (call)
             ORDER BY c.at DESC, c.call DESC",
            filter.condition, query.offset
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement
            .query_map(filter.values(), call_row)?
            .collect::<Result<_, _>>()?;
        Ok(CallsPage {
            rows,
            total: self.count_filtered(&filter)?,
        })
    }

    /// How many calls fit the question; its offset and limit do not matter.
    pub fn total(&self, query: &CallsQuery) -> Result<u64, StoreError> {
        self.count_filtered(&Filter::of(query))
    }

    fn count_filtered(&self, filter: &Filter) -> Result<u64, StoreError> {
        let total: i64 = self
            .connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM calls c {}",
                filter.condition
            ))?
            .query_row(filter.values(), |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }
}

/// A condition over `calls c`, with the values of its parameters in order.
struct Filter {
    condition: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Filter {
    fn of(query: &CallsQuery) -> Self {
        let mut terms: Vec<String> = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let mut term = |sql: &str, value: Box<dyn ToSql>| {
            values.push(value);
            terms.push(sql.replace('?', &format!("?{}", values.len())));
        };
        if let Some(since) = query.since {
            term("c.at >= ?", Box::new(since));
        }
        if let Some(until) = query.until {
            term("c.at < ?", Box::new(until));
        }
        if let Some(status) = query.status {
            term("c.status = ?", Box::new(Word(status)));
        }
        if let Some(state) = query.state {
            term("c.state = ?", Box::new(Word(state)));
        }
        let search = query.search.trim();
        if search.len() > MAX_SEARCH {
            terms.push("0".to_owned());
        } else if !search.is_empty() {
            values.push(Box::new(contains(search)));
            let text = values.len();
            let mut either =
                format!("c.subid LIKE ?{text} ESCAPE '\\' OR c.note LIKE ?{text} ESCAPE '\\'");
            if let Some(digits) = number_part(search) {
                values.push(Box::new(contains(&digits)));
                let digits = values.len();
                for column in ["c.tel_b", "c.tel_a", "c.subid"] {
                    either.push_str(&format!(" OR {column} LIKE ?{digits} ESCAPE '\\'"));
                }
            }
            terms.push(format!("({either})"));
        }
        if query.recorded {
            terms.push("c.call IN (SELECT call FROM recordings WHERE state = 'saved')".to_owned());
        }
        let condition = match terms.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", terms.join(" AND ")),
        };
        Filter { condition, values }
    }

    fn values(&self) -> impl rusqlite::Params + '_ {
        params_from_iter(self.values.iter())
    }
}

/// The bare digits of a text that is part of a number; nothing if it holds anything else.
fn number_part(search: &str) -> Option<String> {
    let bare: String = search
        .chars()
        .filter(|letter| !SEPARATORS.contains(letter))
        .collect();
    let is_number = !bare.is_empty() && bare.chars().all(|letter| letter.is_ascii_digit());
    is_number.then_some(bare)
}

/// A pattern that fits whatever contains `text`, letter by letter.
fn contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
