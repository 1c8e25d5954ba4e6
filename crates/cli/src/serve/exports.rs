//! `GET /api/export/{number}`: an exported file, once.
//!
//! The file was whole before its address was told. It has no name on disk and is gone with its
//! handle, so nothing is left of one that nobody fetches.

use super::App;
use super::api::fault_response;
use super::recordings::{attachment, body, put};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use bohao_wire::{Fault, FaultCode};
use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many are kept for a page that has not fetched them yet.
const KEPT: usize = 4;

/// Files that are ready to be fetched. Clones are the same.
#[derive(Clone, Default)]
pub struct Exports(Arc<Mutex<Ready>>);

#[derive(Default)]
struct Ready {
    files: VecDeque<(u64, File, String)>,
    told: u64,
}

impl Exports {
    /// Keeps a file until it is fetched; returns its address.
    pub fn keep(&self, file: File, name: String) -> String {
        let mut ready = self.lock();
        ready.told += 1;
        let number = ready.told;
        ready.files.push_back((number, file, name));
        if ready.files.len() > KEPT {
            ready.files.pop_front();
        }
        format!("/api/export/{number}")
    }

    fn take(&self, number: u64) -> Option<(File, String)> {
        let files = &mut self.lock().files;
        let place = files.iter().position(|(known, ..)| *known == number)?;
        files.remove(place).map(|(_, file, name)| (file, name))
    }

    /// What this guards is changed in one step, so a panic elsewhere leaves it in order.
    fn lock(&self) -> MutexGuard<'_, Ready> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands an exported file out.
pub async fn hand_out(State(app): State<App>, Path(number): Path<u64>) -> Response {
    let Some((file, name)) = app.exports.take(number) else {
        let fault = Fault::new(FaultCode::NotFound, "this export was fetched already");
        return fault_response(&fault);
    };
    let length = file.metadata().map(|file| file.len());
    let mut response = Response::new(body(tokio::fs::File::from_std(file)));
    let headers = response.headers_mut();
    put(headers, header::CONTENT_TYPE, "application/octet-stream");
    put(headers, header::CONTENT_DISPOSITION, &attachment(&name));
    if let Ok(length) = length {
        put(headers, header::CONTENT_LENGTH, &length.to_string());
    }
    response
}
