//! `PUT /api/import?name=…`: a file that the page hands over to be imported, and
//! `GET /api/import/{file}/rejected` or `…/rejected-leads`: its rows that can't be taken, as a sheet.
//!
//! The bytes go to the disk as they come, so that a large file costs no memory. A page of another
//! site can't send a `PUT` without asking first, and is refused then.

use super::App;
use super::api::{fault_response, json_response};
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bohao_engine::import::Upload;
use bohao_wire::{Fault, FaultCode, Headings, StagedFile, StagedId};
use futures_util::StreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io;

#[derive(Deserialize)]
pub struct Named {
    name: String,
}

#[derive(Deserialize)]
pub struct How {
    /// An `ImportReading`, or a `LeadReading`, in JSON.
    reading: Option<String>,
    lang: Option<String>,
}

/// Takes a file.
pub async fn hand_over(State(app): State<App>, Query(named): Query<Named>, body: Body) -> Response {
    match taken(&app, named.name, body).await {
        Ok(staged) => json_response(
            StatusCode::OK,
            &serde_json::to_value(staged).unwrap_or_default(),
        ),
        Err(fault) => fault_response(&fault),
    }
}

async fn taken(app: &App, name: String, body: Body) -> Result<StagedFile, Fault> {
    let imports = app.desk.imports();
    let (id, mut upload) = imports.begin_upload(name)?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| {
            Fault::new(FaultCode::BadInput, "the file was cut off on its way").with("field", "body")
        })?;
        upload = written(upload, piece).await?;
    }
    Ok(imports.finish_upload(id, upload))
}

/// A disk may take its time.
async fn written(mut upload: Upload, piece: axum::body::Bytes) -> Result<Upload, Fault> {
    tokio::task::spawn_blocking(move || upload.write(&piece).map(|()| upload))
        .await
        .map_err(|_| Fault::new(FaultCode::Internal, "the file could not be kept"))?
}

/// Hands out the rows of calls that can't be taken.
pub async fn rejected(
    State(app): State<App>,
    Path(file): Path<String>,
    Query(how): Query<How>,
) -> Response {
    let (reading, headings) = match how.read() {
        Ok(read) => read,
        Err(fault) => return fault_response(&fault),
    };
    let imports = app.desk.imports();
    let written = imports.write_rejected(StagedId(file), reading, headings, Vec::new());
    handed_out(written.await)
}

/// Hands out the rows of leads that can't be taken.
pub async fn rejected_leads(
    State(app): State<App>,
    Path(file): Path<String>,
    Query(how): Query<How>,
) -> Response {
    let (reading, headings) = match how.read() {
        Ok(read) => read,
        Err(fault) => return fault_response(&fault),
    };
    let imports = app.desk.imports();
    let written = imports.write_rejected_leads(StagedId(file), reading, headings, Vec::new());
    handed_out(written.await)
}

impl How {
    fn read<R: DeserializeOwned + Default>(&self) -> Result<(R, Headings), Fault> {
        let reading = match self.reading.as_deref().map(serde_json::from_str::<R>) {
            None => R::default(),
            Some(Ok(reading)) => reading,
            Some(Err(_)) => {
                let fault = Fault::new(FaultCode::BadInput, "this is no way to read a sheet");
                return Err(fault.with("field", "reading"));
            }
        };
        let headings = match self.lang.as_deref() {
            Some("en") => Headings::En,
            _ => Headings::Zh,
        };
        Ok((reading, headings))
    }
}

fn handed_out(written: Result<io::Result<(Vec<u8>, u32)>, Fault>) -> Response {
    match written {
        Ok(Ok((sheet, _))) => sheet_response(sheet),
        Ok(Err(_)) => fault_response(&Fault::new(
            FaultCode::Internal,
            "the sheet could not be made",
        )),
        Err(fault) => fault_response(&fault),
    }
}

fn sheet_response(sheet: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(sheet));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    let name = HeaderValue::from_static("attachment; filename=\"rejected.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}
