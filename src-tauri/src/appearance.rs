//! Language and theme of what the system draws around the page.

use crate::{menu, window, words};
use bohao_wire::{Settings, Theme};
use tauri::{AppHandle, Manager};

/// Brings menu and window frame in line with the settings.
pub fn apply(app: &AppHandle, settings: &Settings) {
    let theme = match settings.theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    if let Some(window) = app.get_webview_window(window::MAIN)
        && let Err(error) = window.set_theme(theme)
    {
        tracing::warn!(%error, "the window's theme could not be set");
    }
    if words::change(app, settings.language)
        && let Err(error) = menu::show(app)
    {
        tracing::warn!(%error, "the menu could not be drawn");
    }
}
