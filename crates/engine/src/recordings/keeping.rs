//! How long recordings are kept: what was heard, what bears a star, and what a rule drops.
//!
//! A rule drops what is older than its months, was heard, and bears no star; nothing else, ever.
//! The row says so before the file goes, so that whatever ends the program no row promises a file
//! that is not there; a file that was left behind goes at the next start.

use super::part::off_thread;
use super::{Recordings, lock};
use crate::beijing::DAY_MS;
use crate::faults;
use bohao_store::StoreError;
use bohao_wire::{
    CallId, CallRow, CustodyRules, Event, Fault, FaultCode, KeepRulePreview, RecordingDetail,
};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use std::ops::RangeInclusive;

/// The months that a rule may have.
pub(super) const MONTHS: RangeInclusive<u32> = 1..=240;

/// Recordings that are dropped in one transaction.
const BATCH: u32 = 200;

/// The rule is looked at again so often.
const EVERY_MS: i64 = DAY_MS / 24;

impl Recordings {
    /// Notes that a recording was heard to its end.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn mark_heard(&self, call: &CallId) -> Result<RecordingDetail, Fault> {
        let (id, now) = (call.clone(), self.now());
        let noted = self.inner.store.write(move |tx| {
            tx.custody().mark_heard(&id, now)?;
            tx.recordings().detail(&id)
        });
        noted.await.map_err(faults::of_store)
    }

    /// Gives a recording a star, or takes it.
    ///
    /// # Errors
    /// `NotFound` without such a call or a recording to speak of; a fault of the database.
    pub async fn star(&self, call: &CallId, star: Star) -> Result<CallRow, Fault> {
        let starred_at = match star {
            Star::Given => Some(self.now()),
            Star::Taken => None,
        };
        let id = call.clone();
        let row = self
            .inner
            .store
            .write(move |tx| {
                let known = tx.custody().star(&id, starred_at)?;
                Ok(tx.calls().get(&id)?.filter(|_| known))
            })
            .await
            .map_err(faults::of_store)?;
        (self.inner.changed)(call.clone());
        row.ok_or_else(|| Fault::new(FaultCode::NotFound, "there is no such recording"))
    }

    /// What would be dropped if recordings were kept for so many months.
    ///
    /// # Errors
    /// `BadInput` for months out of range; a fault of the database.
    pub async fn preview_rule(&self, months: u32) -> Result<KeepRulePreview, Fault> {
        if !MONTHS.contains(&months) {
            let message = "recordings are kept for 1 to 240 months";
            return Err(Fault::new(FaultCode::BadInput, message).with("field", "months"));
        }
        let before = months_ago(self.now(), months);
        let read = self
            .inner
            .store
            .read(move |db| db.custody().droppable(before));
        let found = read.await.map_err(faults::of_store)?;
        Ok(KeepRulePreview {
            before,
            recordings: found.recordings,
            bytes: found.bytes,
            unheard: found.unheard,
            starred: found.starred,
        })
    }

    /// The rule is looked at in the queue's next round.
    pub(super) fn keep_rule_is_due(&self) {
        *lock(&self.inner.kept_at) = None;
    }

    /// Drops what the rule says, unless that was done lately.
    pub(super) async fn keep_rule(&self, rules: &CustodyRules) -> Result<(), StoreError> {
        let now = self.now();
        {
            let mut kept_at = lock(&self.inner.kept_at);
            if kept_at.is_some_and(|at| (0..EVERY_MS).contains(&(now - at))) {
                return Ok(());
            }
            *kept_at = Some(now);
        }
        let Some(months) = rules.keep_months else {
            return Ok(());
        };
        let (before, reason) = (months_ago(now, months), format!("kept_months: {months}"));
        loop {
            let reason = reason.clone();
            let dropped = self
                .inner
                .store
                .write(move |tx| tx.custody().drop_before(before, &reason, now, BATCH))
                .await?;
            if dropped.is_empty() {
                return Ok(());
            }
            tracing::info!(recordings = dropped.len(), "dropped by the rule of months");
            for (call, _) in &dropped {
                (self.inner.changed)(call.clone());
            }
            self.remove_dropped(dropped).await?;
            self.tell(Event::CustodyChanged);
        }
    }

    /// Removes the files of dropped recordings that a program that ended left behind.
    pub(super) async fn sweep_dropped(&self) -> Result<(), StoreError> {
        let files = self
            .inner
            .store
            .read(|db| db.custody().dropped_files())
            .await?;
        self.remove_dropped(files).await
    }

    async fn remove_dropped(&self, files: Vec<(CallId, String)>) -> Result<(), StoreError> {
        let home = self.inner.home.clone();
        let removed = off_thread(move || {
            let gone = |file: &String| match std::fs::remove_file(home.join(file)) {
                Err(error) => error.kind() == std::io::ErrorKind::NotFound,
                Ok(()) => true,
            };
            Ok(files
                .into_iter()
                .filter(|(_, file)| gone(file))
                .map(|(call, _)| call)
                .collect::<Vec<_>>())
        });
        // What can't be removed now is tried again at the next start.
        let Ok(removed) = removed.await else {
            return Ok(());
        };
        let noted = self.inner.store.write(move |tx| {
            for call in &removed {
                tx.custody().file_removed(call)?;
            }
            Ok(())
        });
        noted.await
    }
}

/// Whether a star comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Star {
    /// It comes.
    Given,
    /// It goes.
    Taken,
}

/// The same hour of the same day so many months ago in Beijing, or of that month's last day.
fn months_ago(now: i64, months: u32) -> i64 {
    let beijing = Offset::constant(8);
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    let then = beijing
        .to_datetime(now)
        .saturating_sub(i64::from(months).months());
    beijing
        .to_timestamp(then)
        .map_or(i64::MIN, |then| then.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-03-31T10:00:00+08:00", 1, "2026-02-28T10:00:00+08:00")]
    #[case("2026-11-23T14:10:12+08:00", 12, "2025-11-23T14:10:12+08:00")]
    #[case("2026-01-01T00:30:00+08:00", 1, "2025-12-01T00:30:00+08:00")]
    fn months_are_those_of_the_calendar(
        #[case] now: Timestamp,
        #[case] months: u32,
        #[case] then: Timestamp,
    ) {
        assert_eq!(
            months_ago(now.as_millisecond(), months),
            then.as_millisecond()
        );
    }
}
