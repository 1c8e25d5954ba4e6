//! How far an import has come, and how long the rest will take.

use super::Around;
use bohao_wire::{Event, ImportPhase, ImportProgress, StagedId};

/// Between two words about it, in milliseconds.
const APART_MS: i64 = 100;

/// Before that, what is left can't be told.
const TELLING_MS: i64 = 1_000;

/// Tells hosts how far something has come, no more often than they can show.
pub struct Pace<'a> {
    around: &'a Around,
    file: Option<StagedId>,
    phase: ImportPhase,
    began_at: i64,
    told_at: i64,
}

impl<'a> Pace<'a> {
    /// Begins now.
    pub fn new(around: &'a Around, file: Option<StagedId>, phase: ImportPhase) -> Self {
        let now = (around.clock)();
        Pace {
            around,
            file,
            phase,
            began_at: now,
            told_at: now,
        }
    }

    /// So many rows are done, so many thousandths of all.
    pub fn tell(&mut self, rows: u32, done: u16) {
        let now = (self.around.clock)();
        if now.saturating_sub(self.told_at) < APART_MS {
            return;
        }
        self.told_at = now;
        let progress = ImportProgress {
            file: self.file.clone(),
            phase: self.phase,
            rows,
            done: done.min(1000),
            left_ms: left(now.saturating_sub(self.began_at), done),
        };
        // Nobody may be listening, which is no fault.
        let _ = self.around.events.send(Event::ImportProgress { progress });
    }
}

/// As long again as it took so far, for each part that is left.
fn left(elapsed: i64, done: u16) -> Option<i64> {
    let done = i64::from(done.min(1000));
    (elapsed >= TELLING_MS && done >= 10).then(|| elapsed.saturating_mul(1000 - done) / done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::just_begun(500, 100, None)]
    #[case::hardly_begun(5_000, 5, None)]
    #[case::a_quarter(5_000, 250, Some(15_000))]
    #[case::all(5_000, 1000, Some(0))]
    #[case::more_than_all(5_000, 1200, Some(0))]
    fn what_is_left_follows_from_what_is_done(
        #[case] elapsed: i64,
        #[case] done: u16,
        #[case] expected: Option<i64>,
    ) {
        assert_eq!(left(elapsed, done), expected);
    }
}
