//! What is reckoned from figures.

use bohao_wire::CallFigures;

/// Which part of the calls that were dialled was connected; nothing of none.
pub fn rate(figures: &CallFigures) -> Option<f64> {
    (figures.dialled > 0).then(|| figures.connected as f64 / figures.dialled as f64)
}

/// How many seconds a connected call lasted, rounded; nothing of none.
pub fn average(figures: &CallFigures) -> Option<i64> {
    let CallFigures {
        connected,
        talk_seconds,
        ..
    } = *figures;
    (connected > 0).then(|| (talk_seconds + connected / 2) / connected)
}

pub(super) fn plus(one: CallFigures, other: CallFigures) -> CallFigures {
    CallFigures {
        dialled: one.dialled + other.dialled,
        connected: one.connected + other.connected,
        talk_seconds: one.talk_seconds + other.talk_seconds,
        billed_minutes: one.billed_minutes + other.billed_minutes,
        unsent: one.unsent + other.unsent,
    }
}
