//! Which calls are asked for, and by which index they are reached.

use bohao_wire::{CallsOrder, CallsQuery};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::{PLACE_SLACK, place_of};
use crate::{StoreError, words::Word};

/// So few calls are sorted as they come, whatever index they were reached by.
pub(super) const FEW: u64 = 2_000;

type Value = Box<dyn ToSql>;

/// What must be true of a column of `calls c`.
struct Condition {
    column: &'static str,
    /// With `{}` for the column and `?` for its values.
    terms: &'static str,
    values: Vec<Value>,
    reach: Reach,
}

/// How an index on the column can be used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The index gives its calls in the order of time.
    InOrder,
    /// Its calls would have to be sorted.
    Unordered,
    /// It is the order of time itself.
    Time,
    /// There is none; the condition is read off the others' indexes.
    None,
}

/// Conditions on `calls c`, of which one leads to the calls.
pub(super) struct Filter {
    conditions: Vec<Condition>,
    /// Which condition's index is used; the order's if it is none.
    leading: Option<usize>,
    /// Whether [`FEW`] calls at most meet the leading condition.
    few: bool,
}

impl Filter {
    pub(super) fn of(query: &CallsQuery, connection: &Connection) -> Result<Self, StoreError> {
        let mut filter = Filter {
            conditions: conditions(query),
            leading: None,
            few: false,
        };
        filter.choose(query.order, connection)?;
        Ok(filter)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether the calls that fit can be counted in one index, without looking at one.
    pub(super) fn is_covered(&self) -> bool {
        let reached = |reach| {
            self.conditions
                .iter()
                .filter(move |one| one.reach == reach)
                .count()
        };
        let (in_order, unordered) = (reached(Reach::InOrder), reached(Reach::Unordered));
        match unordered {
            0 => in_order <= 1,
            _ => unordered + in_order + reached(Reach::Time) == 1,
        }
    }

    /// The conditions as SQLite is to choose itself, with parameters from `?1` on.
    pub(super) fn sql_for_count(&self) -> String {
        self.joined(1, |_| true)
    }

    /// Whether few calls at most fit.
    pub(super) fn is_few(&self) -> bool {
        self.few
    }

    /// The conditions in SQL, with parameters from `?{first}` on; without any it is `1`.
    pub(super) fn sql(&self, first: usize) -> String {
        self.joined(first, |place| {
            self.leading == Some(place) || self.time_leads_too(place)
        })
    }

    /// The same where another table leads to the calls.
    pub(super) fn sql_for_led(&self, first: usize) -> String {
        self.joined(first, |_| false)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &dyn ToSql> {
        let conditions = self.conditions.iter();
        conditions.flat_map(|one| one.values.iter().map(AsRef::as_ref))
    }

    /// What to sort by. An index that leads there is either in this order, or gives few.
    pub(super) fn order(&self, query: &CallsQuery) -> String {
        let way = match query.ascending {
            true => "ASC",
            false => "DESC",
        };
        // A plus keeps SQLite from taking the order's index where another was chosen.
        let sign = match self.leading.map(|place| self.conditions[place].reach) {
            Some(Reach::Unordered) => "+",
            _ => "",
        };
        match query.order {
            CallsOrder::Time => format!("{sign}c.place {way}"),
            order => format!("{sign}{} {way}, {sign}c.place {way}", column(order)),
        }
    }

    /// Within an index on another column, the calls are in the order of time.
    fn time_leads_too(&self, place: usize) -> bool {
        let leads = self.leading.map(|leading| self.conditions[leading].reach);
        self.conditions[place].reach == Reach::Time && leads == Some(Reach::InOrder)
    }

    fn joined(&self, first: usize, leads: impl Fn(usize) -> bool) -> String {
        let mut next = first;
        let mut terms = Vec::new();
        for (place, one) in self.conditions.iter().enumerate() {
            let column = match leads(place) {
                true => one.column.to_owned(),
                false => format!("+{}", one.column),
            };
            let mut term = one.terms.replace("{}", &column);
            for _ in &one.values {
                term = term.replacen('?', &format!("${next}"), 1);
                next += 1;
            }
            terms.push(term.replace('$', "?"));
        }
        match terms.is_empty() {
            true => "1".to_owned(),
            false => terms.join(" AND "),
        }
    }

    /// The condition that fewest calls meet leads, if they are few. Otherwise the log is walked in
    /// its order until a page is full, past whatever does not fit.
    fn choose(&mut self, order: CallsOrder, connection: &Connection) -> Result<(), StoreError> {
        let mut fewest = FEW + 1;
        for (place, one) in self.conditions.iter().enumerate() {
            if one.reach == Reach::None {
                continue;
            }
            let count = one.count(connection)?;
            if count < fewest {
                fewest = count;
                self.leading = Some(place);
            }
        }
        self.few = self.leading.is_some();
        if self.leading.is_none() && order == CallsOrder::Time {
            let in_order = |one: &Condition| one.reach == Reach::InOrder;
            let time = |one: &Condition| one.reach == Reach::Time;
            self.leading = self.conditions.iter().position(in_order);
            self.leading = self.leading.or(self.conditions.iter().position(time));
        }
        Ok(())
    }
}

impl Condition {
    /// How many calls meet it, as far as [`FEW`] and one.
    fn count(&self, connection: &Connection) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM calls c WHERE {} LIMIT {})",
            self.terms.replace("{}", self.column),
            FEW + 1
        );
        let values = params_from_iter(self.values.iter());
        let count: i64 = connection
            .prepare_cached(&sql)?
            .query_row(values, |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

fn conditions(query: &CallsQuery) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let mut is = |column, terms, values, reach| {
        conditions.push(Condition {
            column,
            terms,
            values,
            reach,
        });
    };
    let value = |value: i64| -> Value { Box::new(value) };
    if let Some(status) = query.status {
        is(
            "c.status",
            "{} = ?",
            vec![Box::new(Word(status)) as Value],
            Reach::InOrder,
        );
    }
    if let Some(state) = query.state {
        is(
            "c.state",
            "{} = ?",
            vec![Box::new(Word(state)) as Value],
            Reach::InOrder,
        );
    }
    if let Some(state) = query.recording {
        let state: Value = Box::new(Word(state));
        is("c.recording", "{} = ?", vec![state], Reach::InOrder);
    }
    if let Some(until) = query.leaving_until {
        let values = vec![value(until)];
        is("c.recording_leaves_at", "{} <= ?", values, Reach::Unordered);
    }
    if query.starred {
        // With a parameter in its place SQLite would not see that the index of stars fits.
        is("c.starred", "{} = 1", vec![], Reach::InOrder);
    }
    if let Some(customer) = &query.tel_b {
        let customer: Value = Box::new(customer.clone());
        is("c.tel_b", "{} = ?", vec![customer], Reach::InOrder);
    }
    if let Some(own) = &query.tel_a {
        is(
            "c.tel_a",
            "{} = ?",
            vec![Box::new(own.clone()) as Value],
            Reach::InOrder,
        );
    }
    if let Some(outcome) = query.outcome {
        let outcome = vec![value(outcome.0)];
        is("c.outcome", "{} = ?", outcome, Reach::InOrder);
    }
    if let Some(list) = query.list {
        is("c.list", "{} = ?", vec![value(list.0)], Reach::InOrder);
    }
    if let Some(customer) = query.customer {
        is(
            "c.tel_b",
            "{} IN (SELECT number FROM customer_numbers WHERE customer = ?)",
            vec![value(customer.0)],
            Reach::Unordered,
        );
    }
    match (query.min_duration, query.max_duration) {
        (Some(least), Some(most)) => {
            let values = vec![value(least), value(most)];
            is(
                "c.duration",
                "{} >= ? AND {} <= ?",
                values,
                Reach::Unordered,
            );
        }
        (Some(least), None) => is(
            "c.duration",
            "{} >= ?",
            vec![value(least)],
            Reach::Unordered,
        ),
        (None, Some(most)) => is("c.duration", "{} <= ?", vec![value(most)], Reach::Unordered),
        (None, None) => {}
    }
    // A place tells the instant but for its slack; the instant itself is in every index.
    let first = query.since.map(place_of);
    let end = query
        .until
        .map(|until| place_of(until).saturating_add(PLACE_SLACK));
    match (first, end) {
        (Some(first), Some(end)) => {
            let values = vec![value(first), value(end)];
            is("c.place", "{} >= ? AND {} < ?", values, Reach::Time);
        }
        (Some(first), None) => is("c.place", "{} >= ?", vec![value(first)], Reach::Time),
        (None, Some(end)) => is("c.place", "{} < ?", vec![value(end)], Reach::Time),
        (None, None) => {}
    }
    if let Some(since) = query.since {
        is("c.at", "{} >= ?", vec![value(since)], Reach::None);
    }
    if let Some(until) = query.until {
        is("c.at", "{} < ?", vec![value(until)], Reach::None);
    }
    conditions
}

fn column(order: CallsOrder) -> &'static str {
    match order {
        CallsOrder::Time => "c.place",
        CallsOrder::Number => "c.tel_b",
        CallsOrder::OwnNumber => "c.tel_a",
        CallsOrder::Status => "c.status",
        CallsOrder::Duration => "c.duration",
        CallsOrder::Recording => "c.recording",
        CallsOrder::Outcome => "c.outcome",
    }
}
