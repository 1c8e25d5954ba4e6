//! A keyring call may block for as long as the user leaves the unlock prompt open, and can't be interrupted.
//! So all of them run on one thread that may hang, and callers wait for its answer only so long.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::{NoKeyring, VaultError, custody::Keeper};

/// How long a call waits for the keyring: long enough to type the keyring's password at its prompt.
pub const PATIENCE: Duration = Duration::from_secs(60);

type Job = Box<dyn FnOnce(&mut dyn Keeper) + Send>;

/// Owns a keeper on a thread of its own. The thread ends when the last handle is gone.
#[derive(Clone)]
pub(crate) struct Worker {
    jobs: Sender<Job>,
    patience: Duration,
}

/// A worker whose keeper is being connected to.
pub(crate) struct Connecting {
    worker: Worker,
    outcome: Receiver<Result<(), NoKeyring>>,
}

impl Connecting {
    /// Starts the thread; `connect` runs on it.
    pub(crate) fn begin<K: Keeper + 'static>(
        connect: impl FnOnce() -> Result<K, NoKeyring> + Send + 'static,
        patience: Duration,
    ) -> Result<Self, NoKeyring> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (connected, outcome) = mpsc::sync_channel(1);

        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let mut keeper = match connect() {
                    Ok(keeper) => keeper,
                    Err(reason) => {
                        // Nobody listens any more when the deadline has passed.
                        let _ = connected.send(Err(reason));
                        return;
                    }
                };
                if connected.send(Ok(())).is_err() {
                    return;
                }
                for job in queue {
                    job(&mut keeper);
                }
            })
            .map_err(|error| NoKeyring::Absent {
                detail: error.to_string(),
            })?;
        Ok(Self {
            worker: Worker { jobs, patience },
            outcome,
        })
    }

    /// The worker, if its keeper is there within `deadline` from now.
    pub(crate) fn within(self, deadline: Duration) -> Result<Worker, NoKeyring> {
        match self.outcome.recv_timeout(deadline) {
            Ok(Ok(())) => Ok(self.worker),
            Ok(Err(reason)) => Err(reason),
            Err(RecvTimeoutError::Timeout) => Err(NoKeyring::Silent { waited: deadline }),
            Err(RecvTimeoutError::Disconnected) => Err(NoKeyring::Absent {
                detail: "it broke down while it was asked".to_owned(),
            }),
        }
    }
}

impl Worker {
    /// Runs `work` on the thread. Work whose caller has given up before it began is dropped, so that a value
    /// reported as not stored does not turn up later; only the call that was already with the keyring may.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Keeper) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (answer, outcome) = mpsc::sync_channel(1);
        let still_wanted = Arc::new(());
        let wanted: Weak<()> = Arc::downgrade(&still_wanted);

        let job: Job = Box::new(move |keeper| {
            if wanted.upgrade().is_none() {
                return;
            }
            let _ = answer.send(work(keeper));
        });
        let no_answer = VaultError::NoAnswer {
            waited: self.patience,
        };
        if self.jobs.send(job).is_err() {
            return Err(no_answer);
        }
        let result = outcome
            .recv_timeout(self.patience)
            .unwrap_or(Err(no_answer));
        drop(still_wanted);
        result
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::{Slot, memory::Memory};

    const SOON: Duration = Duration::from_millis(20);

    #[test]
    fn a_keyring_that_hangs_while_connecting_is_given_up() {
        let (_hold, never) = mpsc::channel::<()>();
        let connecting = Connecting::begin(
            move || {
                let _ = never.recv();
                Ok(Memory::default())
            },
            PATIENCE,
        );
        let outcome = connecting.and_then(|connecting| connecting.within(SOON));
        assert_eq!(outcome.err(), Some(NoKeyring::Silent { waited: SOON }));
    }

    #[test]
    fn what_was_given_up_before_it_began_is_never_stored() {
        let worker = Connecting::begin(|| Ok(Memory::default()), SOON)
            .and_then(|connecting| connecting.within(PATIENCE))
            .expect("memory is there");
        let (unlock, prompt) = mpsc::channel::<()>();

        let blocked = worker.run(move |_| {
            let _ = prompt.recv();
            Ok(())
        });
        let queued = worker.run(|keeper| keeper.write(Slot::AppKey, &SecretString::from("late")));
        assert!(matches!(blocked, Err(VaultError::NoAnswer { .. })));
        assert!(matches!(queued, Err(VaultError::NoAnswer { .. })));

        drop(unlock);
        let patient = Worker {
            patience: PATIENCE,
            ..worker
        };
        let found = patient
            .run(|keeper| keeper.read(Slot::AppKey))
            .expect("answers again");
        assert!(found.is_none());
    }
}
