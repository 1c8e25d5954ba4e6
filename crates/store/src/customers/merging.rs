//! Two customers that prove to be one, and part again.
//!
//! The one that is merged keeps its row untouched, and beside it what the merge changed in the
//! other. Splitting takes back just that, and leaves whatever was written since.

use bohao_wire::{Consent, Customer, CustomerField, CustomerId};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Customers, CustomersMut, write_fields};
use crate::StoreError;

/// What a merge did: the other one's values before and after, where they differ.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Merge {
    pub(super) numbers: Vec<String>,
    name: Option<Changed<String>>,
    company: Option<Changed<String>>,
    title: Option<Changed<String>>,
    note: Option<Changed<String>>,
    consent: Option<Changed<Option<Consent>>>,
    /// Those that came along.
    tags: Vec<String>,
    fields: Vec<CustomerField>,
}

#[derive(Serialize, Deserialize)]
struct Changed<T> {
    before: T,
    after: T,
}

pub(super) fn read(json: &str) -> Merge {
    serde_json::from_str(json).unwrap_or_default()
}

impl CustomersMut<'_> {
    /// Makes `from` part of `into`: numbers, tags and fields are united, notes joined; of two names
    /// `into`'s stands. `false`, and nothing is changed, unless both stand on their own and are two.
    pub fn merge(&self, from: CustomerId, into: CustomerId, at: i64) -> Result<bool, StoreError> {
        let (Some(one), Some(other)) = (self.own(from)?, self.own(into)?) else {
            return Ok(false);
        };
        if from == into {
            return Ok(false);
        }
        let merge = Merge {
            name: filled(&other.name, &one.name),
            company: filled(&other.company, &one.company),
            title: filled(&other.title, &one.title),
            note: joined(&other.note, &one.note),
            consent: (other.consent.is_none() && one.consent.is_some()).then(|| Changed {
                before: None,
                after: one.consent.clone(),
            }),
            tags: missing(&one.tags, &other.tags),
            fields: missing(&one.fields, &other.fields),
            numbers: one.numbers,
        };
        let tags: Vec<String> = other.tags.iter().chain(&merge.tags).cloned().collect();
        let fields: Vec<CustomerField> =
            other.fields.iter().chain(&merge.fields).cloned().collect();
        let after = Customer {
            name: taken(&merge.name, other.name),
            company: taken(&merge.company, other.company),
            title: taken(&merge.title, other.title),
            note: taken(&merge.note, other.note),
            consent: taken(&merge.consent, other.consent),
            fields,
            ..other
        };
        self.write(into, &after, at)?;
        self.set_tags(into, &tags)?;
        self.connection.execute(
            "UPDATE customer_numbers SET customer = ?2 WHERE customer = ?1",
            params![from.0, into.0],
        )?;
        self.connection.execute(
            "UPDATE customers SET merged_into = ?2, merged_at = ?3, merge = ?4 WHERE customer = ?1",
            params![
                from.0,
                into.0,
                at,
                serde_json::to_string(&merge).expect("a merge has a JSON form"),
            ],
        )?;
        Ok(true)
    }

    /// Makes a merged customer stand on its own again, with the numbers it brought that are still
    /// there. Returns the one it was part of; nothing if it is part of none that stands.
    pub fn split(&self, from: CustomerId, at: i64) -> Result<Option<CustomerId>, StoreError> {
        let merged: Option<(i64, String)> = self
            .connection
            .query_row(
                "SELECT merged_into, merge FROM customers
                 WHERE customer = ?1 AND merged_into IS NOT NULL",
                [from.0],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((into, merge)) = merged else {
            return Ok(None);
        };
        let (into, merge) = (CustomerId(into), read(&merge));
        let Some(now) = self.own(into)? else {
            return Ok(None);
        };
        let after = Customer {
            name: given_back(merge.name, now.name),
            company: given_back(merge.company, now.company),
            title: given_back(merge.title, now.title),
            note: given_back(merge.note, now.note),
            consent: given_back(merge.consent, now.consent),
            fields: without(now.fields, &merge.fields),
            ..now
        };
        let tags = without(after.tags.clone(), &merge.tags);
        self.write(into, &after, at)?;
        self.set_tags(into, &tags)?;
        self.connection.execute(
            "UPDATE customers SET merged_into = NULL, merged_at = NULL, merge = NULL
             WHERE customer = ?1",
            [from.0],
        )?;
        for number in &merge.numbers {
            self.connection.execute(
                "UPDATE customer_numbers SET customer = ?3 WHERE number = ?1 AND customer = ?2",
                params![number, into.0, from.0],
            )?;
        }
        Ok(Some(into))
    }

    /// Takes a number out of what merges remember, so that no split brings it back.
    pub(super) fn forget_in_merges(
        &self,
        into: CustomerId,
        number: &str,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "WITH RECURSIVE part (customer) AS (
                 SELECT ?1 UNION
                 SELECT c.customer FROM part JOIN customers c ON c.merged_into = part.customer
             )
             UPDATE customers SET merge = json_set(merge, '$.numbers', (
                 SELECT json_group_array(value) FROM json_each(merge, '$.numbers')
                 WHERE value <> ?2))
             WHERE merged_into IN part",
            params![into.0, number],
        )?;
        Ok(())
    }

    fn write(&self, id: CustomerId, row: &Customer, at: i64) -> Result<(), StoreError> {
        let consent = row.consent.as_ref();
        self.connection.execute(
            "UPDATE customers SET name = ?2, company = ?3, title = ?4, note = ?5,
                 consent_source = ?6, consent_at = ?7, fields = ?8, changed_at = ?9
             WHERE customer = ?1",
            params![
                id.0,
                row.name,
                row.company,
                row.title,
                row.note,
                consent.map(|consent| &consent.source),
                consent.and_then(|consent| consent.at),
                write_fields(&row.fields),
                at,
            ],
        )?;
        Ok(())
    }
}

impl Customers<'_> {
    /// A customer that stands on its own.
    fn own(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let found = self.get(id)?;
        Ok(found.filter(|customer| customer.customer == id))
    }
}

fn filled(mine: &str, theirs: &str) -> Option<Changed<String>> {
    (mine.is_empty() && !theirs.is_empty()).then(|| Changed {
        before: String::new(),
        after: theirs.to_owned(),
    })
}

fn joined(mine: &str, theirs: &str) -> Option<Changed<String>> {
    if theirs.is_empty() || mine.contains(theirs) {
        return None;
    }
    let after = match mine.is_empty() {
        true => theirs.to_owned(),
        false => format!("{mine}\n{theirs}"),
    };
    Some(Changed {
        before: mine.to_owned(),
        after,
    })
}

fn missing<T: Clone + PartialEq>(theirs: &[T], mine: &[T]) -> Vec<T> {
    let new = theirs.iter().filter(|one| !mine.contains(one));
    new.cloned().collect()
}

fn taken<T: Clone>(changed: &Option<Changed<T>>, otherwise: T) -> T {
    match changed {
        Some(changed) => changed.after.clone(),
        None => otherwise,
    }
}

/// The value before the merge, unless somebody changed it since.
fn given_back<T: PartialEq>(changed: Option<Changed<T>>, now: T) -> T {
    match changed {
        Some(changed) if changed.after == now => changed.before,
        _ => now,
    }
}

fn without<T: PartialEq>(all: Vec<T>, gone: &[T]) -> Vec<T> {
    all.into_iter().filter(|one| !gone.contains(one)).collect()
}
