//! Language and theme of what the system draws around the page.

use crate::{menu, window, words};
use bohao_wire::{Settings, Theme};
use std::sync::Mutex;
use tauri::{AppHandle, Manager};

/// The theme that is on; a window begins in the system's.
#[derive(Default)]
pub struct Shown(Mutex<Theme>);

/// Draws the menu in the system's language, before there is a window: one that is put into a window
/// later would push the page down, and have it laid out again.
pub fn begin(app: &AppHandle) {
    draw_menu(app);
}

/// Brings menu and window frame in line with the settings.
pub fn apply(app: &AppHandle, settings: &Settings) {
    if is_another(app, settings.theme) {
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
    }
    if words::change(app, settings.language) {
        draw_menu(app);
    }
}

/// Takes a theme for the one that is on; tells whether it is another than before.
fn is_another(app: &AppHandle, theme: Theme) -> bool {
    let shown = app.state::<Shown>();
    let Ok(mut shown) = shown.0.lock() else {
        return false;
    };
    std::mem::replace(&mut *shown, theme) != theme
}

fn draw_menu(app: &AppHandle) {
    if let Err(error) = menu::show(app) {
        tracing::warn!(%error, "the menu could not be drawn");
    }
}
