//! What is done with many recordings: one thing at a time, told as it goes, ended at any moment.

use super::{Recordings, lock};
use bohao_wire::{CustodyTask, Event, Fault, FaultCode, TaskKind, TaskState};
use std::future::Future;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// A screen needs no more than five steps a second.
const TOLD_EVERY_MS: i64 = 200;

/// What is under way, or was last.
#[derive(Default)]
pub(super) struct Slot {
    task: Option<CustodyTask>,
    told_at: i64,
    cancel: CancellationToken,
}

/// The hold of a task on its slot. Whatever becomes of it, the slot is free afterwards.
pub(super) struct Work {
    recordings: Recordings,
    cancel: CancellationToken,
}

impl Recordings {
    /// What is being done with many recordings, or was done last since the program began.
    pub fn task(&self) -> Option<CustodyTask> {
        lock(&self.inner.task).task.clone()
    }

    /// Ends what is being done. What was done so far stays done.
    pub fn cancel_task(&self) {
        lock(&self.inner.task).cancel.cancel();
    }

    /// Ends what is being done and waits for its end.
    pub async fn settle(&self) {
        self.cancel_task();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.tasks.reopen();
    }

    /// Begins to do something with so many recordings, beside everything else.
    pub(super) fn carry_out<F>(
        &self,
        kind: TaskKind,
        total: u64,
        begun: impl FnOnce(Arc<Work>) -> F,
    ) -> Result<CustodyTask, Fault>
    where
        F: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        let work = Arc::new(self.begin(kind, total)?);
        let task = begun(work.clone());
        self.inner
            .tasks
            .spawn(async move { work.end(task.await.err()) });
        self.task()
            .ok_or_else(|| Fault::new(FaultCode::Internal, "the task is not there"))
    }

    fn begin(&self, kind: TaskKind, total: u64) -> Result<Work, Fault> {
        let mut slot = lock(&self.inner.task);
        if let Some(task) = &slot.task
            && task.state == TaskState::Running
        {
            let kind = serde_json::to_value(task.kind).unwrap_or_default();
            let message = "something else is being done with the recordings";
            return Err(Fault::new(FaultCode::TaskRunning, message).with("task", kind));
        }
        let cancel = CancellationToken::new();
        *slot = Slot {
            task: Some(CustodyTask {
                kind,
                state: TaskState::Running,
                done: 0,
                total,
                bytes: 0,
                left: 0,
                fault: None,
            }),
            told_at: i64::MIN,
            cancel: cancel.clone(),
        };
        Ok(Work {
            recordings: self.clone(),
            cancel,
        })
    }
}

impl Work {
    /// Whether somebody ended it.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Somebody ends it.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// One more recording was gone through, with so many bytes.
    pub fn one_done(&self, bytes: u64) {
        self.note(|task| {
            task.done += 1;
            task.bytes += bytes;
        });
    }

    /// One more recording was gone through, and nothing could be done for it.
    pub fn one_left(&self) {
        self.note(|task| {
            task.done += 1;
            task.left += 1;
        });
    }

    fn note(&self, change: impl FnOnce(&mut CustodyTask)) {
        let now = self.recordings.now();
        let mut slot = lock(&self.recordings.inner.task);
        let due = now.saturating_sub(slot.told_at) >= TOLD_EVERY_MS;
        let Some(task) = slot.task.as_mut() else {
            return;
        };
        change(task);
        task.total = task.total.max(task.done);
        if due {
            let task = task.clone();
            slot.told_at = now;
            self.recordings.tell(Event::CustodyTold { task });
        }
    }

    fn end(&self, fault: Option<Fault>) {
        let state = match &fault {
            Some(_) => TaskState::Failed,
            None if self.is_cancelled() => TaskState::Cancelled,
            None => TaskState::Done,
        };
        if let Some(fault) = &fault {
            tracing::warn!(code = ?fault.code, "a task on recordings failed");
        }
        self.finish(state, fault);
    }

    fn finish(&self, state: TaskState, fault: Option<Fault>) {
        let mut slot = lock(&self.recordings.inner.task);
        let Some(task) = slot.task.as_mut() else {
            return;
        };
        if task.state != TaskState::Running {
            return;
        }
        task.state = state;
        task.fault = fault;
        if state == TaskState::Done {
            // Recordings may have come and gone since it began.
            task.total = task.done;
        }
        let task = task.clone();
        self.recordings.tell(Event::CustodyTold { task });
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Only one that ended in a panic, or with its runtime, still runs here.
        let fault = Fault::new(FaultCode::Internal, "the task was broken off");
        self.finish(TaskState::Failed, Some(fault));
    }
}
