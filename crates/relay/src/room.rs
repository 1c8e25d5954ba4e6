use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a body has in its first bytes is not counted: a usual one finds room however many large ones
/// are under way.
const UNCOUNTED: usize = 8 * 1024;

/// The memory that bodies under way may take. Very many connections are no harm, very many large
/// bodies at a time would be.
#[derive(Clone)]
pub(crate) struct Room {
    bytes: usize,
    free: Arc<Semaphore>,
}

/// What one body takes, given back when this is dropped.
pub(crate) struct Share {
    room: Room,
    bytes: usize,
    taken: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// A room of so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let bytes = bytes.min(Semaphore::MAX_PERMITS);
        Self {
            bytes,
            free: Arc::new(Semaphore::new(bytes)),
        }
    }

    /// How many bytes of it are taken.
    pub(crate) fn taken(&self) -> usize {
        self.bytes - self.free.available_permits()
    }

    /// For a body that has nothing yet.
    pub(crate) fn share(&self) -> Share {
        Share {
            room: self.clone(),
            bytes: 0,
            taken: None,
        }
    }
}

impl Share {
    /// Takes room for so many bytes more; false if there is none.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let counted = |bytes: usize| bytes.saturating_sub(UNCOUNTED);
        let more = counted(self.bytes + bytes) - counted(self.bytes);
        self.bytes += bytes;
        let Some(more) = u32::try_from(more).ok().filter(|more| *more > 0) else {
            return true;
        };
        let Ok(permit) = Arc::clone(&self.room.free).try_acquire_many_owned(more) else {
            return false;
        };
        match &mut self.taken {
            Some(taken) => taken.merge(permit),
            None => self.taken = Some(permit),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_share_a_room_and_small_ones_need_none() {
        let room = Room::new(100);
        let [mut one, mut other] = [room.share(), room.share()];
        assert!(one.grow(UNCOUNTED) && one.grow(60) && one.grow(20));
        assert!(other.grow(UNCOUNTED + 20));
        assert!(!room.share().grow(UNCOUNTED + 1));
        assert!(room.share().grow(UNCOUNTED), "a usual body finds room");
        assert_eq!(room.taken(), 100);
        drop(one);
        assert_eq!(room.taken(), 20);
        assert!(other.grow(80));
        assert!(!other.grow(1));
    }
}
