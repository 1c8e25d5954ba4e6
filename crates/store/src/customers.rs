//! The people and companies behind the numbers.
//!
//! A number belongs to one customer at most, and no call needs one: the log finds its customer by
//! the number alone. A customer that was merged into another keeps its row as it was, so that it
//! can be split off again ([`merging`]).
//!
//! Triggers note which calls are found by other names than before, and which customers are; the
//! transaction that did it brings the indexes of both up to date, within bounds
//! ([`crate::search::keep`], [`index`]).

pub(crate) mod index;
mod merging;
mod page;

use bohao_wire::{Consent, Customer, CustomerField, CustomerId, CustomerName, MergedCustomer};
use rusqlite::{OptionalExtension, params};

use crate::{StoreError, store::handles};

pub(crate) const MIGRATION: &str = "
CREATE TABLE customers (
    customer       INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL DEFAULT '',
    company        TEXT NOT NULL DEFAULT '',
    title          TEXT NOT NULL DEFAULT '',
    note           TEXT NOT NULL DEFAULT '',
    consent_source TEXT,
    consent_at     INTEGER,
    -- [{\"name\": …, \"text\": …}, …] in order.
    fields         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(fields)),
    -- Whether the user wrote name, company, title or fields by hand: 1, 2, 4, 8. An import then
    -- leaves them alone, even where they were emptied.
    by_hand        INTEGER NOT NULL DEFAULT 0,
    added_at       INTEGER NOT NULL,
    changed_at     INTEGER NOT NULL,
    -- NULL for one that stands on its own.
    merged_into    INTEGER REFERENCES customers (customer),
    merged_at      INTEGER,
    -- What the merge changed in the other one, so that splitting can take it back.
    merge          TEXT CHECK (json_valid(merge)),
    CHECK ((merged_into IS NULL) = (merged_at IS NULL)),
    CHECK ((merged_into IS NULL) = (merge IS NULL))
) STRICT;
CREATE INDEX customers_standing ON customers (customer) WHERE merged_into IS NULL;
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE customer_numbers (
    number   TEXT PRIMARY KEY NOT NULL,
    customer INTEGER NOT NULL REFERENCES customers (customer),
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_numbers_of ON customer_numbers (customer, added_at, number);

CREATE TABLE customer_tags (
    customer INTEGER NOT NULL REFERENCES customers (customer),
    tag      TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (customer, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_tags_by_tag ON customer_tags (tag, customer);

CREATE VIRTUAL TABLE customer_search USING fts5(
    grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- Customers whose searched text changed since their index was last in step.
CREATE TABLE customers_due (customer INTEGER PRIMARY KEY NOT NULL) STRICT;
-- Numbers whose calls are to be indexed anew for another name: those below this place are left.
CREATE TABLE names_due (number TEXT PRIMARY KEY NOT NULL, below INTEGER NOT NULL) STRICT;

CREATE TRIGGER customers_added AFTER INSERT ON customers BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (new.customer);
END;
CREATE TRIGGER customers_renamed
AFTER UPDATE OF name, company, title, merged_into ON customers
WHEN (new.name, new.company, new.title, new.merged_into)
IS NOT (old.name, old.company, old.title, old.merged_into)
BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (new.customer);
    INSERT OR REPLACE INTO names_due
        SELECT number, 9223372036854775807 FROM customer_numbers
        WHERE customer = new.customer AND (new.name, new.company) IS NOT (old.name, old.company);
END;
CREATE TRIGGER customers_forgotten AFTER DELETE ON customers BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (old.customer);
END;
CREATE TRIGGER customer_numbers_given AFTER INSERT ON customer_numbers BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (new.customer);
    INSERT OR REPLACE INTO names_due VALUES (new.number, 9223372036854775807);
END;
CREATE TRIGGER customer_numbers_moved AFTER UPDATE OF customer ON customer_numbers BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (old.customer), (new.customer);
    INSERT OR REPLACE INTO names_due VALUES (new.number, 9223372036854775807);
END;
CREATE TRIGGER customer_numbers_taken AFTER DELETE ON customer_numbers BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (old.customer);
    INSERT OR REPLACE INTO names_due VALUES (old.number, 9223372036854775807);
END;
CREATE TRIGGER customer_tags_given AFTER INSERT ON customer_tags BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (new.customer);
END;
CREATE TRIGGER customer_tags_taken AFTER DELETE ON customer_tags BEGIN
    INSERT OR IGNORE INTO customers_due VALUES (old.customer);
END;
";

/// What the user wrote by hand, as it stands in `by_hand`.
const NAME: i64 = 1;
const COMPANY: i64 = 2;
const TITLE: i64 = 4;
const FIELDS: i64 = 8;

handles!(Customers, CustomersMut, "customers");

/// What is to be different of a customer; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomerChange {
    /// The person's name.
    pub name: Option<String>,
    /// The company's.
    pub company: Option<String>,
    /// What the person is there.
    pub title: Option<String>,
    /// All tags, in order.
    pub tags: Option<Vec<String>>,
    /// The whole note.
    pub note: Option<String>,
    /// The agreement to be called; the inner one is absent to take it back.
    pub consent: Option<Option<Consent>>,
    /// All fields, in order.
    pub fields: Option<Vec<CustomerField>>,
}

/// What came of meeting a number with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// Whose number it is.
    pub customer: CustomerId,
    /// Whether nobody was known behind it before.
    pub new: bool,
    /// Whether anything was learnt of somebody known.
    pub learnt: bool,
}

impl Customers<'_> {
    /// A customer; one that was merged into another is that one.
    pub fn get(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let id = self.standing(id)?;
        let row = self
            .connection
            .prepare_cached(
                "SELECT name, company, title, note, consent_source, consent_at, fields
                 FROM customers WHERE customer = ?1",
            )?
            .query_row([id.0], |row| {
                let source: Option<String> = row.get(4)?;
                let at = row.get(5)?;
                Ok(Customer {
                    customer: id,
                    name: row.get(0)?,
                    company: row.get(1)?,
                    title: row.get(2)?,
                    tags: Vec::new(),
                    note: row.get(3)?,
                    consent: source.map(|source| Consent { source, at }),
                    fields: read_fields(&row.get::<_, String>(6)?),
                    numbers: Vec::new(),
                    merged: Vec::new(),
                })
            })
            .optional()?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(Customer {
            tags: self.tags_of(id)?,
            numbers: self.numbers_of(id)?,
            merged: self.merged_into(id)?,
            ..row
        }))
    }

    /// Whose number this is.
    pub fn of_number(&self, number: &str) -> Result<Option<CustomerId>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT customer FROM customer_numbers WHERE number = ?1")?
            .query_row([number], |row| row.get(0).map(CustomerId))
            .optional()?)
    }

    /// What a customer is called.
    pub fn name_of(&self, id: CustomerId) -> Result<Option<CustomerName>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT name, company FROM customers WHERE customer = ?1")?
            .query_row([id.0], |row| {
                Ok(CustomerName {
                    customer: id,
                    name: row.get(0)?,
                    company: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// A customer's numbers, in the order in which they came.
    pub fn numbers_of(&self, id: CustomerId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number FROM customer_numbers WHERE customer = ?1 ORDER BY added_at, number",
        )?;
        let numbers = statement.query_map([id.0], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// The one that a customer is part of now: itself, if it was never merged.
    fn standing(&self, id: CustomerId) -> Result<CustomerId, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "WITH RECURSIVE up (customer, into_one) AS (
                     SELECT customer, merged_into FROM customers WHERE customer = ?1
                     UNION
                     SELECT c.customer, c.merged_into FROM up JOIN customers c
                         ON c.customer = up.into_one
                 ) SELECT customer FROM up WHERE into_one IS NULL",
            )?
            .query_row([id.0], |row| row.get(0).map(CustomerId))
            .optional()?
            .unwrap_or(id))
    }

    fn tags_of(&self, id: CustomerId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT tag FROM customer_tags WHERE customer = ?1 ORDER BY position, tag",
        )?;
        let tags = statement.query_map([id.0], |row| row.get(0))?;
        Ok(tags.collect::<Result<_, _>>()?)
    }

    fn merged_into(&self, id: CustomerId) -> Result<Vec<MergedCustomer>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT customer, name, company, merge, merged_at FROM customers
             WHERE merged_into = ?1 ORDER BY merged_at DESC, customer DESC",
        )?;
        let merged = statement.query_map([id.0], |row| {
            let merge = merging::read(&row.get::<_, String>(3)?);
            Ok(MergedCustomer {
                customer: CustomerId(row.get(0)?),
                name: row.get(1)?,
                company: row.get(2)?,
                numbers: merge.numbers,
                at: row.get(4)?,
            })
        })?;
        Ok(merged.collect::<Result<_, _>>()?)
    }
}

impl CustomersMut<'_> {
    /// Adds a customer.
    pub fn add(&self, name: &str, company: &str, at: i64) -> Result<CustomerId, StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO customers (name, company, added_at, changed_at)
                 VALUES (?1, ?2, ?3, ?3)",
            )?
            .execute(params![name, company, at])?;
        Ok(CustomerId(self.connection.last_insert_rowid()))
    }

    /// Changes what the user changes by hand. `false` if there is no such customer that stands on
    /// its own.
    pub fn change(
        &self,
        id: CustomerId,
        change: &CustomerChange,
        at: i64,
    ) -> Result<bool, StoreError> {
        let by_hand = [
            (change.name.is_some(), NAME),
            (change.company.is_some(), COMPANY),
            (change.title.is_some(), TITLE),
            (change.fields.is_some(), FIELDS),
        ];
        let by_hand: i64 = by_hand.iter().filter(|one| one.0).map(|one| one.1).sum();
        let consent = change.consent.as_ref();
        let source = consent.and_then(|consent| consent.as_ref().map(|one| &one.source));
        let given_at = consent.and_then(|consent| consent.as_ref().and_then(|one| one.at));
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE customers SET name = coalesce(?2, name), company = coalesce(?3, company),
                     title = coalesce(?4, title), note = coalesce(?5, note),
                     consent_source = iif(?6, ?7, consent_source),
                     consent_at = iif(?6, ?8, consent_at),
                     fields = coalesce(?9, fields), by_hand = by_hand | ?10, changed_at = ?11
                 WHERE customer = ?1 AND merged_into IS NULL",
            )?
            .execute(params![
                id.0,
                change.name,
                change.company,
                change.title,
                change.note,
                consent.is_some(),
                source,
                given_at,
                change.fields.as_deref().map(write_fields),
                by_hand,
                at,
            ])?;
        if changed == 1
            && let Some(tags) = &change.tags
        {
            self.set_tags(id, tags)?;
        }
        Ok(changed == 1)
    }

    /// Gives a number to a customer, unless it is another one's: then it says whose.
    pub fn give_number(
        &self,
        id: CustomerId,
        number: &str,
        at: i64,
    ) -> Result<Option<CustomerId>, StoreError> {
        match self.of_number(number)? {
            Some(other) if other != id => Ok(Some(other)),
            Some(_) => Ok(None),
            None => {
                self.connection
                    .prepare_cached("INSERT INTO customer_numbers VALUES (?1, ?2, ?3)")?
                    .execute(params![number, id.0, at])?;
                Ok(None)
            }
        }
    }

    /// Takes a number from whoever has it. `false` if nobody has.
    pub fn take_number(&self, number: &str) -> Result<bool, StoreError> {
        let taken = self
            .connection
            .prepare_cached("DELETE FROM customer_numbers WHERE number = ?1")?
            .execute([number])?;
        Ok(taken == 1)
    }

    /// Takes in what a sheet says of a number: fills in what nobody knew, and never touches what
    /// the user wrote, nor what is there already. A number without a customer gets a new one.
    /// Nothing comes of a row that tells nothing.
    ///
    /// `fields` are in the sheet's order; empty ones are left out.
    pub fn meet(
        &self,
        number: &str,
        name: &str,
        company: &str,
        fields: &[CustomerField],
        at: i64,
    ) -> Result<Option<Met>, StoreError> {
        let (name, company) = (name.trim(), company.trim());
        let told: Vec<&CustomerField> = fields
            .iter()
            .filter(|field| !field.name.trim().is_empty() && !field.text.trim().is_empty())
            .collect();
        if let Some(id) = self.of_number(number)? {
            let learnt = self.learn(id, name, company, &told, at)?;
            return Ok(Some(Met {
                customer: id,
                new: false,
                learnt,
            }));
        }
        if name.is_empty() && company.is_empty() && told.is_empty() {
            return Ok(None);
        }
        let fields: Vec<CustomerField> = told.into_iter().cloned().collect();
        self.connection
            .prepare_cached(
                "INSERT INTO customers (name, company, fields, added_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?4)",
            )?
            .execute(params![name, company, write_fields(&fields), at])?;
        let customer = CustomerId(self.connection.last_insert_rowid());
        self.give_number(customer, number, at)?;
        Ok(Some(Met {
            customer,
            new: true,
            learnt: false,
        }))
    }

    /// Forgets a customer, those that were merged into it included. Their numbers are nobody's.
    /// `false` if there is no such customer.
    pub fn forget(&self, id: CustomerId) -> Result<bool, StoreError> {
        let merged: Vec<i64> = self
            .connection
            .prepare_cached("SELECT customer FROM customers WHERE merged_into = ?1")?
            .query_map([id.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for one in merged {
            self.forget(CustomerId(one))?;
        }
        for table in ["customer_numbers", "customer_tags", "customers"] {
            self.connection
                .prepare_cached(&format!("DELETE FROM {table} WHERE customer = ?1"))?
                .execute([id.0])?;
        }
        Ok(self.connection.changes() == 1)
    }

    /// Erases every trace of a number: it is nobody's, and whoever had no other one is forgotten
    /// whole. `false` if it was nobody's.
    pub fn forget_number(&self, number: &str) -> Result<bool, StoreError> {
        let Some(id) = self.of_number(number)? else {
            return Ok(false);
        };
        self.take_number(number)?;
        if self.numbers_of(id)?.is_empty() {
            return self.forget(id);
        }
        self.forget_in_merges(id, number)?;
        Ok(true)
    }

    fn set_tags(&self, id: CustomerId, tags: &[String]) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("DELETE FROM customer_tags WHERE customer = ?1")?
            .execute([id.0])?;
        for (position, tag) in (0_i64..).zip(tags) {
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO customer_tags VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, tag, position])?;
        }
        Ok(())
    }

    fn learn(
        &self,
        id: CustomerId,
        name: &str,
        company: &str,
        told: &[&CustomerField],
        at: i64,
    ) -> Result<bool, StoreError> {
        let (known, by_hand): (String, i64) = self
            .connection
            .prepare_cached("SELECT fields, by_hand FROM customers WHERE customer = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut fields = read_fields(&known);
        let before = fields.len();
        for field in told {
            if by_hand & FIELDS == 0 && !fields.iter().any(|one| one.name == field.name) {
                fields.push((*field).clone());
            }
        }
        let fields = (fields.len() > before).then(|| write_fields(&fields));
        let learnt = self
            .connection
            .prepare_cached(
                "UPDATE customers SET
                     name = iif(name = '' AND by_hand & 1 = 0, ?2, name),
                     company = iif(company = '' AND by_hand & 2 = 0, ?3, company),
                     fields = coalesce(?4, fields), changed_at = ?5
                 WHERE customer = ?1 AND (
                     (?2 <> '' AND name = '' AND by_hand & 1 = 0)
                     OR (?3 <> '' AND company = '' AND by_hand & 2 = 0)
                     OR ?4 IS NOT NULL)",
            )?
            .execute(params![id.0, name, company, fields, at])?;
        Ok(learnt == 1)
    }
}

/// An older or newer program may have written them: then there are none.
fn read_fields(json: &str) -> Vec<CustomerField> {
    serde_json::from_str(json).unwrap_or_default()
}

fn write_fields(fields: &[CustomerField]) -> String {
    serde_json::to_string(fields).expect("names and texts have a JSON form")
}
