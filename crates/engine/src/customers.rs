//! The people and companies behind the numbers.

use crate::ground::Ground;
use crate::{faults, numbers};
use bohao_store::{CustomerChange, Db, StoreError};
use bohao_wire::{
    AddCustomer, AddNumber, CallRow, CallsQuery, ChangeCustomer, Consent, Customer, CustomerCard,
    CustomerField, CustomerQuery, CustomersPage, CustomersQuery, Done, Fault, FaultCode,
    ForgetCustomer, MergeCustomers, NumberGiven, OutcomeMark, RemoveNumber, SplitCustomer, Tags,
};

/// The longest name, company or title, in characters.
const MAX_NAME: usize = 100;
/// The longest note, in characters.
const MAX_NOTE: usize = 4_000;
/// The most tags, and the longest, in characters.
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 20;
/// The most fields, and the longest name and text of one, in characters.
const MAX_FIELDS: usize = 100;
const MAX_FIELD_NAME: usize = 60;
const MAX_FIELD: usize = 1_000;
/// The longest source of a consent, in characters.
const MAX_SOURCE: usize = 200;
/// Numbers that one customer can have.
const MAX_NUMBERS: usize = 50;
/// Calls that a customer's card shows.
const LATELY: u32 = 10;

/// What is known of a number besides itself.
pub struct Known {
    /// Who is behind it.
    pub customer: Option<Customer>,
    /// How many calls the log has with all numbers of theirs.
    pub calls: u32,
    /// The latest of them.
    pub last: Option<CallRow>,
    /// The last outcome of any of them.
    pub outcome: Option<OutcomeMark>,
}

/// What is known of a number besides itself.
pub fn known(db: &Db<'_>, number: &str) -> Result<Known, StoreError> {
    let customer = match db.customers().of_number(number)? {
        Some(id) => db.customers().get(id)?,
        None => None,
    };
    let numbers = match &customer {
        Some(customer) => customer.numbers.clone(),
        None => vec![number.to_owned()],
    };
    let (calls, last) = db.calls().with_numbers(&numbers)?;
    Ok(Known {
        outcome: db.outcomes().latest_of(&numbers)?,
        customer,
        calls,
        last,
    })
}

/// A page of the customers.
///
/// # Errors
/// A fault of the database.
pub async fn page(ground: &Ground, request: CustomersQuery) -> Result<CustomersPage, Fault> {
    let read = ground.store.read(move |db| db.customers().page(&request));
    read.await.map_err(faults::of_store)
}

/// All tags in use.
///
/// # Errors
/// A fault of the database.
pub async fn tags(ground: &Ground) -> Result<Tags, Fault> {
    let read = ground.store.read(|db| db.customers().tags()).await;
    let tags = read.map_err(faults::of_store)?;
    Ok(Tags { tags })
}

/// Everything known of one customer.
///
/// # Errors
/// `NotFound` without such a customer.
pub async fn card(ground: &Ground, request: CustomerQuery) -> Result<CustomerCard, Fault> {
    let read = ground.store.read(move |db| {
        let Some(customer) = db.customers().get(request.customer)? else {
            return Ok(None);
        };
        let lately = CallsQuery {
            customer: Some(customer.customer),
            limit: LATELY,
            ..CallsQuery::default()
        };
        let mut do_not_call = Vec::new();
        for number in &customer.numbers {
            do_not_call.extend(db.do_not_call().of(number)?);
        }
        Ok(Some(CustomerCard {
            calls: db.calls().with_numbers(&customer.numbers)?.0,
            lately: db.calls().page(&lately)?.rows,
            do_not_call,
            customer,
        }))
    });
    read.await.map_err(faults::of_store)?.ok_or_else(no_such)
}

/// Adds a customer.
///
/// # Errors
/// `BadInput` for a text that is too long or nothing at all, `BadNumber`; `BadInput` of the field
/// `number` if it is somebody's already.
pub async fn add(ground: &Ground, request: AddCustomer, now: i64) -> Result<Customer, Fault> {
    let name = short("name", &request.name, MAX_NAME)?;
    let company = short("company", &request.company, MAX_NAME)?;
    let number = request.number.as_deref().map(digits).transpose()?;
    if name.is_empty() && company.is_empty() && number.is_none() {
        return Err(bad("name", "a customer has a name, a company or a number"));
    }
    let written = ground.store.write(move |tx| {
        let customers = tx.customers();
        if let Some(number) = &number
            && customers.of_number(number)?.is_some()
        {
            return Ok(None);
        }
        let id = customers.add(&name, &company, now)?;
        if let Some(number) = &number {
            customers.give_number(id, number, now)?;
        }
        customers.get(id)
    });
    let added = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    added.ok_or_else(|| bad("number", "the number is another customer's"))
}

/// Changes a customer.
///
/// # Errors
/// `BadInput` for what is too long or too many, `NotFound` without such a customer.
pub async fn change(ground: &Ground, request: ChangeCustomer, now: i64) -> Result<Customer, Fault> {
    let id = request.customer;
    // Nobody but the note's own field shows a note.
    let only_a_note = ChangeCustomer {
        customer: id,
        name: None,
        company: None,
        title: None,
        tags: None,
        note: request.note.clone(),
        consent: None,
        fields: None,
    } == request;
    let change = checked(request)?;
    let written = ground.store.write(move |tx| {
        tx.customers().change(id, &change, now)?;
        tx.customers().get(id)
    });
    let changed = written.await.map_err(faults::of_store)?;
    if !only_a_note {
        ground.customers_changed();
    }
    changed.ok_or_else(no_such)
}

/// Gives a customer a further number.
///
/// # Errors
/// `BadNumber`, `NotFound`, `BadInput` if there are 50 already.
pub async fn add_number(
    ground: &Ground,
    request: AddNumber,
    now: i64,
) -> Result<NumberGiven, Fault> {
    let (id, number) = (request.customer, digits(&request.number)?);
    let written = ground.store.write(move |tx| {
        let customers = tx.customers();
        let Some(customer) = customers.get(id)? else {
            return Ok(Err(no_such()));
        };
        let id = customer.customer;
        if customer.numbers.len() >= MAX_NUMBERS {
            return Ok(Err(bad("number", "a customer has at most 50 numbers")));
        }
        if let Some(other) = customers.give_number(id, &number, now)? {
            let by = customers.name_of(other)?;
            return Ok(by.map(|by| NumberGiven::Taken { by }).ok_or_else(no_such));
        }
        let customer = customers.get(id)?;
        Ok(customer
            .map(|customer| NumberGiven::Added { customer })
            .ok_or_else(no_such))
    });
    let given = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    given
}

/// Takes a number from a customer.
///
/// # Errors
/// `NotFound` if it is not the customer's.
pub async fn remove_number(ground: &Ground, request: RemoveNumber) -> Result<Customer, Fault> {
    let written = ground.store.write(move |tx| {
        let customers = tx.customers();
        if customers.of_number(&request.number)? != Some(request.customer) {
            return Ok(None);
        }
        customers.take_number(&request.number)?;
        customers.get(request.customer)
    });
    let left = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    left.ok_or_else(no_such)
}

/// Makes two customers one.
///
/// # Errors
/// `NotFound` unless both are there, stand on their own, and are two.
pub async fn merge(ground: &Ground, request: MergeCustomers, now: i64) -> Result<Customer, Fault> {
    let written = ground.store.write(move |tx| {
        match tx.customers().merge(request.customer, request.into, now)? {
            true => tx.customers().get(request.into),
            false => Ok(None),
        }
    });
    let merged = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    merged.ok_or_else(no_such)
}

/// Splits a customer off again; answers the one it was part of.
///
/// # Errors
/// `NotFound` unless it was merged into one that stands on its own.
pub async fn split(ground: &Ground, request: SplitCustomer, now: i64) -> Result<Customer, Fault> {
    let written =
        ground.store.write(
            move |tx| match tx.customers().split(request.customer, now)? {
                Some(into) => tx.customers().get(into),
                None => Ok(None),
            },
        );
    let left = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    left.ok_or_else(no_such)
}

/// Forgets a customer.
///
/// # Errors
/// `NotFound` without such a customer.
pub async fn forget(ground: &Ground, request: ForgetCustomer) -> Result<Done, Fault> {
    let written = ground
        .store
        .write(move |tx| tx.customers().forget(request.customer));
    let forgotten = written.await.map_err(faults::of_store)?;
    ground.customers_changed();
    match forgotten {
        true => Ok(Done::Done),
        false => Err(no_such()),
    }
}

fn checked(request: ChangeCustomer) -> Result<CustomerChange, Fault> {
    let text =
        |field, text: Option<String>| text.map(|text| short(field, &text, MAX_NAME)).transpose();
    if let Some(note) = &request.note
        && note.chars().count() > MAX_NOTE
    {
        return Err(bad("note", "a note has at most 4000 characters"));
    }
    Ok(CustomerChange {
        name: text("name", request.name)?,
        company: text("company", request.company)?,
        title: text("title", request.title)?,
        tags: request.tags.map(tags_checked).transpose()?,
        note: request.note,
        consent: request.consent.map(consent).transpose()?,
        fields: request.fields.map(fields).transpose()?,
    })
}

fn tags_checked(tags: Vec<String>) -> Result<Vec<String>, Fault> {
    let mut all: Vec<String> = Vec::new();
    for tag in &tags {
        let tag = short("tags", tag, MAX_TAG)?;
        if !tag.is_empty() && !all.contains(&tag) {
            all.push(tag);
        }
    }
    match all.len() {
        0..=MAX_TAGS => Ok(all),
        _ => Err(bad("tags", "a customer has at most 20 tags")),
    }
}

fn consent(consent: Consent) -> Result<Option<Consent>, Fault> {
    let source = short("consent", &consent.source, MAX_SOURCE)?;
    Ok((!source.is_empty()).then_some(Consent {
        source,
        at: consent.at,
    }))
}

fn fields(fields: Vec<CustomerField>) -> Result<Vec<CustomerField>, Fault> {
    if fields.len() > MAX_FIELDS {
        return Err(bad("fields", "a customer has at most 100 fields"));
    }
    let mut all = Vec::with_capacity(fields.len());
    for field in fields {
        let name = short("fields", &field.name, MAX_FIELD_NAME)?;
        let text = short("fields", &field.text, MAX_FIELD)?;
        if !name.is_empty() {
            all.push(CustomerField { name, text });
        }
    }
    Ok(all)
}

fn short(field: &str, text: &str, most: usize) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() <= most {
        true => Ok(text.to_owned()),
        false => Err(bad(field, "the text is too long").with("most", most)),
    }
}

fn digits(text: &str) -> Result<String, Fault> {
    let number = numbers::read(text).map_err(faults::bad_number)?;
    Ok(number.digits)
}

fn no_such() -> Fault {
    Fault::new(FaultCode::NotFound, "there is no such customer")
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
