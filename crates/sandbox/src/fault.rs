//! What goes wrong on demand.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::answer::Code;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The dial is refused with this code; no phone rings.
    Refuse(Code),
    /// The call is taken and played, the answer comes late.
    Slow,
    /// The call is taken and played, the connection closed without an answer.
    CutAfter,
    /// The connection is closed without an answer and no phone rings.
    CutBefore,
    /// The call is taken and played, the answer broken off in its middle.
    HalfAnswer,
    /// The call is taken and played, the answer is a web page with HTTP 200.
    Html,
    /// A gateway's page with HTTP 502; no phone rings.
    BadGateway,
    /// The call is taken and played, the answer announces ten gibibytes and sends them.
    HugeAnswer,
    /// A redirect to the very address that was asked; no phone rings unless it is followed.
    RedirectLoop,
    /// A redirect to another host, as for [`FaultKind::RecordingRedirectAway`]; no phone rings
    /// unless it is followed.
    RedirectAway,
    /// The call is taken; `code` and `data` of the answer are strings.
    TextData,
    /// The call is taken; the answer has no `telX`.
    NoTelX,
    /// The record is pushed late.
    PushLate,
    /// The record is pushed once more after it was taken.
    PushDoubled,
    /// The record is held back until a later call's was pushed, or the delay is over.
    PushOutOfOrder,
    /// What is pushed is no record.
    PushUnreadable,
    /// The record is never pushed.
    PushNever,
    /// The recording is not there yet: 2003.
    RecordingNotReady,
    /// The signed call says that it is not there; the link in the record has it.
    RecordingAtLink,
    /// HTTP 503 with `Retry-After`: the delay, in seconds.
    RecordingBusy,
    /// JSON with code 3001 in place of the audio.
    RecordingJson,
    /// The recording is broken off in its middle.
    RecordingCut,
    /// Silence without a length and without an end.
    RecordingEndless,
    /// A recording that announces ten gibibytes and sends them.
    RecordingHuge,
    /// No bytes at all.
    RecordingEmpty,
    /// `Range` is ignored: the whole recording with HTTP 200.
    RecordingNoRange,
    /// Another recording under another ETag, as after a change between two requests.
    RecordingChanged,
    /// A redirect to the same host.
    RecordingRedirect,
    /// A redirect to another host (`localhost` for `127.0.0.1`, unless told where to).
    RecordingRedirectAway,
    /// A redirect to itself.
    RecordingRedirectLoop,
}

/// A fault and how it strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// For the slow, late and busy ones: by how much. Three seconds unless told; half a minute for
    /// [`FaultKind::PushOutOfOrder`].
    pub delay: Option<Duration>,
    /// For [`FaultKind::RedirectAway`] and [`FaultKind::RecordingRedirectAway`]: where to.
    pub to: Option<String>,
}

/// A fault that will strike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmedFault {
    /// Which one.
    pub fault: Fault,
    /// How often it still does.
    pub times: u32,
}

/// There is no fault of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no fault {name:?}; known are: {}", FaultKind::names().join(", "))]
pub struct UnknownFault {
    /// What was asked for.
    pub name: String,
}

/// Which of a call's three conversations a fault concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Dial,
    Push,
    Recording,
}

const PLAIN: &[(&str, FaultKind)] = &[
    ("slow", FaultKind::Slow),
    ("cut-after", FaultKind::CutAfter),
    ("cut-before", FaultKind::CutBefore),
    ("half-answer", FaultKind::HalfAnswer),
    ("html", FaultKind::Html),
    ("bad-gateway", FaultKind::BadGateway),
    ("huge-answer", FaultKind::HugeAnswer),
    ("redirect-loop", FaultKind::RedirectLoop),
    ("redirect-away", FaultKind::RedirectAway),
    ("text-data", FaultKind::TextData),
    ("no-telx", FaultKind::NoTelX),
    ("push-late", FaultKind::PushLate),
    ("push-doubled", FaultKind::PushDoubled),
    ("push-out-of-order", FaultKind::PushOutOfOrder),
    ("push-unreadable", FaultKind::PushUnreadable),
    ("push-never", FaultKind::PushNever),
    ("recording-not-ready", FaultKind::RecordingNotReady),
    ("recording-at-link", FaultKind::RecordingAtLink),
    ("recording-busy", FaultKind::RecordingBusy),
    ("recording-json", FaultKind::RecordingJson),
    ("recording-cut", FaultKind::RecordingCut),
    ("recording-endless", FaultKind::RecordingEndless),
    ("recording-huge", FaultKind::RecordingHuge),
    ("recording-empty", FaultKind::RecordingEmpty),
    ("recording-no-range", FaultKind::RecordingNoRange),
    ("recording-changed", FaultKind::RecordingChanged),
    ("recording-redirect", FaultKind::RecordingRedirect),
    ("recording-redirect-away", FaultKind::RecordingRedirectAway),
    ("recording-redirect-loop", FaultKind::RecordingRedirectLoop),
];

impl FaultKind {
    /// Every name there is: `code-1002` and so on, then the others.
    pub fn names() -> Vec<String> {
        let codes = Code::REFUSALS.map(|code| FaultKind::Refuse(code).name());
        let plain = PLAIN.iter().map(|(name, _)| (*name).to_owned());
        codes.into_iter().chain(plain).collect()
    }

    /// The name on the command line and on the control surface.
    pub fn name(self) -> String {
        if let FaultKind::Refuse(code) = self {
            return format!("code-{}", code.number());
        }
        let entry = PLAIN.iter().find(|(_, kind)| *kind == self);
        entry
            .map(|(name, _)| (*name).to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn stage(self) -> Stage {
        use FaultKind as K;
        match self {
            K::Refuse(_)
            | K::Slow
            | K::CutAfter
            | K::CutBefore
            | K::HalfAnswer
            | K::Html
            | K::BadGateway
            | K::HugeAnswer
            | K::RedirectLoop
            | K::RedirectAway
            | K::TextData
            | K::NoTelX => Stage::Dial,
            K::PushLate | K::PushDoubled | K::PushOutOfOrder | K::PushUnreadable | K::PushNever => {
                Stage::Push
            }
            K::RecordingNotReady
            | K::RecordingAtLink
            | K::RecordingBusy
            | K::RecordingJson
            | K::RecordingCut
            | K::RecordingEndless
            | K::RecordingHuge
            | K::RecordingEmpty
            | K::RecordingNoRange
            | K::RecordingChanged
            | K::RecordingRedirect
            | K::RecordingRedirectAway
            | K::RecordingRedirectLoop => Stage::Recording,
        }
    }
}

impl std::str::FromStr for FaultKind {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let codes = Code::REFUSALS.into_iter().map(FaultKind::Refuse);
        let plain = PLAIN.iter().map(|(_, kind)| *kind);
        codes
            .chain(plain)
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownFault {
                name: name.to_owned(),
            })
    }
}

impl Fault {
    pub(crate) fn delay(&self) -> Duration {
        let otherwise = match self.kind {
            FaultKind::PushOutOfOrder => Duration::from_secs(30),
            _ => Duration::from_secs(3),
        };
        self.delay.unwrap_or(otherwise)
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self {
            kind,
            delay: None,
            to: None,
        }
    }
}

/// The faults that will strike, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<ArmedFault>>);

impl Faults {
    pub(crate) fn arm(&self, fault: Fault, times: u32) {
        if times > 0 {
            self.armed().push(ArmedFault { fault, times });
        }
    }

    pub(crate) fn clear(&self) {
        self.armed().clear();
    }

    pub(crate) fn list(&self) -> Vec<ArmedFault> {
        self.armed().clone()
    }

    /// The next fault for this stage, which has struck with that.
    pub(crate) fn strike(&self, stage: Stage) -> Option<Fault> {
        let mut armed = self.armed();
        let index = armed
            .iter()
            .position(|armed| armed.fault.kind.stage() == stage)?;
        armed[index].times -= 1;
        if armed[index].times == 0 {
            return Some(armed.remove(index).fault);
        }
        Some(armed[index].fault.clone())
    }

    fn armed(&self) -> std::sync::MutexGuard<'_, Vec<ArmedFault>> {
        // Each change is one step, so a panic elsewhere leaves the list whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_fault() {
        let names = FaultKind::names();
        for name in &names {
            let kind: FaultKind = name.parse().expect("is a known name");
            assert_eq!(&kind.name(), name);
        }
        let mut once = names.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), names.len());
    }

    #[test]
    fn faults_strike_in_turn_at_their_stage_and_as_often_as_told() {
        let faults = Faults::default();
        faults.arm(FaultKind::PushLate.into(), 1);
        faults.arm(FaultKind::Slow.into(), 2);
        faults.arm(FaultKind::Html.into(), 1);
        faults.arm(FaultKind::CutAfter.into(), 0);

        let struck: Vec<_> =
            std::iter::from_fn(|| faults.strike(Stage::Dial).map(|fault| fault.kind)).collect();
        assert_eq!(struck, [FaultKind::Slow, FaultKind::Slow, FaultKind::Html]);
        assert_eq!(faults.strike(Stage::Recording), None);
        assert_eq!(faults.strike(Stage::Push), Some(FaultKind::PushLate.into()));
    }
}
