//! How all recordings stand, in figures that are counted as they change.

use super::Recordings;
use super::room;
use crate::beijing::DAY_MS;
use crate::faults;
use crate::preferences::{Topic, decoded};
use bohao_store::Tally;
use bohao_wire::{
    CustodyReport, CustodyRules, Fault, Leaving, MonthHeld, RecordingState, Standing,
};

/// More need not be counted to be too many.
const COUNTED: u32 = 100_000;

impl Recordings {
    /// How all recordings stand.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn report(&self) -> Result<CustodyReport, Fault> {
        let now = self.now();
        let read = self.inner.store.read(move |db| {
            let custody = db.custody();
            let within = |days: i64| custody.leaving(now, now + days * DAY_MS, COUNTED);
            let leaving = Leaving {
                day: within(1)?,
                two_days: within(2)?,
                week: within(7)?,
                first_at: custody.first_leaving(now)?,
            };
            let rules: CustodyRules = decoded(db.settings().get(Topic::Custody.key())?.as_deref());
            let next = db.recordings().next_due_at()?;
            Ok((custody.tallies()?, custody.calls()?, leaving, rules, next))
        });
        let (tallies, calls, leaving, rules, next) = read.await.map_err(faults::of_store)?;
        let spoken_of = tallies.iter().map(|tally| tally.recordings).sum();
        let folder = self.folder();
        Ok(CustodyReport {
            none: calls.saturating_sub(spoken_of),
            next_try_at: next,
            leaving,
            pause: self.pause(&rules, now).await,
            months: months(&tallies),
            standing: standing(tallies),
            free_bytes: room::free(folder.clone()).await,
            own_folder: folder == self.inner.home,
            folder: folder.display().to_string(),
            task: self.task(),
            checked: self.checked(),
        })
    }
}

/// The months together: by state and reason, the most of a state first.
fn standing(tallies: Vec<Tally>) -> Vec<Standing> {
    let mut standing: Vec<Standing> = Vec::new();
    for tally in tallies {
        let known = standing
            .iter_mut()
            .find(|known| known.state == tally.state && known.reason == tally.reason);
        match known {
            Some(known) => {
                known.recordings += tally.recordings;
                known.bytes += tally.bytes;
            }
            None => standing.push(Standing {
                state: tally.state,
                reason: tally.reason,
                recordings: tally.recordings,
                bytes: tally.bytes,
            }),
        }
    }
    standing.sort_by_key(|standing| std::cmp::Reverse(standing.recordings));
    standing
}

/// What is here, by month; the store gives the latest first.
fn months(tallies: &[Tally]) -> Vec<MonthHeld> {
    let mut months: Vec<MonthHeld> = Vec::new();
    for tally in tallies {
        if tally.state != RecordingState::Saved {
            continue;
        }
        match months.last_mut().filter(|last| last.month == tally.month) {
            Some(month) => {
                month.recordings += tally.recordings;
                month.bytes += tally.bytes;
            }
            None => months.push(MonthHeld {
                month: tally.month.clone(),
                recordings: tally.recordings,
                bytes: tally.bytes,
            }),
        }
    }
    months
}
