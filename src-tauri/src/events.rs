//! What comes to the program unasked: the engine's events, and the system's wish that it ends.

use crate::{appearance, face, reminder, window};
use bohao_engine::Desk;
use bohao_wire::{Event, Queries, SettingsQuery};
use std::path::PathBuf;
use tauri::{AppHandle, Emitter};
use tokio::sync::broadcast::error::RecvError;

/// The one channel on which the window hears events.
const CHANNEL: &str = "bohao";

/// Hands the engine's events to the window until the desk is closed.
pub fn forward(app: &AppHandle, desk: &Desk, data_dir: PathBuf) {
    let (app, desk) = (app.clone(), desk.clone());
    let mut events = desk.events();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                // Whoever missed some asks for everything again.
                Err(RecvError::Lagged(_)) => Event::DeskChanged,
                Err(RecvError::Closed) => return,
            };
            if event == Event::DeskChanged
                && let Ok(settings) = desk.settings(SettingsQuery {}).await
            {
                appearance::apply(&app, &settings);
            }
            send(&app, &event);
            if let Event::FollowUpsDue { rows } = &event {
                reminder::remind(&app, &desk, rows);
            }
            if event == Event::DeskChanged {
                face::remember(&desk, &data_dir).await;
            }
        }
    });
}

/// Tells the window one event.
pub fn send(app: &AppHandle, event: &Event) {
    // A window that is just closing need not hear it.
    let _ = app.emit_to(window::MAIN, CHANNEL, event);
}

/// Ends the program in good order when the system or a terminal asks it to.
#[cfg(unix)]
pub fn end_on_signal(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        ) else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
    });
}

/// Windows closes the window instead.
#[cfg(not(unix))]
pub fn end_on_signal(_: &AppHandle) {}
