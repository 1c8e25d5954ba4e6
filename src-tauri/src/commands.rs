//! The three commands of the window: one for each verb that it may use.

use crate::native::Native;
use bohao_engine::Desk;
use bohao_wire::{Fault, Mutation, Query, Trigger};
use serde_json::Value;
use tauri::{AppHandle, State};

/// Answers a question.
#[tauri::command]
pub async fn query(desk: State<'_, Desk>, request: Query) -> Result<Value, Fault> {
    request.answer(desk.inner()).await
}

/// Makes a change.
#[tauri::command]
pub async fn mutate(desk: State<'_, Desk>, request: Mutation) -> Result<Value, Fault> {
    request.answer(desk.inner()).await
}

/// Does what only the desktop can.
#[tauri::command]
pub async fn trigger(
    app: AppHandle,
    desk: State<'_, Desk>,
    request: Trigger,
) -> Result<Value, Fault> {
    let desk = desk.inner().clone();
    request.answer(&Native { app, desk }).await
}
