//! The desktop host: translates between the window and the engine, and does nothing else.
//!
//! [`run`] registers the plug-ins and the three commands, [`start`] opens the desk and the window,
//! [`commands`] hands requests on, [`native`] does what only a desktop can.

mod appearance;
mod clipboard;
mod commands;
mod events;
mod face;
mod journal;
mod links;
mod menu;
mod native;
mod password;
mod phone_program;
mod recording_scheme;
mod reminder;
mod shortcut;
mod start;
mod webview_quirk;
mod window;
mod words;

use bohao_engine::Desk;
use std::process::ExitCode;
use std::time::Duration;
use tauri::{AppHandle, Manager, RunEvent};

/// How long quitting waits for the desk to put everything down; what is written by then is safe,
/// and what is not is taken up at the next start.
const CLOSING: Duration = Duration::from_secs(3);

/// Opens Bohao and stays until it is closed. The exit code is 1 if it could not be opened.
pub fn run() -> ExitCode {
    webview_quirk::settle();
    let app = tauri::Builder::default()
        // This one goes first, so that a second start ends before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| {
            links::arrive(app, &words);
            shortcut::hear(app, words);
            window::focus(app);
        }))
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .register_asynchronous_uri_scheme_protocol("recording", recording_scheme::serve)
        .manage(native::Copies::default())
        .manage(native::Written::default())
        .manage(clipboard::Copied::default())
        .manage(appearance::Shown::default())
        .manage(links::Arrived::default())
        .manage(shortcut::Held::default())
        .invoke_handler(tauri::generate_handler![
            commands::query,
            commands::mutate,
            commands::trigger
        ])
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .setup(|app| {
            links::arrive(app.handle(), start::command_line());
            start::begin(app.handle());
            shortcut::hear(app.handle(), start::command_line());
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => exit_code(app.run_return(|app, event| match event {
            RunEvent::Exit => close(app),
            // Elsewhere a link is a word of the command line.
            #[cfg(target_os = "macos")]
            RunEvent::Opened { urls } => {
                links::arrive(app, urls);
                window::focus(app);
            }
            _ => {}
        })),
        Err(error) => {
            journal::say(&format!("Bohao could not open a window: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn close(app: &AppHandle) {
    let Some(desk) = app.try_state::<Desk>() else {
        return;
    };
    // The timer belongs to the runtime, so it is set inside of it.
    let copies = app.state::<native::Copies>();
    let copied = app.state::<clipboard::Copied>();
    // Beside each other: a copy that hangs must not take the desk's time as well.
    let closing = async {
        tokio::time::timeout(CLOSING, async {
            tokio::join!(desk.close(), copies.end(), copied.clear())
        })
        .await
    };
    if tauri::async_runtime::block_on(closing).is_err() {
        tracing::warn!("the desk took too long to close; the rest is taken up at the next start");
    }
}

fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
