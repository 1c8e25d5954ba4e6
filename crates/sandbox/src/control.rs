//! `/sandbox/…`: what was dialled, and what is to go wrong next. Not the platform's.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Fault, FaultKind};
use crate::server::Sandbox;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arm {
    fault: String,
    #[serde(default = "once")]
    times: u32,
    ms: Option<u64>,
    to: Option<String>,
}

fn once() -> u32 {
    1
}

pub(crate) async fn calls(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(json!({ "calls": sandbox.exchange.calls(), "rings": sandbox.exchange.rings() }))
}

pub(crate) async fn faults(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(armed(&sandbox))
}

pub(crate) async fn arm(
    State(sandbox): State<Arc<Sandbox>>,
    body: Result<Json<Arm>, JsonRejection>,
) -> Response {
    let arm = match body {
        Ok(Json(arm)) => arm,
        Err(rejection) => return refused("bad_request", &rejection.body_text()),
    };
    let kind: FaultKind = match arm.fault.parse() {
        Ok(kind) => kind,
        Err(unknown) => return refused("unknown_fault", &format!("{unknown}")),
    };
    if arm.times == 0 {
        return refused("bad_request", "times is at least 1");
    }
    let fault = Fault {
        kind,
        delay: arm.ms.map(Duration::from_millis),
        to: arm.to,
    };
    sandbox.faults.arm(fault, arm.times);
    Json(armed(&sandbox)).into_response()
}

pub(crate) async fn clear(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    sandbox.faults.clear();
    Json(armed(&sandbox))
}

fn armed(sandbox: &Sandbox) -> Value {
    let faults: Vec<Value> = sandbox
        .faults
        .list()
        .into_iter()
        .map(|armed| json!({ "fault": armed.fault.kind.name(), "times": armed.times }))
        .collect();
    json!({ "faults": faults })
}

fn refused(code: &str, message: &str) -> Response {
    let mut body = json!({ "code": code, "message": message });
    if code == "unknown_fault" {
        body["known"] = json!(FaultKind::names());
    }
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
