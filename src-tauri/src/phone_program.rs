//! Which program the system opens links to numbers with, and how it becomes this one.
//!
//! All of it belongs to the user alone, so no administrator is needed. On Linux Bohao writes it down:
//! an entry of its own, and itself before the others in the user's list, which then has them again when
//! Bohao is gone. On Windows it puts itself on the system's list and opens the page on which the user
//! chooses; the uninstaller takes it off again. A Mac knows from the bundle, and asks in FaceTime.

#[cfg(any(target_os = "macos", test))]
mod launch_services;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(target_os = "linux", test))]
mod mimeapps;
#[cfg(any(windows, test))]
mod registry;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(windows)]
use windows as system;

use bohao_wire::{Fault, FaultCode, PhoneProgram};
use tauri::AppHandle;

/// What is asked of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Only what it says.
    Hear,
    /// That Bohao opens links to numbers.
    Become,
    /// That it does so no more.
    Leave,
}

/// Asks the system, which may take its time.
///
/// # Errors
/// `NotWritable` where something that is the user's own can't be written; `NotHere` on a system of
/// which nothing is known.
pub async fn ask(app: &AppHandle, wish: Wish) -> Result<PhoneProgram, Fault> {
    let app = app.clone();
    let asked = tauri::async_runtime::spawn_blocking(move || -> Result<PhoneProgram, Fault> {
        match wish {
            Wish::Hear => {}
            Wish::Become => system::become_it(&app)?,
            Wish::Leave => system::leave(&app)?,
        }
        Ok(system::standing(&app))
    });
    let lost = |_| Fault::new(FaultCode::Internal, "the system was not asked to the end");
    asked.await.map_err(lost)?
}

/// Systems that this knows nothing of.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod system {
    use bohao_wire::{Fault, FaultCode, LinkOpener, PhoneProgram, PhoneProgramWay};
    use tauri::AppHandle;

    pub fn standing(_: &AppHandle) -> PhoneProgram {
        PhoneProgram {
            opener: LinkOpener::Unknown,
            way: PhoneProgramWay::Itself,
        }
    }

    pub fn become_it(_: &AppHandle) -> Result<(), Fault> {
        Err(Fault::new(
            FaultCode::NotHere,
            "nothing is known of this system",
        ))
    }

    pub fn leave(app: &AppHandle) -> Result<(), Fault> {
        become_it(app)
    }
}
