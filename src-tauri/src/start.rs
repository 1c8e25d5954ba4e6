//! From nothing to a window, or to a clear word why there is none.
//!
//! The window and the desk open beside each other, since each takes about as long as the other. The
//! page is answered as soon as the desk can; what keeps it in step begins after that.

use crate::{appearance, events, face, journal, shortcut, window, words};
use bohao_engine::{DataDir, Desk, Opening, Surroundings};
use bohao_wire::{AccountQuery, Fault, FaultCode, Queries, SettingsQuery};
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tokio::sync::SetOnce;

/// The desk, as soon as it is open, or why it can't be.
#[derive(Default)]
pub struct Opened(SetOnce<Result<Desk, Fault>>);

impl Opened {
    /// Waits for the desk.
    ///
    /// # Errors
    /// Why it could not be opened. The program is about to end, then.
    pub async fn desk(&self) -> Result<Desk, Fault> {
        self.0.wait().await.clone()
    }
}

/// Opens the window and its desk. A fault is shown in a dialog, and ends the program with code 1.
pub fn begin(app: &AppHandle) {
    app.manage(Opened::default());
    events::end_on_signal(app);
    if let Err(fault) = open(app) {
        refuse(app, fault);
    }
}

fn open(app: &AppHandle) -> Result<(), Fault> {
    let data_dir = data_dir(app)?;
    let (DataDir::Standard(folder) | DataDir::Chosen(folder)) = data_dir.clone();
    journal::begin(&folder)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    let (begun, place) = (app.clone(), folder.clone());
    tauri::async_runtime::spawn(async move {
        match open_desk(&begun, data_dir).await {
            Ok(desk) => keep_in_step(&begun, &desk, &place).await,
            Err(fault) => refuse(&begun, fault),
        }
    });
    appearance::begin(app);
    window::open(app, &folder).map_err(|error| {
        let message = format!("the window could not be opened: {error}");
        Fault::new(FaultCode::Internal, message)
    })
}

async fn open_desk(app: &AppHandle, data_dir: DataDir) -> Result<Desk, Fault> {
    let (DataDir::Standard(folder) | DataDir::Chosen(folder)) = data_dir.clone();
    let desk = Desk::open(Surroundings::system(data_dir), opening()).await?;
    desk.take_charge().await?;
    app.manage(desk.clone());
    events::forward(app, &desk, folder);
    settle(app, Ok(desk.clone()));
    Ok(desk)
}

async fn keep_in_step(app: &AppHandle, desk: &Desk, data_dir: &Path) {
    let begun = async {
        match desk.settings(SettingsQuery {}).await {
            Ok(settings) => {
                appearance::apply(app, &settings);
                shortcut::begin(app, settings);
            }
            Err(fault) => tracing::warn!(code = ?fault.code, "the settings could not be read"),
        }
        if let Err(fault) = desk.start().await {
            tracing::error!(code = ?fault.code, "the desk could not be kept in step");
        }
    };
    // The page is about to ask for the account, and a keyring takes its time to answer.
    let _ = tokio::join!(desk.account(AccountQuery {}), begun);
    face::remember(desk, data_dir).await;
}

/// Whatever came first stays: a window that could not be opened ends the program all the same.
fn settle(app: &AppHandle, outcome: Result<Desk, Fault>) {
    let _ = app.state::<Opened>().0.set(outcome);
}

/// What the program was started with. A link from elsewhere may hold anything, so a word that is no
/// Unicode is read as nearly as can be.
pub fn command_line() -> impl Iterator<Item = String> {
    let words = std::env::args_os().skip(1);
    words.map(|word| word.to_string_lossy().into_owned())
}

fn opening() -> Opening {
    if command_line().any(|word| word == "--practice") {
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

fn refuse(app: &AppHandle, fault: Fault) {
    tracing::error!(code = ?fault.code, "Bohao could not start");
    let words = words::of_system();
    let message = words.start_fault(&fault);
    journal::say(&message);
    settle(app, Err(fault));
    window::hide(app);
    let app = app.clone();
    app.dialog()
        .message(message)
        .title(words.cannot_start)
        .kind(MessageDialogKind::Error)
        .show(move |_| app.exit(1));
}
