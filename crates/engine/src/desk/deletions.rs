//! Deletions, as hosts ask for them.

use super::Desk;
use crate::deleting::Moment;
use crate::numbers;
use bohao_store::Person;
use bohao_wire::{Deletion, EraseNumber, Event, Fault, FaultCode, Selection};

impl Desk {
    /// Takes calls out of the log, for a moment and then for good.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn delete(&self, selection: Selection, moment: Moment) -> Result<Deletion, Fault> {
        let deletion = self.ground().deleting.delete(selection, moment).await?;
        self.tell(Event::DeskChanged);
        Ok(told(deletion))
    }

    /// Takes everything of one person away, for a moment and then for good.
    ///
    /// # Errors
    /// `BadNumber` with its flaw, which is `own_number` for one's own; a fault of the database.
    pub async fn erase(&self, request: EraseNumber, moment: Moment) -> Result<Deletion, Fault> {
        let number = self.number_of(&request.number).await?;
        let person = Person {
            number,
            keep_off: request.keep_off,
        };
        let deletion = self.ground().deleting.erase(person, moment).await?;
        self.tell(Event::DeskChanged);
        Ok(told(deletion))
    }

    /// Carries out at once what nobody can undo any more, and returns when it is gone.
    ///
    /// # Errors
    /// `NotWritable` if a file can't be removed; a fault of the database.
    pub async fn finish_deletions(&self) -> Result<(), Fault> {
        let now = self.inner.around.now();
        self.ground().deleting.finish(now).await
    }

    /// The digits of a customer's number.
    pub(super) async fn number_of(&self, text: &str) -> Result<String, Fault> {
        let refused = |flaw: bohao_wire::NumberFlaw| {
            let flaw = serde_json::to_value(flaw).unwrap_or_default();
            Fault::new(FaultCode::BadNumber, "the text holds no customer's number")
                .with("flaw", flaw)
        };
        let number = match numbers::read(text) {
            Ok(number) => number.digits,
            // A record may name a number that nobody could dial.
            Err(_) if is_bare(text.trim()) => text.trim().to_owned(),
            Err(flaw) => return Err(refused(flaw)),
        };
        let account = self.ground().book.view().await?;
        if account.own_numbers.contains(&number) {
            return Err(refused(bohao_wire::NumberFlaw::OwnNumber));
        }
        Ok(number)
    }
}

/// Few enough digits stand in too many places to be anybody's number.
fn is_bare(text: &str) -> bool {
    (5..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn told(deletion: bohao_store::Deletion) -> Deletion {
    Deletion {
        id: deletion.id,
        calls: deletion.calls,
        undo_until: deletion.undo_until,
        erasure: deletion.person.is_some(),
    }
}
