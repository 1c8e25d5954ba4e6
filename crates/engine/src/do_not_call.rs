//! The do-not-call table as a whole: numbers put there by hand, and all of them handed out.
//!
//! A number has some ten thousand million values, which a computer tries in an hour: a plain hash of
//! one is no secret. So lists are hashed with a key that is told by another way, unless their maker
//! wants it otherwise.

pub mod list_key;

use crate::ground::Ground;
use crate::sheet_file::{Failed, refused};
use crate::{faults, guard, numbers};
use bohao_sheets::{HashScheme, NumbersSheet};
use bohao_store::{NewDoNotCall, Store, Tx, keyed_hash};
use bohao_wire::{
    BarNumber, DoNotCall, DoNotCallCount, DoNotCallSource, Done, ExportDoNotCall, Fault, ListedAs,
    SheetFormat,
};
use std::io::Write;
use std::ops::ControlFlow;

/// The longest reason, in characters.
const MAX_REASON: usize = 500;

/// How many numbers are not to be called.
///
/// # Errors
/// A fault of the database.
pub async fn count(ground: &Ground) -> Result<DoNotCallCount, Fault> {
    let counted = ground.store.read(|db| {
        Ok(DoNotCallCount {
            numbers: db.do_not_call().count()?,
            hashes: db.do_not_call_hashes().count()?,
        })
    });
    counted.await.map_err(faults::of_store)
}

/// Puts a number there by hand. One that is there already stays as it is.
///
/// # Errors
/// `BadNumber`; `BadInput` without a reason.
pub async fn bar(ground: &Ground, request: BarNumber, now: i64) -> Result<Done, Fault> {
    let number = numbers::read(&request.number).map_err(faults::bad_number)?;
    let reason = reason(&request.reason)?;
    let written = ground.store.write(move |tx| {
        let number = number.digits;
        tx.follow_ups().drop_of_number(&number, now)?;
        let added = tx.do_not_call().add(&NewDoNotCall {
            number: number.clone(),
            since: now,
            reason: reason.clone(),
            source: DoNotCallSource::User,
            call: None,
        })?;
        match added {
            true => guard::log::barred(tx, now, &number, &reason),
            false => Ok(()),
        }
    });
    written.await.map_err(faults::of_store)?;
    ground.follow_ups_changed();
    ground.lists_changed();
    Ok(Done::Done)
}

/// A reason as it is kept.
///
/// # Errors
/// `BadInput` for one that is empty or too long.
pub fn reason(text: &str) -> Result<String, Fault> {
    let reason = text.trim();
    match reason.chars().count() {
        1..=MAX_REASON => Ok(reason.to_owned()),
        _ => Err(refused(
            "reason",
            "the table of do-not-call asks for a reason of 1 to 500 characters",
        )),
    }
}

/// A list that is to be written.
pub(crate) struct List {
    store: Store,
    request: ExportDoNotCall,
    /// By which its numbers are hashed, if they are.
    key: Option<Vec<u8>>,
}

/// What became of it.
pub(crate) struct Listed {
    /// Numbers in it.
    pub rows: u64,
    /// Numbers that are known by their hashes alone.
    pub left_out: u64,
}

impl List {
    /// Makes ready, with this desk's key if the list asks for one.
    ///
    /// # Errors
    /// `BadInput` for a format that is none of a sheet; a fault of the database.
    pub async fn begin(
        store: Store,
        request: ExportDoNotCall,
        fresh: Option<[u8; 16]>,
        now: i64,
    ) -> Result<Self, Fault> {
        if !matches!(request.format, SheetFormat::Csv | SheetFormat::Xlsx) {
            return Err(refused("format", "a list is written as CSV or XLSX"));
        }
        let fresh = || {
            fresh.ok_or_else(|| {
                let message = "the system makes no keys, and a list is not hashed without one";
                Fault::new(bohao_wire::FaultCode::Internal, message)
            })
        };
        let key = match request.numbers {
            ListedAs::Plain => None,
            ListedAs::Salted => Some(fresh()?.to_vec()),
            ListedAs::Keyed => {
                let fresh = fresh()?;
                let own = move |tx: &Tx<'_>| tx.do_not_call_hashes().own_key(&fresh, now);
                Some(store.write(own).await.map_err(faults::of_store)?)
            }
        };
        Ok(List {
            store,
            request,
            key,
        })
    }

    /// The key, as it is told to whoever gets the list; nothing where the list needs none.
    pub fn told_key(&self) -> Option<String> {
        let key = self.key.as_deref()?;
        (self.request.numbers == ListedAs::Keyed).then(|| list_key::told(key))
    }

    /// Writes it.
    pub fn write(self, out: &mut dyn Write) -> Result<Listed, Failed> {
        let key = self.key.as_deref();
        let scheme = key.map(|key| match self.request.numbers {
            ListedAs::Keyed => HashScheme::Key(list_key::mark(key)),
            _ => HashScheme::Salt(key.to_vec()),
        });
        let (format, headings) = (self.request.format, self.request.headings);
        let mut sheet = NumbersSheet::new(out, format, headings, scheme.as_ref())?;
        let mut written = Ok(());
        let left_out = self.store.read_blocking(|db| {
            db.do_not_call().each(|standing| {
                let DoNotCall {
                    number,
                    since,
                    reason,
                    source,
                } = standing;
                let number = match key {
                    Some(key) => hex::encode(keyed_hash(key, &number)),
                    None => number,
                };
                written = sheet.row(&number, since, &reason, source);
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            })?;
            db.do_not_call_hashes().count()
        })?;
        written?;
        let (_, rows) = sheet.finish()?;
        Ok(Listed { rows, left_out })
    }
}
