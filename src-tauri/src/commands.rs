//! The three commands of the window: one for each verb that it may use. One that comes before the
//! desk is open waits for it.

use crate::native::Native;
use crate::start::Opened;
use bohao_wire::{Fault, Mutation, Query, Trigger};
use serde_json::Value;
use tauri::{AppHandle, State};

/// Answers a question.
#[tauri::command]
pub async fn query(opened: State<'_, Opened>, request: Query) -> Result<Value, Fault> {
    request.answer(&opened.desk().await?).await
}

/// Makes a change.
#[tauri::command]
pub async fn mutate(opened: State<'_, Opened>, request: Mutation) -> Result<Value, Fault> {
    request.answer(&opened.desk().await?).await
}

/// Does what only the desktop can.
#[tauri::command]
pub async fn trigger(
    app: AppHandle,
    opened: State<'_, Opened>,
    request: Trigger,
) -> Result<Value, Fault> {
    let desk = opened.desk().await?;
    request.answer(&Native { app, desk }).await
}
