//! The words that stand in columns for the contract's enums.

use bohao_wire::{
    CallState, CallStatus, DoNotCallSource, FollowUpKind, FollowUpState, LeadOrder, LeadState,
    ListState, OutcomeColour, OutcomeWord, RecordingState,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// An enum as one word of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<T>(pub(crate) T);

pub(crate) trait Worded: Sized + Copy + PartialEq + 'static {
    const WORDS: &'static [(Self, &'static str)];
}

impl Worded for CallState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (CallState::Planned, "planned"),
        (CallState::Sending, "sending"),
        (CallState::Accepted, "accepted"),
        (CallState::Refused, "refused"),
        (CallState::NotSent, "not_sent"),
        (CallState::Unknown, "unknown"),
        (CallState::Recorded, "recorded"),
    ];
}

impl Worded for CallStatus {
    const WORDS: &'static [(Self, &'static str)] = &[
        (CallStatus::Dialled, "dialled"),
        (CallStatus::Failed, "failed"),
        (CallStatus::NotConnected, "not_connected"),
        (CallStatus::Connected, "connected"),
    ];
}

impl Worded for RecordingState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (RecordingState::None, "none"),
        (RecordingState::Waiting, "waiting"),
        (RecordingState::Saved, "saved"),
        (RecordingState::Gone, "gone"),
        (RecordingState::Failed, "failed"),
        (RecordingState::Dropped, "dropped"),
    ];
}

impl Worded for OutcomeColour {
    const WORDS: &'static [(Self, &'static str)] = &[
        (OutcomeColour::Jade, "jade"),
        (OutcomeColour::Amber, "amber"),
        (OutcomeColour::Red, "red"),
        (OutcomeColour::Grey, "grey"),
    ];
}

impl Worded for OutcomeWord {
    const WORDS: &'static [(Self, &'static str)] = &[
        (OutcomeWord::Interested, "interested"),
        (OutcomeWord::Later, "later"),
        (OutcomeWord::NotInterested, "not_interested"),
        (OutcomeWord::NoAnswer, "no_answer"),
        (OutcomeWord::DeadNumber, "dead_number"),
        (OutcomeWord::DoNotCall, "do_not_call"),
    ];
}

impl Worded for FollowUpKind {
    const WORDS: &'static [(Self, &'static str)] = &[
        (FollowUpKind::Again, "again"),
        (FollowUpKind::FollowUp, "follow_up"),
    ];
}

impl Worded for FollowUpState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (FollowUpState::Open, "open"),
        (FollowUpState::Done, "done"),
        (FollowUpState::Dropped, "dropped"),
    ];
}

impl Worded for DoNotCallSource {
    const WORDS: &'static [(Self, &'static str)] = &[
        (DoNotCallSource::Outcome, "outcome"),
        (DoNotCallSource::User, "user"),
        (DoNotCallSource::Import, "import"),
        (DoNotCallSource::Erasure, "erasure"),
    ];
}

impl Worded for ListState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (ListState::Open, "open"),
        (ListState::Paused, "paused"),
        (ListState::Archived, "archived"),
    ];
}

impl Worded for LeadOrder {
    const WORDS: &'static [(Self, &'static str)] = &[
        (LeadOrder::ByHand, "by_hand"),
        (LeadOrder::Random, "random"),
        (LeadOrder::BestHour, "best_hour"),
        (LeadOrder::Oldest, "oldest"),
    ];
}

impl Worded for LeadState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (LeadState::Open, "open"),
        (LeadState::Waiting, "waiting"),
        (LeadState::Called, "called"),
        (LeadState::Done, "done"),
        (LeadState::Skipped, "skipped"),
        (LeadState::Barred, "barred"),
    ];
}

impl Worded for crate::Source {
    const WORDS: &'static [(Self, &'static str)] = &[
        (crate::Source::Relay, "relay"),
        (crate::Source::Import, "import"),
    ];
}

impl<T: Worded> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        T::WORDS
            .iter()
            .find(|(value, _)| *value == self.0)
            .map(|(_, word)| ToSqlOutput::Borrowed(ValueRef::Text(word.as_bytes())))
            .ok_or(rusqlite::Error::InvalidQuery)
    }
}

impl<T: Worded> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        T::WORDS
            .iter()
            .find(|(_, word)| *word == text)
            .map(|(value, _)| Word(*value))
            .ok_or(FromSqlError::InvalidType)
    }
}
