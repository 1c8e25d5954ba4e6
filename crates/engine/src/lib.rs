//! What Bohao does: dialing, sync, recordings, the guard, practice.
