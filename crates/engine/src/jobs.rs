//! Work that takes its time: an export, a backup, a restore. Each bears a word that its asker chose,
//! by which its progress is told and by which it is stopped.

use crate::notifier::Events;
use bohao_wire::{Event, Fault, FaultCode, JobStep};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// The longest word of a job, in bytes.
const MAX_WORD: usize = 100;

/// The jobs that are under way. Clones are the same.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<HashMap<String, CancellationToken>>>);

/// One of them, until it is dropped.
pub struct Job {
    word: String,
    stopped: CancellationToken,
    jobs: Jobs,
    events: Events,
    /// What was told last, in thousandths: whoever listens need not hear more.
    told: Mutex<Option<(JobStep, u64)>>,
}

impl Jobs {
    /// Begins a job.
    ///
    /// # Errors
    /// `BadInput` for a word that is empty, too long, or another job's.
    pub fn begin(&self, word: &str, events: &Events) -> Result<Job, Fault> {
        let unusable = |why| Err(Fault::new(FaultCode::BadInput, why).with("field", "job"));
        if word.is_empty() || word.len() > MAX_WORD {
            return unusable("a job needs a word of 1 to 100 bytes");
        }
        let mut jobs = self.lock();
        if jobs.contains_key(word) {
            return unusable("a job of this word is under way");
        }
        let stopped = CancellationToken::new();
        jobs.insert(word.to_owned(), stopped.clone());
        Ok(Job {
            word: word.to_owned(),
            stopped,
            jobs: self.clone(),
            events: events.clone(),
            told: Mutex::default(),
        })
    }

    /// Stops a job, if it is under way.
    pub fn stop(&self, word: &str) {
        if let Some(job) = self.lock().get(word) {
            job.cancel();
        }
    }

    /// Stops all of them: the program ends.
    pub fn stop_all(&self) {
        self.lock().values().for_each(CancellationToken::cancel);
    }

    /// What this guards is changed in one step, so a panic elsewhere leaves it in order.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    /// Whether it is to end without having done anything.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }

    /// Tells hosts how far it is.
    pub fn tell(&self, step: JobStep, done: u64, total: u64) {
        let news = (step, done.saturating_mul(1000) / total.max(1));
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.replace(news) == Some(news) {
            return;
        }
        // Nobody may be listening, which is no fault.
        let _ = self.events.send(Event::JobProgress {
            job: self.word.clone(),
            step,
            done,
            total,
        });
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.jobs.lock().remove(&self.word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_of_a_million_steps_is_told_a_thousand_times() {
        let events = crate::notifier::events();
        let mut heard = events.subscribe();
        let job = Jobs::default().begin("job", &events).expect("a job");
        for done in 0..=1_000_000 {
            job.tell(JobStep::Calls, done, 1_000_000);
        }
        let told = std::iter::from_fn(|| heard.try_recv().ok()).last();
        let whole = Event::JobProgress {
            job: "job".into(),
            step: JobStep::Calls,
            done: 1_000_000,
            total: 1_000_000,
        };
        assert_eq!((events.len(), told), (0, Some(whole)));
    }
}
