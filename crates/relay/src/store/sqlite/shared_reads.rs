use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OnceCell;

use super::super::{Closed, Page};

/// Above this many, those that everybody has left make room.
const MANY: usize = 1024;

/// Reads that were asked for and have not begun. Who asks for the same page meanwhile takes part
/// in them: a thousand polls that one record wakes are a few reads. None is joined once it has
/// begun, for it may not see what its joiner was woken for.
#[derive(Clone, Default)]
pub(super) struct SharedReads {
    waiting: Arc<Mutex<HashMap<Asked, Arc<SharedRead>>>>,
}

/// Filled once the read is done. Whoever began it may leave; the next one begins it anew.
pub(super) type SharedRead = OnceCell<Result<Page, Closed>>;

/// What is asked, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// The token's digest.
    pub(super) token: Vec<u8>,
    pub(super) seat: Option<String>,
    pub(super) after: i64,
    pub(super) limit: u32,
}

impl SharedReads {
    pub(super) fn join(&self, asked: &Asked) -> Arc<SharedRead> {
        let mut waiting = self.lock();
        if waiting.len() >= MANY {
            waiting.retain(|_, read| Arc::strong_count(read) > 1);
        }
        Arc::clone(waiting.entry(asked.clone()).or_default())
    }

    /// To be called before the first look into the database.
    pub(super) fn begin(&self, asked: &Asked, read: &Arc<SharedRead>) {
        let mut waiting = self.lock();
        if waiting.get(asked).is_some_and(|it| Arc::ptr_eq(it, read)) {
            waiting.remove(asked);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asked, Arc<SharedRead>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_joined_until_it_begins_and_not_after() {
        let reads = SharedReads::default();
        let asked = Asked {
            token: vec![1],
            seat: None,
            after: 0,
            limit: 100,
        };
        let first = reads.join(&asked);
        assert!(Arc::ptr_eq(&first, &reads.join(&asked)));
        let another = Asked {
            token: vec![2],
            ..asked.clone()
        };
        assert!(!Arc::ptr_eq(&first, &reads.join(&another)));
        reads.begin(&asked, &first);
        let second = reads.join(&asked);
        assert!(!Arc::ptr_eq(&first, &second));
        reads.begin(&asked, &first);
        assert!(Arc::ptr_eq(&second, &reads.join(&asked)));
    }
}
