//! Why a command came to nothing, and with which exit code the program says so.

use crate::words::{self, Language};
use bohao_wire::{Fault, FaultCode};
use serde_json::{Value, json};
use std::fmt::Display;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It is done.
    Done = 0,
    /// A fault.
    Fault = 1,
    /// Bad usage or input.
    Input = 2,
    /// Refused by the platform, the relay or the guard.
    Refused = 3,
    /// The outcome is unknown.
    Unknown = 4,
    /// It could not be reached; nothing left this machine.
    Unreached = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command came to nothing.
#[derive(Debug)]
pub enum Failure {
    /// The engine's fault.
    Fault(Box<Fault>),
    /// The command is done, and nobody could be told what came of it: stdout takes nothing.
    Unheard(String),
    /// The command line is at fault, told by the parser in English.
    Usage(String),
    /// The input is at fault, in both languages.
    Input {
        /// A word for programs.
        code: &'static str,
        /// In Chinese.
        chinese: String,
        /// In English.
        english: String,
    },
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Fault(Box::new(fault))
    }
}

impl Failure {
    /// Input that can't be taken, in both languages.
    pub fn input(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Failure::Input {
            code: "bad_input",
            chinese: chinese.into(),
            english: english.into(),
        }
    }

    /// A mistake of this program, or something that the machine does not let it do.
    pub fn internal(problem: impl Display) -> Self {
        Fault::new(FaultCode::Internal, problem.to_string()).into()
    }

    /// The same, of a dial that it kept from leaving.
    #[must_use]
    pub fn nothing_dialled(self) -> Self {
        match self {
            Failure::Fault(fault) => Failure::Fault(Box::new(fault.with(words::DIALLED, false))),
            other => other,
        }
    }

    /// The exit code that tells it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Fault(fault) => exit_of(fault),
            Failure::Unheard(_) => Exit::Fault,
            Failure::Usage(_) | Failure::Input { .. } => Exit::Input,
        }
    }

    /// What happened, whether anything was dialled, what to do.
    pub fn words(&self, language: Language) -> String {
        match self {
            Failure::Fault(fault) => words::fault(language, fault),
            Failure::Unheard(why) => match language {
                Language::Zh => format!("命令已经执行完，但结果写不到标准输出：{why}"),
                Language::En => {
                    format!("the command is done, but its answer can't be written to stdout: {why}")
                }
            },
            Failure::Usage(message) => match language {
                Language::Zh => format!("命令用法有误：{message}"),
                Language::En => message.clone(),
            },
            Failure::Input {
                chinese, english, ..
            } => language.pick(chinese, english).to_owned(),
        }
    }

    /// The same for a program.
    pub fn json(&self, language: Language) -> Value {
        let message = self.words(language);
        match self {
            Failure::Fault(fault) if fault.details.is_null() => {
                json!({ "code": fault.code, "message": message })
            }
            Failure::Fault(fault) => {
                json!({ "code": fault.code, "message": message, "details": fault.details })
            }
            Failure::Unheard(_) => json!({ "code": "unheard", "message": message }),
            Failure::Usage(_) => json!({ "code": "usage", "message": message }),
            Failure::Input { code, .. } => json!({ "code": code, "message": message }),
        }
    }
}

/// A script acts on the exit code: 2 is mended at the keyboard, 3 by asking somebody, 5 by trying
/// again later.
fn exit_of(fault: &Fault) -> Exit {
    match fault.code {
        FaultCode::BadNumber
        | FaultCode::BadInput
        | FaultCode::BadLink
        | FaultCode::NotSetUp
        | FaultCode::NotFound
        | FaultCode::FileExists
        | FaultCode::UnreadableFile => Exit::Input,
        FaultCode::PlatformRefused | FaultCode::RelayRefused => Exit::Refused,
        FaultCode::PlatformUnreachable | FaultCode::RelayUnreachable => Exit::Unreached,
        FaultCode::RecordingUnavailable => exit_without_recording(fault),
        FaultCode::NotWritable
        | FaultCode::DiskFull
        | FaultCode::KeyringFailed
        | FaultCode::RelayLying
        | FaultCode::InUse
        | FaultCode::TaskRunning
        | FaultCode::DatabaseNewer
        | FaultCode::DatabaseDamaged
        | FaultCode::DatabaseForeign
        | FaultCode::DatabaseReplaced
        | FaultCode::NotHere
        | FaultCode::Internal => Exit::Fault,
    }
}

/// Why there is no recording decides it: the platform's word, the way to it, or neither.
fn exit_without_recording(fault: &Fault) -> Exit {
    let reason = fault.details["reason"].as_str().unwrap_or_default();
    match reason.split(':').next().unwrap_or_default() {
        "not_ready" | "platform_busy" | "refused" | "gone" => Exit::Refused,
        "unreachable" | "timed_out" | "cut_off" => Exit::Unreached,
        "no_subid" => Exit::Input,
        _ => Exit::Fault,
    }
}
