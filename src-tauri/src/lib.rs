//! The desktop host: translates between the window and the engine, and does nothing else.

use std::process::ExitCode;
use tauri::WebviewWindowBuilder;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|_, _, _| {}))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .setup(|app| {
            let config = app.config().app.windows[0].clone();
            WebviewWindowBuilder::from_config(app, &config)?.build()?.show()?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => ExitCode::from(app.run_return(|_, _| {}) as u8),
        Err(_) => ExitCode::FAILURE,
    }
}
