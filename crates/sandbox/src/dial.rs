//! `POST /axb/call/callByTelA`

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use tokio::time::sleep;
use url::{Host, Url};

use crate::answer::{
    Code, Refusal, TEN_GIBIBYTES, accepted, as_text, broken_off, cut_off, flood, gateway_page,
    redirect,
};
use crate::exchange::{Call, Order};
use crate::fault::{Fault, FaultKind, Stage};
use crate::outcome::{self, Outcome};
use crate::request::Parameters;
use crate::server::Sandbox;

/// The path of a dial below the platform's base address.
pub(crate) const PATH: &str = "/axb/call/callByTelA";

pub(crate) async fn dial(
    State(sandbox): State<Arc<Sandbox>>,
    method: Method,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let wanted = match check(&sandbox, &method, &headers, body) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.into_response(),
    };

    let magic = match sandbox.settings.magic_numbers {
        true => outcome::magic(&wanted.tel_b),
        false => None,
    };
    let own_fault = magic.and_then(|number| number.fault);
    let armed = sandbox.faults.strike(Stage::Dial);
    let own = || {
        let (kind, _) = own_fault.filter(|(kind, _)| kind.stage() == Stage::Dial)?;
        Some(Fault::from(kind))
    };
    let fault = armed.or_else(own);
    if let Some(answer) = fault.as_ref().and_then(|fault| untaken(&sandbox, fault)) {
        return answer;
    }

    let outcome = magic.map_or(sandbox.settings.outcome, |number| {
        match (number.outcome, number.fault) {
            // A number that is magic for its fault alone ends as all the others do.
            (Outcome::Connected, Some(_)) => sandbox.settings.outcome,
            (outcome, _) => outcome,
        }
    });
    let order = Order {
        tel_a: &wanted.tel_a,
        tel_b: &wanted.tel_b,
        outcome,
        fault: own_fault,
    };
    let (index, call) = match sandbox.exchange.take(&order, sandbox.now()) {
        Ok(taken) => taken,
        Err(code) => return Refusal::from(code).into_response(),
    };
    sandbox.play(index, outcome, wanted.return_url);
    answer(&call, fault).await
}

/// The answer where a fault keeps the call from being taken.
fn untaken(sandbox: &Sandbox, fault: &Fault) -> Option<Response> {
    // Whoever follows these sends the same request again, and the phone rings.
    let followed = StatusCode::TEMPORARY_REDIRECT;
    match fault.kind {
        FaultKind::Refuse(code) => Some(Refusal::from(code).into_response()),
        FaultKind::CutBefore => Some(cut_off()),
        FaultKind::BadGateway => Some(gateway_page(StatusCode::BAD_GATEWAY)),
        // An empty reference means the very address that was asked.
        FaultKind::RedirectLoop => Some(redirect(followed, "")),
        FaultKind::RedirectAway => {
            let elsewhere = || sandbox.elsewhere(PATH);
            let to = fault.to.clone().unwrap_or_else(elsewhere);
            Some(redirect(followed, &to))
        }
        _ => None,
    }
}

/// A dial that passed every check.
struct Wanted {
    tel_a: String,
    tel_b: String,
    return_url: Option<Url>,
}

fn check(
    sandbox: &Sandbox,
    method: &Method,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Wanted, Refusal> {
    if method != Method::POST {
        return Err(Code::WrongMethod.into());
    }
    let body = body.map_err(|_| Refusal::from(Code::BadParameter))?;
    let parameters = Parameters::from_body(headers, &body, sandbox.settings.dialect.body)?;
    let tel_a = parameters.require("telA")?;
    let tel_b = parameters.require("telB")?;
    parameters.verify(&sandbox.settings, sandbox.now())?;

    if !is_number(tel_a) {
        return Err(Refusal::parameter("telA"));
    }
    if !is_number(tel_b) || tel_a == tel_b {
        return Err(Refusal::parameter("telB"));
    }
    let return_url = parameters.get("return_url").map(loopback).transpose()?;
    Ok(Wanted {
        tel_a: tel_a.to_owned(),
        tel_b: tel_b.to_owned(),
        return_url,
    })
}

/// Digits alone: neither spaces nor dashes nor `+86`.
fn is_number(tel: &str) -> bool {
    (3..=20).contains(&tel.len()) && tel.bytes().all(|byte| byte.is_ascii_digit())
}

/// Practice must never send anything off the machine.
fn loopback(address: &str) -> Result<Url, Refusal> {
    let refusal = Refusal::parameter("return_url");
    let url = Url::parse(address).map_err(|_| refusal)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refusal);
    }
    let stays_here = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if !stays_here {
        return Err(refusal);
    }
    Ok(url)
}

async fn answer(call: &Call, fault: Option<Fault>) -> Response {
    let whole = accepted(&call.subid, Some(&call.tel_x));
    let Some(fault) = fault else {
        return Json(whole).into_response();
    };
    match fault.kind {
        FaultKind::Slow => {
            sleep(fault.delay()).await;
            Json(whole).into_response()
        }
        FaultKind::CutAfter => cut_off(),
        FaultKind::HalfAnswer => {
            let bytes = Bytes::from(whole.to_string());
            let half = bytes.len() / 2;
            broken_off("application/json", bytes, half)
        }
        FaultKind::Html => {
            Html("<!DOCTYPE html><html><body><h1>系统维护中</h1></body></html>").into_response()
        }
        FaultKind::HugeAnswer => flood("application/json", b' ', Some(TEN_GIBIBYTES)),
        FaultKind::TextData => Json(as_text(&whole)).into_response(),
        FaultKind::NoTelX => Json(accepted(&call.subid, None)).into_response(),
        _ => Json(whole).into_response(),
    }
}
