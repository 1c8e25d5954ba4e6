//! What the engine tells the screen without being asked.

use crate::{CallId, CallRow, CustodyTask, FollowUpRow, ImportProgress, JobStep, SyncState, Today};
use serde::Serialize;
use ts_rs::TS;

/// Something changed. Events carry no secret; a screen that missed some asks again.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A call is new or learnt something.
    CallChanged {
        /// Its row now.
        row: Box<CallRow>,
        /// The day's figures now.
        today: Today,
    },
    /// The sync with the relay changed.
    SyncChanged {
        /// How it stands.
        sync: SyncState,
    },
    /// A recording is on its way.
    RecordingProgress {
        /// Whose.
        call: CallId,
        /// Bytes here.
        received: u64,
        /// Bytes in all, if the server told.
        total: Option<u64>,
    },
    /// Something is done with many recordings, and this is how far it is. Five times a second at
    /// most, and once at its end.
    CustodyTold {
        /// It, and how far it is.
        task: CustodyTask,
    },
    /// Custody's pause began or ended, or its rules or its folder changed: ask for it again.
    CustodyChanged,
    /// The index of searches is being built; until it is whole, searches take longer.
    SearchBuilt {
        /// Calls that are in it.
        done: u64,
        /// Calls in all: as many as `done` when it is whole.
        total: u64,
    },
    /// An export, a backup or a restore is so far.
    JobProgress {
        /// Its own word.
        job: String,
        /// What it is at.
        step: JobStep,
        /// Calls, recordings or bytes that are done.
        done: u64,
        /// The same in all.
        total: u64,
    },
    /// A file is on its way into the log, or out of it again.
    ImportProgress {
        /// How far.
        progress: ImportProgress,
    },
    /// Customers, their numbers or their tags changed: whoever shows names asks for them again.
    CustomersChanged,
    /// A calling list or the turn of a lead changed: whoever shows lists asks for them again.
    ListsChanged,
    /// Follow-ups that were agreed on are due. Each is told once for each time it is given.
    FollowUpsDue {
        /// The earliest first.
        rows: Vec<FollowUpRow>,
    },
    /// Follow-ups came, went or were put off: whoever shows some asks for them again.
    FollowUpsChanged,
    /// Somebody asks outside of the screen for a number to be put into the number line. It is never
    /// dialled by that.
    NumberAsked {
        /// Its digits.
        number: String,
    },
    /// Account, settings, guard, outcomes or mode changed: ask for the desk again.
    DeskChanged,
    /// A link waits at the host: take it.
    LinkArrived,
    /// A menu or a shortcut of the host asks for a screen.
    ScreenAsked {
        /// Which one.
        screen: Screen,
    },
}

/// The screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// The keypad.
    Dial,
    /// The calling lists.
    Lists,
    /// The log.
    Calls,
    /// The customers.
    Customers,
    /// The reports.
    Reports,
    /// The follow-ups.
    FollowUps,
    /// The settings.
    Settings,
}
