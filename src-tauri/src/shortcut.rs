//! The keys that dial what was copied, from any program.
//!
//! They bring the window to the front with the number in its line, where Enter dials. On Wayland no
//! program is handed keys: there the desktop's own settings can start `bohao --dial-copied` with them,
//! which does the same.

use crate::{clipboard, links, window};
use bohao_engine::Desk;
use bohao_engine::links::in_copied;
use bohao_wire::{ChangeSettings, Fault, Mutations, Settings, Shortcut, ShortcutStanding};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Manager};
use tauri_plugin_global_shortcut as plugin;
use tauri_plugin_global_shortcut::{Code, GlobalShortcutExt, Modifiers, ShortcutState};

/// The keys of whoever chose none.
const USUAL: &str = "CmdOrCtrl+Shift+D";

/// Stands for the keys on a command line.
const WORD: &str = "--dial-copied";

/// The keys that were asked for last, and what came of it.
#[derive(Default)]
pub struct Held(Mutex<Option<Shortcut>>);

/// Takes what was copied, if a command line says so. A start brings the window to the front itself.
pub fn hear(app: &AppHandle, words: impl IntoIterator<Item = impl AsRef<str>>) {
    if words.into_iter().any(|word| word.as_ref() == WORD) {
        bring_copied(app);
    }
}

/// Takes the keys of the settings. The system is asked aside: the main thread is still opening the window,
/// and calls need not wait for it.
pub fn begin(app: &AppHandle, settings: Settings) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let keys = settings.shortcut.as_deref().unwrap_or(USUAL);
        let shortcut = take(&app, keys).await;
        tracing::info!(standing = ?shortcut.standing, "the shortcut");
    });
}

/// The keys, and whether they work.
pub fn standing(app: &AppHandle) -> Shortcut {
    let held = app.state::<Held>();
    let held = held.0.lock().unwrap_or_else(PoisonError::into_inner);
    // Until the settings are read, nobody has asked the system.
    held.clone().unwrap_or(Shortcut {
        keys: String::new(),
        standing: ShortcutStanding::Off,
    })
}

/// Takes other keys, and keeps them if they work; if they don't, those before them go on.
///
/// # Errors
/// Those of the settings, if they can't be kept.
pub async fn set(app: &AppHandle, desk: &Desk, keys: Option<String>) -> Result<Shortcut, Fault> {
    let before = standing(app);
    let asked = take(app, keys.as_deref().unwrap_or(USUAL)).await;
    if matches!(
        asked.standing,
        ShortcutStanding::Works | ShortcutStanding::Off
    ) {
        let change = ChangeSettings {
            shortcut: Some(asked.keys.clone()),
            ..ChangeSettings::default()
        };
        desk.change_settings(change).await?;
    } else {
        take(app, &before.keys).await;
    }
    Ok(asked)
}

/// Asks the system for these keys in place of those before.
async fn take(app: &AppHandle, keys: &str) -> Shortcut {
    let shortcut = Shortcut {
        keys: keys.trim().to_owned(),
        standing: ShortcutStanding::Off,
    };
    let asking = (app.clone(), shortcut.clone());
    let asked = tauri::async_runtime::spawn_blocking(move || {
        let (app, shortcut) = asking;
        ask(&app, &shortcut.keys)
    });
    let standing = asked.await.unwrap_or(ShortcutStanding::NoKeys);
    let shortcut = Shortcut {
        standing,
        ..shortcut
    };
    let held = app.state::<Held>();
    *held.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(shortcut.clone());
    shortcut
}

/// Waits for the main thread, which alone may ask.
fn ask(app: &AppHandle, keys: &str) -> ShortcutStanding {
    let system = app.global_shortcut();
    if let Err(error) = system.unregister_all() {
        tracing::warn!(%error, "the shortcut could not be given back");
    }
    if keys.is_empty() {
        return ShortcutStanding::Off;
    }
    if is_wayland() {
        return ShortcutStanding::Wayland;
    }
    let Some(keys) = keys.parse().ok().filter(are_held_on_purpose) else {
        return ShortcutStanding::NoKeys;
    };
    let registered = system.on_shortcut(keys, |app, _, event| {
        if event.state == ShortcutState::Pressed {
            // The window comes at once; whoever owns the clipboard may keep one waiting.
            window::focus(app);
            bring_copied(app);
        }
    });
    match registered {
        Ok(()) => ShortcutStanding::Works,
        Err(error) if error.to_string().contains("already registered") => ShortcutStanding::Taken,
        Err(error) => {
            tracing::warn!(%error, "the system does not take these keys");
            ShortcutStanding::NoKeys
        }
    }
}

/// Whoever types a letter, or copies, means just that: keys for every program are two to be held beside
/// another, or a function key.
fn are_held_on_purpose(keys: &plugin::Shortcut) -> bool {
    let held = Modifiers::all()
        .iter()
        .filter(|one| keys.mods.contains(*one));
    held.count() >= 2 || is_function_key(keys.key)
}

fn is_function_key(key: Code) -> bool {
    let name = key.to_string();
    name.strip_prefix('F')
        .is_some_and(|number| number.parse::<u8>().is_ok())
}

/// There X serves windows of its own alone, and its keys work in none but those.
fn is_wayland() -> bool {
    cfg!(target_os = "linux")
        && std::env::var_os("WAYLAND_DISPLAY").is_some_and(|it| !it.is_empty())
}

/// Hands the page what is marked or copied, once its owner has given it.
fn bring_copied(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let texts = clipboard::texts();
        links::bring(&app, in_copied(texts.iter().map(String::as_str)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_for_every_program_are_held_on_purpose() {
        let on_purpose = |keys: &str| {
            let keys = keys.parse().expect("it can be read");
            are_held_on_purpose(&keys)
        };
        for keys in [USUAL, "Ctrl+Alt+KeyP", "Super+Shift+1", "F8", "Shift+F11"] {
            assert!(on_purpose(keys), "{keys}");
        }
        for keys in ["Ctrl+C", "Shift+A", "D"] {
            assert!(!on_purpose(keys), "{keys}");
        }
    }
}
