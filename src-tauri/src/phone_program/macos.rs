//! A Mac. The bundle says what Bohao can open; the choice is FaceTime's, in its settings.

use super::launch_services::handler;
use bohao_engine::links::SCHEMES;
use bohao_wire::{Fault, FaultCode, LinkOpener, PhoneProgram, PhoneProgramWay};
use std::process::{Command, Stdio};
use tauri::AppHandle;

/// The list of what the user chose.
const CHOICES: &str = "com.apple.LaunchServices/com.apple.launchservices.secure";

/// What the system says.
pub fn standing(app: &AppHandle) -> PhoneProgram {
    let printed = Command::new("/usr/bin/defaults")
        .args(["read", CHOICES, "LSHandlers"])
        .stderr(Stdio::null())
        .output();
    let opener = match printed {
        Ok(printed) => match handler(&String::from_utf8_lossy(&printed.stdout), SCHEMES[0]) {
            Some(chosen) if chosen.eq_ignore_ascii_case(&app.config().identifier) => {
                LinkOpener::Bohao
            }
            Some(name) => LinkOpener::Other { name },
            // Where nobody chose, FaceTime does it.
            None => LinkOpener::Other {
                name: "FaceTime".to_owned(),
            },
        },
        Err(_) => LinkOpener::Unknown,
    };
    PhoneProgram {
        opener,
        way: PhoneProgramWay::FaceTime,
    }
}

/// Opens FaceTime.
pub fn become_it(_: &AppHandle) -> Result<(), Fault> {
    let opened = Command::new("/usr/bin/open")
        .args(["-b", "com.apple.FaceTime"])
        .status();
    match opened {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Fault::new(FaultCode::NotHere, "FaceTime did not open")),
    }
}

/// Another program is chosen in the same place.
pub fn leave(app: &AppHandle) -> Result<(), Fault> {
    become_it(app)
}
