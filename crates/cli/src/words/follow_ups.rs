//! Follow-ups in words.

use super::Language;
use bohao_wire::{FollowUpState, SectionName, TimeFlaw};

/// When follow-ups are due.
pub fn section(language: Language, name: SectionName) -> &'static str {
    let (chinese, english) = match name {
        SectionName::Overdue => ("已到时间", "due"),
        SectionName::Today => ("今天", "today"),
        SectionName::Next => ("七天内", "next seven days"),
        SectionName::Later => ("以后", "later"),
        SectionName::Done => ("已完成", "done"),
    };
    language.pick(chinese, english)
}

/// Whether one stands; nothing for one that does, as nearly all do.
pub fn follow_up_state(language: Language, state: FollowUpState) -> &'static str {
    let (chinese, english) = match state {
        FollowUpState::Open => ("", ""),
        FollowUpState::Done => ("已完成", "done"),
        FollowUpState::Dropped => ("已删除", "deleted"),
    };
    language.pick(chinese, english)
}

/// Why a text is no time.
pub fn time_flaw(language: Language, flaw: TimeFlaw) -> &'static str {
    let (chinese, english) = match flaw {
        TimeFlaw::Empty => ("没有写时间", "there is no time"),
        TimeFlaw::Unknown => (
            "看不懂这个时间；例如 周四上午十点、三天后、12月3日 9:30",
            "this can't be read as a time; try: tomorrow 3pm, in 2 hours, dec 3 9:30",
        ),
        TimeFlaw::Impossible => ("没有这个日期或时间", "no calendar or clock shows this"),
        TimeFlaw::Several => ("写了不止一个时间", "there is more than one time"),
        TimeFlaw::TooFar => ("超过五年了", "that is more than five years away"),
    };
    language.pick(chinese, english)
}
