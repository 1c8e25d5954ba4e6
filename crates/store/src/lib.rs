//! The desk's SQLite; the only room that speaks SQL.
//!
//! [`Store::open`] brings a database up to date, and [`Store::read`] and [`Store::write`] lend it
//! out for one transaction each. Every table has its own file, with its migration, its row, what
//! can be read and what can be written.
//!
//! What the platform says of a call is kept twice over: the pushed bodies as they came
//! ([`bodies`]), and what was read from them ([`facts`]). A call's record columns are the
//! [`fold`] of the facts of its subid and nothing else, so they can be computed again at any time.
//!
//! Several processes may have the same database open. Nothing read from it is kept between two
//! transactions.

mod belongings;
pub mod bodies;
pub mod calls;
mod copying;
pub mod cursors;
pub mod custody;
pub mod customers;
pub mod deletions;
pub mod digests;
pub mod do_not_call;
pub mod do_not_call_hashes;
mod error;
pub mod facts;
pub mod follow_ups;
pub mod guard_log;
pub mod imports;
pub mod leads;
pub mod lists;
pub mod loss;
pub mod marks;
mod migration;
pub mod nameless;
mod opening;
pub mod outcomes;
mod place;
mod record;
pub mod recordings;
mod room;
pub mod scripts;
mod search;
pub mod settings;
mod shape;
mod store;
pub mod sums;
mod traces;
pub mod views;
mod words;

pub use bodies::{Body, KeptBody, NewBody, Source, UnreadableBody};
pub use calls::{Attempt, Near, NewAttempt, Recorded, UnsettledRecord, call_of_subid};
pub use cursors::Cursor;
pub use custody::{Droppable, Held, Tally};
pub use customers::{CustomerChange, Met};
pub use deletions::{Deletion, Leaving, Person};
pub use do_not_call::NewDoNotCall;
pub use do_not_call_hashes::{ListKey, NewBarredHash, keyed_hash};
pub use error::StoreError;
pub use facts::Told;
pub use follow_ups::NewFollowUp;
pub use guard_log::{Chain, ChainWalk, GuardEntry, NewGuardEntry};
pub use imports::ImportCounts;
pub use leads::{LeadText, NewLead, Turns};
pub use loss::Loss;
pub use nameless::{NamedCall, Nameless, is_nameless_key, nameless_key};
pub use opening::Opened;
pub use record::{Folded, RecordFact, fold};
pub use recordings::{DueRecording, Recording, SavedFile};
pub use search::Built;
pub use store::{Db, Store, Tx};
pub use sums::{Totals, WeekHour, WhyNot};
pub use traces::Depth;
pub use views::View;
