//! Customers: the people and companies behind the numbers.

use crate::{CallRow, DoNotCall, OutcomeMark};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A customer's identity on this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct CustomerId(pub i64);

/// A customer as a row of the log shows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerName {
    /// Which one.
    pub customer: CustomerId,
    /// The person's name; empty when unknown.
    pub name: String,
    /// The company's; empty when unknown.
    pub company: String,
}

/// A field of the user's own: what a sheet called a column, and what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerField {
    /// Its name: 1 to 60 characters.
    pub name: String,
    /// What it says: at most 1,000 characters.
    pub text: String,
}

/// Where the customer's agreement to be called comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Consent {
    /// Where from: at most 200 characters.
    pub source: String,
    /// When it was given, if that is known.
    pub at: Option<i64>,
}

/// A person or a company behind one or more numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Customer {
    /// Its identity.
    pub customer: CustomerId,
    /// The person's name; empty when unknown.
    pub name: String,
    /// The company's; empty when unknown.
    pub company: String,
    /// What the person is there; empty when unknown.
    pub title: String,
    /// Tags, in the order in which they were given.
    pub tags: Vec<String>,
    /// A note on the customer, beside those on the calls.
    pub note: String,
    /// The agreement to be called, if one is on record.
    pub consent: Option<Consent>,
    /// Fields of the user's own, in their order.
    pub fields: Vec<CustomerField>,
    /// The digits of its numbers, in the order in which they came.
    pub numbers: Vec<String>,
    /// Customers that turned out to be this one, the latest first: each can be split off again.
    pub merged: Vec<MergedCustomer>,
}

/// A customer that turned out to be another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergedCustomer {
    /// Which one.
    pub customer: CustomerId,
    /// Its name then.
    pub name: String,
    /// Its company then.
    pub company: String,
    /// The numbers it brought along.
    pub numbers: Vec<String>,
    /// When they were merged.
    pub at: i64,
}

/// Which customers to show: the last to be added first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct CustomersQuery {
    /// Words, all of which must be found in name, company, title, tags or numbers, Chinese by its
    /// pinyin too; empty for all.
    pub search: String,
    /// Only customers with this tag.
    pub tag: Option<String>,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows to return, 1 to 1000; 0 stands for 100.
    pub limit: u32,
}

/// A page of the customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CustomersPage {
    /// The rows asked for.
    pub rows: Vec<CustomerRow>,
    /// How many fit the question in all, or so many at least.
    pub total: u64,
    /// Whether more fit than `total` says.
    pub more: bool,
}

/// One row of the customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CustomerRow {
    /// Its identity.
    pub customer: CustomerId,
    /// As in [`Customer`].
    pub name: String,
    /// As in [`Customer`].
    pub company: String,
    /// As in [`Customer`].
    pub tags: Vec<String>,
    /// As in [`Customer`].
    pub numbers: Vec<String>,
    /// How many calls the log has with all its numbers.
    pub calls: u32,
    /// When the last of them was.
    pub last_at: Option<i64>,
    /// The last outcome of any of them.
    pub outcome: Option<OutcomeMark>,
}

/// Asks for everything known of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerQuery {
    /// Which one. One that was merged into another answers as that one.
    pub customer: CustomerId,
}

/// Everything known of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CustomerCard {
    /// The customer.
    pub customer: Customer,
    /// How many calls the log has with all its numbers.
    pub calls: u32,
    /// The latest of them, the newest first: ten at most.
    pub lately: Vec<CallRow>,
    /// Which of its numbers are not to be called.
    pub do_not_call: Vec<DoNotCall>,
}

/// Asks for all tags in use, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TagsQuery {}

/// All tags in use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct Tags {
    /// Those that most customers have first: 200 at most.
    pub tags: Vec<String>,
}

/// Adds a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct AddCustomer {
    /// The person's name: at most 100 characters. Name, company or a number must be there.
    pub name: String,
    /// The company's: at most 100 characters.
    pub company: String,
    /// Anything that was typed or pasted and holds exactly one number.
    pub number: Option<String>,
}

/// Changes a customer; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ChangeCustomer {
    /// Which one.
    pub customer: CustomerId,
    /// At most 100 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// At most 100 characters.
    #[serde(default)]
    pub company: Option<String>,
    /// At most 100 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// All of them: at most 20, of 1 to 20 characters each.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// The whole note: at most 4,000 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// The agreement to be called; one without a source takes it back.
    #[serde(default)]
    pub consent: Option<Consent>,
    /// All of them, in their order: at most 100.
    #[serde(default)]
    pub fields: Option<Vec<CustomerField>>,
}

/// Gives a customer a further number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddNumber {
    /// Which customer.
    pub customer: CustomerId,
    /// Anything that was typed or pasted and holds exactly one number.
    pub number: String,
}

/// What became of a number that was to be a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "given", rename_all = "snake_case")]
pub enum NumberGiven {
    /// It is the customer's.
    Added {
        /// The customer now.
        customer: Customer,
    },
    /// It is another customer's: nothing was changed. Perhaps the two are one.
    Taken {
        /// Whose it is.
        by: CustomerName,
    },
}

/// Takes a number from a customer. Its calls stay in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveNumber {
    /// Which customer.
    pub customer: CustomerId,
    /// The number's digits.
    pub number: String,
}

/// Makes two customers one: numbers, tags and fields are united, notes joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MergeCustomers {
    /// The one that turned out to be the other.
    pub customer: CustomerId,
    /// The one that stays, whose name, company and title win.
    pub into: CustomerId,
}

/// Splits a customer off again that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SplitCustomer {
    /// The one that was merged.
    pub customer: CustomerId,
}

/// Forgets a customer: names, note, tags, fields. Calls and their notes stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForgetCustomer {
    /// Which one.
    pub customer: CustomerId,
}
