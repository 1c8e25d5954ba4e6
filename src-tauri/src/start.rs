//! From nothing to a window, or to a clear word why there is none.

use crate::{appearance, events, journal, window, words};
use bohao_engine::{DataDir, Desk, Opening, Surroundings};
use bohao_wire::{Fault, FaultCode, Queries, SettingsQuery};
use std::path::PathBuf;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

/// Opens the desk and its window. A fault is shown in a dialog, and ends the program with code 1.
pub fn begin(app: &AppHandle) {
    events::end_on_signal(app);
    if let Err(fault) = tauri::async_runtime::block_on(open(app)) {
        tracing::error!(code = ?fault.code, "Bohao could not start");
        refuse(app, &fault);
    }
}

async fn open(app: &AppHandle) -> Result<(), Fault> {
    let data_dir = data_dir(app)?;
    let (DataDir::Standard(folder) | DataDir::Chosen(folder)) = data_dir.clone();
    journal::begin(&folder)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    let desk = Desk::open(Surroundings::system(data_dir), opening()).await?;
    desk.start().await?;
    let settings = desk.settings(SettingsQuery {}).await?;
    app.manage(desk.clone());
    events::forward(app, &desk);
    window::open(app, &folder).map_err(|error| {
        Fault::new(
            FaultCode::Internal,
            format!("the window could not be opened: {error}"),
        )
    })?;
    appearance::apply(app, &settings);
    Ok(())
}

fn opening() -> Opening {
    if std::env::args().any(|word| word == "--practice") {
        Opening::Practice
    } else {
        Opening::Remembered
    }
}

/// `BOHAO_DATA_DIR`, or the folder that the system keeps for Bohao.
fn data_dir(app: &AppHandle) -> Result<DataDir, Fault> {
    let given = std::env::var_os("BOHAO_DATA_DIR").filter(|value| !value.is_empty());
    if let Some(given) = given {
        return Ok(DataDir::Chosen(PathBuf::from(given)));
    }
    let standard = app.path().app_data_dir();
    standard.map(DataDir::Standard).map_err(|_| {
        Fault::new(
            FaultCode::NotWritable,
            "the system names no folder for data",
        )
    })
}

fn refuse(app: &AppHandle, fault: &Fault) {
    let words = words::of_system();
    let message = words.start_fault(fault);
    journal::say(&message);
    let app = app.clone();
    app.dialog()
        .message(message)
        .title(words.cannot_start)
        .kind(MessageDialogKind::Error)
        .show(move |_| app.exit(1));
}
