//! The log in pages, and how many calls there are in all.

use std::ops::ControlFlow;

use bohao_wire::{CallId, CallRow, CallsOrder, CallsPage, CallsQuery};
use rusqlite::{OptionalExtension, ToSql};

use super::filter::{FEW, Filter};
use super::{Calls, ROW, ROW_FROM, call_row};
use crate::StoreError;
use crate::search::grams::{self, Asked};
use crate::search::keep::{self, SEARCHED, searched};
use crate::search::question::Question;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;

/// Calls that are counted where each has to be looked at.
const COUNTED: u64 = 1_000;
/// Calls that are counted where the index of searches tells.
const COUNTED_BY_SEARCH: u64 = 20_000;
/// Calls that are counted where the index of a column tells.
const COUNTED_BY_COLUMN: u64 = 100_000;

impl Calls<'_> {
    /// The calls that fit the question, and how many fit in all, or so many at least.
    pub fn page(&self, query: &CallsQuery) -> Result<CallsPage, StoreError> {
        let limit = match query.limit {
            0 => DEFAULT_LIMIT,
            limit => limit.min(MAX_LIMIT),
        };
        let (offset, limit) = (u64::from(query.offset), u64::from(limit));
        let asked = self.asked(query)?;
        let (places, total, more) = match asked {
            Places::None => (Vec::new(), 0, false),
            Places::Known(places) => (cut(&places, offset, limit), length(&places), false),
            Places::On(way) => {
                let counted = way.counted.max(offset.saturating_add(limit));
                if way.check.is_some() {
                    let found = self.along(&way, 0, counted.saturating_add(1))?;
                    let total = length(&found).min(counted);
                    (cut(&found, offset, limit), total, length(&found) > counted)
                } else {
                    let found = self.count(&way, counted.saturating_add(1))?;
                    let places = self.along(&way, offset, limit)?;
                    (places, found.min(counted), found > counted)
                }
            }
        };
        let mut rows = Vec::with_capacity(places.len());
        self.rows(&places, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })?;
        if query.order == CallsOrder::Time {
            // Places of one instant are given as calls come in, and a log does not hang on that.
            rows.sort_by(|one, other| (one.at, &one.call).cmp(&(other.at, &other.call)));
            if !query.ascending {
                rows.reverse();
            }
        }
        Ok(CallsPage { rows, total, more })
    }

    /// Tells `tell` every call that fits the question, in its order, `limit` at most, and how many
    /// it will be in all, until it breaks off. Only the calls' places are held in memory; the
    /// question's own offset and limit do not matter.
    pub fn each(
        &self,
        query: &CallsQuery,
        limit: u64,
        mut tell: impl FnMut(CallRow, u64) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let places = match self.asked(query)? {
            Places::None => Vec::new(),
            Places::Known(places) => cut(&places, 0, limit),
            Places::On(way) => self.along(&way, 0, limit)?,
        };
        self.rows(&places, &mut |row| tell(row, length(&places)))
    }

    /// The same for these calls, newest first. Those that the log does not hold are passed over.
    pub fn each_of(
        &self,
        calls: &[CallId],
        mut tell: impl FnMut(CallRow, u64) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut place = self
            .connection
            .prepare_cached("SELECT place FROM calls WHERE call = ?1")?;
        let mut places = Vec::new();
        for call in calls {
            let found = place.query_row([&call.0], |row| row.get::<_, i64>(0));
            places.extend(found.optional()?);
        }
        places.sort_unstable_by_key(|place| std::cmp::Reverse(*place));
        places.dedup();
        self.rows(&places, &mut |row| tell(row, length(&places)))
    }

    /// How many calls fit the question, or so many at least; its offset and limit do not matter.
    pub fn total(&self, query: &CallsQuery) -> Result<u64, StoreError> {
        Ok(match self.asked(query)? {
            Places::None => 0,
            Places::Known(places) => length(&places),
            Places::On(way) if way.check.is_some() => length(&self.along(&way, 0, way.counted)?),
            Places::On(way) => self.count(&way, way.counted)?,
        })
    }

    fn asked(&self, query: &CallsQuery) -> Result<Places, StoreError> {
        let filter = Filter::of(query, self.connection)?;
        let Some(question) = Question::of(&query.search) else {
            return Ok(Places::On(Way::by_columns(query, filter)));
        };
        if question.fits_nothing() {
            return Ok(Places::None);
        }
        let asked = match filter.is_few() || !keep::is_whole(self.connection)? {
            true => None,
            false => grams::of_question(&question),
        };
        let Some(asked) = asked else {
            return Ok(Places::On(Way::past_all(query, filter, question)));
        };
        if query.order == CallsOrder::Time {
            return Ok(Places::On(Way::by_search(query, filter, question, asked)));
        }
        // The index gives calls in the order of time. Few of them can be sorted; if they are many,
        // a walk in the order that is asked for meets them soon.
        let way = Way::by_search(query, filter, question.clone(), asked);
        let places = self.along(&way, 0, FEW + 1)?;
        if length(&places) <= FEW {
            return Ok(Places::Known(self.sorted(query, &way.filter, &places)?));
        }
        Ok(Places::On(Way::past_all(query, way.filter, question)))
    }

    fn sorted(
        &self,
        query: &CallsQuery,
        filter: &Filter,
        places: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let list: Vec<String> = places.iter().map(i64::to_string).collect();
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.place FROM json_each(?1) CROSS JOIN calls c ON c.place = value ORDER BY {}",
            filter.order(query)
        ))?;
        let sorted = statement.query_map([format!("[{}]", list.join(","))], |row| row.get(0))?;
        Ok(sorted.collect::<Result<_, _>>()?)
    }

    /// The places along a way, `limit` of them after the first `offset`.
    fn along(&self, way: &Way, offset: u64, limit: u64) -> Result<Vec<i64>, StoreError> {
        let (place, from, order) = (way.place, &way.from, &way.order);
        let Some(question) = &way.check else {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT {place} FROM {from} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
                limit = i64::try_from(limit).unwrap_or(i64::MAX)
            ))?;
            let places = statement.query_map(way.values().as_slice(), |row| row.get(0))?;
            return Ok(places.collect::<Result<_, _>>()?);
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {place}, {SEARCHED} FROM {from} ORDER BY {order}"
        ))?;
        let mut rows = statement.query(way.values().as_slice())?;
        let (mut places, mut passed) = (Vec::new(), 0);
        while length(&places) < limit
            && let Some(row) = rows.next()?
        {
            if !question.fits(&searched(row, 1)?) {
                continue;
            }
            if passed < offset {
                passed += 1;
                continue;
            }
            places.push(row.get(0)?);
        }
        Ok(places)
    }

    fn count(&self, way: &Way, limit: u64) -> Result<u64, StoreError> {
        let sql = match way.counted {
            ALL => "SELECT calls FROM search_built".to_owned(),
            _ => format!(
                "SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {limit})",
                way.counting
            ),
        };
        let count: i64 = self
            .connection
            .prepare_cached(&sql)?
            .query_row(way.values().as_slice(), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn rows(
        &self,
        places: &[i64],
        tell: &mut dyn FnMut(CallRow) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut row = self
            .connection
            .prepare_cached(&format!("SELECT {ROW} FROM {ROW_FROM} WHERE c.place = ?1"))?;
        for place in places {
            if tell(row.query_row([place], call_row)?).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Where the calls of a question are found.
enum Places {
    None,
    Known(Vec<i64>),
    On(Way),
}

/// All calls are counted, however many they are.
const ALL: u64 = u64::MAX;

/// A statement that comes by the calls of a question in their order.
struct Way {
    place: &'static str,
    from: String,
    order: String,
    /// As `from`, for counting alone.
    counting: String,
    /// Up to how many calls are counted.
    counted: u64,
    filter: Filter,
    expression: Option<String>,
    /// What has to be asked of each row that is come by.
    check: Option<Question>,
}

impl Way {
    fn by_columns(query: &CallsQuery, filter: Filter) -> Self {
        let from = format!("calls c WHERE {}", filter.sql(1));
        let (counting, counted) = match filter.is_covered() {
            true if filter.is_empty() => (from.clone(), ALL),
            true => (
                format!("calls c WHERE {}", filter.sql_for_count()),
                COUNTED_BY_COLUMN,
            ),
            false => (from.clone(), COUNTED),
        };
        Way {
            place: "c.place",
            order: filter.order(query),
            from,
            counting,
            counted,
            filter,
            expression: None,
            check: None,
        }
    }

    /// Past every call that the columns do not rule out.
    fn past_all(query: &CallsQuery, filter: Filter, question: Question) -> Self {
        Way {
            counted: COUNTED,
            check: Some(question),
            ..Way::by_columns(query, filter)
        }
    }

    /// Past the calls that the index of searches names: in the order of time.
    fn by_search(query: &CallsQuery, filter: Filter, question: Question, asked: Asked) -> Self {
        let from = match asked.exact && filter.is_empty() {
            true => "search WHERE search MATCH ?1".to_owned(),
            false => format!(
                "search CROSS JOIN calls c ON c.place = search.rowid
                 WHERE search MATCH ?1 AND {}",
                filter.sql_for_led(2)
            ),
        };
        let counted = match asked.exact && filter.is_empty() {
            true => COUNTED_BY_SEARCH,
            false => COUNTED,
        };
        let newest_first = query.order != CallsOrder::Time || !query.ascending;
        Way {
            place: "search.rowid",
            order: format!("search.rowid {}", if newest_first { "DESC" } else { "ASC" }),
            counting: from.clone(),
            from,
            counted,
            filter,
            expression: Some(asked.expression),
            check: (!asked.exact).then_some(question),
        }
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        let expression = self.expression.iter().map(|text| text as &dyn ToSql);
        expression.chain(self.filter.values()).collect()
    }
}

fn cut(places: &[i64], offset: u64, limit: u64) -> Vec<i64> {
    let place = |count| usize::try_from(count).unwrap_or(usize::MAX);
    let rest = places.iter().skip(place(offset));
    rest.take(place(limit)).copied().collect()
}

fn length(places: &[i64]) -> u64 {
    places.len() as u64
}

#[cfg(test)]
mod tests;
