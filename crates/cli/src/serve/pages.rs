//! The UI's files, from inside the program, and the headers that fence them in.

use super::App;
use super::api::{other_method, refusal};
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;

/// What `ui/dist` held when the program was built.
#[derive(Embed)]
#[folder = "$BOHAO_UI_PAGES"]
struct Pages;

/// As the desktop's, but for the transport: nothing comes from elsewhere, and nobody frames it.
const POLICY: &str = "default-src 'self'; img-src 'self'; style-src 'self'; \
    media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// A token that is none, or no longer one, told without a script.
const USED_UP: &str = "<!doctype html><meta charset=\"utf-8\"><title>Bohao</title>\
    <p>这个地址只能用一次。请在终端里重新运行 bohao-cli serve，打开新的地址。</p>\
    <p>This address works once. Run <code>bohao-cli serve</code> again and open the new one.</p>";

/// The address was followed from another page, which only its user may do by hand.
const FROM_ANOTHER_PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Bohao</title>\
    <p>请把终端里的地址复制到浏览器的地址栏打开。</p>\
    <p>Copy the address from the terminal into the browser's address bar.</p>";

#[derive(Deserialize)]
pub struct Entry {
    token: Option<String>,
}

/// The page itself; with a token, the way to it.
pub async fn index(
    State(app): State<App>,
    Query(entry): Query<Entry>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(token) = entry.token else {
        return page("index.html");
    };
    if method == Method::HEAD {
        // Whoever only looks what an address leads to, as programs that show links do, uses nothing up.
        let mut response = Redirect::to("/").into_response();
        keep_never(response.headers_mut());
        return response;
    }
    let entered = match app.door.is_own(&headers) {
        true => app.door.enter(&token),
        // A page that learnt of the address may not use the token up, nor get in by it.
        false => return closed(FROM_ANOTHER_PAGE),
    };
    let mut response = match entered {
        Some(cookie) => {
            let mut response = Redirect::to("/").into_response();
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        // The address was opened again where it was opened before.
        None if app.door.knows(&headers) => Redirect::to("/").into_response(),
        None => closed(USED_UP),
    };
    keep_never(response.headers_mut());
    response
}

/// A door that stays closed, and why.
fn closed(why: &'static str) -> Response {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let kind = [(header::CONTENT_TYPE, html)];
    let mut response = (StatusCode::FORBIDDEN, kind, why).into_response();
    keep_never(response.headers_mut());
    response
}

/// A file of the UI.
pub async fn file(method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return other_method().await;
    }
    page(uri.path().trim_start_matches('/'))
}

/// Puts the fences around every answer.
pub async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Calls and recordings are kept by the desk and by nobody on the way.
pub async fn never_kept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    keep_never(response.headers_mut());
    response
}

fn keep_never(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn page(path: &str) -> Response {
    let Some(EmbeddedFile { data, .. }) = Pages::get(path) else {
        return refusal(StatusCode::NOT_FOUND, "not_found", "there is no such page");
    };
    let bytes = match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(bytes);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    // Names below assets/ bear their content's digest; everything else may change.
    let keep = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn kind(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("wav") => "audio/wav",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
