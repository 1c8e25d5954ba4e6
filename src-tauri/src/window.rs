//! The one window.

use crate::face;
use std::path::Path;
use tauri::{AppHandle, Manager, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

/// Its label, as tauri.conf.json has it.
pub const MAIN: &str = "main";

/// Opens it where it was when it was last closed. What it remembers lies with the other data.
pub fn open(app: &AppHandle, data_dir: &Path) -> tauri::Result<()> {
    app.plugin(
        tauri_plugin_window_state::Builder::new()
            .with_filename(data_dir.join("window.json").to_string_lossy())
            .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
            .build(),
    )?;
    let config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN);
    let config = config.ok_or(tauri::Error::WindowNotFound)?.clone();
    WebviewWindowBuilder::from_config(app, &config)?
        .data_directory(data_dir.join("webview"))
        .on_navigation(stays_inside)
        .initialization_script(face::script(data_dir))
        .build()?;
    Ok(())
}

/// Brings it to the front.
pub fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let shown = window.unminimize().and_then(|()| window.show());
    if let Err(error) = shown.and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Takes it away while something is said in its place.
pub fn hide(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window could not be hidden");
    }
}

/// The page is the program's own and leads nowhere else.
fn stays_inside(address: &tauri::Url) -> bool {
    address.scheme() == "tauri" || address.host_str() == Some("tauri.localhost")
}
