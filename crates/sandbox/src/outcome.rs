//! How a call ends, and the callee's numbers that choose it.

use serde::Serialize;

use crate::answer::Code;
use crate::fault::FaultKind;

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Both picked up; there is a recording.
    Connected,
    /// The callee did not pick up.
    Unanswered,
    /// The platform could not place the call.
    Failed,
    /// The callee's phone is switched off.
    PowerOff,
    /// The callee is on another call.
    Busy,
    /// The callee declined.
    Declined,
    /// Nobody has this number.
    NoSuchNumber,
    /// The salesperson did not pick up, so the callee was never rung.
    CallerAway,
}

/// A callee whose last digits choose what happens to the call.
#[derive(Clone, Copy, Debug)]
pub struct MagicNumber {
    /// The last four digits.
    pub suffix: &'static str,
    /// How the call ends, if it is taken.
    pub outcome: Outcome,
    /// What goes wrong besides, and how often for one call.
    pub fault: Option<(FaultKind, u32)>,
}

/// Every magic number. Numbers with other endings run as [`crate::Settings::outcome`] says.
pub const MAGIC_NUMBERS: &[MagicNumber] = &[
    ends("0001", Outcome::Unanswered),
    ends("0002", Outcome::Failed),
    ends("0003", Outcome::PowerOff),
    refuses("0004", Code::OutOfCredit),
    ends("0005", Outcome::Busy),
    ends("0006", Outcome::Declined),
    ends("0007", Outcome::NoSuchNumber),
    ends("0008", Outcome::CallerAway),
    fails("0009", FaultKind::CutAfter, 1),
    refuses("0010", Code::Busy),
    refuses("0011", Code::Unknown),
    refuses("0012", Code::ServerFault),
    refuses("0013", Code::CallUnderWay),
    refuses("0014", Code::BindingExists),
    refuses("0015", Code::BadParameter),
    fails("0020", FaultKind::RecordingNotReady, 3),
    fails("0021", FaultKind::RecordingNotReady, u32::MAX),
    fails("0022", FaultKind::PushDoubled, 1),
    fails("0023", FaultKind::PushLate, 1),
    fails("0024", FaultKind::PushNever, 1),
    fails("0025", FaultKind::PushUnreadable, 1),
    fails("0026", FaultKind::NoTelX, 1),
];

impl Outcome {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] = &[
        ("connected", Self::Connected),
        ("unanswered", Self::Unanswered),
        ("failed", Self::Failed),
        ("power-off", Self::PowerOff),
        ("busy", Self::Busy),
        ("declined", Self::Declined),
        ("no-such-number", Self::NoSuchNumber),
        ("caller-away", Self::CallerAway),
    ];

    /// The record's `status`: 0 dialled, 1 connected, 2 not connected, 3 failed.
    pub const fn status(self) -> u8 {
        match self {
            Outcome::CallerAway => 0,
            Outcome::Connected => 1,
            Outcome::Unanswered | Outcome::PowerOff | Outcome::Busy | Outcome::Declined => 2,
            Outcome::Failed | Outcome::NoSuchNumber => 3,
        }
    }

    /// The record's `unaswRsn`; empty for a connected call.
    pub const fn reason(self) -> &'static str {
        match self {
            Outcome::Connected => "",
            Outcome::Unanswered => "客户未接",
            Outcome::Failed => "呼叫失败",
            Outcome::PowerOff => "客户关机",
            Outcome::Busy => "客户忙",
            Outcome::Declined => "客户拒接",
            Outcome::NoSuchNumber => "空号",
            Outcome::CallerAway => "主叫未接",
        }
    }
}

pub(crate) fn magic(tel_b: &str) -> Option<&'static MagicNumber> {
    // A short code such as 10001 is somebody's number; only whole ones are magic.
    if tel_b.len() < 8 {
        return None;
    }
    MAGIC_NUMBERS
        .iter()
        .find(|number| tel_b.ends_with(number.suffix))
}

const fn ends(suffix: &'static str, outcome: Outcome) -> MagicNumber {
    MagicNumber {
        suffix,
        outcome,
        fault: None,
    }
}

const fn refuses(suffix: &'static str, code: Code) -> MagicNumber {
    fails(suffix, FaultKind::Refuse(code), 1)
}

const fn fails(suffix: &'static str, fault: FaultKind, times: u32) -> MagicNumber {
    MagicNumber {
        suffix,
        outcome: Outcome::Connected,
        fault: Some((fault, times)),
    }
}
